//! The options that the Docker daemon reads from its file, from `daemon-options.toml`.

use std::net::IpAddr;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::finding::{nearest, one_of};

/// One option.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaemonOption {
    name: String,
    #[serde(rename = "type")]
    kind: OptionType,
    /// The words that it takes, where those are few.
    #[serde(default)]
    values: Vec<String>,
    /// The form of its text, or of each text of its list.
    form: Option<OptionForm>,
    /// Its name on the command line, where that is another one.
    flag: Option<String>,
    /// Whether the daemon of Windows containers has it.
    #[serde(default)]
    windows: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OptionType {
    Boolean,
    Integer,
    Text,
    Texts,
    Table,
    Tables,
    TextsByName,
    BooleansByName,
}

/// A form without which the daemon does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OptionForm {
    /// An IP address.
    Address,
    /// A registry as a URL.
    Mirror,
    /// An IP address and the length of its prefix.
    Network,
}

/// All of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaemonOptions {
    option: Vec<DaemonOption>,
    proxies: Vec<String>,
}

/// A name that is no option of the daemon.
#[derive(Debug, PartialEq, Eq)]
pub enum NoDaemonOption<'a> {
    /// It is what this option is called on the command line; in the file it does nothing.
    Flag(&'a str),
    /// It is a flag that the file has inside `proxies`, and does nothing elsewhere.
    OfProxies,
    /// Only the daemon of Linux containers has it.
    LinuxOnly,
    /// Nobody documents it, and this one was probably meant.
    Misspelt(&'a str),
    /// Nobody documents it.
    Unknown,
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

impl DaemonOptions {
    pub(super) fn load() -> Self {
        toml::from_str(include_str!("daemon-options.toml"))
            .unwrap_or_else(|error| panic!("daemon-options.toml is broken: {error}"))
    }

    /// The option of a name, of the daemon for Windows containers or of that for Linux containers.
    pub fn find(&self, name: &str, windows: bool) -> Result<&DaemonOption, NoDaemonOption<'_>> {
        if let Some(option) = self.option.iter().find(|option| option.name == name) {
            return if option.windows || !windows { Ok(option) } else { Err(NoDaemonOption::LinuxOnly) };
        }
        let of_engine = || self.option.iter().filter(|option| option.windows || !windows);
        if let Some(option) = of_engine().find(|option| option.flag.as_deref() == Some(name)) {
            return Err(NoDaemonOption::Flag(&option.name));
        }
        if self.proxies.iter().any(|flag| flag == name) {
            return Err(NoDaemonOption::OfProxies);
        }
        let near = nearest(name, of_engine().map(|option| option.name.as_str()));
        Err(near.map_or(NoDaemonOption::Unknown, NoDaemonOption::Misspelt))
    }
}

impl DaemonOption {
    /// What of its value the daemon cannot read; an absent value is as good as none.
    pub fn misfits(&self, value: &Json) -> Vec<DaemonMisfit> {
        let at = |path: &[&str]| [self.name.as_str()].iter().chain(path).map(ToString::to_string).collect();
        let misfit = |path: &[&str], kind: OptionType, value: &Json| {
            let expected = kind.expected().to_owned();
            (!kind.fits(value)).then(|| DaemonMisfit {
                path: at(path),
                has_type: false,
                expected,
                near: kind.near(value),
            })
        };
        let whole = misfit(&[], self.kind, value);
        if whole.is_some() {
            return whole.into_iter().collect();
        }
        let word = value.as_str().map(str::to_lowercase).filter(|word| !self.values.is_empty() && !word.is_empty());
        if let Some(word) = word.filter(|word| !self.values.contains(word)) {
            let words = || self.values.iter().map(String::as_str);
            let near =
                words().find(|known| word.starts_with(known)).or_else(|| nearest(&word, words())).map(Json::from);
            let expected = one_of(words());
            return vec![DaemonMisfit { path: at(&[]), has_type: true, expected, near }];
        }
        let inner = self.kind.inner();
        let misfit = |path: &[&str], value: &Json| {
            let of_type = inner.and_then(|inner| misfit(path, inner, value));
            let text = value.as_str().filter(|text| !text.is_empty());
            let of_form = || {
                let (form, text) = self.form.zip(text).filter(|(form, text)| !form.fits(text))?;
                let expected = form.expected().to_owned();
                Some(DaemonMisfit { path: at(path), has_type: true, expected, near: form.near(text).map(Json::from) })
            };
            of_type.or_else(of_form)
        };
        match value {
            Json::Array(items) => {
                let items = items.iter().enumerate();
                items.filter_map(|(number, item)| misfit(&[&number.to_string()], item)).collect()
            }
            Json::Object(members) => members.iter().filter_map(|(name, member)| misfit(&[name], member)).collect(),
            one => misfit(&[], one).into_iter().collect(),
        }
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
            Self::Network => text.split_once('/').is_some_and(|(address, bits)| {
                let most = address.parse::<IpAddr>().map(|address| if address.is_ipv4() { 32 } else { 128 });
                most.is_ok_and(|most| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
            }),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Address => "an IP address",
            Self::Mirror => "a URL such as `https://mirror.example`",
            Self::Network => "an address with its prefix, such as `172.20.0.1/16`",
        }
    }

    /// What was probably meant.
    fn near(self, text: &str) -> Option<String> {
        let near = (self == Self::Mirror).then(|| format!("https://{text}"));
        near.filter(|near| !text.contains("://") && self.fits(near))
    }
}

impl OptionType {
    /// What its elements or members are, where they are all of a kind.
    fn inner(self) -> Option<Self> {
        match self {
            Self::Texts | Self::TextsByName => Some(Self::Text),
            Self::Tables => Some(Self::Table),
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
                Self::Table | Self::TextsByName | Self::BooleansByName => value.is_object(),
            }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Boolean => "`true` or `false`",
            Self::Integer => "a whole number",
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Tables => "a list of tables",
            Self::Table | Self::TextsByName | Self::BooleansByName => "a table",
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
    use std::collections::BTreeSet;

    use serde_json::{Value as Json, json};

    use super::NoDaemonOption::{Flag, LinuxOnly, Misspelt, OfProxies, Unknown};
    use crate::catalog::catalog;

    #[test]
    fn a_name_is_told_from_its_neighbours() {
        let find = |name, windows| catalog().daemon_options().find(name, windows).err();
        for (name, of_linux, of_windows) in [
            ("registry-mirrors", None, None),
            ("registry-mirror", Some(Flag("registry-mirrors")), Some(Flag("registry-mirrors"))),
            ("http-proxy", Some(OfProxies), Some(OfProxies)),
            ("iptables", None, Some(LinuxOnly)),
            ("debgu", Some(Misspelt("debug")), Some(Misspelt("debug"))),
            ("Debug", Some(Misspelt("debug")), Some(Misspelt("debug"))),
            ("iptable", Some(Misspelt("iptables")), Some(Unknown)),
            ("nonsense", Some(Unknown), Some(Unknown)),
        ] {
            assert_eq!((find(name, false), find(name, true)), (of_linux, of_windows), "{name}");
        }
    }

    #[test]
    fn each_name_is_there_once() {
        let all = catalog().daemon_options();
        let names = all.option.iter().map(|option| &option.name);
        let names: Vec<_> = names.chain(all.option.iter().filter_map(|option| option.flag.as_ref())).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }

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
        assert_eq!(wrong("log-level", json!("warning")), one("log-level", Some(r#""warn""#)));
        let mirror = |text: &str| wrong("registry-mirrors", json!([text]));
        assert_eq!(mirror("mirror.example"), one("registry-mirrors/0", Some(r#""https://mirror.example""#)));
        assert_eq!(mirror("https://mirror.example?x"), one("registry-mirrors/0", None));
        assert_eq!(wrong("dns", json!(["10.0.0.53", "ns"])), one("dns/1", None));
        assert_eq!(wrong("bip", json!("172.20.0.1")), one("bip", None));
        for (name, value) in [
            ("dns", json!(["10.0.0.53", "fd00::53"])),
            ("bip", json!("172.20.0.1/16")),
            ("registry-mirrors", json!(["https://mirror.example", "http://mirror.example:5000/hub"])),
            ("debug", json!(null)),
            ("log-level", json!("INFO")),
            ("builder", json!({ "gc": { "enabled": true } })),
            ("hosts", json!([])),
        ] {
            assert_eq!(wrong(name, value), [], "{name}");
        }
    }
}
