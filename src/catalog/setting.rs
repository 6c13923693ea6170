//! What a table of the catalog says about one setting.

use serde::Deserialize;

use super::{Format, Requirement, Weak};
use crate::platform::Platform;
use crate::value::Value;
use crate::version::Version;
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
    /// Where it comes from: `guide`, `reference`, `user-settings`, `legacy`, `draft` or `wild`; `likely` is what people
    /// write who do not look.
    pub from: String,
    /// `same`, `inverted`, or the conversion its value needs.
    pub value: String,
    /// More, where needed.
    pub note: Option<String>,
}

/// A value that came later than its setting.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newer {
    /// The text, or an element of the list.
    pub value: String,
    /// The first Docker Desktop that knows it.
    pub since: Version,
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
    /// Values that came later.
    #[serde(default)]
    pub newer: Vec<Newer>,
    /// How sure `since` is: `medium` or `low`; absent when a vendor page prints it.
    pub confidence: Option<String>,
    /// The Docker Desktop from which it has no effect.
    pub deprecated: Option<Version>,
    /// The setting that took its place.
    pub instead: Option<String>,
    /// The Docker Desktop that no longer knows it.
    pub removed: Option<Version>,
    /// What it needs of other settings to act.
    #[serde(default)]
    pub requires: Vec<Requirement>,
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

pub(super) fn all_platforms() -> Vec<Platform> {
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
