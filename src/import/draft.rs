//! The policy that is being made: one line for each thing it says, with where that came from.

use std::collections::BTreeMap;

use crate::catalog::catalog;
use crate::platform::Platform;
use crate::policy::preset::Preset;
use crate::source::Span;
use crate::value::Value;

/// A table of the policy, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    Organization,
    Fleet,
    /// An element of `organizations`.
    Organizations,
    SignIn,
    /// Of every platform, or of one.
    Settings(Option<Platform>),
    Undocumented(Option<Platform>),
}

impl Table {
    /// Whether what the table says reaches a platform.
    pub(super) fn reaches(self, platform: Platform) -> bool {
        match self {
            Self::Settings(only) | Self::Undocumented(only) => only.is_none_or(|only| only == platform),
            _ => true,
        }
    }
}

/// One thing that the policy says.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) table: Table,
    pub(super) key: String,
    pub(super) value: Value,
    /// The lock, for a setting that has its own.
    pub(super) locked: Option<bool>,
    /// Where the name and the value stand in an imported file; `None` for what no file tells.
    pub(super) origin: Option<Origin>,
    /// Where each element of a list stands in an imported file, if each has a place of its own.
    pub(super) items: Vec<Span>,
    /// What a reader of the policy should know.
    pub(super) remark: Option<String>,
    /// Why it cannot be said after all.
    pub(super) dropped: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) name: Span,
    pub(super) value: Span,
}

impl Line {
    /// Takes the line out. A policy must have an organization, so there something to be replaced takes its place.
    fn refuse(&mut self, why: &str) {
        if self.table != Table::Organization {
            self.dropped = Some(why.to_owned());
            return;
        }
        let (value, remark) = stand_in(&self.key);
        self.value = value.into();
        self.remark = Some(format!("{remark}; the profile's was refused"));
        self.origin = None;
    }
}

/// What a policy says about its organization until somebody knows better, and what to do about it.
pub(super) fn stand_in(key: &str) -> (&'static str, &'static str) {
    match key {
        "name" => ("Example", "set this: the organization's name, shown on the machine"),
        _ => ("com.example", "set this: reverse DNS, the prefix of every profile identifier; choose once"),
    }
}

/// The policy.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) preset: Option<&'static Preset>,
    /// How many settings the preset has with the same value.
    pub(super) as_in_preset: usize,
    /// Settings that only the preset has, for each platform.
    pub(super) only_in_preset: BTreeMap<Platform, Vec<&'static str>>,
    /// Platforms for which no file has settings, and the preset brings some.
    pub(super) new_by_preset: Vec<Platform>,
    /// The names of the imported files.
    pub(super) files: Vec<String>,
    /// Settings files, which make every user sign in by being there, and the platforms that have them.
    pub(super) presences: Vec<(Platform, Span)>,
    /// The platforms that the files are about.
    pub(super) platforms: Vec<Platform>,
    pub(super) lines: Vec<Line>,
    /// What a reader should know about the whole.
    pub(super) remarks: Vec<String>,
    /// What the policy cannot hold: where, what and why.
    pub(super) left_out: Vec<(Span, String)>,
}

impl Draft {
    /// A settings file whose only effect is lost: where no setting is left the policy has no such file either.
    pub(super) fn lost_presence(&self) -> Option<Span> {
        let is_kept = |line: &Line| line.dropped.is_none() && !self.is_left_alone(line);
        let is_setting = |line: &&Line| matches!(line.table, Table::Settings(_) | Table::Undocumented(_));
        let knows =
            |line: &Line, platform| catalog().find(&line.key).is_none_or(|its| its.platforms.contains(&platform));
        let has_file = |platform: Platform| {
            let mut settings = self.lines.iter().filter(is_setting);
            settings.any(|line| is_kept(line) && line.table.reaches(platform) && knows(line, platform))
        };
        let has_list = self.lines.iter().any(|line| line.table == Table::Organizations && is_kept(line));
        let is_lost = |(platform, _): &&(Platform, Span)| !has_list && self.preset.is_none() && !has_file(*platform);
        self.presences.iter().find(is_lost).map(|(_, span)| *span)
    }

    /// Whether a line is the lock of a group of which every other member was dropped.
    pub(super) fn is_left_alone(&self, line: &Line) -> bool {
        let Some(group) = line.key.strip_suffix(".locked") else { return false };
        let is_member = |other: &&Line| other.key != line.key && other.key.split('.').next() == Some(group);
        let mut members = self.lines.iter().filter(is_member).peekable();
        members.peek().is_some() && members.all(|other| other.dropped.is_some())
    }

    /// Takes out what `check` refuses: an element of a list while others are left, else the line.
    pub(super) fn refuse(&mut self, line: usize, element: Option<usize>, why: &str) {
        let line = &mut self.lines[line];
        match (&mut line.value, element, line.origin) {
            (Value::List(values), Some(at), Some(origin)) if values.len() > 1 => {
                let value = super::text::printable(&super::toml_text::literal(&values.remove(at)));
                let span = if line.items.is_empty() { origin.value } else { line.items.remove(at) };
                self.left_out.push((span, format!("{value} of {}: {why}", line.key)));
                line.remark = Some("not all of its elements: see the end".to_owned());
            }
            _ => line.refuse(why),
        }
    }
}
