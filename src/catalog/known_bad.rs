//! Versions of Docker Desktop that fail with something a policy may use, read from `known-bad.toml`.

use serde::Deserialize;

use crate::finding::Severity;
use crate::platform::Platform;
use crate::version::Version;

/// Versions that break something a policy uses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bug {
    /// Kebab-case; also the name of its fixture.
    pub id: String,
    /// How bad it is on an affected machine.
    pub severity: Severity,
    /// The first version affected; absent when all earlier ones are.
    pub from: Option<Version>,
    /// The first version that is not affected any more.
    pub before: Version,
    /// The versions in words, where "before" does not say it well.
    pub versions: Option<String>,
    /// Where.
    #[serde(default = "super::setting::all_platforms")]
    pub platforms: Vec<Platform>,
    /// What a policy must use, all of it, to be affected.
    pub uses: Vec<Use>,
    /// What happens, to be read after "Docker Desktop 4.41.0".
    pub effect: String,
    /// What to write instead of waiting for updates, where something helps.
    pub instead: Option<String>,
}

impl Bug {
    /// Whether a fleet with these versions has machines that are affected.
    pub fn affects(&self, oldest: Version, newest: Option<Version>) -> bool {
        oldest < self.before && newest.is_none_or(|newest| self.from.is_none_or(|from| newest >= from))
    }

    /// The versions in words.
    pub fn versions(&self) -> String {
        self.versions.clone().unwrap_or_else(|| format!("before {}", self.before))
    }
}

/// A version below which something that a policy relies on can be got round.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Kebab-case; also the name of its fixture.
    pub id: String,
    /// The first version with the hole; absent when all before the fix have it.
    pub from: Option<Version>,
    /// The first version with the fix.
    pub before: Version,
    /// Where.
    #[serde(default = "super::setting::all_platforms")]
    pub platforms: Vec<Platform>,
    /// What a policy must use, all of it, to be affected.
    pub uses: Vec<Use>,
    /// What an older version lets happen, in a few words.
    pub hole: String,
}

impl Floor {
    /// Whether a fleet with these versions has machines with the hole.
    pub fn is_open(&self, oldest: Version, newest: Option<Version>) -> bool {
        oldest < self.before && newest.is_none_or(|newest| self.from.is_none_or(|from| newest >= from))
    }
}

/// Something that a policy may use.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum Use {
    /// A list of organizations, by this mechanism (`profile`, `registry-key`, …) or by any.
    SignIn(Option<String>),
    /// More than one organization.
    Organizations,
    /// A settings file.
    Settings,
    /// A file in Docker's protected folder: the settings file, or `registry.json`.
    Folder,
    /// This setting or one of its members, with this value or with any that is not empty.
    Setting(String, Option<String>),
}

impl From<String> for Use {
    fn from(text: String) -> Self {
        match (text.as_str(), text.strip_prefix("sign-in:"), text.split_once('=')) {
            ("sign-in", ..) => Self::SignIn(None),
            (_, Some(mechanism), _) => Self::SignIn(Some(mechanism.to_owned())),
            ("several-organizations", ..) => Self::Organizations,
            ("settings", ..) => Self::Settings,
            ("folder", ..) => Self::Folder,
            (_, _, Some((key, value))) => Self::Setting(key.to_owned(), Some(value.to_owned())),
            _ => Self::Setting(text, None),
        }
    }
}

pub(super) fn load() -> (Vec<Bug>, Vec<Floor>) {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        bug: Vec<Bug>,
        floor: Vec<Floor>,
    }
    let file: File = toml::from_str(include_str!("known-bad.toml"))
        .unwrap_or_else(|error| panic!("the catalog of known bad versions is broken: {error}"));
    (file.bug, file.floor)
}
