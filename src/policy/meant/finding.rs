//! The findings about a name that is no setting, each with what to type.

use toml::de::DeTable;

use super::converted::{converted, group, remark};
use super::guess::Meaning;
use super::rename::Wrong;
use crate::catalog::{Alias, Setting, Type, catalog};
use crate::finding::{Code, Finding, GUIDE_SETTING, MISPLACED_SETTING, UNKNOWN_SETTING, all_of};
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};
use crate::visible::strange;

/// What becomes of a name that Docker Desktop does not know.
/// <https://docs.docker.com/desktop/release-notes/#4430>
pub(super) const NOT_KNOWN: &str = "below 4.43 Docker Desktop does not start with it, later ones ignore it";

/// The code for a wrong name, and who calls the setting so.
pub(super) fn origin(alias: &Alias) -> (&'static Code, &'static str) {
    match alias.from.as_str() {
        "guide" => (&GUIDE_SETTING, "only Docker's hardening guide calls it so"),
        "user-settings" => (&MISPLACED_SETTING, "that is the name in the user's own settings"),
        "legacy" => (&MISPLACED_SETTING, "that is the name of Docker Desktop Enterprise, which ended in 2020"),
        _ => (&MISPLACED_SETTING, "that name does not exist"),
    }
}

/// About a name that is written differently.
pub(super) fn respelt(reader: &Reader<'_>, right: &str, wrong: Wrong<'_>) -> Finding {
    let message = format!("`{}` is spelt `{right}`", wrong.path);
    let finding = Finding::new(&MISPLACED_SETTING, wrong.mark(reader), message).label("spelt differently");
    wrong.to(reader, right, None).help(finding)
}

/// About a name that others call a setting by.
pub(super) fn renamed(reader: &Reader<'_>, (setting, alias): (&Setting, &Alias), wrong: Wrong<'_>) -> Finding {
    let (code, whose) = origin(alias);
    let message = format!("`{}` is `{}`: {whose}; {NOT_KNOWN}", wrong.path, setting.key);
    let finding = Finding::new(code, wrong.mark(reader), message).label("wrong name");
    if let Some(group) = group(setting, alias, wrong.node).filter(|group| wrong.place.says(group).is_none()) {
        return wrong.to(reader, group, None).help(finding);
    }
    let converted = converted(reader, setting, alias, wrong.node);
    let mut finding = match setting.key.split_once("[].") {
        // Below the header are the options themselves.
        None if holds_options(reader, setting, wrong.node) => {
            wrong.to(reader, &format!("{}.value", setting.key), None).help(finding)
        }
        Some((list, member)) => wrong.into_each(reader, finding, list, member),
        None if alias.value == "unwrap" => wrong.unwrap(reader, finding, &setting.key),
        None => wrong.to(reader, &setting.key, converted.as_deref()).help(finding),
    };
    if let Some(help) = &mut finding.help {
        let is_line = ["write ", "move "].iter().any(|verb| help.starts_with(verb));
        if is_line {
            help.push_str(&remark(setting, alias, wrong.node));
        }
        if let Some(note) = alias.note.as_ref().filter(|_| is_line || help.starts_with("remove")) {
            help.extend([" (", note, ")"]);
        }
    }
    finding
}

/// Whether the lines below a header are the options of a daemon, without `value`.
pub(super) fn holds_options(reader: &Reader<'_>, setting: &Setting, node: &Node<'_>) -> bool {
    let is_bare = |table: &DeTable<'_>| !table.contains_key("value") && !table.contains_key("locked");
    setting.kind == Type::Json && reader.form(node) == Form::Header && node.get_ref().as_table().is_some_and(is_bare)
}

/// About a name that looks like a wrong one that circulates.
pub(super) fn nearly(
    reader: &Reader<'_>,
    (setting, alias): (&'static Setting, &'static Alias),
    wrong: Wrong<'_>,
) -> Finding {
    if alias.value == "same" {
        return not_known(reader, Some(Meaning::NearlyCalled(setting, alias)), wrong);
    }
    let finding = renamed(reader, (setting, alias), wrong);
    let help = finding.help.unwrap_or_default();
    unknown_setting(wrong).help(format!("if `{}` is meant, {help}", alias.name))
}

fn unknown_setting(wrong: Wrong<'_>) -> Finding {
    let message = format!("there is no setting `{}`{}: {NOT_KNOWN}", wrong.path, strange(wrong.path));
    Finding::new(&UNKNOWN_SETTING, wrong.key, message).label("unknown")
}

pub(super) fn not_known(reader: &Reader<'_>, meaning: Option<Meaning>, wrong: Wrong<'_>) -> Finding {
    let parent = wrong.place.path;
    let finding = unknown_setting(wrong);
    let members = catalog().members(parent);
    match (meaning.and_then(|meaning| meaning.path(parent)), parent) {
        (Some(meant), _) => wrong.to(reader, &meant, None).guess(finding),
        (None, "") => finding.help("remove this line; `stanchion explain` lists every setting"),
        (None, _) if members.is_empty() => finding.help("remove it; `stanchion explain` lists every setting"),
        (None, _) => finding.help(format!("remove this line; `{parent}` has {}", all_of(members))),
    }
}
