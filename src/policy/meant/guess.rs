//! The setting that a wrong name probably means, from the catalog alone: it knows no file, and says nothing.

use toml::de::DeTable;

use crate::catalog::{Alias, Foreign, Setting, catalog};
use crate::finding::nearest;
use crate::policy::settings;

/// What a name that is no setting is about.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    /// The group or the setting at this path, further inside.
    Inside(&'static str),
    /// A setting, by a wrong name that circulates.
    Called(&'static Setting, &'static Alias),
    /// A setting, with other capitals or with a dot too many or too few.
    Spelt(&'static Setting),
    /// Something that is known, and no setting.
    Foreign(&'static Foreign),
    /// A name of the same table that looks like it.
    Beside(&'static str),
    /// A setting whose path looks like it.
    Near(&'static str),
    /// A setting of which a wrong name that circulates looks like it.
    NearlyCalled(&'static Setting, &'static Alias),
}

impl Meaning {
    /// What `name` in the table at `parent` is known to mean.
    pub(super) fn known(parent: &str, name: &str, is_table: bool) -> Option<Self> {
        let (catalog, path) = (catalog(), settings::join(parent, name));
        let called = || {
            let anywhere = catalog.aliased(name).filter(|_| !parent.is_empty());
            // Only a table has members to take out of it.
            let mut here = catalog.aliased(&path).filter(|(_, alias)| is_table || alias.value != "unwrap");
            let cased = || catalog.respelt(&path).filter(|_| !parent.is_empty()).map(Self::Spelt);
            let elsewhere = || called_so(parent, name).into_iter().chain(anywhere).next();
            let called = |(setting, alias)| Self::Called(setting, alias);
            here.next().map(called).or_else(cased).or_else(|| elsewhere().map(called))
        };
        let spelt = || catalog.respelt(&path).or_else(|| catalog.respelt(&path.replace('.', ""))).map(Self::Spelt);
        let foreign = || catalog.foreign(&path).or_else(|| catalog.foreign(name)).map(Self::Foreign);
        let inside = inner_group(name).filter(|_| is_table).map(Self::Inside);
        let deeper = || deeper(parent, name).map(|setting| Self::Inside(&setting.key));
        if let Some(group) = cased_group(parent, name) {
            return Some(Self::Beside(group));
        }
        inside.or_else(called).or_else(spelt).or_else(deeper).or_else(foreign)
    }

    /// Whether a name at the top of a table of settings is one, or is known to mean one.
    pub(super) fn is_setting(name: &str) -> bool {
        let is_ours =
            catalog().find(name).is_some_and(Setting::is_admin_setting) || !catalog().members(name).is_empty();
        is_ours || Self::known("", name, false).is_some_and(|meaning| !matches!(meaning, Self::Foreign(_)))
    }

    /// What a name that nothing is known about looks like.
    pub(super) fn guessed(parent: &str, name: &str) -> Option<Self> {
        let near = || nearest_setting(&settings::join(parent, name)).map(Self::Near);
        let circulating = || nearest_alias(parent, name).map(|(setting, alias)| Self::NearlyCalled(setting, alias));
        sibling(parent, name).map(Self::Beside).or_else(near).or_else(circulating)
    }

    /// The path of what is meant by a name in the table at `parent`.
    pub(super) fn path(self, parent: &str) -> Option<String> {
        match self {
            Self::Inside(path) | Self::Near(path) => Some(path.to_owned()),
            Self::Called(setting, _) | Self::NearlyCalled(setting, _) | Self::Spelt(setting) => {
                Some(setting.key.clone())
            }
            Self::Beside(name) => Some(settings::join(parent, name)),
            Self::Foreign(_) => None,
        }
    }
}

/// The path of the group inside another one that has this name, where there is one only: `imageList`.
fn inner_group(name: &str) -> Option<&'static str> {
    let mut found = catalog().settings().iter().filter(|setting| setting.is_admin_setting()).filter_map(|setting| {
        let at = setting.key.find(&format!(".{name}."))?;
        Some(&setting.key[..=at + name.len()])
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// The group in this one whose name differs in case alone: `imagelist` for `imageList`.
fn cased_group(parent: &str, name: &str) -> Option<&'static str> {
    let is_group = |group: &&str| !catalog().members(&settings::join(parent, group)).is_empty();
    let is_it = |group: &&str| *group != name && group.eq_ignore_ascii_case(name);
    catalog().members(parent).iter().copied().filter(|_| !parent.is_empty()).filter(is_it).find(is_group)
}

/// The setting that has this name further inside a group, where there is one only: `images` in `dockerSocketMount`.
fn deeper(group: &str, name: &str) -> Option<&'static Setting> {
    if group.is_empty() || ["value", "enabled", "locked"].contains(&name) {
        return None;
    }
    let (start, end) = (format!("{group}."), format!(".{name}"));
    let mut found = catalog().settings().iter().filter(|setting| {
        setting.is_admin_setting()
            && !setting.key.contains("[]")
            && setting.key.starts_with(&start)
            && setting.key.ends_with(&end)
    });
    found.next().filter(|_| found.next().is_none())
}

/// The name in this table that was probably meant.
fn sibling(parent: &str, name: &str) -> Option<&'static str> {
    let members = catalog().members(parent);
    let has = |name: &str| members.contains(&name);
    match name {
        // A switch has one of two names.
        "enabled" | "enable" if has("value") && !has("enabled") => Some("value"),
        "value" if has("enabled") => Some("enabled"),
        _ => nearest(name, members.iter().copied().filter(|name| *name != "configurationFileVersion")),
    }
}

/// The setting of this group that goes by this name elsewhere: `http` for `httpProxy`, also in the proxy of containers.
fn called_so(group: &str, name: &str) -> Option<(&'static Setting, &'static Alias)> {
    let all = catalog().settings().iter().filter(|setting| setting.key.contains('.'));
    let mut aliases = all.flat_map(|setting| setting.aliases.iter().map(move |alias| (setting, alias)));
    aliases.find_map(|(setting, alias)| {
        let last = alias.name.rsplit('.').next()?;
        let its = catalog().find(&format!("{group}.{}", setting.name()))?;
        last.eq_ignore_ascii_case(name).then_some((its, alias))
    })
}

/// The setting whose path is like this one. A long way there is near to many others, so its last name has to be, too.
fn nearest_setting(path: &str) -> Option<&'static str> {
    let last = |path: &'static str| path.rsplit('.').next().unwrap_or(path);
    let name = path.rsplit('.').next().unwrap_or(path);
    nearest(path, settings::keys(catalog())).filter(|near| nearest(name, [last(near)]).is_some())
}

/// The setting of which a name that circulates is like this one, and that name.
fn nearest_alias(parent: &str, name: &str) -> Option<(&'static Setting, &'static Alias)> {
    // On the way through a group its own members say what was meant.
    if !parent.is_empty() || name.contains('.') {
        return None;
    }
    let all = catalog().settings().iter().filter(|its| its.is_admin_setting() && !its.key.contains("[]"));
    let aliases = all.flat_map(|setting| setting.aliases.iter().map(move |alias| (setting, alias)));
    let aliases = || aliases.clone().filter(|(_, alias)| !alias.name.contains('.'));
    let near = nearest(name, aliases().map(|(_, alias)| alias.name.as_str()))?;
    aliases().find(|(_, alias)| alias.name == near)
}

/// Whether the names inside an unknown table say what was meant: `enabled` in `extensions`.
pub(super) fn says_inside(path: &str, table: &DeTable<'_>) -> bool {
    table.keys().any(|member| {
        let path = format!("{path}.{}", member.get_ref());
        catalog().aliased(&path).next().is_some() || catalog().respelt(&path.replace('.', "")).is_some()
    })
}
