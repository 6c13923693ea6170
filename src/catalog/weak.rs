//! Values that the catalog calls weak, and what of a setting's value is one of them.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::place::{folders, matches};
use super::{Setting, Type};

/// A value that weakens what the setting is for, where `safer` alone does not say so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weak {
    /// The text, an element of a list, the path of a directory, or the daemon option.
    pub value: String,
    /// How the elements of the daemon option begin that are not weak; without it every value of the option is.
    #[serde(default)]
    pub unless: Vec<String>,
    /// What it means on a machine, to be read after "`value`".
    pub effect: String,
    /// What to write instead; no full stop.
    pub instead: Option<String>,
    /// The folders of a path, taken apart once: a policy has hundreds of rings.
    #[serde(skip)]
    folders: OnceLock<Vec<String>>,
}

/// A part of a value that is weak.
#[derive(Debug)]
pub struct Weakness<'a> {
    /// The row of the catalog.
    pub weak: &'a Weak,
    /// The part: the names on the way to it, an element of a list by its number. Empty for the whole value.
    pub path: Vec<String>,
}

impl Setting {
    /// What of a value is weak.
    pub fn weaknesses(&self, value: &impl Serialize) -> Vec<Weakness<'_>> {
        // Most settings have no such values, and a policy has hundreds of rings.
        if self.weak.is_empty() {
            return Vec::new();
        }
        let value = json!(value);
        let found = |weak, path| Weakness { weak, path };
        match self.kind {
            Type::Json => {
                let options: Json = value.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
                let parts = |weak: &Weak| options.get(&weak.value).map(|option| weak.parts(option)).unwrap_or_default();
                self.weak.iter().flat_map(|weak| parts(weak).into_iter().map(move |path| found(weak, path))).collect()
            }
            Type::Directories => {
                let paths = value.as_array().into_iter().flatten().map(|entry| entry["path"].as_str());
                let broad = |path| {
                    let path = folders(path);
                    self.weak.iter().find(|weak| matches(&path, weak.folders.get_or_init(|| folders(&weak.value))))
                };
                let place = |at: usize| vec![at.to_string(), "path".to_owned()];
                paths.enumerate().filter_map(|(at, path)| Some(found(broad(path?)?, place(at)))).collect()
            }
            Type::Strings => {
                let items = value.as_array().into_iter().flatten().enumerate();
                let row = |item: &Json| self.weak.iter().find(|weak| item.as_str() == Some(&weak.value));
                items.filter_map(|(at, item)| Some(found(row(item)?, vec![at.to_string()]))).collect()
            }
            _ => {
                let of_value = self.weak.iter().filter(|weak| value.as_str() == Some(&weak.value));
                of_value.map(|weak| found(weak, Vec::new())).collect()
            }
        }
    }
}

impl Weak {
    /// The parts of a daemon option that are weak, from the option's name on.
    fn parts(&self, option: &Json) -> Vec<Vec<String>> {
        let name = || vec![self.value.clone()];
        let is_fine = |text: &str| self.unless.iter().any(|start| text.starts_with(start.as_str()));
        match option {
            Json::Null => Vec::new(),
            Json::Array(items) if items.is_empty() => Vec::new(),
            _ if self.unless.is_empty() => vec![name()],
            Json::Array(items) => {
                let weak = items.iter().enumerate().filter(|(_, item)| !item.as_str().is_some_and(is_fine));
                weak.map(|(at, _)| vec![self.value.clone(), at.to_string()]).collect()
            }
            one => {
                if one.as_str().is_some_and(is_fine) {
                    Vec::new()
                } else {
                    vec![name()]
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::catalog::catalog;

    #[test]
    fn each_weak_part_is_told_from_its_neighbours() {
        let weak = |options: serde_json::Value| {
            let setting = catalog().find("linuxVM.dockerDaemonOptions").expect("in the catalog");
            let found = setting.weaknesses(&json!(options.to_string()));
            found.into_iter().map(|found| found.path.join("/")).collect::<Vec<_>>()
        };
        assert_eq!(weak(json!({ "insecure-registries": ["a"], "debug": true })), ["insecure-registries"]);
        assert_eq!(weak(json!({ "insecure-registries": [], "hosts": null })), [""; 0]);
        let hosts = json!({ "hosts": ["unix:///x", "tcp://0.0.0.0:2375", "fd://", "0.0.0.0:2375", 1] });
        assert_eq!(weak(hosts), ["hosts/1", "hosts/3", "hosts/4"]);
        assert_eq!((weak(json!({ "hosts": "tcp://x" })).len(), weak(json!({ "hosts": "npipe://x" })).len()), (1, 0));
    }
}
