//! Group Policy: the registry value as a policy, and a startup script that drops the files.
//!
//! The two are separate objects: a backup with both kinds was never seen to import.

use super::scripts::{Registry, detect, install, remove};
use super::template::template;
use super::{compact_name, description, title, values};
use crate::bundle::Artifact;
use crate::format::gpo_backup::{self, Backup, Content};
use crate::format::gpp_registry::{self, Action, Item};
use crate::format::registry::{Change, RegistryValue};
use crate::format::scripts_ini::{self, Script, Scripts};
use crate::format::{admx, lgpo, registry_pol};
use crate::identity::uuid;
use crate::resolve::{Machine, Plan};

/// When a backup says it was made. A real time would change every build.
const TIME: &str = "2026-01-01T00:00:00";

/// The artifacts.
pub(in crate::target) fn emit(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let mut artifacts = Vec::new();
    let values = values(machine);
    if !values.is_empty() {
        artifacts.extend(sign_in(plan, machine, &values));
        artifacts.extend(definitions(plan, machine));
    }
    if !machine.state.files.is_empty() {
        artifacts.extend(files(plan, machine));
    }
    artifacts
}

fn artifact(path: &str, bytes: Vec<u8>, guide: &'static str) -> Artifact {
    Artifact::new(format!("gpo/{path}"), bytes, guide)
}

/// The registry value as an object, and in the other forms in which shops bring one.
fn sign_in(plan: &Plan, machine: &Machine, values: &[RegistryValue]) -> Vec<Artifact> {
    let policy = registry_pol::write(&values.iter().map(Change::set).collect::<Vec<_>>());
    let uid = format!("{{{}}}", uuid(&plan.organization_id, &identifier(plan, machine, "preference")));
    let items: Vec<Item<'_>> = values.iter().map(|value| Item { value, uid: &uid }).collect();
    let preferences = |action| gpp_registry::write(&items, action, &TIME.replace('T', " "));
    let mut artifacts = object(
        plan,
        machine,
        "sign-in",
        Content::Registry(policy.clone()),
        "Group Policy Management > new object > Import Settings, with the folder `gpo/sign-in`; or `Import-GPO -BackupGpoName … -Path … -TargetName … -CreateIfNeeded`. It goes when the object is unlinked.",
    );
    artifacts.extend([
        artifact("Registry.pol", policy, "The policy file alone, for `DomainSysvol` trees and LGPO.exe `/m`."),
        artifact(
            "preferences/Registry.xml",
            preferences(Action::Update),
            "For shops that prefer Preferences: drag into Computer Configuration > Preferences > Windows Settings > Registry. It stays when the object is unlinked.",
        ),
        artifact(
            "preferences-remove/Registry.xml",
            preferences(Action::Delete),
            "The same way, to take the value away.",
        ),
        artifact("lgpo.txt", lgpo::set(values).into_bytes(), "A machine without a domain: `LGPO.exe /t lgpo.txt`."),
        artifact(
            "lgpo-remove.txt",
            lgpo::delete(values).into_bytes(),
            "`LGPO.exe /t lgpo-remove.txt` takes it away.",
        ),
    ]);
    artifacts
}

/// What shows the value by name in the editor.
fn definitions(plan: &Plan, machine: &Machine) -> [Artifact; 2] {
    let template = template(plan, machine);
    let name = compact_name(machine);
    [
        artifact(
            &format!("PolicyDefinitions/{name}.admx"),
            admx::definitions(&template),
            "Copy `PolicyDefinitions/` to the central store, so that the editor shows the value by name. Not needed for it to act.",
        ),
        artifact(&format!("PolicyDefinitions/en-US/{name}.adml"), admx::resources(&template), ""),
    ]
}

/// The files, which a startup script keeps, and the scripts alone.
fn files(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let script = install(machine, Registry::Watched);
    let name = format!("Set-{}Policy.ps1", compact_name(machine));
    let startup =
        Scripts { startup: vec![Script { command: name.clone(), parameters: String::new() }], shutdown: Vec::new() };
    let mut artifacts = object(
        plan,
        machine,
        "files",
        Content::Startup { psscripts_ini: scripts_ini::write(&startup), scripts: vec![(name, script.clone())] },
        "A second object, from the folder `gpo/files`: a startup script that keeps the files. It runs as SYSTEM at every start of the machine, not at background refresh.",
    );
    artifacts.extend([
        artifact(
            "startup.ps1",
            script,
            "The same script, to be added by hand: Computer Configuration > Policies > Windows Settings > Scripts > Startup > PowerShell Scripts.",
        ),
        artifact(
            "audit.ps1",
            detect(machine, Registry::Watched),
            "Says whether a machine has all of it, for whatever collects such answers.",
        ),
        artifact(
            "remove.ps1",
            remove(machine, Registry::Watched),
            "A startup script that takes the files away; unlink the objects first.",
        ),
    ]);
    artifacts
}

fn identifier(plan: &Plan, machine: &Machine, role: &str) -> String {
    format!("{}.{}.{}.gpo.{role}", plan.organization_id, machine.state.product.slug, machine.state.ring)
}

/// The backup of an object, in the folder that is called as its role.
fn object(plan: &Plan, machine: &Machine, role: &str, content: Content, guide: &'static str) -> Vec<Artifact> {
    let id = |part: &str| uuid(&plan.organization_id, &format!("{}.{part}", identifier(plan, machine, role)));
    let files = gpo_backup::write(&Backup {
        id: format!("{{{}}}", id("backup")),
        object_id: format!("{{{}}}", id("object")),
        name: format!("{}: {role}", title(machine)),
        comment: description(machine),
        // Any domain may import it; this one exists nowhere.
        domain: "stanchion.invalid".to_owned(),
        domain_id: format!("{{{}}}", id("domain").to_lowercase()),
        time: TIME.to_owned(),
        content,
    });
    let guide = |path: &str| if path == "manifest.xml" { guide } else { "" };
    files.into_iter().map(|(path, bytes)| artifact(&format!("{role}/{path}"), bytes, guide(&path))).collect()
}
