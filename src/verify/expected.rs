//! What a machine must hold, from a plan or from the `manifest.json` of a build.
//!
//! A manifest comes from outside: whoever can change it can ask for anything, so only paths that a policy could have
//! are looked at, and a machine whose digest is not that of what is listed under it is refused.

use serde::{Deserialize, Serialize};

use crate::format::json;
use crate::manifest::FORM;
use crate::platform::Platform;
use crate::resolve::Machine;
use crate::state::sha256;

/// What a machine of one ring and platform must hold, as the manifest tells it.
///
/// Written out again it is the canonical form of the state, so its fields stand in that order.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Expected {
    /// The ring.
    #[serde(skip_serializing)]
    pub ring: String,
    /// The digest of the state, all of it.
    #[serde(skip_serializing)]
    pub digest: String,
    pub(crate) product: String,
    /// The platform.
    pub platform: Platform,
    pub(super) parents: Vec<String>,
    pub(super) directories: Vec<String>,
    pub(crate) files: Vec<ExpectedFile>,
    pub(crate) registry: Vec<ExpectedValue>,
    pub(crate) preferences: Vec<ExpectedPreference>,
    pub(crate) absent: ExpectedAbsent,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct ExpectedFile {
    pub(crate) path: String,
    pub(crate) sha256: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct ExpectedValue {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) strings: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct ExpectedPreference {
    pub(crate) domain: String,
    pub(crate) key: String,
    pub(crate) value: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct ExpectedAbsent {
    pub(crate) files: Vec<String>,
    pub(crate) registry: Vec<AbsentValue>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct AbsentValue {
    pub(crate) key: String,
    pub(crate) name: String,
}

#[derive(Deserialize)]
struct Form {
    stanchion: u32,
}

#[derive(Deserialize)]
struct Machines {
    machines: Vec<Expected>,
}

impl Expected {
    /// What a machine of a plan must hold.
    pub fn of(machine: &Machine) -> Self {
        let mut form = serde_json::to_value(&machine.state).expect("a state is JSON");
        form["ring"] = machine.state.ring.clone().into();
        form["digest"] = machine.digest.full().into();
        let expected: Self = serde_json::from_value(form).expect("the canonical form of a state reads back");
        assert_eq!(expected.fault(), None, "what a state says of itself holds");
        expected
    }

    /// All machines of a `manifest.json`; the error says what is wrong with it.
    pub fn from_manifest(bytes: &[u8]) -> Result<Vec<Self>, String> {
        // The parser quotes what it does not understand, and that may be meant for the terminal.
        let not_ours = |error: serde_json::Error| {
            format!("not a manifest of stanchion, or cut short: {}", error.to_string().replace(char::is_control, "?"))
        };
        let Form { stanchion } = serde_json::from_slice(bytes).map_err(not_ours)?;
        if stanchion != FORM {
            return Err(format!("a manifest of form {stanchion}, which this stanchion does not know; build again"));
        }
        let Machines { machines } = serde_json::from_slice(bytes).map_err(not_ours)?;
        match machines.iter().find_map(Self::fault) {
            Some(fault) => Err(format!("{fault}; build again")),
            None => Ok(machines),
        }
    }

    /// The digits that stand on every artifact.
    pub fn policy(&self) -> &str {
        &self.digest[..16]
    }

    /// Why no build can have written this.
    fn fault(&self) -> Option<String> {
        let files = self.files.iter().map(|file| &file.path).chain(&self.absent.files);
        let mut paths = self.parents.iter().chain(&self.directories).chain(files);
        let preferences = self.preferences.iter().flat_map(|preference| [&preference.domain, &preference.key]);
        let values = self.registry.iter().flat_map(|value| [&value.key, &value.name]);
        let absent = self.absent.registry.iter().flat_map(|value| [&value.key, &value.name]);
        let mut names = [&self.ring].into_iter().chain(preferences).chain(values).chain(absent);
        if let Some(path) = paths.find(|path| !is_path(path, self.platform)) {
            return Some(format!("a manifest with `{}`, which is no path on {}", path.escape_debug(), self.platform));
        }
        if let Some(name) = names.find(|name| !is_name(name)) {
            return Some(format!("a manifest with `{}`, which is no name", name.escape_debug()));
        }
        if sha256(json::compact(self).as_bytes()) != self.digest {
            return Some(format!(
                "a manifest whose digest of ring `{}` on {} is not that of what it lists: somebody changed it",
                self.ring, self.platform
            ));
        }
        None
    }
}

/// Whether a path is absolute and straight, as its platform spells paths.
fn is_path(path: &str, platform: Platform) -> bool {
    let is_straight =
        |rest: &str, separator: char| rest.split(separator).all(|part| is_name(part) && part != "." && part != "..");
    match platform {
        Platform::Windows => {
            path.strip_prefix(r"C:\").is_some_and(|rest| is_straight(rest, '\\') && !rest.contains(':'))
        }
        Platform::Macos | Platform::Linux => path.strip_prefix('/').is_some_and(|rest| is_straight(rest, '/')),
    }
}

/// Whether a text can be part of a path, of an argument to `reg.exe` and of a line of output.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains('/') && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_absolute_and_straight() {
        for path in ["/usr", "/Library/Application Support/x", "/a/..b", "/a/b..", "/a/...", "/a/b\\c:d"] {
            assert!(is_path(path, Platform::Linux), "{path}");
        }
        for path in ["", "/", "usr", "/usr/", "//usr", "/usr/../etc", "/..", "/a/./b", "/a\0b", "/a\n", "C:\\a"] {
            assert!(!is_path(path, Platform::Linux), "{path:?}");
        }
        assert!(is_path(r"C:\ProgramData\DockerDesktop", Platform::Windows));
        for path in ["C:", r"C:\", r"C:\a\..\b", r"\\host\share", r"C:\a/../b", r"C:\a:stream", r"D:\a", "/usr"] {
            assert!(!is_path(path, Platform::Windows), "{path:?}");
        }
    }
}
