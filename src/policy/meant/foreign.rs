//! Names that are known and are no setting: what each is, and what to do with its lines.

use toml::de::DeValue;

use super::elsewhere::{removal, sign_in};
use super::place::Place;
use super::rename::Wrong;
use crate::catalog::{Foreign, ForeignKind};
use crate::finding::{Code, Finding, HOME_ONLY_SETTING, MISPLACED_SETTING, UNKNOWN_SETTING, USER_SETTING};
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};
use crate::source::Span;

/// Reports such a name.
pub(super) fn report(reader: &mut Reader<'_>, foreign: &Foreign, wrong: Wrong<'_>) {
    let Wrong { place, path, key, node, .. } = wrong;
    let (code, becomes): (&'static Code, _) = match foreign.kind {
        ForeignKind::UserSetting | ForeignKind::Undocumented => (&USER_SETTING, "later ones may ignore it"),
        ForeignKind::Remembered => (&USER_SETTING, "later ones ignore it"),
        ForeignKind::HomeOnly => (&HOME_ONLY_SETTING, "later ones ignore it"),
        ForeignKind::SignIn | ForeignKind::Legacy => (&MISPLACED_SETTING, "later ones ignore it"),
        ForeignKind::Invented | ForeignKind::Draft => (&UNKNOWN_SETTING, "later ones ignore it"),
    };
    let nature = foreign.nature();
    let message = format!("`{path}` {nature}; below 4.43 Docker Desktop does not start with it, {becomes}");
    let finding = Finding::new(code, key, message).label("does not belong here");
    let is_sign_in = foreign.kind == ForeignKind::SignIn;
    let about = foreign.about.as_deref();
    let passed = foreign.passes_as().and_then(|name| {
        // As it is written, where it is the same name.
        let name = if name.eq_ignore_ascii_case(path) { path } else { name };
        pass_through(reader, place, name, node)
    });
    let goes = match &passed {
        None if !is_sign_in => "remove this line",
        _ => "remove this line: it goes with the one above",
    };
    for line in lines(reader, node).into_iter().skip(1) {
        let mut finding = finding.clone();
        finding.primary.span = line;
        reader.report(finding.help(goes));
    }
    if is_sign_in {
        reader.lost.add("sign-in");
        let finding = if place.root.is_for_all() {
            sign_in(reader, finding, key, node)
        } else {
            let remove = removal(reader, key, node);
            finding.help(format!("{remove}: `organizations` is said once for all machines, under `[sign-in]`"))
        };
        reader.report(finding);
        return;
    }
    let remove = removal(reader, key, node);
    let help = match (passed, about) {
        (Some(pass), None) => format!("{pass}; else {remove}"),
        (Some(pass), Some(about)) => format!("{pass}; else {remove} ({about})"),
        (None, _) if foreign.passes_as().is_some() && !place.root.takes_undocumented() => {
            format!("{remove}: an exception cannot carry a name that no page documents")
        }
        (None, None) if foreign.kind == ForeignKind::HomeOnly => format!("{remove}, and set it there"),
        (None, Some(about)) => format!("{remove}; {about}"),
        (None, None) => remove.to_owned(),
    };
    reader.report(finding.help(help));
}

/// The names of the lines that an entry takes when its members stand after dots.
fn lines(reader: &Reader<'_>, node: &Node<'_>) -> Vec<Span> {
    let mut lines = Vec::new();
    let table = node.get_ref().as_table().filter(|_| reader.form(node) == Form::Dotted);
    for (_, key, node) in table.map(|table| reader.sorted(table)).unwrap_or_default() {
        match reader.form(node) {
            Form::Dotted => lines.extend(self::lines(reader, node)),
            _ => lines.push(key),
        }
    }
    lines
}

/// How to have a name written to the file all the same; `None` where that cannot be.
fn pass_through(reader: &Reader<'_>, place: Place<'_>, name: &str, node: &Node<'_>) -> Option<String> {
    let value = value(reader, node).filter(|_| place.root.takes_undocumented())?;
    let how = match &place.root.header {
        Some(header) => {
            let header = header.replace("settings]", "undocumented-settings]");
            format!("move it to `{header}` as `{name} = {value}`")
        }
        None => format!("move it beside `settings` as `undocumented-settings.{name} = {value}`"),
    };
    Some(format!("to pass it through on your own risk, {how}"))
}

/// An entry as a value with perhaps a lock, on one line.
fn value(reader: &Reader<'_>, node: &Node<'_>) -> Option<String> {
    let DeValue::Table(table) = node.get_ref() else {
        return Some(format!("{{ value = {} }}", reader.written_as(node)));
    };
    let members = reader.sorted(table);
    let member = |(name, _, node): &(&str, Span, &Node<'_>)| {
        (reader.form(node) == Form::Value).then(|| format!("{name} = {}", reader.written_as(node)))
    };
    let said = members.iter().map(member).collect::<Option<Vec<_>>>()?.join(", ");
    let is_lockable = table.contains_key("value");
    if !is_lockable && table.contains_key("locked") {
        return None;
    }
    Some(if is_lockable { format!("{{ {said} }}") } else { format!("{{ value = {{ {said} }} }}") })
}
