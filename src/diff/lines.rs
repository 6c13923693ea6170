//! How values and the differences between them are written, so that nothing in them can act on a terminal or a page.

use std::borrow::Cow;

use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

use super::daemon_options;
use crate::visible::visible;

/// A value that takes more characters than this is described instead.
const BRIEF: usize = 60;

/// A value as JSON, or what kind of thing it is when that would be long.
pub(super) fn brief(value: &Json) -> String {
    let value = read(value);
    whole(&value).unwrap_or_else(|| match &*value {
        Json::Array(items) => format!("a list of {}", items.len()),
        Json::Object(members) => format!("a table of {}", members.len()),
        Json::String(text) => format!("a text of {} characters", text.chars().count()),
        other => visible(&other.to_string()),
    })
}

/// Daemon options are text that holds an object; that is what a reviewer wants to see.
fn read(value: &Json) -> Cow<'_, Json> {
    let object = value.as_str().and_then(|text| serde_json::from_str(text).ok()).map(Json::Object);
    object.map_or(Cow::Borrowed(value), Cow::Owned)
}

/// A value as JSON as it is shown, unless that is long. What is not shown so is shown line by line.
fn whole(value: &Json) -> Option<String> {
    Some(visible(&value.to_string())).filter(|text| text.chars().count() <= BRIEF)
}

fn entry(value: &Json) -> String {
    visible(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// One member of an object that differs.
pub(super) fn member(name: &str, old: Option<Json>, new: Option<Json>) -> Vec<String> {
    let line =
        |sign: char, value: Option<Json>| value.map(|value| format!("{sign} {}: {}", visible(name), entry(&value)));
    line('-', old).into_iter().chain(line('+', new)).collect()
}

/// What goes and what comes, line by line, where two values are long or lists; empty when they say it themselves.
pub(super) fn lines(old: Option<&Json>, new: Option<&Json>, is_options: bool) -> Vec<String> {
    let is_brief = |value: &Json| whole(&read(value)).is_some();
    let nothing = Json::Null;
    let is_whole = old.xor(new).is_some_and(is_brief);
    let (old, new) = (old.unwrap_or(&nothing), new.unwrap_or(&nothing));
    if is_options {
        let object = |value: &Json| if value.is_null() { "{}".into() } else { value.clone() };
        if let Some(lines) = daemon_options::show(&object(old), &object(new)) {
            return lines;
        }
    }
    // What comes or goes as a whole and is shown as a whole need not be shown twice.
    if is_whole {
        return Vec::new();
    }
    if old.is_array() || new.is_array() {
        let items = |value: &Json| value.as_array().cloned().unwrap_or_default();
        let (old, new) = (items(old), items(new));
        let gone = old.iter().filter(|item| !new.contains(item)).map(|item| format!("- {}", entry(item)));
        let come = new.iter().filter(|item| !old.contains(item)).map(|item| format!("+ {}", entry(item)));
        return gone.chain(come).collect();
    }
    let are_brief = is_brief(old) && is_brief(new);
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let (old, new) = (text(old), text(new));
    if are_brief && !old.contains('\n') && !new.contains('\n') {
        return Vec::new();
    }
    let changes = TextDiff::from_lines(&old, &new);
    let mut lines = Vec::new();
    for (at, group) in changes.grouped_ops(2).iter().enumerate() {
        if at > 0 {
            lines.push("  …".to_owned());
        }
        for change in group.iter().flat_map(|operation| changes.iter_changes(operation)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let line = change.value().trim_end_matches(['\n', '\r']).replace('\t', "    ");
            lines.push(format!("{sign} {}", visible(&line)).trim_end().to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_objects_and_texts_are_shown_by_what_differs() {
        assert_eq!(lines(Some(&json!(["a", "b"])), Some(&json!(["b", "c"])), false), ["- a", "+ c"]);
        assert_eq!(lines(None, Some(&json!(r#"{"icc":false}"#)), true), ["+ icc: false"]);
        assert_eq!(lines(Some(&json!("a\nb\nc")), Some(&json!("a\nx\nc")), false), ["  a", "- b", "+ x", "  c"]);
        assert_eq!(lines(Some(&json!(true)), Some(&json!(false)), false), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_shown_whole_is_shown_line_by_line() {
        for length in 50..70 {
            for letter in ["x", "`", "\"", "é", "\u{202e}"] {
                let long = letter.repeat(length);
                for value in [json!(long), json!([long])] {
                    let is_described = brief(&value).starts_with("a ");
                    for old in [None, Some(&json!("short"))] {
                        let shows = !lines(old, Some(&value), false).is_empty();
                        assert!(shows || !is_described, "{length} of {letter:?}: {}", brief(&value));
                    }
                }
            }
        }
    }
}
