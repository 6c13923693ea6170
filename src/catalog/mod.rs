//! What is known about every documented setting, read from the tables beside this file.
//!
//! Adding a setting is one table in the file of its section and no Rust.

mod daemon_options;
mod foreign;
mod format;
mod known_bad;
mod place;
pub mod registries;
mod requirement;
mod setting;
mod socket_commands;
mod weak;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

pub use self::daemon_options::{DaemonMisfit, DaemonOption, DaemonOptions, NoDaemonOption};
pub use self::foreign::{Foreign, ForeignKind};
pub use self::format::{Format, Misfit};
pub use self::known_bad::{Bug, Floor, Use};
pub(crate) use self::place::folders;
pub use self::requirement::Requirement;
pub use self::setting::{Alias, Hardened, Newer, Safer, Setting, Shape, Type, from_toml};
pub use self::socket_commands::{SocketCommand, SocketCommands};
pub use self::weak::{Weak, Weakness};

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

/// Every documented setting and every name that is often mistaken for one.
#[derive(Debug)]
pub struct Catalog {
    settings: Vec<Setting>,
    /// By the length of the key and then by the key: rules ask thousands of times, and most answers end at the length.
    by_key: Vec<usize>,
    /// By key in lower case, those that a policy can name.
    by_spelling: BTreeMap<String, usize>,
    /// By wrong name in lower case: the setting, and which of its aliases.
    by_alias: BTreeMap<String, Vec<(usize, usize)>>,
    /// By name in lower case.
    foreign: BTreeMap<String, Foreign>,
    bugs: Vec<Bug>,
    floors: Vec<Floor>,
    socket_commands: SocketCommands,
    daemon_options: DaemonOptions,
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

/// What keys are sorted by.
fn length_first(key: &str) -> (usize, &str) {
    (key.len(), key)
}

fn find<'s>(settings: &'s [Setting], by_key: &[usize], key: &str) -> Option<&'s Setting> {
    let at = by_key.binary_search_by_key(&length_first(key), |&index| length_first(&settings[index].key)).ok()?;
    Some(&settings[by_key[at]])
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
        let mut by_key: Vec<usize> = (0..settings.len()).collect();
        by_key.sort_by_key(|&index| length_first(&settings[index].key));
        for index in 0..settings.len() {
            let key = &settings[index].key;
            let group = key.split_once('.').filter(|(_, name)| *name != "locked").map(|(group, _)| group);
            settings[index].lock =
                group.and_then(|group| find(&settings, &by_key, &format!("{group}.locked"))).map(|lock| lock.index);
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
        let foreign = foreign::load().into_iter().map(|one| (one.name.to_ascii_lowercase(), one)).collect();
        let (bugs, floors) = known_bad::load();
        let (socket_commands, daemon_options) = (SocketCommands::load(), DaemonOptions::load());
        Self { settings, by_key, by_spelling, by_alias, foreign, bugs, floors, socket_commands, daemon_options }
    }

    /// All settings, in the order in which a generated file holds them.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The setting with this key.
    pub fn find(&self, key: &str) -> Option<&Setting> {
        find(&self.settings, &self.by_key, key)
    }

    /// Versions of Docker Desktop that fail with what a policy may use.
    pub fn bugs(&self) -> &[Bug] {
        &self.bugs
    }

    /// Versions from which something that a policy may rely on can no longer be got round.
    pub fn floors(&self) -> &[Floor] {
        &self.floors
    }

    /// The commands that can be taken from containers with the engine's socket.
    pub fn socket_commands(&self) -> &SocketCommands {
        &self.socket_commands
    }

    /// The options that the Docker daemon reads from its file.
    pub fn daemon_options(&self) -> &DaemonOptions {
        &self.daemon_options
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

    /// All names that are no setting, and no wrong name of one, in alphabetical order.
    pub fn foreign_names(&self) -> impl Iterator<Item = &Foreign> {
        self.foreign.values()
    }

    /// What is known about a name that is no setting, without regard to case.
    pub fn foreign(&self, name: &str) -> Option<&Foreign> {
        self.foreign.get(&name.to_ascii_lowercase())
    }
}
