//! Group Policy: the registry value as a policy, and a startup script that drops the files.
//!
//! The two are separate objects: a backup with both kinds was never seen to import.

use super::scripts::{Registry, detect, install, remove};
use super::template::template;
use super::{compact_name, description, title, values};
use crate::bundle::Artifact;
use crate::format::gpo_backup::{self, Backup, Content};
use crate::format::gpp_registry::{self, Action, Item};
use crate::format::registry::Change;
use crate::format::scripts_ini::{self, Script, Scripts};
use crate::format::{admx, lgpo, registry_pol};
use crate::identity::uuid;
use crate::resolve::{Machine, Plan};

/// When a backup says it was made. A real time would change every build.
const TIME: &str = "2026-01-01T00:00:00";

/// The artifacts.
pub(in crate::target) fn emit(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let mut artifacts = Vec::new();
    let mut add = |path: String, bytes: Vec<u8>, guide: &'static str| {
        artifacts.push(Artifact::new(format!("gpo/{path}"), bytes, guide));
    };
    let values = values(machine);
    if !values.is_empty() {
        let policy = registry_pol::write(&values.iter().map(Change::set).collect::<Vec<_>>());
        for (path, bytes) in backup(plan, machine, "sign-in", Content::Registry(policy.clone())) {
            let guide = if path == "manifest.xml" {
                "Group Policy Management > new object > Import Settings, with the folder `gpo/sign-in`; or `Import-GPO -BackupGpoName … -Path … -TargetName … -CreateIfNeeded`. It goes when the object is unlinked."
            } else {
                ""
            };
            add(format!("sign-in/{path}"), bytes, guide);
        }
        add("Registry.pol".into(), policy, "The policy file alone, for `DomainSysvol` trees and LGPO.exe `/m`.");
        let uid = format!("{{{}}}", uuid(&plan.organization_id, &identifier(plan, machine, "preference")));
        let items: Vec<Item<'_>> = values.iter().map(|value| Item { value, uid: &uid }).collect();
        let changed = TIME.replace('T', " ");
        add(
            "preferences/Registry.xml".into(),
            gpp_registry::write(&items, Action::Update, &changed),
            "For shops that prefer Preferences: drag into Computer Configuration > Preferences > Windows Settings > Registry. It stays when the object is unlinked.",
        );
        add(
            "preferences-remove/Registry.xml".into(),
            gpp_registry::write(&items, Action::Delete, &changed),
            "The same way, to take the value away.",
        );
        add("lgpo.txt".into(), lgpo::set(&values).into_bytes(), "A machine without a domain: `LGPO.exe /t lgpo.txt`.");
        add(
            "lgpo-remove.txt".into(),
            lgpo::delete(&values).into_bytes(),
            "`LGPO.exe /t lgpo-remove.txt` takes it away.",
        );
        let template = template(plan, machine);
        let name = compact_name(machine);
        add(
            format!("PolicyDefinitions/{name}.admx"),
            admx::definitions(&template),
            "Copy `PolicyDefinitions/` to the central store, so that the editor shows the value by name. Not needed for it to act.",
        );
        add(format!("PolicyDefinitions/en-US/{name}.adml"), admx::resources(&template), "");
    }
    if !machine.state.files.is_empty() {
        let script = install(machine, Registry::Watched);
        let name = format!("Set-{}Policy.ps1", compact_name(machine));
        let startup = Scripts {
            startup: vec![Script { command: name.clone(), parameters: String::new() }],
            shutdown: Vec::new(),
        };
        let content =
            Content::Startup { psscripts_ini: scripts_ini::write(&startup), scripts: vec![(name, script.clone())] };
        for (path, bytes) in backup(plan, machine, "files", content) {
            let guide = if path == "manifest.xml" {
                "A second object, from the folder `gpo/files`: a startup script that keeps the files. It runs as SYSTEM at every start of the machine, not at background refresh."
            } else {
                ""
            };
            add(format!("files/{path}"), bytes, guide);
        }
        add(
            "startup.ps1".into(),
            script,
            "The same script, to be added by hand: Computer Configuration > Policies > Windows Settings > Scripts > Startup > PowerShell Scripts.",
        );
        add(
            "audit.ps1".into(),
            detect(machine, Registry::Watched),
            "Says whether a machine has all of it, for whatever collects such answers.",
        );
        add(
            "remove.ps1".into(),
            remove(machine, Registry::Watched),
            "A startup script that takes the files away; unlink the objects first.",
        );
    }
    artifacts
}

fn identifier(plan: &Plan, machine: &Machine, role: &str) -> String {
    format!("{}.{}.{}.gpo.{role}", plan.organization_id, machine.state.product.slug, machine.state.ring)
}

fn backup(plan: &Plan, machine: &Machine, role: &str, content: Content) -> Vec<(String, Vec<u8>)> {
    let id = |part: &str| uuid(&plan.organization_id, &format!("{}.{part}", identifier(plan, machine, role)));
    let what = if role == "files" { "files" } else { "sign-in" };
    gpo_backup::write(&Backup {
        id: format!("{{{}}}", id("backup")),
        object_id: format!("{{{}}}", id("object")),
        name: format!("{}: {what}", title(machine)),
        comment: description(machine),
        // Any domain may import it; this one exists nowhere.
        domain: "stanchion.invalid".to_owned(),
        domain_id: format!("{{{}}}", id("domain").to_lowercase()),
        time: TIME.to_owned(),
        content,
    })
}
