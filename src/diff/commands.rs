//! The commands of images that hold the engine's socket: one setting lists them, another says whether they are the denied
//! or the only allowed ones, so the two are judged together.

use serde_json::Value as Json;

use super::Direction;
use super::edition::Side;
use super::entry::{entries, same};
use super::judge::Judgement;
use crate::catalog::catalog;

const TYPE: &str = "enhancedContainerIsolation.dockerSocketMount.commandList.type";
const COMMANDS: &str = "enhancedContainerIsolation.dockerSocketMount.commandList.commands";

/// What the change of either setting means; `None` for another setting.
pub(super) fn judge(key: &str, old: &Side<'_>, new: &Side<'_>) -> Option<Judgement> {
    if key != TYPE && key != COMMANDS {
        return None;
    }
    let (was, is) = (Commands::of(old), Commands::of(new));
    let turned = |denied: &Commands, allowed: &Commands| {
        let is_pattern = |command: &Json| command.as_str().is_none_or(|text| text.contains('*'));
        let is_open = denied.list.iter().chain(&allowed.list).any(is_pattern)
            || allowed.list.iter().any(|command| denied.list.contains(command));
        if is_open { Direction::Unclear } else { Direction::Tightens }
    };
    let direction = match (was.are_allowed, is.are_allowed) {
        _ if was.restricts_nothing() != is.restricts_nothing() => Direction::Unclear,
        (false, false) => entries(same, &was.list, &is.list).flip(),
        (true, true) => entries(same, &was.list, &is.list),
        (false, true) => turned(&was, &is),
        (true, false) => turned(&is, &was).flip(),
    };
    let lead = match direction {
        _ if was.restricts_nothing() || is.restricts_nothing() => {
            "An empty list of allowed commands restricts nothing."
        }
        Direction::Unclear if was.are_allowed == is.are_allowed => {
            "Something comes and something goes, so it may loosen."
        }
        Direction::Unclear => "What one list denies the other allows, or a pattern leaves that open.",
        _ => "",
    };
    let rule = "With `deny` every command passes that is not listed, with `allow` none.";
    Some(Judgement { direction, why: [lead, rule].join(" ").trim_start().to_owned() })
}

struct Commands {
    are_allowed: bool,
    list: Vec<Json>,
}

impl Commands {
    fn of(side: &Side<'_>) -> Self {
        let value = |key| side.effective(catalog().find(key).expect("the catalog has both")).unwrap_or_default();
        Self { are_allowed: value(TYPE) == "allow", list: value(COMMANDS).as_array().cloned().unwrap_or_default() }
    }

    /// `check` warns about it: Docker Desktop takes it for no list at all.
    fn restricts_nothing(&self) -> bool {
        self.are_allowed && self.list.is_empty()
    }
}
