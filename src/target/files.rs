//! The files of a state as they are, for images, packages and machines that are set up by hand.

use crate::bundle::Artifact;
use crate::platform::Platform;
use crate::resolve::{Machine, Plan};
use crate::state::File;

/// Every file under its own name.
pub(super) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    let state = &machine.state;
    let protection = match state.platform {
        Platform::Macos => "Owner `root:wheel`, mode 0644, the folder 0755, no ACLs.",
        Platform::Windows => {
            "Owner Administrators; SYSTEM and Administrators full control, Users read and execute, nothing inherited."
        }
        Platform::Linux => "Owner `root:root`, mode 0644, its folders 0755.",
    };
    let artifact =
        |file: &File| Artifact::new(file.name(), file.bytes.clone(), format!("Copy to `{}`. {protection}", file.path));
    state.files.iter().map(artifact).collect()
}
