//! A value of another type: what to write in its place. The name before it is right.

use toml::de::DeValue;

use crate::catalog::{Format, Setting, Type};
use crate::finding::{all_of, nearest, one_of};
use crate::platform::Platform;
use crate::policy::grammar::Table;
use crate::version::Version;

/// What stands in a help where nobody can know the value.
pub(in crate::policy) const NOTHING: &str = "…";

/// `text` as a string of TOML.
pub(in crate::policy) fn quote(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// What to write for a truth value.
pub(in crate::policy) fn boolean(value: &DeValue<'_>) -> String {
    match truth(value) {
        Some(truth) if value.is_str() => format!("write `{truth}` without the quotes"),
        Some(truth) => format!("write `{truth}`"),
        None => "write `true` or `false`".to_owned(),
    }
}

/// What forms, registries and other languages have for true and false.
pub(in crate::policy) fn truth(value: &DeValue<'_>) -> Option<bool> {
    match value {
        DeValue::Boolean(truth) => Some(*truth),
        DeValue::Integer(number) => word(number.as_str()),
        DeValue::String(text) => word(text),
        DeValue::Array(items) => items.iter().map(|item| truth(item.get_ref())).next_back().flatten(),
        _ => None,
    }
}

fn word(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// What to write for a whole number.
pub(in crate::policy) fn integer(setting: &Setting, value: &DeValue<'_>) -> String {
    let [least, most] = setting.range.unwrap_or([i64::MIN, i64::MAX]);
    let digits = match value {
        DeValue::String(text) => text.trim(),
        DeValue::Float(number) => number.as_str().trim_end_matches('0').trim_end_matches('.'),
        _ => "",
    };
    match digits.parse::<i64>() {
        Ok(number) if (least..=most).contains(&number) && value.is_str() => {
            format!("write `{number}` without the quotes")
        }
        Ok(number) if (least..=most).contains(&number) => format!("write `{number}`"),
        _ => in_range(setting),
    }
}

/// What to write for a number that is too small or too large.
pub(in crate::policy) fn in_range(setting: &Setting) -> String {
    let [least, most] = setting.range.unwrap_or([i64::MIN, i64::MAX]);
    let example = setting.default.as_ref().map_or(least.to_string(), ToString::to_string);
    format!("write a number from {least} to {most}, such as `{example}`")
}

/// What to write for a text in a form.
pub(in crate::policy) fn text(format: Option<Format>, value: &DeValue<'_>) -> String {
    let items = match value {
        DeValue::Array(items) => items.iter().map(|item| scalar(item.get_ref())).collect::<Option<Vec<_>>>(),
        value => scalar(value).map(|text| vec![text]),
    };
    let joined = items.filter(|items| !items.is_empty()).map(|items| items.join(","));
    // A number that only a scheme would make a text is none, and several texts are no single one without a form.
    let is_text = |text: &&String| match format {
        Some(format) => value.is_str() || format.check(text).is_ok(),
        None => value.as_array().is_none_or(|items| items.len() == 1),
    };
    let near = joined.as_ref().filter(is_text).and_then(|text| fitting(format, text));
    match near {
        Some(near) => format!("write `{}`", quote(&near)),
        None => format!("write a text, such as `{}`", quote(format.map_or(NOTHING, Format::example))),
    }
}

/// The text in the form that it must have, where it is that or nearly.
pub(in crate::policy) fn fitting(format: Option<Format>, text: &str) -> Option<String> {
    match format {
        None => Some(text.trim().to_owned()),
        Some(format) if format.check(text).is_ok() => Some(text.to_owned()),
        Some(format) => format.near(text),
    }
}

/// A scalar as text, also where it is the only one in a list or the `value` of a table.
pub(in crate::policy) fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::Array(items) if items.len() == 1 => scalar(items[0].get_ref()),
        DeValue::Table(table) => scalar(table.get("value")?.get_ref()),
        DeValue::String(text) => Some(text.as_ref().to_owned()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// One of these words that is like this one, or another name for what it means.
pub(in crate::policy) fn near<'w>(said: &str, words: &[&'w str]) -> Option<&'w str> {
    let platform = Platform::known_as(said).map(Platform::name);
    let said = said.to_lowercase();
    let ends = [said.split_whitespace().next(), said.split_whitespace().next_back()];
    let found = words.iter().copied().find(|word| Some(*word) == platform || ends.contains(&Some(word)));
    found.or_else(|| nearest(&said, words.iter().copied()))
}

/// What to write for one of some words.
pub(in crate::policy) fn one_word<'w>(words: impl Iterator<Item = &'w str> + Clone, value: &DeValue<'_>) -> String {
    let items = if let DeValue::Array(items) = value { items.first().map(toml::Spanned::get_ref) } else { Some(value) };
    let said = items.and_then(scalar).unwrap_or_default();
    match near(said.trim(), &words.clone().collect::<Vec<_>>()) {
        Some(near) if value.is_str() => format!("did you mean `{near}`?"),
        Some(near) => format!("write `{}`", quote(near)),
        None => {
            let quoted: Vec<String> = words.map(quote).collect();
            format!("write {}", one_of(quoted.iter().map(String::as_str)))
        }
    }
}

/// What to write for a table.
pub(in crate::policy) fn table(grammar: &Table) -> String {
    let required: Vec<String> =
        grammar.keys.iter().filter_map(|key| Some(format!("{} = {}", key.name, key.required?))).collect();
    if required.is_empty() {
        format!("give it a table of its keys: {}", all_of(grammar.keys.iter().map(|key| key.name)))
    } else {
        format!("write `{{ {} }}`", required.join(", "))
    }
}

/// What to write for a list of texts.
pub(in crate::policy) fn texts(value: &DeValue<'_>) -> String {
    match names(value) {
        Some(names) => format!("write `{}`", listed(names)),
        None => "write a list of texts, such as `[\"…\"]`".to_owned(),
    }
}

/// The names in a list, in a text that holds several or in the `value` of a table.
pub(super) fn names<'v>(value: &'v DeValue<'_>) -> Option<Vec<&'v str>> {
    let names: Option<Vec<&str>> = match value {
        DeValue::String(text) => Some(parts(text).collect()),
        DeValue::Array(items) => items.iter().map(|item| item.get_ref().as_str()).collect(),
        DeValue::Table(table) => names(table.get("value")?.get_ref()),
        _ => None,
    };
    names.filter(|names| !names.is_empty())
}

/// The names in a text that holds several.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

/// Texts as a list of TOML.
pub(super) fn listed<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    format!("[{}]", texts.into_iter().map(|text| quote(text.as_ref())).collect::<Vec<_>>().join(", "))
}

/// What to write for a list of some words.
pub(in crate::policy) fn words(words: &[&str], value: &DeValue<'_>) -> String {
    let said = scalar(value).unwrap_or_default();
    let near: Option<Vec<&str>> =
        said.split([',', ';', ' ']).filter(|part| !part.is_empty()).map(|part| near(part, words)).collect();
    let list = near.filter(|near| !near.is_empty()).unwrap_or(words.to_vec());
    format!("write `{}`", listed(list))
}

/// What to write for a version of Docker Desktop.
pub(in crate::policy) fn version(value: &DeValue<'_>) -> String {
    let said = scalar(value).unwrap_or_default();
    let said = said.trim_start_matches([' ', '\t', 'v', 'V', '>', '=', '~', '^']);
    let said = said.split([' ', '\t', '(', '-', '+']).next().unwrap_or_default();
    let plain = |number: &str| number.parse::<u16>().map_or(number.to_owned(), |number| number.to_string());
    let said = said.split('.').map(plain).collect::<Vec<_>>().join(".");
    match said.parse::<Version>() {
        Ok(_) => format!("write `{}`", quote(&said)),
        Err(_) => "write a released version in quotes, such as `\"4.60.0\"`".to_owned(),
    }
}

/// What to write for a list of the elements that a setting takes.
pub(in crate::policy) fn list(setting: &Setting, value: &DeValue<'_>) -> String {
    match elements(setting, value) {
        Some(list) => format!("write `{list}`"),
        None => format!("write a list, such as `{}`", listed(element_format(setting).map(Format::example))),
    }
}

/// The list that one text stands for, or a scalar that is its only element.
pub(in crate::policy) fn elements(setting: &Setting, value: &DeValue<'_>) -> Option<String> {
    let text = scalar(value).filter(|_| !value.is_bool())?;
    let fitting = parts(&text).map(|part| fitting(element_format(setting), part));
    fitting.collect::<Option<Vec<_>>>().map(listed)
}

fn element_format(setting: &Setting) -> Option<Format> {
    if setting.kind == Type::Directories { Some(Format::Directory) } else { setting.format }
}
