//! The policy that is being made: one line for each thing it says, with where that came from.

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
    Settings,
    OnPlatform(Platform),
    Undocumented,
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
    pub(super) fn refuse(&mut self, why: &str) {
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
    /// Settings that only the preset has.
    pub(super) only_in_preset: Vec<String>,
    /// The names of the imported files.
    pub(super) files: Vec<String>,
    /// The platforms that the files are about.
    pub(super) platforms: Vec<Platform>,
    pub(super) lines: Vec<Line>,
    /// What a reader should know about the whole.
    pub(super) remarks: Vec<String>,
    /// What the policy cannot hold: where, what and why.
    pub(super) left_out: Vec<(Span, String)>,
}
