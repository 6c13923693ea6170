//! How a policy is told to say something else, or something more: as it is written there, so that it can be pasted.

use super::Context;
use super::machine::Decided;
use crate::source::{Span, prefix};

impl Context<'_> {
    /// To give a setting that some line decides another value.
    pub fn instead(&self, said: &Decided<'_>, value: &str) -> String {
        if self.sources.get(said.name.source).is_preset() {
            self.in_policy(said.key, value)
        } else {
            format!("write `{value}`")
        }
    }

    /// To have the policy itself say a setting, whatever a preset or another file says.
    pub fn in_policy(&self, setting: &str, value: &str) -> String {
        let text = &self.sources.get(self.policy.start.source).text;
        let begins = |start: &str| text.lines().any(|line| line.trim_start().starts_with(start));
        // The lines of a table stand below its header or after dots, and never both.
        let tables = setting.match_indices('.').map(|(at, _)| setting.split_at(at)).rev();
        for (table, name) in tables {
            let header = format!("[settings.{table}]");
            if begins(&header) {
                return format!("add `{} = {value}` under `{header}`", &name[1..]);
            }
        }
        if begins("settings.") || begins("settings ") || begins("settings=") {
            return format!("say `{setting} = {value}` among the settings of the policy");
        }
        format!("add `{setting} = {value}` under `[settings]`")
    }

    /// To give a setting a value beside the line whose name stands at `name` and which sets `its` setting.
    pub fn beside(&self, name: Span, its: &str, setting: &str, value: &str) -> String {
        let source = self.sources.get(name.source);
        if source.is_preset() {
            return self.in_policy(setting, value);
        }
        // A bare value of a group stands after the name of the group.
        let last = &source.text[name.start..name.end];
        let its = its.strip_suffix(".value").filter(|group| group.ends_with(last)).unwrap_or(its);
        let mut table: Vec<&str> = its.split('.').collect();
        table.pop();
        let prefix = prefix(&source.text, name.start);
        let before: Vec<&str> = prefix.split_terminator('.').collect();
        let header = source.text[..name.start].lines().rfind(|line| line.starts_with('[')).unwrap_or_default();
        let header = header.split(']').next().unwrap_or_default();
        // Under a wrong name it may stand elsewhere than it will under the right one.
        let line = source.text[..name.start - prefix.len()].lines().next_back().unwrap_or_default();
        let is_line = source.text[..name.start - prefix.len()].ends_with('\n') || line.trim().is_empty();
        let names: Vec<&str> = header.split('.').collect();
        if let Some(help) = not_beside(&names, &before, table.len(), is_line, setting, value) {
            return help;
        }
        // What is written before the name and leads to the settings rather than through them.
        let above: String =
            before[..before.len().saturating_sub(table.len())].iter().flat_map(|name| [name, "."]).collect();
        table.truncate(table.len().saturating_sub(before.len()));
        let rest = table.iter().try_fold(setting, |rest, name| rest.strip_prefix(name)?.strip_prefix('.'));
        if let Some(rest) = rest {
            return format!("add `{above}{rest} = {value}` beside it");
        }
        // The header leads into the settings as far as this; what comes after is written in braces.
        let inside = (0..=table.len()).rev().map(|depth| table[..depth].join("."));
        let mut found = inside.filter_map(|path| Some((header.strip_suffix(&path)?.trim_end_matches('.'), path)));
        let Some((root, inside)) = found.find(|(root, _)| root.ends_with("settings")) else {
            return format!("say `{setting} = {value}` among the same settings");
        };
        let rest = setting.strip_prefix(inside.as_str()).and_then(|rest| rest.strip_prefix('.'));
        match (rest.filter(|_| !inside.is_empty()), setting.rsplit_once('.')) {
            (Some(rest), _) => format!("add `{rest} = {value}` under `{header}]`"),
            (None, Some((group, name))) => format!("add `{name} = {value}` under `{root}.{group}]`"),
            (None, None) => format!("add `{setting} = {value}` under `{root}]`"),
        }
    }
}

/// To give a setting a value where the names that lead to a line are not those of its setting, which is `deep` inside: a
/// line beside it would be inside something else once it has its right name. The header has `names`, and `before` stand
/// before the line's own.
fn not_beside(
    names: &[&str],
    before: &[&str],
    deep: usize,
    is_line: bool,
    setting: &str,
    value: &str,
) -> Option<String> {
    let is_settings = |name: &&str| name.ends_with("settings");
    if let Some(top) = names.iter().rposition(is_settings).filter(|_| is_line) {
        let inside = &names[top + 1..];
        let written = inside.len() + before.len();
        let is_through = !before.is_empty() && written > deep;
        let rest = inside.iter().try_fold(setting, |rest, name| rest.strip_prefix(name)?.strip_prefix('.'));
        return match rest.filter(|_| is_through) {
            Some(rest) => Some(format!("add `{rest} = {value}` under `{}]`", names.join("."))),
            None if is_through || written < deep => {
                Some(format!("add `{setting} = {value}` under `{}]`", names[..=top].join(".")))
            }
            None => None,
        };
    }
    if let Some(top) = before.iter().rposition(is_settings).filter(|top| before.len() - top - 1 > deep) {
        return Some(format!("add `{}.{setting} = {value}` beside it", before[..=top].join(".")));
    }
    // Inside braces nobody knows how deep.
    (!is_line && before.last() == Some(&"value")).then(|| format!("say `{setting} = {value}` among the same settings"))
}
