//! The value that belongs under the right name, where somebody wrote another name that takes another value.

use toml::de::{DeTable, DeValue};

use super::value;
use crate::catalog::{Alias, Setting, Shape, catalog};
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};
use crate::source::Span;

/// What to write as the value of `setting` in place of `node`; `None` where that can stay as it is.
pub(in crate::policy) fn converted(
    reader: &Reader<'_>,
    setting: &Setting,
    alias: &Alias,
    node: &Node<'_>,
) -> Option<String> {
    own(reader, setting, alias, node).or_else(|| unlocked(reader, setting, node))
}

/// Whether nothing but a lock keeps an entry from being read under the right name: its `value` can.
pub(super) fn is_only_locked(reader: &Reader<'_>, setting: &Setting, alias: &Alias, node: &Node<'_>) -> bool {
    own(reader, setting, alias, node).is_none() && unlocked(reader, setting, node).is_some()
}

/// The value that the right name takes, where that is another one.
fn own(reader: &Reader<'_>, setting: &Setting, alias: &Alias, node: &Node<'_>) -> Option<String> {
    let value = said(node);
    match alias.value.as_str() {
        // Where nobody can tell, the lock is on.
        "inverted" => Some(value::truth(value).is_none_or(|truth| !truth).to_string()),
        "comma-string-to-list" if value.is_str() => value::elements(setting, value),
        "kerberos-or-ntlm-means-true" => {
            let method = value.as_str()?.to_lowercase();
            Some(["kerberos", "ntlm"].contains(&method.as_str()).to_string())
        }
        "true-means-system" => value::truth(value).map(|is_system| {
            let mode = if is_system { "system" } else { "manual" };
            value::quote(mode)
        }),
        "rename-fields"
            if value.is_table() && node.get_ref().as_table().is_some_and(|its| its.contains_key("value")) =>
        {
            flat(reader, alias, setting, node)
        }
        "object-to-json-string" => {
            let options = node.get_ref().as_table().filter(|_| reader.form(node) == Form::Value)?;
            (!options.contains_key("value")).then(|| format!("{{ value = {} }}", reader.written_as(node)))
        }
        _ => None,
    }
}

/// The fields of a group that stand one level too deep, under `value`, as one table with their right names.
fn flat(reader: &Reader<'_>, alias: &Alias, group: &Setting, node: &Node<'_>) -> Option<String> {
    let table = node.get_ref().as_table()?;
    let inner = table.get("value")?.get_ref().as_table()?;
    let members = reader.sorted(table).into_iter().filter(|(name, ..)| *name != "value").chain(reader.sorted(inner));
    let field = |(name, _, node): (&str, Span, &Node<'_>)| {
        let called = catalog().aliased(&format!("{}.{name}", alias.name)).next();
        let own = (reader.form(node) == Form::Value).then(|| reader.written_as(node).to_owned());
        match called {
            Some((setting, alias)) => {
                let value = converted(reader, setting, alias, node).or(own)?;
                Some(format!("{} = {value}", setting.key.strip_prefix(&format!("{}.", group.key))?))
            }
            None => Some(format!("{name} = {}", own?)),
        }
    };
    let fields = members.map(field).collect::<Option<Vec<_>>>()?;
    Some(format!("{{ {} }}", fields.join(", ")))
}

/// The value alone, where it stands beside a lock that the setting does not have.
fn unlocked(reader: &Reader<'_>, setting: &Setting, node: &Node<'_>) -> Option<String> {
    let value = node.get_ref().as_table()?.get("value").filter(|_| has_no_lock(setting))?;
    (reader.form(value) == Form::Value).then(|| reader.written_as(value).to_owned())
}

fn has_no_lock(setting: &Setting) -> bool {
    matches!(setting.shape, Shape::Field | Shape::List)
}

/// The group of which this is the value, where it stands beside the lock: it is written as any other setting, with both.
pub(super) fn group<'s>(setting: &'s Setting, alias: &Alias, node: &Node<'_>) -> Option<&'s str> {
    let has_both = |table: &DeTable<'_>| table.contains_key("value") && table.contains_key("locked");
    let is_lockable = alias.value == "same" && node.get_ref().as_table().is_some_and(has_both);
    setting.key.strip_suffix(".value").filter(|group| is_lockable && !group.contains('.'))
}

/// What to add to a help about the value.
pub(in crate::policy) fn remark(setting: &Setting, alias: &Alias, node: &Node<'_>) -> String {
    let plain = match alias.value.as_str() {
        "inverted" if value::truth(said(node)).is_none() => ", or `false` where users may change it",
        "inverted" => "; its value is the opposite",
        "object-to-json-string" => "; the options go under `value`",
        "comma-string-to-list" => "; its value is a list",
        "kerberos-or-ntlm-means-true" => "; for `kerberos` and for `ntlm` its value is `true`",
        "true-means-system" => "; `true` is `\"system\"` there, and `false` is `\"manual\"`",
        "rename-fields" => "; its fields have other names too",
        _ => "",
    };
    let is_locked = node.get_ref().as_table().and_then(|table| table.get("locked"));
    let lock = setting.lock.filter(|_| is_locked.is_some_and(|lock| lock.get_ref().as_bool() == Some(false)));
    match lock {
        Some(lock) => format!("{plain}; its lock is `{}`", catalog().settings()[lock].key),
        None => plain.to_owned(),
    }
}

/// The value itself, also where it stands beside a lock.
fn said<'n, 't>(node: &'n Node<'t>) -> &'n DeValue<'t> {
    let value = node.get_ref();
    value
        .as_table()
        .and_then(|table| table.get("value").or_else(|| table.get("enabled")))
        .map_or(value, |node| node.get_ref())
}
