//! Lays what several files say beside each other: what holds everywhere, what differs, and where they contradict.

use std::collections::BTreeMap;

use super::Options;
use super::draft::{Draft, Line, Origin, Table, stand_in};
use super::found::{Found, Said};
use super::text::printable;
use crate::catalog::catalog;
use crate::finding::Finding;
use crate::platform::Platform;
use crate::product::docker_desktop::{PREFERENCE_DOMAIN, PRODUCT};
use crate::source::Spanned;
use crate::value::Value;
use crate::version::Version;

/// Where a policy starts when no file says more: presets and examples need no older one.
const OLDEST: Version = Version::new(4, 72);

/// Puts the files together. `None` when none of them says anything a policy could hold.
pub(super) fn draft(files: &[(String, Found)], options: &Options, findings: &mut Vec<Finding>) -> Option<Draft> {
    let used: Vec<&Found> = files.iter().map(|(_, found)| found).filter(|found| !found.is_empty()).collect();
    if used.is_empty() {
        return None;
    }
    let fleet: Vec<Platform> = Platform::ALL
        .into_iter()
        .filter(|platform| used.iter().any(|found| found.platform.is_none_or(|its| its == *platform)))
        .collect();
    let mut merge = Merge { used, fleet, findings, draft: Draft::default() };
    merge.draft.platforms.clone_from(&merge.fleet);
    merge.draft.files = files.iter().map(|(name, _)| printable(name)).collect();
    for platform in merge.fleet.clone() {
        let files = merge.about(platform, |found| found.presence.is_some());
        merge.draft.presences.extend(files.iter().filter_map(|found| Some((platform, found.presence?))));
    }
    merge.settings(options);
    merge.sign_in();
    merge.identities();
    let id = merge.organization(options);
    merge.fleet(options);
    for (_, found) in files {
        let left_out = found.left_out.iter().map(|left| (left.span, format!("{}: {}", left.what, left.why)));
        merge.draft.left_out.extend(left_out);
        let is_ours = |identifier: &str| identifier.starts_with(&format!("{id}.{}.", PRODUCT.slug));
        // A profile without anything of Docker Desktop's stays where it is.
        let identifiers = found.identifiers.iter().filter(|_| !found.is_empty());
        for identifier in identifiers.filter(|identifier| !is_ours(&identifier.value)) {
            let todo = if found.foreign.is_empty() {
                "take the old one away when the new one is there.".to_owned()
            } else {
                format!(
                    "when the new one is there, take only what is for {PREFERENCE_DOMAIN} out of the old one. It also carries {}, which no build does.",
                    found.foreign.join(", ")
                )
            };
            let remark = format!(
                "Machines have the profile {} by now. A build makes profiles with other identifiers: {todo}",
                printable(&identifier.value)
            );
            if !merge.draft.remarks.contains(&remark) {
                merge.draft.remarks.push(remark);
            }
        }
    }
    merge.draft.lines.sort_by_key(|line| line.table);
    Some(merge.draft)
}

pub(super) struct Merge<'a> {
    pub(super) used: Vec<&'a Found>,
    pub(super) fleet: Vec<Platform>,
    pub(super) findings: &'a mut Vec<Finding>,
    pub(super) draft: Draft,
}

/// What each platform gets of one setting.
type ByPlatform<'a> = BTreeMap<Platform, &'a Said>;

impl<'a> Merge<'a> {
    /// The files about one platform: those that only are about it, else those that nothing tells apart.
    pub(super) fn about(&self, platform: Platform, is_wanted: impl Fn(&Found) -> bool) -> Vec<&'a Found> {
        let of = |its: Option<Platform>| -> Vec<&'a Found> {
            self.used.iter().copied().filter(|found| found.platform == its && is_wanted(found)).collect()
        };
        let own = of(Some(platform));
        if own.is_empty() { of(None) } else { own }
    }

    fn settings(&mut self, options: &Options) {
        // By place in the catalog, which is the order in which people know them; what is not there comes last.
        let mut by_key: BTreeMap<(usize, &str), ByPlatform<'a>> = BTreeMap::new();
        let mut have_settings = Vec::new();
        for platform in self.fleet.clone() {
            // A profile beside a settings file is no replacement for it: it carries other keys.
            let mut files = self.about(platform, |found| found.settings.is_some() && !found.is_profile);
            files.extend(self.about(platform, |found| found.settings.is_some() && found.is_profile));
            if files.iter().any(|found| found.settings.as_ref().is_some_and(|settings| !settings.is_empty())) {
                have_settings.push(platform);
            }
            let has_proxy = |found: &Found| found.settings.iter().flatten().any(|said| said.key.starts_with("proxy."));
            let file_with_proxy = files.iter().find(|found| !found.is_profile && has_proxy(found));
            for found in &files {
                if let Some(file) = file_with_proxy.filter(|_| found.is_profile && has_proxy(found)) {
                    self.proxy_twice(found, file);
                    continue;
                }
                let settings = || found.settings.iter().flatten();
                let lock_is_other = |lock: &&Said| {
                    let first = by_key.get(&place(&lock.key)).and_then(|platforms| platforms.get(&platform));
                    lock.key.ends_with(".locked") && first.is_some_and(|first| first.value != lock.value)
                };
                let other_locks: Vec<&Said> = settings().filter(lock_is_other).collect();
                for lock in &other_locks {
                    self.locks_disagree(by_key[&place(&lock.key)][&platform], lock);
                }
                let is_of_other = |said: &&Said| other_locks.iter().any(|lock| group(&lock.key) == group(&said.key));
                for said in settings().filter(|said| !is_of_other(said)).chain(&found.undocumented) {
                    let platforms = by_key.entry(place(&said.key)).or_default();
                    match platforms.get(&platform) {
                        None => _ = platforms.insert(platform, said),
                        Some(first) => self.disagree(first, said),
                    }
                }
            }
        }
        for platforms in by_key.values() {
            let Some(first) = platforms.values().next() else { continue };
            // Whoever says the value of a group says its lock, so the two stay in one table.
            let beside = match first.key.rsplit_once('.') {
                Some((group, "locked")) => catalog().find(&format!("{group}.value")),
                Some((group, "value")) => catalog().find(&format!("{group}.locked")),
                _ => None,
            };
            let beside = beside.and_then(|setting| by_key.get(&place(&setting.key)));
            let everywhere = self.agree(platforms) && beside.is_none_or(|beside| self.agree(beside));
            self.setting(platforms, everywhere);
        }
        if let Some(preset) = options.preset {
            self.leave_to_preset(preset, &have_settings);
        }
    }

    /// One line for all platforms, or one for each.
    fn setting(&mut self, platforms: &ByPlatform<'a>, everywhere: bool) {
        for (&platform, said) in platforms {
            let only = (!everywhere).then_some(platform);
            let is_documented = catalog().find(&said.key).is_some();
            let table = if is_documented { Table::Settings(only) } else { Table::Undocumented(only) };
            self.draft.lines.push(line(table, said));
            if everywhere {
                break;
            }
        }
    }

    /// Whether all platforms that know a setting have it, and with the same value.
    fn agree(&self, platforms: &ByPlatform<'a>) -> bool {
        let Some(first) = platforms.values().next() else { return true };
        let setting = catalog().find(&first.key);
        // Who knows what nobody documents is not known.
        let mut knowing = self.fleet.iter().filter(|its| setting.is_none_or(|its_own| its_own.platforms.contains(its)));
        let is_same = platforms.values().all(|said| said.value == first.value && said.locked == first.locked);
        is_same && knowing.clone().next().is_some() && knowing.all(|its| platforms.contains_key(its))
    }

    /// Who the policy belongs to; gives back the prefix of its identifiers.
    fn organization(&mut self, options: &Options) -> String {
        let name = self.used.iter().find_map(|found| found.organization_name.as_ref());
        let id = self.used.iter().find_map(|found| found.organization_id.as_ref());
        let said = |key: &str, option: &Option<String>, found: Option<&Spanned<String>>| match (option, found) {
            (Some(text), _) => (text.clone(), None, None),
            (None, Some(found)) => (found.value.chars().take(100).collect(), Some(found.span), None),
            (None, None) => {
                let (text, remark) = stand_in(key);
                (text.to_owned(), None, Some(remark.to_owned()))
            }
        };
        let name = said("name", &options.organization_name, name);
        let id = said("id", &options.organization_id, id);
        let prefix = id.0.clone();
        for (key, (value, span, remark)) in [("name", name), ("id", id)] {
            self.draft.lines.push(Line {
                table: Table::Organization,
                key: key.to_owned(),
                value: Value::String(value),
                locked: None,
                origin: span.map(|span| Origin { name: span, value: span }),
                items: Vec::new(),
                remark,
                dropped: None,
            });
        }
        prefix
    }

    fn fleet(&mut self, options: &Options) {
        let mut push = |key: &str, value: Value, remark: Option<String>| {
            let (table, key) = (Table::Fleet, key.to_owned());
            self.draft.lines.push(Line {
                table,
                key,
                value,
                locked: None,
                origin: None,
                items: Vec::new(),
                remark,
                dropped: None,
            });
        };
        let newest = self.used.iter().flat_map(|found| found.settings.iter().flatten());
        let newest = newest.filter_map(|said| catalog().find(&said.key)?.since).max();
        let oldest = options.oldest_version.unwrap_or(newest.unwrap_or(OLDEST).max(OLDEST));
        let remark = "set this: the oldest Docker Desktop still in use, which no file tells";
        push(
            "oldest-version",
            oldest.to_string().as_str().into(),
            options.oldest_version.is_none().then(|| remark.to_owned()),
        );
        if self.fleet.len() < Platform::ALL.len() {
            let names = self.fleet.iter().map(|platform| platform.name().into()).collect();
            push("platforms", Value::List(names), Some("the files are about no other".to_owned()));
        }
    }
}

/// The place of a setting among all: that in the catalog, then by name.
fn place(key: &str) -> (usize, &str) {
    catalog().find(key).map_or((usize::MAX, key), |setting| (setting.index, &setting.key))
}

/// The first name of a key, which is the group if there is one.
pub(super) fn group(key: &str) -> &str {
    key.split('.').next().unwrap_or_default()
}

fn line(table: Table, said: &Said) -> Line {
    Line {
        table,
        key: said.key.clone(),
        value: said.value.clone(),
        locked: said.locked,
        origin: Some(Origin { name: said.name, value: said.span }),
        items: said.items.clone(),
        remark: said.remark.clone(),
        dropped: None,
    }
}
