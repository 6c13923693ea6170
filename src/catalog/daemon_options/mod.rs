//! The options that the Docker daemon reads from its file, from `daemon-options.toml`.

mod misfit;

use serde::Deserialize;

pub use self::misfit::DaemonMisfit;
use self::misfit::{OptionForm, OptionType};
use crate::finding::nearest;

/// One option, or a member of the tables that one holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaemonOption {
    name: String,
    #[serde(rename = "type")]
    kind: OptionType,
    /// The words that it takes, where those are few.
    #[serde(default)]
    values: Vec<String>,
    /// Whether it takes them in any case.
    #[serde(default)]
    any_case: bool,
    /// The form of its text, or of each text of its list.
    form: Option<OptionForm>,
    /// The smallest number that it takes.
    least: Option<i64>,
    /// The largest.
    most: Option<i64>,
    /// What is read of its table, or of each table that it holds. The daemon ignores other members, and the case of names.
    #[serde(default)]
    members: Vec<DaemonOption>,
    /// Its name on the command line, where that is another one.
    flag: Option<String>,
    /// Why the engine of Docker Desktop may not start with it, although the daemon has it.
    trouble: Option<String>,
    /// Whether the daemon of Windows containers has it.
    #[serde(default)]
    windows: bool,
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

impl DaemonOption {
    /// Why the engine of Docker Desktop may not start with it, although the daemon has it.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }
}

impl DaemonOptions {
    pub(super) fn load() -> Self {
        toml::from_str(include_str!("../daemon-options.toml"))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::NoDaemonOption::{Flag, LinuxOnly, Misspelt, OfProxies, Unknown};
    use crate::catalog::catalog;

    #[test]
    fn a_name_is_told_from_its_neighbours() {
        let find = |name, windows| catalog().daemon_options().find(name, windows).err();
        for (name, of_linux, of_windows) in [
            ("registry-mirrors", None, None),
            ("min-api-version", None, None),
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
}
