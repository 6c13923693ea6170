//! Reads a setting with a lock of its own, `{ value = …, locked = … }`.

use toml::de::DeValue;

use super::layout::Form;
use super::reader::Reader;
use super::settings::{Assignment, Known, example, push, unread};
use crate::catalog::{Setting, Type};
use crate::finding::{Finding, LOCKED_WITHOUT_VALUE, WRONG_SHAPE, nearest};
use crate::source::{Span, Spanned};

/// `{ value = …, locked = … }`. Whatever is wrong with it, something is said there, and what cannot be read is unread.
pub(super) fn read(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, known: Known<'_>) {
    let Known { setting, place, key, node } = known;
    let Some(table) = node.get_ref().as_table() else { return };
    let (mut value, mut locked, mut strangers) = (None, None, Vec::new());
    for (name, at, node) in reader.sorted(table) {
        match name {
            "value" => value = Some(node),
            "locked" => locked = Some((at, node)),
            _ => strangers.push((name, at, node)),
        }
    }
    let meant = |name: &str| match name {
        "enabled" | "enable" if value.is_none() => Some("value"),
        _ => nearest(name, ["value", "locked"]).filter(|near| *near != "value" || value.is_none()),
    };
    let is_meant = |what| strangers.iter().any(|(name, ..)| meant(name) == Some(what));
    let lock = match locked {
        None => (!is_meant("locked")).then_some(true),
        Some((_, node)) => reader.boolean(node, "`locked`"),
    };
    let at = locked.map_or(value.unwrap_or(node), |(_, lock)| lock);
    let lock = Spanned { value: lock, span: reader.span(at) };
    let is_bare = value.is_none() && !is_meant("value") && (locked.is_none() || !strangers.is_empty());
    if is_bare && setting.kind == Type::Json {
        let message = format!("`{}` takes its options under `value`", setting.key);
        let finding = Finding::new(&WRONG_SHAPE, key, message).label("no `value` here");
        let (prefix, name) = (reader.prefix(key), setting.name());
        reader.report(finding.help(match reader.form(node) {
            Form::Value => format!("write `{prefix}{name} = {{ value = {} }}`", reader.written_as(node)),
            _ => format!("write `{name}.value`"),
        }));
    } else {
        for (name, at, _) in &strangers {
            let near = meant(name);
            let help = near.map_or("remove it".to_owned(), |near| format!("did you mean `{near}`?"));
            let message = format!("`{}` has `value` and `locked`, not `{name}`", setting.key);
            reader.report(Finding::new(&WRONG_SHAPE, *at, message).label("unknown").help(help));
        }
        // The value may stand under another name still.
        if value.is_none() && !is_meant("value") && !place.root.becomes(&setting.key) {
            no_value(reader, setting, key, locked.map(|(at, _)| at), lock.value);
        }
    }
    // What is wrong with the value is wrong under the right name, too.
    let meant = || strangers.iter().find(|(name, ..)| meant(name) == Some("value")).map(|(.., node)| *node);
    // Options without `value` are those that it would hold.
    let options = (is_bare && setting.kind == Type::Json).then(|| {
        let mut options = node.clone();
        if let DeValue::Table(table) = options.get_mut() {
            table.remove("locked");
        }
        options
    });
    match options.as_ref().or(value).or_else(meant) {
        Some(node) => push(reader, out, Known { node, ..known }, Some(lock)),
        None => out.push(unread(reader, known, Some(lock))),
    }
}

/// Reports a setting without a value, and perhaps with a lock.
fn no_value(reader: &mut Reader<'_>, setting: &Setting, key: Span, locked: Option<Span>, lock: Option<bool>) {
    let add = locked.zip(example(setting));
    let add = add.map(|(at, value)| format!("add `{}value = {value}` beside it", reader.prefix(at)));
    if let (Some(at), Some(true)) = (locked, lock) {
        let finding = Finding::new(&LOCKED_WITHOUT_VALUE, at, locked_without_value(setting));
        reader.report(finding.label("nothing to lock").help(add.unwrap_or("remove the lock".to_owned())));
    } else {
        let message = format!("`{}` has no `value`", setting.key);
        let finding = Finding::new(&WRONG_SHAPE, locked.unwrap_or(key), message);
        let help = add.unwrap_or("remove this line, or say what it is to be".to_owned());
        reader.report(finding.label("expected a value, or `{ value, locked }`").help(help));
    }
}

/// What becomes of a lock without a value.
pub(crate) fn locked_without_value(setting: &Setting) -> String {
    // <https://docs.docker.com/desktop/release-notes/#4441>
    let effect = match setting.key.as_str() {
        "linuxVM.vpnkitCIDR" => "Docker Desktop 4.44.0 does not start, others ignore it",
        _ => "there is nothing to lock, so nothing is enforced",
    };
    format!("`{}` is locked without a value: {effect}", setting.key)
}
