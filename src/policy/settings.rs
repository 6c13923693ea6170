//! Reads a table of settings against the catalog: which leaf gets which value, and what is wrong with it.

use super::parts::Parts;
use super::reader::{Node, Reader};
use super::value;
use crate::catalog::{Catalog, Setting, Shape, Type, catalog};
use crate::finding::{Finding, LOCKED_WITHOUT_VALUE, WRONG_SHAPE, all_of, nearest};
use crate::source::{Span, Spanned};
use crate::value::Value;

/// One setting, or one field of a group, and the value that one table gives it.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The setting, a [`Shape::Setting`], [`Shape::Field`] or [`Shape::List`].
    pub setting: &'static Setting,
    /// The value, already in the form that `admin-settings.json` holds; [`Value::Unread`] where it was reported as wrong.
    pub value: Value,
    /// The lock, for a setting that has its own and where it can be read.
    pub locked: Option<bool>,
    /// Where that lock stands; the value where nobody says it.
    pub lock: Span,
    /// Where its name stands.
    pub key: Span,
    /// Where its value stands.
    pub span: Span,
    /// Where the parts of its value stand.
    pub parts: Parts,
}

impl Assignment {
    /// Where a part of the value stands, found by the names on the way to it; the whole value when that is not known.
    pub fn part(&self, path: &[&str]) -> Span {
        self.parts.find(path).unwrap_or(self.span)
    }
}

/// Reads the table of settings at `node`.
pub(super) fn read(reader: &mut Reader<'_>, key: Span, node: &Node<'_>) -> Vec<Assignment> {
    let mut assignments = Vec::new();
    reader.within("settings", |reader| members(reader, &mut assignments, "", key, node));
    assignments
}

fn members(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, parent: &str, key: Span, node: &Node<'_>) {
    let what = if parent.is_empty() { "a table of settings" } else { parent };
    let Some(table) = reader.table(key, node, what) else { return };
    for (name, key, node) in reader.sorted(table) {
        reader.within(name, |reader| named(reader, out, parent, name, key, node));
    }
}

fn named(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, parent: &str, name: &str, key: Span, node: &Node<'_>) {
    let path = join(parent, name);
    // Only a name in quotes has one of these characters: the catalog has them in the paths that it is asked for.
    if name.is_empty() || name.contains(['.', '[', ']']) {
        super::names::quoted(reader, parent, name, key);
        return;
    }
    match catalog().find(&path).filter(|setting| setting.is_admin_setting()) {
        Some(setting) => member(reader, out, setting, key, node),
        // An object that Docker documents only by what it holds, such as `imageList`.
        None if !catalog().members(&path).is_empty() => members(reader, out, &path, key, node),
        None => super::names::unknown(reader, parent, name, key, node),
    }
}

pub(super) fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

fn member(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, setting: &'static Setting, key: Span, node: &Node<'_>) {
    let is_table = node.get_ref().is_table();
    match setting.shape {
        Shape::Section | Shape::Object => members(reader, out, &setting.key, key, node),
        Shape::Group if is_table => group(reader, out, setting, key, node),
        Shape::Group => bare_group(reader, out, setting, key, node),
        Shape::Setting if is_table => reader.kept(|reader| table_setting(reader, out, setting, key, node)),
        Shape::Setting => {
            let lock = Spanned { value: Some(true), span: reader.span(node) };
            push(reader, out, setting, Some(lock), key, node);
        }
        Shape::Field | Shape::List => push(reader, out, setting, None, key, node),
        Shape::Bare => {
            let message = format!("`{}` is written by stanchion", setting.key);
            reader.report(Finding::new(&WRONG_SHAPE, key, message).label("remove this line"));
        }
        Shape::Channel => unreachable!("channels are filtered before"),
    }
}

/// The fields of a group. Whoever says its `value` says its lock, which is on unless said, as with any other setting;
/// another field alone leaves the lock to whoever said it last.
fn group(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, group: &'static Setting, key: Span, node: &Node<'_>) {
    let before = out.len();
    members(reader, out, &group.key, key, node);
    let said = |name: &str| out[before..].iter().find(|assignment| assignment.setting.key == join(&group.key, name));
    if let (Some(value), None) = (said("value"), said("locked")) {
        let (key, span) = (value.key, value.span);
        out.extend(enforced(group, key, span));
    }
}

/// The lock of a group, on.
fn enforced(group: &Setting, key: Span, span: Span) -> Option<Assignment> {
    let setting = catalog().find(&join(&group.key, "locked"))?;
    let value = Value::Boolean(true);
    Some(Assignment { setting, value, locked: None, lock: span, key, span, parts: Parts::default() })
}

/// A bare value enforces a setting, so for a group with a `value` it sets that and the lock.
fn bare_group(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, group: &'static Setting, key: Span, node: &Node<'_>) {
    let catalog = catalog();
    if let Some(value) = catalog.find(&join(&group.key, "value")) {
        push(reader, out, value, None, key, node);
        out.extend(enforced(group, key, reader.span(node)));
        return;
    }
    let fields = catalog.members(&group.key);
    let help = match (node.get_ref().as_bool(), fields.contains(&"enabled")) {
        (Some(truth), true) => format!("write `{} = {{ enabled = {truth} }}`", group.key),
        _ => format!("it has {}", all_of(fields)),
    };
    let span = reader.span(node);
    let message =
        format!("`{}` has no value of its own, only fields: Docker Desktop ignores it in this form", group.key);
    reader.report(Finding::new(&WRONG_SHAPE, span, message).label("expected a table").help(help));
}

/// `{ value = …, locked = … }`. Whatever is wrong with it, something is said there, and what cannot be read is unread.
fn table_setting(
    reader: &mut Reader<'_>,
    out: &mut Vec<Assignment>,
    setting: &'static Setting,
    key: Span,
    node: &Node<'_>,
) {
    let Some(table) = node.get_ref().as_table() else { return };
    let (mut value, mut locked, mut strangers) = (None, None, Vec::new());
    for (name, at, node) in reader.sorted(table) {
        match name {
            "value" => value = Some(node),
            "locked" => locked = Some((at, node)),
            _ => strangers.push((nearest(name, ["value", "locked"]), name, at)),
        }
    }
    let is_meant = |name| strangers.iter().any(|(near, ..)| *near == Some(name));
    let lock = match locked {
        None => (!is_meant("locked")).then_some(true),
        Some((_, node)) => reader.boolean(node),
    };
    let at = locked.map_or(value.unwrap_or(node), |(_, lock)| lock);
    let lock = Spanned { value: lock, span: reader.span(at) };
    if value.is_none() && setting.kind == Type::Json && (locked.is_none() || !strangers.is_empty()) {
        let message = format!("`{}` takes its options under `value`", setting.key);
        let help = format!("write `{} = {{ value = {{ … }} }}`", setting.name());
        reader.report(Finding::new(&WRONG_SHAPE, key, message).label("no `value` here").help(help));
    } else {
        for (near, name, at) in &strangers {
            let near = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("`{}` has `value` and `locked`, not `{name}`", setting.key);
            reader.report(Finding::new(&WRONG_SHAPE, *at, message).label("unknown").help_if(near));
        }
        if value.is_none() && !is_meant("value") {
            no_value(reader, setting, key, locked.map(|(at, _)| at), lock.value);
        }
    }
    match value {
        Some(node) => push(reader, out, setting, Some(lock), key, node),
        None => out.push(Assignment {
            setting,
            value: Value::Unread,
            locked: lock.value,
            lock: lock.span,
            key,
            span: reader.span(node),
            parts: Parts::default(),
        }),
    }
}

/// Reports a setting without a value, and perhaps with a lock.
fn no_value(reader: &mut Reader<'_>, setting: &Setting, key: Span, locked: Option<Span>, lock: Option<bool>) {
    if let (Some(at), Some(true)) = (locked, lock) {
        let message = locked_without_value(setting);
        let help = example(setting).map(|value| format!("write `{} = {value}`", setting.name()));
        reader.report(Finding::new(&LOCKED_WITHOUT_VALUE, at, message).label("nothing to lock").help_if(help));
    } else {
        let message = format!("`{}` has no `value`", setting.key);
        reader.report(Finding::new(&WRONG_SHAPE, key, message).label("expected a value, or `{ value, locked }`"));
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

/// A value that can be pasted: the hardened one, else the default.
fn example(setting: &Setting) -> Option<String> {
    let hardened = setting.hardened.as_ref().and_then(|hardened| hardened.value.as_ref());
    hardened.or(setting.default.as_ref()).map(ToString::to_string)
}

fn push(
    reader: &mut Reader<'_>,
    out: &mut Vec<Assignment>,
    setting: &'static Setting,
    lock: Option<Spanned<Option<bool>>>,
    key: Span,
    node: &Node<'_>,
) {
    let value = value::read(reader, setting, node);
    let span = reader.span(node);
    let parts = match node.get_ref().as_str().filter(|_| setting.kind == Type::Json) {
        Some(json) => Parts::of_json(&reader.written(node, json)),
        None => Parts::of(reader.source, node),
    };
    let (locked, lock) = (lock.and_then(|lock| lock.value), lock.map_or(span, |lock| lock.span));
    out.push(Assignment { setting, value, locked, lock, key, span, parts });
}

/// The keys of everything that can be written under `[settings]`, for did-you-mean.
pub(super) fn keys(catalog: &Catalog) -> impl Iterator<Item = &str> {
    catalog
        .settings()
        .iter()
        .filter(|setting| setting.is_admin_setting() && !setting.key.contains("[]"))
        .map(|setting| setting.key.as_str())
}
