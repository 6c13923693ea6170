//! What of an option's value the daemon cannot read: it does not start then.

use std::net::IpAddr;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::DaemonOption;
use crate::catalog::format::is_network;
use crate::finding::{nearest, one_of};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OptionType {
    Boolean,
    Integer,
    Text,
    Texts,
    Table,
    Tables,
    TextsByName,
    BooleansByName,
    TablesByName,
    /// Tables of texts, by name.
    TablesOfTexts,
}

/// A form without which the daemon does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OptionForm {
    /// An IP address.
    Address,
    /// A registry as a URL.
    Mirror,
    /// An IP address and the length of its prefix.
    Network,
    /// A name and its value.
    Pair,
    /// Bytes, with or without a unit.
    Size,
}

/// A part of an option's value that the daemon cannot read.
#[derive(Debug, PartialEq)]
pub struct DaemonMisfit {
    /// The names on the way to it, from the option on; an element of a list by its number.
    pub path: Vec<String>,
    /// Whether it is of the right type.
    pub has_type: bool,
    /// What is expected there.
    pub expected: String,
    /// What was probably meant.
    pub near: Option<Json>,
}

impl DaemonOption {
    /// What of its value the daemon cannot read; an absent value is as good as none.
    pub fn misfits(&self, value: &Json) -> Vec<DaemonMisfit> {
        let mut found = Vec::new();
        self.judge(self.kind, value, vec![self.name.clone()], &mut found);
        found
    }

    /// Collects the misfits of a part of the value, which must be of this kind.
    fn judge(&self, kind: OptionType, value: &Json, path: Vec<String>, found: &mut Vec<DaemonMisfit>) {
        if !kind.fits(value) {
            let mut expected = kind.expected().to_owned();
            if kind == OptionType::Table && !self.members.is_empty() {
                let names: Vec<String> = self.members.iter().map(|member| format!("`{}`", member.name)).collect();
                expected = format!("{expected} of {}", names.join(", "));
            }
            found.push(DaemonMisfit { path, has_type: false, expected, near: kind.near(value) });
            return;
        }
        if let Some((expected, near)) = self.wrong_text(value).or_else(|| self.wrong_number(value)) {
            found.push(DaemonMisfit { path: path.clone(), has_type: true, expected, near });
        }
        let mut inside = |name: &str, part: &Json| {
            let member = || self.members.iter().find(|member| member.name.eq_ignore_ascii_case(name));
            let expected = if kind == OptionType::Table {
                member().map(|member| (member, member.kind))
            } else {
                kind.inner().map(|inner| (self, inner))
            };
            if let Some((option, kind)) = expected {
                option.judge(kind, part, path.iter().cloned().chain([name.to_owned()]).collect(), found);
            }
        };
        match value {
            Json::Array(items) => {
                items.iter().enumerate().for_each(|(number, item)| inside(&number.to_string(), item));
            }
            Json::Object(members) => members.iter().for_each(|(name, part)| inside(name, part)),
            _ => {}
        }
    }

    /// What is expected in place of a text that the daemon does not take, and what was probably meant.
    fn wrong_text(&self, value: &Json) -> Option<(String, Option<Json>)> {
        let text = value.as_str().filter(|text| !text.is_empty())?;
        let word = text.to_lowercase();
        let is_known = self.values.iter().any(|known| if self.any_case { *known == word } else { known == text });
        if !self.values.is_empty() && !is_known {
            let words = || self.values.iter().map(String::as_str);
            let near = words().find(|known| word.starts_with(known)).or_else(|| nearest(&word, words()));
            return Some((one_of(words()), near.map(Json::from)));
        }
        let form = self.form.filter(|form| !form.fits(text))?;
        Some((form.expected().to_owned(), form.near(text).map(Json::from)))
    }

    fn wrong_number(&self, value: &Json) -> Option<(String, Option<Json>)> {
        let number = value.as_i64()?;
        let (least, most) = (self.least.unwrap_or(i64::MIN), self.most.unwrap_or(i64::MAX));
        let expected = match (self.least, self.most) {
            (Some(least), Some(most)) => format!("a whole number from {least} to {most}"),
            _ => format!("a whole number from {least} on"),
        };
        (number < least || number > most).then_some((expected, None))
    }
}

impl OptionForm {
    fn fits(self, text: &str) -> bool {
        match self {
            Self::Address => text.parse::<IpAddr>().is_ok(),
            Self::Mirror => ["http://", "https://"].iter().any(|scheme| {
                let rest = text.strip_prefix(scheme);
                rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#']))
            }),
            Self::Network => is_network(text),
            Self::Pair => text.split_once('=').is_some_and(|(name, _)| !name.is_empty()),
            Self::Size => is_size(text),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Address => "an IP address",
            Self::Mirror => "a URL such as `https://mirror.example`",
            Self::Network => "an address with its prefix, such as `172.20.0.1/16`",
            Self::Pair => "`name=value`",
            Self::Size => "a size, such as `64M`",
        }
    }

    /// What was probably meant.
    fn near(self, text: &str) -> Option<String> {
        let near = (self == Self::Mirror).then(|| format!("https://{text}"));
        near.filter(|near| !text.contains("://") && self.fits(near))
    }
}

/// Whether it is a number and at most one unit, as the daemon reads sizes.
fn is_size(text: &str) -> bool {
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let unit = text[digits.len()..].trim_start().to_lowercase();
    let unit = unit.strip_suffix("ib").or(unit.strip_suffix('b')).unwrap_or(&unit);
    digits.parse::<f64>().is_ok_and(|size| size >= 0.0) && matches!(unit, "" | "k" | "m" | "g" | "t" | "p")
}

impl OptionType {
    /// What its elements or members are, where they are all of a kind.
    fn inner(self) -> Option<Self> {
        match self {
            Self::Texts | Self::TextsByName => Some(Self::Text),
            Self::Tables | Self::TablesByName => Some(Self::Table),
            Self::TablesOfTexts => Some(Self::TextsByName),
            Self::BooleansByName => Some(Self::Boolean),
            Self::Boolean | Self::Integer | Self::Text | Self::Table => None,
        }
    }

    /// Whether a value is of this kind, without its elements. Go reads `null` as nothing.
    fn fits(self, value: &Json) -> bool {
        value.is_null()
            || match self {
                Self::Boolean => value.is_boolean(),
                Self::Integer => value.is_i64(),
                Self::Text => value.is_string(),
                Self::Texts | Self::Tables => value.is_array(),
                Self::Table | Self::TextsByName | Self::BooleansByName | Self::TablesByName | Self::TablesOfTexts => {
                    value.is_object()
                }
            }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Boolean => "`true` or `false`",
            Self::Integer => "a whole number",
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Tables => "a list of tables",
            Self::Table => "a table",
            Self::TextsByName => "a table of texts",
            Self::BooleansByName => "a table of truth values",
            Self::TablesByName | Self::TablesOfTexts => "a table of tables",
        }
    }

    /// What was probably meant.
    fn near(self, value: &Json) -> Option<Json> {
        match (self, value) {
            (Self::Boolean, Json::String(word)) => match word.to_lowercase().as_str() {
                "true" | "yes" | "on" => Some(json!(true)),
                "false" | "no" | "off" => Some(json!(false)),
                _ => None,
            },
            (Self::Integer, Json::String(digits)) => digits.trim().parse::<i64>().ok().map(Json::from),
            (Self::Text, Json::Bool(_) | Json::Number(_)) => Some(json!(value.to_string())),
            (Self::Texts, Json::String(_)) | (Self::Tables, Json::Object(_)) => Some(json!([value])),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use crate::catalog::catalog;

    #[test]
    fn what_the_daemon_cannot_read_is_found_with_what_was_meant() {
        let wrong = |name: &str, value: Json| -> Vec<(String, Option<String>)> {
            let option = catalog().daemon_options().find(name, false).expect(name);
            let near = |near: Option<Json>| near.map(|near| near.to_string());
            option.misfits(&value).into_iter().map(|misfit| (misfit.path.join("/"), near(misfit.near))).collect()
        };
        let one = |path: &str, near: Option<&str>| vec![(path.to_owned(), near.map(str::to_owned))];
        assert_eq!(wrong("debug", json!("yes")), one("debug", Some("true")));
        assert_eq!(wrong("debug", json!(1)), one("debug", None));
        assert_eq!(wrong("mtu", json!("1400")), one("mtu", Some("1400")));
        assert_eq!(wrong("mtu", json!(1.5)), one("mtu", None));
        assert_eq!(wrong("insecure-registries", json!("r")), one("insecure-registries", Some(r#"["r"]"#)));
        assert_eq!(wrong("insecure-registries", json!(["r", 5])), one("insecure-registries/1", Some(r#""5""#)));
        assert_eq!(
            wrong("log-opts", json!({ "max-file": 5, "max-size": "9m" })),
            one("log-opts/max-file", Some(r#""5""#))
        );
        assert_eq!(wrong("features", json!({ "buildkit": "true" })), one("features/buildkit", Some("true")));
        assert_eq!(wrong("default-address-pools", json!({})), one("default-address-pools", Some("[{}]")));
        assert_eq!(wrong("log-format", json!("JSON")), one("log-format", Some(r#""json""#)));
        assert_eq!(wrong("log-level", json!("warning")), one("log-level", Some(r#""warn""#)));
        let mirror = |text: &str| wrong("registry-mirrors", json!([text]));
        assert_eq!(mirror("mirror.example"), one("registry-mirrors/0", Some(r#""https://mirror.example""#)));
        assert_eq!(mirror("https://mirror.example?x"), one("registry-mirrors/0", None));
        assert_eq!(wrong("dns", json!(["10.0.0.53", "ns"])), one("dns/1", None));
        assert_eq!(wrong("bip", json!("172.20.0.1")), one("bip", None));
        for (name, value, path) in [
            ("max-concurrent-downloads", json!(-1), ""),
            ("max-concurrent-uploads", json!(-5), ""),
            ("mtu", json!(-1), ""),
            ("network-diagnostic-port", json!(70000), ""),
            ("labels", json!(["a"]), "/0"),
            ("default-shm-size", json!("large"), ""),
            ("default-shm-size", json!("64 X"), ""),
            ("exec-opts", json!(["native.cgroupdriver"]), "/0"),
            ("labels", json!(["=a"]), "/0"),
            ("node-generic-resources", json!(["x"]), "/0"),
            ("builder", json!({ "gc": "x" }), "/gc"),
            ("builder", json!({ "GC": { "Enabled": "true" } }), "/GC/Enabled"),
            ("default-ulimits", json!({ "nofile": 64000 }), "/nofile"),
            ("default-ulimits", json!({ "nofile": { "Hard": "64000" } }), "/nofile/Hard"),
            ("runtimes", json!({ "x": "/x" }), "/x"),
            ("default-network-opts", json!({ "bridge": "x" }), "/bridge"),
            ("default-network-opts", json!({ "bridge": { "x": 1 } }), "/bridge/x"),
            ("default-address-pools", json!([{ "base": "10.0.0.0/8", "size": "24" }]), "/0/size"),
        ] {
            let found: Vec<String> = wrong(name, value).into_iter().map(|(path, _)| path).collect();
            assert_eq!(found, [format!("{name}{path}")]);
        }
        for (name, value) in [
            ("dns", json!(["10.0.0.53", "fd00::53"])),
            ("bip", json!("172.20.0.1/16")),
            ("registry-mirrors", json!(["https://mirror.example", "http://mirror.example:5000/hub"])),
            ("debug", json!(null)),
            ("log-level", json!("INFO")),
            ("builder", json!({ "gc": { "enabled": true } })),
            ("hosts", json!([])),
            ("mtu", json!(0)),
            ("default-shm-size", json!("64M")),
            ("default-shm-size", json!("1.5 GiB")),
            ("default-shm-size", json!("67108864")),
            ("labels", json!(["a=", "com.example/a=b=c"])),
            ("default-ulimits", json!({ "nofile": { "Name": "nofile", "Hard": 64000, "Soft": 64000 } })),
            ("runtimes", json!({ "x": { "path": "/x", "runtimeArgs": ["-v"], "options": { "a": 1 } } })),
            ("default-network-opts", json!({ "bridge": { "com.docker.network.driver.mtu": "1400" } })),
            ("default-address-pools", json!([{ "base": "10.0.0.0/8", "size": 24 }])),
        ] {
            assert_eq!(wrong(name, value), [], "{name}");
        }
    }
}
