//! Reads a table of settings against the catalog: which leaf gets which value, and what is wrong with it.

use super::layout::Form;
use super::meant::{Place, Root};
use super::parts::Parts;
use super::reader::{Entries, Node, Reader};
use super::{lockable, meant, value};
use crate::catalog::{Catalog, Setting, Shape, Type, catalog};
use crate::finding::{Finding, WRONG_SHAPE};
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

/// An entry with the name of a setting.
#[derive(Clone, Copy)]
pub(super) struct Known<'t> {
    pub(super) setting: &'static Setting,
    /// The table it stands in.
    pub(super) place: Place<'t>,
    /// Where its name stands.
    pub(super) key: Span,
    pub(super) node: &'t Node<'t>,
}

/// Reads the settings of a layer or an exception, if it has some.
pub(super) fn read(reader: &mut Reader<'_>, entries: &Entries<'_>) -> Option<Vec<Assignment>> {
    let (key, node) = entries.get("settings")?;
    let mut assignments = Vec::new();
    let help = "write each with its value, as `settings = { analyticsEnabled = … }`";
    reader.within("settings", |reader| {
        if let Some(table) = reader.table(key, node, "a table of settings", help) {
            let header = reader.header(key, node);
            let (table, meant) = meant::settled(reader, table, header.as_deref(), entries.grammar);
            let root = Root::new(&table, header, entries.grammar, meant);
            members(reader, &mut assignments, Place { root: &root, table: &table, path: "" });
        }
    });
    Some(assignments)
}

fn members(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, place: Place<'_>) {
    for (name, key, node) in reader.sorted(place.table) {
        reader.within(name, |reader| named(reader, out, place, name, key, node));
    }
}

fn named(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, place: Place<'_>, name: &str, key: Span, node: &Node<'_>) {
    let path = place.join(name);
    match catalog().find(&path).filter(|setting| setting.is_admin_setting()) {
        Some(setting) => member(reader, out, Known { setting, place, key, node }),
        // An object that Docker documents only by what it holds, such as `imageList`.
        None => inner(reader, out, place, &path, key, node),
    }
}

/// The members of a table at this path.
fn inner(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, place: Place<'_>, path: &str, key: Span, node: &Node<'_>) {
    let help = format!("write its fields, such as `{}`", fields(path));
    if let Some(table) = reader.table(key, node, &format!("`{path}`"), &help) {
        members(reader, out, Place { table, path, ..place });
    }
}

/// The fields of a group with values that can be pasted.
fn examples(path: &str) -> impl Iterator<Item = (&'static str, String)> {
    let inside = catalog()
        .settings()
        .iter()
        .filter_map(move |setting| Some((setting, setting.key.strip_prefix(path)?.strip_prefix('.')?)));
    let inside = inside.filter(|(setting, name)| setting.takes_a_value() && *name != "locked" && !name.contains("[]"));
    inside.filter_map(|(setting, name)| Some((name, example(setting)?)))
}

/// A table with one field, to show how a group is written.
fn fields(path: &str) -> String {
    let shown = examples(path).next().map(|(name, value)| format!("{{ {name} = {value} }}"));
    shown.unwrap_or_else(|| panic!("the catalog has no example of a field of {path}"))
}

fn member(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, known: Known<'_>) {
    let Known { setting, place, key, node } = known;
    let is_table = node.get_ref().is_table();
    match setting.shape {
        Shape::Section | Shape::Object => inner(reader, out, place, &setting.key, key, node),
        Shape::Group if is_table => group(reader, out, known),
        Shape::Group => bare_group(reader, out, known),
        Shape::Setting if is_table => reader.kept(|reader| lockable::read(reader, out, known)),
        Shape::Setting => {
            let lock = Spanned { value: Some(true), span: reader.span(node) };
            push(reader, out, known, Some(lock));
        }
        Shape::Field | Shape::List if is_table => {
            reader.kept(|reader| wrapped(reader, known));
            out.push(unread(reader, known, None));
        }
        Shape::Field | Shape::List => push(reader, out, known, None),
        Shape::Bare => reader.report(written_anyway(setting, key)),
        Shape::Channel => unreachable!("channels are filtered before"),
    }
}

/// About what a build writes into every file.
pub(super) fn written_anyway(setting: &Setting, key: Span) -> Finding {
    let message = format!("`{}` is written by stanchion", setting.key);
    Finding::new(&WRONG_SHAPE, key, message).label("not needed").help("remove this line")
}

/// The fields of a group. Whoever says its `value` says its lock, which is on unless said, as with any other setting;
/// another field alone leaves the lock to whoever said it last.
fn group(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, known: Known<'_>) {
    let Known { setting: group, place, key, node } = known;
    let before = out.len();
    inner(reader, out, place, &group.key, key, node);
    let said =
        |name: &str| out[before..].iter().find(|assignment| assignment.setting.key == format!("{}.{name}", group.key));
    if let (Some(value), None) = (said("value"), said("locked")) {
        let (key, span) = (value.key, value.span);
        out.extend(enforced(group, key, span));
    }
}

/// The lock of a group, on.
fn enforced(group: &Setting, key: Span, span: Span) -> Option<Assignment> {
    let setting = catalog().find(&format!("{}.locked", group.key))?;
    let value = Value::Boolean(true);
    Some(Assignment { setting, value, locked: None, lock: span, key, span, parts: Parts::default() })
}

/// A bare value enforces a setting, so for a group with a `value` it sets that and the lock.
fn bare_group(reader: &mut Reader<'_>, out: &mut Vec<Assignment>, known: Known<'_>) {
    let Known { setting: group, place, key, node } = known;
    let catalog = catalog();
    if let Some(value) = catalog.find(&format!("{}.value", group.key)) {
        push(reader, out, Known { setting: value, ..known }, None);
        out.extend(enforced(group, key, reader.span(node)));
        return;
    }
    let name = format!("{}{}", reader.prefix(key), group.name());
    let is_switch = catalog.members(&group.key).contains(&"enabled");
    let help = match node.get_ref().as_bool().filter(|_| is_switch) {
        // Another line can still become another field.
        Some(truth) => format!("write `{name}.enabled = {truth}`"),
        _ => match examples(&group.key).find(|(field, _)| !place.root.becomes(&format!("{}.{field}", group.key))) {
            Some((field, value)) => format!("write its fields, such as `{name}.{field} = {value}`"),
            None => "remove this line: others become its fields".to_owned(),
        },
    };
    let span = reader.span(node);
    let message =
        format!("`{}` has no value of its own, only fields: Docker Desktop ignores it in this form", group.key);
    reader.report(Finding::new(&WRONG_SHAPE, span, message).label("expected a table").help(help));
}

/// `{ value = …, locked = … }` for what has no lock of its own: a list, or a field of a group that is locked as a whole.
fn wrapped(reader: &mut Reader<'_>, known: Known<'_>) {
    let Known { setting, key, node, .. } = known;
    let table = node.get_ref().as_table();
    let value = table.and_then(|table| table.get("value")).filter(|value| reader.form(value) == Form::Value);
    let text = match value {
        Some(value) => reader.written_as(value).to_owned(),
        None => example(setting).unwrap_or_else(|| meant::NOTHING.to_owned()),
    };
    let (at, help) = match reader.form(node) {
        Form::Value => (reader.span(node), format!("write `{text}`")),
        _ => (key, known.become_line(reader, &text)),
    };
    let whose = match setting.lock {
        Some(lock) => format!("`{}` holds for it", catalog().settings()[lock].key),
        None => "it always holds".to_owned(),
    };
    let message = match value {
        Some(_) => {
            format!("`{}` has no lock of its own, and Docker Desktop ignores it in this form: {whose}", setting.key)
        }
        None => format!("`{}` has a value, not members of its own", setting.key),
    };
    reader.report(Finding::new(&WRONG_SHAPE, at, message).label("expected the value itself").help(help));
    if let Some(value) = value {
        value::read(reader, setting, value);
    }
}

/// Something is said for a setting, and nobody knows what.
pub(super) fn unread(reader: &Reader<'_>, known: Known<'_>, lock: Option<Spanned<Option<bool>>>) -> Assignment {
    let Known { setting, key, node, .. } = known;
    let span = reader.span(node);
    let (locked, lock) = (lock.and_then(|lock| lock.value), lock.map_or(span, |lock| lock.span));
    Assignment { setting, value: Value::Unread, locked, lock, key, span, parts: Parts::default() }
}

/// A value that can be pasted: the hardened one, else the default.
pub(super) fn example(setting: &Setting) -> Option<String> {
    let hardened = setting.hardened.as_ref().and_then(|hardened| hardened.value.as_ref());
    // An empty text is fit for nothing where the form asks for something.
    let default = setting.default.as_ref().filter(|default| {
        setting.format.is_none_or(|format| default.as_str().is_none_or(|text| format.check(text).is_ok()))
    });
    let form =
        || setting.format.filter(|_| setting.kind == Type::String).map(|format| format!("\"{}\"", format.example()));
    hardened.or(default).map(ToString::to_string).or_else(form)
}

pub(super) fn push(
    reader: &mut Reader<'_>,
    out: &mut Vec<Assignment>,
    known: Known<'_>,
    lock: Option<Spanned<Option<bool>>>,
) {
    let Known { setting, key, node, .. } = known;
    let value = value::read(reader, setting, node);
    let span = reader.span(node);
    let parts = match node.get_ref().as_str().filter(|_| setting.kind == Type::Json) {
        Some(json) => Parts::of_json(&reader.written(node, json)),
        None => Parts::of(reader.source, node),
    };
    let (locked, lock) = (lock.and_then(|lock| lock.value), lock.map_or(span, |lock| lock.span));
    out.push(Assignment { setting, value, locked, lock, key, span, parts });
}

/// The path of a name in the table at `parent`.
pub(super) fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// The keys of everything that can be written under `[settings]`, for did-you-mean.
pub(super) fn keys(catalog: &Catalog) -> impl Iterator<Item = &str> {
    catalog
        .settings()
        .iter()
        .filter(|setting| setting.is_admin_setting() && setting.shape != Shape::Bare && !setting.key.contains("[]"))
        .map(|setting| setting.key.as_str())
}
