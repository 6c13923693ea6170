//! Findings that are intended and have no reason: what to write in their place.

use toml::de::DeValue;

use super::value::{NOTHING, names, quote};
use crate::finding::{Code, nearest};
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};
use crate::source::Span;

/// What to write where a reason for `name` is none.
pub(in crate::policy) fn reason(reader: &Reader<'_>, name: &str, key: Span, node: &Node<'_>) -> String {
    let text = said(node.get_ref());
    let entry = format!("{name} = {}", quote(text.unwrap_or(NOTHING)));
    let how = if text.is_none() { ", with the reason in quotes" } else { "" };
    match reader.form(node) {
        Form::Header => format!("move it to `[check.allow]` as `{entry}`"),
        _ => format!("write `{}{entry}`{how}", reader.prefix(key)),
    }
}

/// The reason in a table or a list.
fn said<'v>(value: &'v DeValue<'_>) -> Option<&'v str> {
    match value {
        DeValue::String(text) => Some(text),
        DeValue::Array(items) if items.len() == 1 => said(items.iter().next()?.get_ref()),
        DeValue::Table(table) => {
            let only = || table.values().next().filter(|_| table.len() == 1);
            said(table.get("reason").or_else(only)?.get_ref())
        }
        _ => None,
    }
}

/// What to write where codes stand without their reasons.
pub(in crate::policy) fn reasons(value: &DeValue<'_>) -> String {
    let code = |name: &&str| {
        let near = nearest(name, crate::finding::ALL.iter().map(|code| code.name));
        Code::from_name(name).map(|code| code.name).or(near)
    };
    let codes: Vec<&str> = names(value).unwrap_or_default().iter().filter_map(code).collect();
    if codes.is_empty() {
        return "put each code below a line `[check.allow]`, with the reason after a `=`".to_owned();
    }
    let entries: Vec<String> = codes.iter().map(|code| format!("{code} = {}", quote(NOTHING))).collect();
    format!("write `allow = {{ {} }}`, with the reason for each", entries.join(", "))
}
