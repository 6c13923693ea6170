//! Intune custom compliance for Linux: a script that looks and the rules that judge. It reports and cannot repair.
//!
//! [Custom compliance](https://learn.microsoft.com/en-us/mem/intune/protect/compliance-use-custom-settings)

use serde_json::json;

use crate::bundle::Artifact;
use crate::format::json as json_file;
use crate::literal::{sh, sh_words};
use crate::resolve::{Machine, Plan};
use crate::template::Template;

const DISCOVER: Template = Template { text: include_str!("../../../templates/linux/intune/discover.sh"), parts: &[] };

/// The pair.
pub(in crate::target) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    vec![
        Artifact::new(
            "intune/discover.sh",
            discover(machine),
            "Devices > Compliance > Scripts > Add > Linux. It runs as the signed-in user, who can lie to it, and repairs nothing.",
        ),
        Artifact::new(
            "intune/rules.json",
            json_file::pretty(&rules(machine)),
            "Devices > Compliance > Create policy > Linux > Custom Compliance: choose the script, upload these rules. Upload both again after every build.",
        ),
    ]
}

/// What a rule is about: the name of its setting, and the file with its digest, or none when it must not be there.
struct Subject<'a> {
    setting: String,
    path: &'a str,
    sha256: String,
}

fn subjects(machine: &Machine) -> Vec<Subject<'_>> {
    let state = &machine.state;
    let files = state.files.iter().map(|file| (file.path.as_str(), file.sha256()));
    let absent = state.absent.files.iter().map(|path| (path.as_str(), String::new()));
    files.chain(absent).map(|(path, sha256)| Subject { setting: setting(machine, path), path, sha256 }).collect()
}

/// `DockerDesktopAdminSettings` for `admin-settings.json`: Intune allows letters and digits.
fn setting(machine: &Machine, path: &str) -> String {
    let stem = path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or(path);
    let words = machine.state.product.name.split(' ').chain(stem.split('-'));
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

fn build_setting(machine: &Machine) -> String {
    format!("{}Policy", machine.state.product.name.replace(' ', ""))
}

fn discover(machine: &Machine) -> String {
    let state = &machine.state;
    let subjects = subjects(machine);
    let digests = subjects.iter().flat_map(|subject| [subject.setting.as_str(), subject.path, &subject.sha256]);
    DISCOVER.fill(&[
        ("PARENTS", sh_words(state.parents.iter().copied())),
        ("DIRECTORIES", sh_words(state.directories.iter().copied())),
        ("DIGESTS", sh_words(digests)),
        ("SETTING", sh(&build_setting(machine))),
        ("RING", sh(&state.ring)),
        ("POLICY", sh(machine.digest.short())),
    ])
}

fn rules(machine: &Machine) -> serde_json::Value {
    let product = machine.state.product;
    let rule = |setting: &str, operand: &str, title: &str, description: &str| {
        json!({
            "SettingName": setting,
            "Operator": "IsEquals",
            "DataType": "String",
            "Operand": operand,
            "MoreInfoUrl": product.docs,
            "RemediationStrings": [{ "Language": "en_US", "Title": title, "Description": description }],
        })
    };
    let same_build = format!("ring={} policy={}", machine.state.ring, machine.digest.short());
    let title = format!("{} check: {{ActualValue}}.", product.name);
    let first = rule(
        &build_setting(machine),
        &same_build,
        &title,
        "The discovery script and the rules come from different builds. Ask the platform team to upload both again.",
    );
    let others = subjects(machine).into_iter().map(|subject| {
        let name = subject.path.rsplit('/').next().unwrap_or(subject.path);
        let title = format!("{} {name}: {{ActualValue}}.", product.name);
        let description = format!("Ask the platform team to apply the {} policy again.", product.name);
        rule(&subject.setting, "ok", &title, &description)
    });
    let rules: Vec<serde_json::Value> = std::iter::once(first).chain(others).collect();
    json!({ "Rules": rules })
}
