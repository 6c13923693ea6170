//! The value that belongs under the right name, where somebody wrote another name that takes another value.

use toml::de::DeValue;

use super::value;
use crate::catalog::{Alias, Setting, Shape};
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};

/// What to write as the value of `setting` in place of `node`; `None` where that can stay as it is.
pub(in crate::policy) fn converted(
    reader: &Reader<'_>,
    setting: &Setting,
    alias: &Alias,
    node: &Node<'_>,
) -> Option<String> {
    let value = said(node);
    let own = match alias.value.as_str() {
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
        "object-to-json-string" => {
            let options = node.get_ref().as_table().filter(|_| reader.form(node) == Form::Value)?;
            (!options.contains_key("value")).then(|| format!("{{ value = {} }}", reader.written_as(node)))
        }
        _ => None,
    };
    own.or_else(|| unlocked(reader, setting, node))
}

/// The value alone, where it stands beside a lock that the setting does not have.
fn unlocked(reader: &Reader<'_>, setting: &Setting, node: &Node<'_>) -> Option<String> {
    let value = node.get_ref().as_table()?.get("value").filter(|_| has_no_lock(setting))?;
    (reader.form(value) == Form::Value).then(|| reader.written_as(value).to_owned())
}

fn has_no_lock(setting: &Setting) -> bool {
    matches!(setting.shape, Shape::Field | Shape::List)
}

/// What to add to a help about the value.
pub(in crate::policy) fn remark(setting: &Setting, alias: &Alias, node: &Node<'_>) -> &'static str {
    match alias.value.as_str() {
        "inverted" if value::truth(said(node)).is_none() => ", or `false` where users may change it",
        "inverted" => "; its value is the opposite",
        "object-to-json-string" => "; the options go under `value`",
        "comma-string-to-list" => "; its value is a list",
        "kerberos-or-ntlm-means-true" => "; for `kerberos` and for `ntlm` its value is `true`",
        "true-means-system" => "; the proxy of the system is `\"system\"`, another one `\"manual\"`",
        "rename-fields" => "; its fields have other names too",
        _ if has_no_lock(setting) && node.get_ref().is_table() => "; it has no lock of its own",
        _ => "",
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
