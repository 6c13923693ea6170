//! What one machine must hold: the hinge between products, which lower into it, and targets, which read it.
//!
//! Nothing here knows a product or a management tool.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use sha2::{Digest as _, Sha256};

use crate::format::json;
use crate::platform::Platform;

/// What a machine of one ring and platform must hold.
#[derive(Clone, Debug)]
pub struct State {
    /// The ring.
    pub ring: String,
    /// The platform.
    pub platform: Platform,
    /// What is being configured.
    pub product: &'static Product,
    /// Folders that exist already. They are proved from the root down and never changed.
    pub parents: Vec<&'static str>,
    /// Folders that are ours, parents first: made or repaired, writable by administrators only.
    pub directories: Vec<&'static str>,
    /// Files, readable by everyone and writable by administrators only.
    pub files: Vec<File>,
    /// Values below `HKEY_LOCAL_MACHINE`, each a list of strings (`REG_MULTI_SZ`).
    pub registry: Vec<RegistryValue>,
    /// Managed preferences, which only a configuration profile can set.
    pub preferences: Vec<Preference>,
    /// What must not be there, removed only once everything above is in place.
    pub absent: Absent,
    /// What somebody types into the vendor's own console besides. No part of the digest: a machine does not hold it.
    pub console: Option<Console>,
}

/// A list for the vendor's own console, as one machine needs it.
#[derive(Clone, Debug)]
pub struct Console {
    /// Which list.
    pub list: &'static ConsoleList,
    /// An address, and a few words about it.
    pub rows: Vec<[String; 2]>,
}

/// A list that the vendor's own console takes.
#[derive(Debug)]
pub struct ConsoleList {
    /// Its files in a bundle, without an ending.
    pub path: &'static str,
    /// The names of its columns in the console.
    pub columns: [&'static str; 2],
    /// How many rows the console takes.
    pub most: usize,
    /// What to do with it, for the bundle's README.
    pub guide: &'static str,
    /// The same at length, in Markdown.
    pub page: &'static str,
}

/// A product that lowers policies into states.
#[derive(Debug)]
pub struct Product {
    /// Its name for people.
    pub name: &'static str,
    /// Its name in paths and identifiers.
    pub slug: &'static str,
    /// What users must do before a change takes effect, to be read after "users".
    pub takes_effect: &'static str,
    /// What an administrator must know besides, one sentence each.
    pub runbook: &'static [&'static str],
    /// The vendor's page about managing it.
    pub docs: &'static str,
    /// How macOS knows it.
    pub mac: MacApplication,
}

/// How macOS knows a product.
#[derive(Debug)]
pub struct MacApplication {
    /// The name in `/Applications`, as inventories report it.
    pub title: &'static str,
    /// The bundle identifiers under which it notifies.
    pub notifying_bundles: &'static [&'static str],
    /// The bundle identifier that asks for access to files.
    pub bundle: &'static str,
    /// What its signature must satisfy.
    pub code_requirement: &'static str,
    /// The team that signs it.
    pub team: &'static str,
    /// The launch daemons it brings, by label.
    pub daemons: &'static [&'static str],
    /// Everything its preference domain can hold.
    pub preferences: &'static [MacPreference],
}

/// A key that a preference domain can hold.
#[derive(Clone, Copy, Debug)]
pub struct MacPreference {
    /// What the catalog calls it.
    pub key: &'static str,
    /// What a person who types it may type, as a regular expression of JSON Schema.
    pub pattern: Option<&'static str>,
}

/// A file and its exact bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it stands, spelt as its platform spells paths.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl File {
    /// Its last name.
    pub fn name(&self) -> &str {
        self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path)
    }

    /// The SHA-256 of its bytes, in hexadecimal.
    pub fn sha256(&self) -> String {
        sha256(&self.bytes)
    }
}

/// A value of the Windows registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct RegistryValue {
    /// The key below `HKEY_LOCAL_MACHINE`.
    pub key: &'static str,
    /// The value's name.
    pub name: &'static str,
    /// Its strings, none of them empty.
    pub strings: Vec<String>,
}

/// A managed preference of macOS; the profile carries it and cannot be edited.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Preference {
    /// The preference domain.
    pub domain: &'static str,
    /// The key.
    pub key: &'static str,
    /// Its value; always a string.
    pub value: String,
}

/// What must not be there.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Absent {
    /// Files.
    pub files: Vec<String>,
    /// Registry values.
    pub registry: Vec<AbsentValue>,
}

/// A value of the Windows registry that must not be there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AbsentValue {
    /// The key below `HKEY_LOCAL_MACHINE`.
    pub key: &'static str,
    /// The value's name.
    pub name: &'static str,
}

/// The identity of a state: two machines with the same digest must hold the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest(String);

impl Digest {
    /// All 64 hexadecimal digits.
    pub fn full(&self) -> &str {
        &self.0
    }

    /// The first 16, which stand on every artifact and which a machine reports.
    pub fn short(&self) -> &str {
        &self.0[..16]
    }
}

impl State {
    /// The SHA-256 of the state in canonical form: what it holds as compact JSON.
    ///
    /// The ring's name is not part of it. A machine that moves between rings of equal content has not drifted.
    pub fn digest(&self) -> Digest {
        Digest(sha256(json::compact(self).as_bytes()))
    }
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let halves = Sha256::digest(bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.map(|half| char::from(DIGITS[usize::from(half)])).collect()
}

/// The canonical form, which is also how the manifest shows a state. Files stand for themselves by digest.
impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let files: Vec<_> =
            self.files.iter().map(|file| FileForm { path: &file.path, sha256: file.sha256() }).collect();
        let mut form = serializer.serialize_struct("State", 8)?;
        form.serialize_field("product", self.product.slug)?;
        form.serialize_field("platform", &self.platform)?;
        form.serialize_field("parents", &self.parents)?;
        form.serialize_field("directories", &self.directories)?;
        form.serialize_field("files", &files)?;
        form.serialize_field("registry", &self.registry)?;
        form.serialize_field("preferences", &self.preferences)?;
        form.serialize_field("absent", &self.absent)?;
        form.end()
    }
}

#[derive(serde::Serialize)]
struct FileForm<'a> {
    path: &'a str,
    sha256: String,
}
