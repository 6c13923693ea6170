//! An Ansible role with its playbooks. The files travel as files, so that no template engine ever reads them.

use crate::bundle::Artifact;
use crate::literal::{yaml, yaml_list, yaml_maps};
use crate::resolve::{Machine, Plan};
use crate::template::Template;

/// Every file of the role that is the same for all: its path in the artifacts and its text.
macro_rules! role {
    ($($path:literal),* $(,)?) => {
        &[$((concat!("roles/docker_desktop_policy/", $path), include_str!(concat!("../../../templates/linux/ansible/roles/docker_desktop_policy/", $path)))),*]
    };
}

const ROLE: &[(&str, &str)] = role![
    "README.md",
    "defaults/main.yml",
    "handlers/main.yml",
    "meta/argument_specs.yml",
    "meta/main.yml",
    "tasks/absent.yml",
    "tasks/main.yml",
    "tasks/parents.yml",
    "tasks/present.yml",
    "tasks/verify.yml",
];

const VARS: Template = Template {
    text: include_str!("../../../templates/linux/ansible/roles/docker_desktop_policy/vars/main.yml"),
    parts: &[],
};

/// The role, the playbook that applies it and the one that only looks.
pub(in crate::target) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    let artifact =
        |path: &str, bytes: Vec<u8>, guide: &'static str| Artifact::new(format!("ansible/{path}"), bytes, guide);
    let text = |path: &str, text: &str, guide| artifact(path, text.as_bytes().to_vec(), guide);
    let mut artifacts = vec![
        text(
            "docker_desktop_policy.yml",
            include_str!("../../../templates/linux/ansible/docker_desktop_policy.yml"),
            "Commit the folder `ansible/` to the infrastructure repository and run this playbook on the ring's inventory group, `docker_desktop` unless `-e docker_desktop_policy_hosts=…`.",
        ),
        text(
            "docker_desktop_policy_audit.yml",
            include_str!("../../../templates/linux/ansible/docker_desktop_policy_audit.yml"),
            "Run on a schedule: it changes nothing and fails when anything is off.",
        ),
        text(".gitattributes", include_str!("../../../templates/linux/ansible/gitattributes"), ""),
        artifact("roles/docker_desktop_policy/vars/main.yml", vars(machine).into_bytes(), ""),
    ];
    artifacts.extend(ROLE.iter().map(|(path, content)| text(path, content, "")));
    artifacts.extend(machine.state.files.iter().map(|file| {
        artifact(&format!("roles/docker_desktop_policy/files/linux/{}", file.name()), file.bytes.clone(), "")
    }));
    artifacts
}

fn vars(machine: &Machine) -> String {
    let state = &machine.state;
    let files: Vec<_> = state
        .files
        .iter()
        .map(|file| {
            vec![
                ("src", yaml(&format!("linux/{}", file.name()))),
                ("dest", yaml(&file.path)),
                ("sha256", yaml(&file.sha256())),
            ]
        })
        .collect();
    VARS.fill(&[
        ("RING", yaml(&state.ring)),
        ("POLICY", yaml(machine.digest.short())),
        ("PARENTS", yaml_list(state.parents.iter().copied(), 2)),
        ("DIRECTORIES", yaml_list(state.directories.iter().copied(), 2)),
        ("FILES", yaml_maps(&files, 2)),
        ("ABSENT", yaml_list(state.absent.files.iter().map(String::as_str), 2)),
    ])
}
