//! What is known about every documented setting, read from the tables beside this file.
//!
//! Adding a setting is one table in the file of its section and no Rust.

mod foreign;
mod format;
mod known_bad;
mod place;
pub mod registries;
mod weak;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

pub use self::foreign::{Foreign, ForeignKind};
pub use self::format::{Format, Misfit};
pub use self::known_bad::{Bug, Floor, Use};
pub(crate) use self::place::folders;
pub use self::weak::{Weak, Weakness};
use crate::platform::Platform;
use crate::value::Value;
use crate::version::Version;

/// The sections of Docker's settings reference, in its order.
const SECTIONS: &[(&str, &str)] = &[
    ("General", include_str!("general.toml")),
    ("Extensions", include_str!("extensions.toml")),
    ("AI", include_str!("ai.toml")),
    ("File sharing and emulation", include_str!("file-sharing.toml")),
    ("Scout", include_str!("scout.toml")),
    ("Proxy", include_str!("proxy.toml")),
    ("Containers proxy", include_str!("containers-proxy.toml")),
    ("Linux VM", include_str!("linux-vm.toml")),
    ("Windows containers", include_str!("windows-containers.toml")),
    ("Kubernetes", include_str!("kubernetes.toml")),
    ("Networking", include_str!("networking.toml")),
    ("Enhanced Container Isolation", include_str!("enhanced-container-isolation.toml")),
    ("Features in development", include_str!("beta.toml")),
    ("Sign-in", include_str!("sign-in.toml")),
    ("Docker Sandboxes", include_str!("sandboxes.toml")),
];

/// How a setting stands in `admin-settings.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// `{ locked, value }`.
    Setting,
    /// `{ locked, …fields }`, with or without a field called `value`.
    Group,
    /// An object that only holds settings and has no lock.
    Section,
    /// A member of a group.
    Field,
    /// A member of a group that only holds further fields.
    Object,
    /// A list without a lock.
    List,
    /// The value itself.
    Bare,
    /// Not part of `admin-settings.json`: a sign-in channel or another product's store.
    Channel,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// Text, often in a [`Format`].
    String,
    /// One of a few words.
    Enum,
    /// A list of texts.
    Strings,
    /// A list of `{ path, sharedByDefault }`.
    Directories,
    /// Text that is itself a JSON object; a policy may give it as a table.
    Json,
    /// Holds other settings.
    Object,
    /// It matters that the file exists, not what it says.
    Presence,
}

/// Which value is safer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Safer {
    /// This truth value.
    Boolean(bool),
    /// Words, safest first.
    Order(Vec<String>),
    /// `locked`, `subset`, `superset`, `empty` or `depends`.
    Rule(String),
}

/// What a hardened fleet does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hardened {
    /// The value, where it is one concrete value.
    pub value: Option<toml::Value>,
    /// Whether it is locked; absent where there is no lock.
    pub locked: Option<bool>,
    /// `docs`, `older docs` or `inferred`.
    pub from: String,
    /// What the value alone does not say.
    pub note: Option<String>,
}

/// A wrong name that circulates for a setting.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// The wrong name.
    pub name: String,
    /// Where it comes from: `guide`, `reference`, `user-settings`, `legacy`, `draft` or `wild`.
    pub from: String,
    /// `same`, `inverted`, or the conversion its value needs.
    pub value: String,
    /// More, where needed.
    pub note: Option<String>,
}

/// One documented setting.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The path of names in its file, spelt as Docker spells it: `kubernetes.enabled`.
    pub key: String,
    /// The file or store it belongs to, when that is not `admin-settings.json`.
    pub file: Option<String>,
    /// How it stands there.
    pub shape: Shape,
    /// What its value is.
    #[serde(rename = "type")]
    pub kind: Type,
    /// The words an enum allows.
    #[serde(default)]
    pub values: Vec<String>,
    /// The smallest and the largest number allowed.
    pub range: Option<[i64; 2]>,
    /// The form its text, or each text of its list, must have.
    pub format: Option<Format>,
    /// What Docker Desktop does when nobody says anything.
    pub default: Option<toml::Value>,
    /// The Docker Desktop from which it does that; an older one may do something else.
    #[serde(rename = "default-since")]
    pub default_since: Option<Version>,
    /// Where Docker Desktop knows it.
    #[serde(default = "all_platforms")]
    pub platforms: Vec<Platform>,
    /// The first Docker Desktop that knows it.
    pub since: Option<Version>,
    /// The first Docker Desktop with which it is no longer early access, for a channel.
    pub general: Option<Version>,
    /// How sure `since` is: `medium` or `low`; absent when a vendor page prints it.
    pub confidence: Option<String>,
    /// The Docker Desktop from which it has no effect.
    pub deprecated: Option<Version>,
    /// The setting that took its place.
    pub instead: Option<String>,
    /// The Docker Desktop that no longer knows it.
    pub removed: Option<Version>,
    /// Settings without which it does nothing, as `key=value`.
    #[serde(default)]
    pub requires: Vec<String>,
    /// Other things without which it does nothing.
    #[serde(default)]
    pub needs: Vec<String>,
    /// The switches of the installers without which it does nothing.
    pub installer: Option<String>,
    /// What it does on the machine, in one sentence.
    pub about: String,
    /// Which value is safer; absent when it is not a matter of safety.
    pub safer: Option<Safer>,
    /// Why.
    pub why: Option<String>,
    /// Values that are weak besides the opposite of a safer truth value.
    #[serde(default)]
    pub weak: Vec<Weak>,
    /// What a hardened fleet does.
    pub hardened: Option<Hardened>,
    /// Wrong names that circulate.
    #[serde(default)]
    pub aliases: Vec<Alias>,
    /// What an administrator should know besides.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Its name in the user's `settings-store.json`.
    pub store: Option<String>,
    /// Its label in Docker Home.
    pub home: Option<String>,
    /// The vendor page that documents it.
    pub docs: String,
    /// The section of Docker's settings reference.
    #[serde(skip)]
    pub section: &'static str,
    /// Its place in the catalog, which is also its place in a generated file.
    #[serde(skip)]
    pub index: usize,
    /// The place in the catalog of the lock of its group, for a member of a group.
    #[serde(skip)]
    pub lock: Option<usize>,
}

fn all_platforms() -> Vec<Platform> {
    Platform::ALL.to_vec()
}

impl Setting {
    /// Whether it can stand in `admin-settings.json`.
    pub fn is_admin_setting(&self) -> bool {
        self.shape != Shape::Channel
    }

    /// Whether a person who writes a policy gives it a value, rather than its members.
    pub fn takes_a_value(&self) -> bool {
        matches!(self.shape, Shape::Setting | Shape::Field | Shape::List)
    }

    /// Its last name: `enabled` of `kubernetes.enabled`.
    pub fn name(&self) -> &str {
        self.key.rsplit('.').next().unwrap_or(&self.key)
    }

    /// The default as a value of a policy.
    pub fn default_value(&self) -> Option<Value> {
        self.default.as_ref().map(from_toml)
    }
}

/// A value of a catalog table as a value of a policy.
pub fn from_toml(value: &toml::Value) -> Value {
    match value {
        toml::Value::Boolean(truth) => Value::Boolean(*truth),
        toml::Value::Integer(number) => Value::Integer(*number),
        toml::Value::Float(number) => Value::Float(*number),
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(values) => Value::List(values.iter().map(from_toml).collect()),
        toml::Value::Table(table) => {
            Value::Table(table.iter().map(|(name, value)| (name.clone(), from_toml(value))).collect())
        }
    }
}

/// Every documented setting and every name that is often mistaken for one.
#[derive(Debug)]
pub struct Catalog {
    settings: Vec<Setting>,
    by_key: BTreeMap<String, usize>,
    /// By key in lower case, those that a policy can name.
    by_spelling: BTreeMap<String, usize>,
    /// By wrong name in lower case: the setting, and which of its aliases.
    by_alias: BTreeMap<String, Vec<(usize, usize)>>,
    /// By name in lower case.
    foreign: BTreeMap<String, Foreign>,
    bugs: Vec<Bug>,
    floors: Vec<Floor>,
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::load);

/// The catalog that is part of this program.
pub fn catalog() -> &'static Catalog {
    &CATALOG
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFile {
    setting: Vec<Setting>,
}

impl Catalog {
    fn load() -> Self {
        let mut settings = Vec::new();
        for (section, text) in SECTIONS {
            let file: SectionFile =
                toml::from_str(text).unwrap_or_else(|error| panic!("the catalog section {section} is broken: {error}"));
            for mut setting in file.setting {
                setting.section = section;
                setting.index = settings.len();
                settings.push(setting);
            }
        }
        let by_key: BTreeMap<_, _> = settings.iter().map(|setting| (setting.key.clone(), setting.index)).collect();
        for setting in &mut settings {
            let group = setting.key.split_once('.').filter(|(_, name)| *name != "locked").map(|(group, _)| group);
            setting.lock = group.and_then(|group| by_key.get(&format!("{group}.locked")).copied());
        }
        let can_be_named = |setting: &&Setting| setting.is_admin_setting() && !setting.key.contains("[]");
        let by_spelling = settings.iter().filter(can_be_named);
        let by_spelling = by_spelling.map(|setting| (setting.key.to_ascii_lowercase(), setting.index)).collect();
        let mut by_alias: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for setting in &settings {
            for (at, alias) in setting.aliases.iter().enumerate() {
                by_alias.entry(alias.name.to_ascii_lowercase()).or_default().push((setting.index, at));
            }
        }
        // The first of two that differ in case only counts.
        let foreign = foreign::load().into_iter().rev().map(|one| (one.name.to_ascii_lowercase(), one)).collect();
        let (bugs, floors) = known_bad::load();
        Self { settings, by_key, by_spelling, by_alias, foreign, bugs, floors }
    }

    /// All settings, in the order in which a generated file holds them.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The setting with this key.
    pub fn find(&self, key: &str) -> Option<&Setting> {
        self.by_key.get(key).map(|&index| &self.settings[index])
    }

    /// Versions of Docker Desktop that fail with what a policy may use.
    pub fn bugs(&self) -> &[Bug] {
        &self.bugs
    }

    /// Versions from which something that a policy may rely on can no longer be got round.
    pub fn floors(&self) -> &[Floor] {
        &self.floors
    }

    /// The setting that a policy can name with this key, without regard to case.
    pub fn respelt(&self, key: &str) -> Option<&Setting> {
        self.by_spelling.get(&key.to_ascii_lowercase()).map(|&index| &self.settings[index])
    }

    /// The names that can stand directly below `parent`, in catalog order; those at the top when `parent` is empty.
    pub fn members(&self, parent: &str) -> Vec<&str> {
        let mut names = Vec::new();
        for setting in self.settings.iter().filter(|setting| setting.is_admin_setting()) {
            let rest = match parent {
                "" => Some(setting.key.as_str()),
                _ => setting.key.strip_prefix(parent).and_then(|rest| rest.strip_prefix('.')),
            };
            let name = rest.and_then(|rest| rest.split('.').next()).filter(|name| !name.contains("[]"));
            if let Some(name) = name.filter(|name| !names.contains(name)) {
                names.push(name);
            }
        }
        names
    }

    /// The settings for which `name` is a wrong name in circulation, without regard to case; the same spelling first.
    pub fn aliased<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = (&'a Setting, &'a Alias)> + use<'a, 'n> {
        let aliases = self.by_alias.get(&name.to_ascii_lowercase()).map_or(&[][..], Vec::as_slice);
        let aliases =
            move || aliases.iter().map(|&(setting, at)| (&self.settings[setting], &self.settings[setting].aliases[at]));
        let exactly = aliases().filter(move |(_, alias)| alias.name == name);
        exactly.chain(aliases().filter(move |(_, alias)| alias.name != name))
    }

    /// What is known about a name that is no setting, without regard to case.
    pub fn foreign(&self, name: &str) -> Option<&Foreign> {
        self.foreign.get(&name.to_ascii_lowercase())
    }
}
