//! Names that are no setting here: other spellings, other places, other products, and what their values become.

use super::admin_settings::{Reader, is_list_of_texts, join};
use super::found::{Certainty, left_out};
use super::text::printable;
use super::tree::{Content, Member, Node};
use super::value;
use crate::catalog::{Alias, Foreign, ForeignKind, Setting, Shape, catalog};
use crate::finding::{
    Code, Finding, GUIDE_SETTING, HOME_ONLY_SETTING, MISPLACED_SETTING, UNDOCUMENTED_SETTING, UNKNOWN_SETTING,
    USER_SETTING,
};
use crate::format::json;

/// Reads a member below `parent` under whose name the catalog has nothing there.
pub(super) fn read(reader: &mut Reader<'_>, parent: &str, member: &Member) {
    let name = member.name.value.as_str();
    let path = join(parent, name);
    let catalog = catalog();
    let aliased = catalog.aliased(&path).chain(catalog.aliased(name).filter(|_| !parent.is_empty())).next();
    let respelt = catalog.settings().iter().find(|its| its.is_admin_setting() && its.key.eq_ignore_ascii_case(&path));
    // The file of a user has names of its own, which other names may differ from in case only.
    let stored =
        catalog.settings().iter().filter(|_| reader.is_users_own).find(|its| its.store.as_ref() == Some(&path));
    if let Some(setting) = stored {
        match setting.aliases.iter().find(|alias| alias.from == "user-settings" && alias.name == path) {
            Some(alias) => meant(reader, setting, alias, member),
            None => reader.setting(setting, member.name.span, &member.node, Certainty::Meant),
        }
    } else if let Some((setting, alias)) = aliased {
        renamed(reader, setting, alias, &path, member);
    } else if let Some(setting) = respelt {
        reader.respelt(setting, &path, member);
    } else if let Some(foreign) = catalog.foreign(&path).or_else(|| catalog.foreign(name)) {
        elsewhere(reader, parent, foreign, &path, member);
    } else {
        reader.unknown(parent, member);
    }
}

fn renamed(reader: &mut Reader<'_>, setting: &'static Setting, alias: &Alias, path: &str, member: &Member) {
    let (code, whose): (&'static Code, _) = match alias.from.as_str() {
        "legacy" => {
            reader.legacy.get_or_insert(member.name.span);
            return meant(reader, setting, alias, member);
        }
        "user-settings" if reader.is_users_own => return meant(reader, setting, alias, member),
        "guide" => (&GUIDE_SETTING, "Docker's hardening guide calls it so, and Docker Desktop does not know that name"),
        "user-settings" => (&MISPLACED_SETTING, "that is the name in the user's own settings"),
        _ => (&MISPLACED_SETTING, "that name does not exist there"),
    };
    let conversion = match alias.value.as_str() {
        "inverted" => ", its value turned round",
        "strings-to-objects" => ", each path as an object",
        "object-to-json-string" => ", the options as text",
        "comma-string-to-list" => ", its text as a list",
        "kerberos-or-ntlm-means-true" => ", `kerberos` and `ntlm` as true",
        "true-means-system" => ", true as `system`",
        "rename-fields" => ", its fields by their right names",
        "per-directory" => " of each directory",
        _ => "",
    };
    let message = format!("`{path}` is `{}`: {whose}", setting.key);
    let help = format!("imported as `{}`{conversion}", setting.key);
    let remark = alias.note.as_ref().map(|remark| format!(" ({})", remark.trim_end_matches('.'))).unwrap_or_default();
    reader.notes.report(Finding::new(code, member.name.span, message).label("wrong name").help(help + &remark));
    meant(reader, setting, alias, member);
}

/// Takes the value over.
fn meant(reader: &mut Reader<'_>, setting: &'static Setting, alias: &Alias, member: &Member) {
    let outer = reader.other_name.take();
    reader.other_name = (!reader.is_users_own).then(|| printable(&member.name.value));
    take_over(reader, setting, alias, member);
    reader.other_name = outer;
}

fn take_over(reader: &mut Reader<'_>, setting: &'static Setting, alias: &Alias, member: &Member) {
    let key = member.name.span;
    // The guide's name says what the right one says by the word beside it.
    if alias.name == "eciAllowedCommands" {
        reader.imply(setting.key.replace(".commands", ".type"), "allow".into(), key);
    }
    match alias.value.as_str() {
        // The fields of the other name are looked up by their own names, then by those of the right group.
        "rename-fields" => fields(reader, setting, member),
        "per-directory" => reader.share_on_start = inner(&member.node).as_bool(),
        // The draft drops the parents: `imageList` is a list there, and an object with that list in the reference.
        "wrap" if member.node.is_table() && member.node.get("value").is_none() => {
            let parent = setting.key.rsplit_once('.').map_or("", |(parent, _)| parent);
            reader.members(parent, &member.node);
        }
        how => reader.setting(setting, key, &converted(setting, &member.node, how), Certainty::Meant),
    }
}

fn fields(reader: &mut Reader<'_>, group: &'static Setting, member: &Member) {
    let other = member.name.value.as_str();
    for field in inner(&member.node).members() {
        let path = join(other, &field.name.value);
        match (catalog().aliased(&path).next(), catalog().find(&join(&group.key, &field.name.value))) {
            (Some((setting, alias)), _) => meant(reader, setting, alias, field),
            (None, Some(setting)) => reader.setting(setting, field.name.span, &field.node, Certainty::Meant),
            (None, None) => reader.unknown(other, field),
        }
    }
    let lock = member.node.get("locked").and_then(Node::as_bool).filter(|_| member.node.get("value").is_some());
    let is_locked = lock.unwrap_or(!reader.is_users_own);
    reader.imply(join(&group.key, "locked"), is_locked.into(), member.name.span);
}

/// The value of `{ locked, value }`, or the value itself.
fn inner(node: &Node) -> &Node {
    node.get("value").unwrap_or(node)
}

/// The value in the form that the right name wants, inside the form that the file has.
fn converted(setting: &Setting, node: &Node, how: &str) -> Node {
    if let (Content::Table(members), Some(_)) = (&node.content, node.get("value")) {
        let member = |member: &Member| match member.name.value.as_str() {
            "value" => Member { name: member.name.clone(), node: converted(setting, &member.node, how) },
            _ => member.clone(),
        };
        return Node { content: Content::Table(members.iter().map(member).collect()), span: node.span };
    }
    let text = |text: &str| Node { content: Content::String(text.to_owned()), span: node.span };
    let content = match (how, &node.content) {
        ("inverted", Content::Boolean(truth)) => Content::Boolean(!truth),
        ("comma-string-to-list", Content::String(list)) => {
            Content::List(list.split(',').map(str::trim).filter(|item| !item.is_empty()).map(text).collect())
        }
        ("kerberos-or-ntlm-means-true", Content::String(word)) => {
            let word = word.to_ascii_lowercase();
            Content::Boolean(word.contains("kerberos") || word.contains("ntlm"))
        }
        ("true-means-system", Content::Boolean(is_system)) => {
            Content::String(if *is_system { "system" } else { "manual" }.to_owned())
        }
        ("strings-to-objects", Content::List(items)) if is_list_of_texts(node) => {
            Content::List(items.iter().map(directory).collect())
        }
        ("object-to-json-string", Content::Table(_)) => match value::without_locks(node).to_value() {
            Some(options) => Content::String(json::compact(&options)),
            None => node.content.clone(),
        },
        // The guide has a truth value where the right name has a word or a group: those forms are judged there.
        (_, content) => content.clone(),
    };
    debug_assert!(setting.shape != Shape::Channel, "an alias of {} is no admin setting", setting.key);
    Node { content, span: node.span }
}

/// `{ path }`. Docker Desktop Enterprise shared whole drives by their letter.
pub(super) fn directory(item: &Node) -> Node {
    let path = item.as_str().unwrap_or_default();
    let is_letter = path.len() == 1 && path.bytes().all(|letter| letter.is_ascii_alphabetic());
    let path = if is_letter { format!("{path}:\\") } else { path.to_owned() };
    let name = crate::source::Spanned { value: "path".to_owned(), span: item.span };
    let node = Node { content: Content::String(path), span: item.span };
    Node { content: Content::Table(vec![Member { name, node }]), span: item.span }
}

fn elsewhere(reader: &mut Reader<'_>, parent: &str, foreign: &Foreign, path: &str, member: &Member) {
    let at = member.name.span;
    let nature = foreign.nature();
    let why = nature.strip_prefix("is ").unwrap_or(&nature);
    let code: &'static Code = match foreign.kind {
        ForeignKind::Legacy => {
            reader.legacy.get_or_insert(at);
            return reader.notes.found.leave_out(path, why, at);
        }
        // Nobody asked for what is in a user's own file to be enforced.
        ForeignKind::UserSetting | ForeignKind::Remembered if reader.is_users_own => {
            return reader.notes.found.leave_out(path, "the user's own, without an administrator's key", at);
        }
        ForeignKind::UserSetting | ForeignKind::Remembered => &USER_SETTING,
        ForeignKind::Undocumented => &UNDOCUMENTED_SETTING,
        ForeignKind::HomeOnly => &HOME_ONLY_SETTING,
        ForeignKind::SignIn => &MISPLACED_SETTING,
        ForeignKind::Invented | ForeignKind::Draft => &UNKNOWN_SETTING,
    };
    let may_pass = matches!(foreign.kind, ForeignKind::UserSetting | ForeignKind::Undocumented);
    let passes = may_pass && reader.pass_through(parent, member, "on no page of Docker's for administrators");
    let finding = Finding::new(code, at, format!("`{path}` {nature}")).label("does not belong here");
    let finding = finding.help_if(foreign.about.clone());
    if passes {
        reader.notes.report(finding.help("imported under `[undocumented-settings]`, at your own risk"));
    } else if may_pass {
        reader.notes.report(left_out(finding));
    } else {
        reader.notes.refuse(finding, path, why);
    }
}
