//! A Puppet module, for fleets that have nothing else. Its own README says what it cannot see.

use crate::bundle::Artifact;
use crate::literal::{puppet, puppet_list};
use crate::resolve::{Machine, Plan};
use crate::template::Template;

const CLASS: Template =
    Template { text: include_str!("../../../templates/linux/puppet/manifests/init.pp"), parts: &[] };

/// The module.
pub(in crate::target) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    let state = &machine.state;
    let sources: String =
        state.files.iter().map(|file| format!("    {} => {},\n", puppet(&file.path), puppet(file.name()))).collect();
    let class = CLASS.fill(&[
        ("RING", puppet(&state.ring)),
        ("POLICY", puppet(machine.digest.short())),
        ("DIRECTORIES", puppet_list(state.directories.iter().copied())),
        ("FILES", format!("{{\n{sources}  }}")),
        ("ABSENT", puppet_list(state.absent.files.iter().map(String::as_str))),
    ]);
    let mut artifacts = vec![
        Artifact::new(
            "puppet/manifests/init.pp",
            class,
            "Copy `puppet/` to a module path as `docker_desktop_policy` and assign the class; read its README first.",
        ),
        Artifact::new("puppet/README.md", include_str!("../../../templates/linux/puppet/README.md"), ""),
    ];
    artifacts.extend(
        state.files.iter().map(|file| Artifact::new(format!("puppet/files/{}", file.name()), file.bytes.clone(), "")),
    );
    artifacts
}
