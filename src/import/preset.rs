//! A policy that extends a preset: what the preset says too is left to it, and what it adds is told.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Draft, Line, Table};
use super::merge::Merge;
use crate::catalog::catalog;
use crate::platform::Platform;
use crate::policy::DEFAULT_RING;
use crate::policy::preset::Preset;
use crate::resolve::{overlay, settle};
use crate::value::Value;

/// What a preset gives each platform: by setting, the value and the lock.
type Given = BTreeMap<Platform, BTreeMap<&'static str, (Value, Option<bool>)>>;

impl Merge<'_> {
    /// Takes away what the preset says too. `have_settings` are the platforms whose files have some.
    pub(super) fn leave_to_preset(&mut self, preset: &'static Preset, have_settings: &[Platform]) {
        let Some(given) = given(preset, &self.fleet) else { return };
        self.draft.preset = Some(preset);
        for (&platform, values) in &given {
            if !have_settings.contains(&platform) {
                self.draft.new_by_preset.push(platform);
                continue;
            }
            let is_said =
                |key: &&str| self.draft.lines.iter().any(|line| line.key == **key && line.table.reaches(platform));
            let only = values.keys().copied().filter(|key| !key.ends_with(".locked") && !is_said(key));
            self.draft.only_in_preset.insert(platform, only.collect());
        }
        let before = self.draft.lines.len();
        self.draft.lines.retain(|line| !is_given(&given, line));
        self.draft.as_in_preset = before - self.draft.lines.len();
    }
}

/// What a preset alone amounts to.
fn given(preset: &Preset, platforms: &[Platform]) -> Option<Given> {
    let text = format!("extends = [{}]\n", super::toml_text::literal(&preset.name.into()));
    let reading = crate::policy::read("preset", text.as_bytes(), &|_| Err(std::io::ErrorKind::NotFound.into()));
    let policy = reading.policy.as_ref()?;
    let values = |platform| {
        let settled = settle(&overlay(policy, DEFAULT_RING, platform));
        settled.into_iter().map(|its| (its.setting.key.as_str(), (its.value, its.locked))).collect()
    };
    Some(platforms.iter().map(|&platform| (platform, values(platform))).collect())
}

/// Whether the preset gives every platform that a line reaches just what the line says.
fn is_given(given: &Given, line: &Line) -> bool {
    let (Table::Settings(_), Some(setting)) = (line.table, catalog().find(&line.key)) else { return false };
    let mut reached =
        given.iter().filter(|(platform, _)| line.table.reaches(**platform) && setting.platforms.contains(platform));
    reached.all(|(_, values)| {
        values.get(line.key.as_str()).is_some_and(|(value, locked)| *value == line.value && *locked == line.locked)
    })
}

/// What the preset changes on the machines, and what it saves saying.
pub(super) fn remarks(draft: &Draft) -> Vec<String> {
    let titles = |platforms: &[Platform]| platforms.iter().map(|its| its.title()).collect::<Vec<_>>().join(" and ");
    let mut remarks = Vec::new();
    let have_settings: Vec<Platform> = draft.only_in_preset.keys().copied().collect();
    let mut by_platforms: BTreeMap<Vec<Platform>, Vec<&str>> = BTreeMap::new();
    let keys: BTreeSet<&str> = draft.only_in_preset.values().flatten().copied().collect();
    for key in keys {
        let has_it = |platform: &Platform| draft.only_in_preset[platform].contains(&key);
        by_platforms.entry(have_settings.iter().copied().filter(has_it).collect()).or_default().push(key);
    }
    if let Some(keys) = by_platforms.remove(&have_settings) {
        remarks.push(format!("The preset also sets what no file has: {}.", keys.join(", ")));
    }
    for (platforms, keys) in by_platforms {
        remarks.push(format!("On {}, the preset also sets {}.", titles(&platforms), keys.join(", ")));
    }
    match draft.new_by_preset.as_slice() {
        [] => {}
        all if all.len() == draft.platforms.len() => {
            remarks.push("No file has settings: all that the preset sets is new.".to_owned());
        }
        some => {
            remarks.push(format!("No file has settings for {}: there, all that the preset sets is new.", titles(some)));
        }
    }
    match draft.as_in_preset {
        0 => {}
        1 => remarks.push("One value of the files is as in the preset, and not repeated here.".to_owned()),
        count => remarks.push(format!("{count} values of the files are as in the preset, and not repeated here.")),
    }
    remarks
}
