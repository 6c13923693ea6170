//! cloud-init user data, for images and first boots.

use crate::bundle::Artifact;
use crate::literal::{base64, yaml, yaml_maps};
use crate::resolve::{Machine, Plan};
use crate::template::Template;

const USER_DATA: Template =
    Template { text: include_str!("../../../templates/linux/cloud-init/user-data.yaml"), parts: &[] };

/// The user data.
pub(in crate::target) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    let files: Vec<_> = machine
        .state
        .files
        .iter()
        .map(|file| {
            vec![
                ("path", yaml(&file.path)),
                ("owner", yaml("root:root")),
                ("permissions", yaml("0644")),
                ("encoding", yaml("b64")),
                ("defer", "true".to_owned()),
                ("content", format!("\n      {}", yaml(&base64(&file.bytes)))),
            ]
        })
        .collect();
    vec![Artifact::new(
        "cloud-init/user-data.yaml",
        USER_DATA.fill(&[("FILES", yaml_maps(&files, 2))]),
        "Add to the user data of an image. It writes once, at the first boot, and repairs nothing later.",
    )]
}
