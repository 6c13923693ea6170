//! Three POSIX shell scripts, the same for macOS and Linux: put in place, report, take away.

use crate::bundle::Artifact;
use crate::literal::{base64, sh, sh_words};
use crate::resolve::{Machine, Plan};
use crate::state::{File, Preference};
use crate::template::Template;

/// What the scripts share.
pub(super) const PARTS: &[(&str, &str)] = &[
    ("each.sh", include_str!("../../templates/posix/each.sh")),
    ("way.sh", include_str!("../../templates/posix/way.sh")),
    ("files.sh", include_str!("../../templates/posix/files.sh")),
    ("report.sh", include_str!("../../templates/posix/report.sh")),
];

const INSTALL: Template = Template { text: include_str!("../../templates/posix/install.sh"), parts: PARTS };
/// Reports and exits 1 when anything is off.
pub(super) const AUDIT: Template = Template { text: include_str!("../../templates/posix/audit.sh"), parts: PARTS };
const REMOVE: Template = Template { text: include_str!("../../templates/posix/remove.sh"), parts: PARTS };

/// The scripts.
pub(super) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    vec![
        Artifact::new(
            "install.sh",
            install(machine),
            "Run as root, once or as often as you like: it creates or repairs, and says `unchanged` when there is nothing to do.",
        ),
        Artifact::new(
            "audit.sh",
            audit(machine, &AUDIT),
            "Run as root or as the user: prints `Compliant ring=… policy=…` and exits 0, or says what is wrong and exits 1.",
        ),
        Artifact::new(
            "remove.sh",
            remove(machine),
            "Run as root to take the files away again. A profile goes by the tool that installed it.",
        ),
    ]
}

/// The script that puts the files in place.
pub(super) fn install(machine: &Machine) -> String {
    let state = &machine.state;
    let files: Vec<String> =
        state.files.iter().flat_map(|file| [file.path.clone(), file.sha256(), base64(&file.bytes)]).collect();
    INSTALL.fill(&[
        ("PRODUCT", sh(state.product.name)),
        ("RING", sh(&state.ring)),
        ("POLICY", sh(machine.digest.short())),
        ("PARENTS", sh_words(state.parents.iter().copied())),
        ("DIRECTORIES", sh_words(state.directories.iter().copied())),
        ("FILES", sh_words(files.iter().map(String::as_str))),
        ("PREFERENCES", preferences(&state.preferences)),
        ("ABSENT", sh_words(state.absent.files.iter().map(String::as_str))),
    ])
}

/// A script that reports; `template` decides in which form.
pub(super) fn audit(machine: &Machine, template: &Template) -> String {
    let state = &machine.state;
    let digests: Vec<String> = state.files.iter().flat_map(|file| [file.path.clone(), file.sha256()]).collect();
    template.fill(&[
        ("RING", sh(&state.ring)),
        ("POLICY", sh(machine.digest.short())),
        ("PARENTS", sh_words(state.parents.iter().copied())),
        ("DIRECTORIES", sh_words(state.directories.iter().copied())),
        ("DIGESTS", sh_words(digests.iter().map(String::as_str))),
        ("PREFERENCES", preferences(&state.preferences)),
        ("ABSENT", sh_words(state.absent.files.iter().map(String::as_str))),
    ])
}

/// The script that takes the files away: those of this policy and those that another version of it may have left.
pub(super) fn remove(machine: &Machine) -> String {
    let state = &machine.state;
    let paths = state.files.iter().map(|File { path, .. }| path).chain(&state.absent.files);
    REMOVE.fill(&[
        ("PRODUCT", sh(state.product.name)),
        ("RING", sh(&state.ring)),
        ("PATHS", sh_words(paths.map(String::as_str))),
    ])
}

fn preferences(preferences: &[Preference]) -> String {
    sh_words(preferences.iter().flat_map(|preference| [preference.domain, preference.key, preference.value.as_str()]))
}
