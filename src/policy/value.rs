//! Reads what is written for a setting as the value that its type asks for.

use super::daemon_options;
use super::meant;
use toml::de::DeValue;

use super::reader::{Node, Reader};
use crate::catalog::{Format, Misfit, Setting, Shape, Type, catalog};
use crate::finding::{
    Finding, PROXY_CREDENTIALS, Severity, VALUE_OUT_OF_RANGE, WRONG_SHAPE, WRONG_TYPE, nearest, one_of,
};
use crate::value::Value;
use crate::visible::strange;

/// The value, in the form that `admin-settings.json` holds; what was reported as wrong in it is unread.
pub(super) fn read(reader: &mut Reader<'_>, setting: &Setting, node: &Node<'_>) -> Value {
    let value = reader.kept(|reader| match setting.kind {
        Type::Boolean => boolean(reader, setting, node),
        Type::Json => daemon_options::read(reader, setting, node),
        Type::Directories => directories(reader, setting, node),
        Type::Integer => integer(reader, setting, node),
        Type::String => text(reader, &format!("`{}`", setting.key), setting.format, node),
        Type::Enum => word(reader, setting, node),
        Type::Strings => strings(reader, setting, node),
        Type::Object | Type::Presence => panic!("the catalog gives {} a value but no type for it", setting.key),
    });
    value.unwrap_or(Value::Unread)
}

fn boolean(reader: &mut Reader<'_>, setting: &Setting, node: &Node<'_>) -> Option<Value> {
    let word = node.get_ref().as_str().map(|word| word.trim().to_lowercase()).unwrap_or_default();
    // The words of Docker Home are often copied into files, where they mean nothing.
    if word.contains("abled") || ["user defined", "user-defined", "not defined"].contains(&word.as_str()) {
        let span = reader.span(node);
        let default = |truth: bool| match setting.lock.map(|lock| &catalog().settings()[lock].key) {
            Some(lock) => format!("write `{truth}`, and `{lock} = false`"),
            None if setting.shape != Shape::Setting => format!("write `{truth}`"),
            None if reader.is_bare(setting, node) => format!("write `{{ value = {truth}, locked = false }}`"),
            None => format!("write `{truth}`, and `locked = false` beside it"),
        };
        let help = match word.as_str() {
            "always enabled" => "write `true`".to_owned(),
            "always disabled" => "write `false`".to_owned(),
            "enabled" => format!("{}: users may change it; `true` alone is \"Always Enabled\"", default(true)),
            "disabled" => format!("{}: users may change it; `false` alone is \"Always Disabled\"", default(false)),
            _ => "remove this line: an absent setting is the user's to choose".to_owned(),
        };
        let message =
            format!("`{}` is `true` or `false`; this word is a state in Docker Home, not a value", setting.key);
        reader.report(Finding::new(&WRONG_TYPE, span, message).label("expected `true` or `false`").help(help));
        return None;
    }
    reader.boolean(node, &format!("`{}`", setting.key)).map(Value::Boolean)
}

fn integer(reader: &mut Reader<'_>, setting: &Setting, node: &Node<'_>) -> Option<Value> {
    if !node.get_ref().is_integer() {
        let help = meant::integer(setting, node.get_ref());
        reader.wrong_type(node, &format!("`{}`", setting.key), "a whole number", help);
        return None;
    }
    let value = reader.value(node, false)?;
    if let (Value::Integer(number), Some([least, most])) = (&value, setting.range)
        && !(least..=most).contains(number)
    {
        let message = format!("`{}` is a number from {least} to {most}", setting.key);
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, reader.span(node), message);
        reader.report(finding.label(format!("expected {least} to {most}")).help(meant::in_range(setting)));
        return None;
    }
    Some(value)
}

fn word(reader: &mut Reader<'_>, setting: &Setting, node: &Node<'_>) -> Option<Value> {
    let words = || setting.values.iter().map(String::as_str);
    let (what, help) = (format!("`{}`", setting.key), || meant::one_word(words(), node.get_ref()));
    if !node.get_ref().is_str() {
        reader.wrong_type(node, &what, "a word in quotes", help());
        return None;
    }
    let text = reader.string(node, &what)?;
    if setting.values.contains(&text.value) {
        return Some(Value::String(text.value));
    }
    let message = format!("`{}` cannot be `{}`{}", setting.key, text.value, strange(&text.value));
    let expected = format!("expected {}", one_of(words()));
    reader.report(Finding::new(&VALUE_OUT_OF_RANGE, text.span, message).label(expected).help(help()));
    None
}

fn text(reader: &mut Reader<'_>, what: &str, format: Option<Format>, node: &Node<'_>) -> Option<Value> {
    if !node.get_ref().is_str() {
        reader.wrong_type(node, what, "a string", meant::text(format, node.get_ref()));
        return None;
    }
    let value = reader.value(node, format.is_some_and(Format::is_multiline))?;
    let mut content = value.as_str().unwrap_or_default().to_owned();
    let misfit = |content: &str| format.and_then(|format| format.check(content).err());
    let has_credentials = misfit(&content) == Some(Misfit::Credentials);
    if has_credentials {
        let message =
            "the URL holds a user name or a password, and every artifact can be read by every user of the machine";
        let help = "remove the part before `@`; give the proxy another way to know the machine, such as its address or Kerberos";
        let at = reader.credentials(node);
        reader.report(Finding::new(&PROXY_CREDENTIALS, at, message).label("credentials").help(help));
        content = without_credentials(&content);
    }
    match misfit(&content) {
        Some(Misfit::Expected(expected)) => {
            let message = format!("{what} must be {expected}");
            let finding = Finding::new(&VALUE_OUT_OF_RANGE, reader.span(node), message).label("not in this form");
            reader.report(finding.help(meant::text(format, &DeValue::String(content.into()))));
            None
        }
        Some(Misfit::Credentials) => None,
        None => Some(value).filter(|_| !has_credentials),
    }
}

/// A URL without what stands before the `@` of its host.
fn without_credentials(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + "://".len());
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |end| start + end);
    let host = url[start..end].rfind('@').map_or(start, |at| start + at + 1);
    format!("{}{}", &url[..start], &url[host..])
}

fn strings(reader: &mut Reader<'_>, setting: &Setting, node: &Node<'_>) -> Option<Value> {
    let Some(items) = node.get_ref().as_array() else {
        let help = meant::list(setting, node.get_ref());
        reader.wrong_type(node, &format!("`{}`", setting.key), "a list of strings", help);
        return None;
    };
    let what = format!("each entry of `{}`", setting.key);
    let value = |item| text(reader, &what, setting.format, item).unwrap_or(Value::Unread);
    Some(Value::List(items.iter().map(value).collect()))
}

/// `[{ path, sharedByDefault }]`; a bare path is taken as `{ path }`, which is what Docker's reference seems to promise.
fn directories(reader: &mut Reader<'_>, setting: &Setting, node: &Node<'_>) -> Option<Value> {
    let Some(items) = node.get_ref().as_array() else {
        let help = meant::list(setting, node.get_ref());
        reader.wrong_type(node, &format!("`{}`", setting.key), "a list of directories", help);
        return None;
    };
    let what = format!("each path of `{}`", setting.key);
    let values: Vec<_> = items.iter().map(|item| directory(reader, &what, item)).collect();
    let path = |at: usize| match &values[at] {
        Value::Table(fields) => fields[0].1.as_str(),
        _ => None,
    };
    for at in 0..values.len() {
        if let Some(first) = (0..at).find(|first| path(at).is_some() && path(*first) == path(at)) {
            let message = format!("`{}` is listed twice", path(at).unwrap_or_default());
            let mut finding = Finding::new(&VALUE_OUT_OF_RANGE, reader.span(&items[at]), message).label("again");
            // Users may share it all the same.
            finding.severity = Severity::Warning;
            reader.report(finding.related(reader.span(&items[first]), "listed here").help("keep one of the two"));
        }
    }
    Some(Value::List(values))
}

/// What the paths of its members begin with.
const DIRECTORY: &str = "filesharingAllowedDirectories[].";

fn directory(reader: &mut Reader<'_>, what: &str, node: &Node<'_>) -> Value {
    let (mut path, mut shared, mut is_misspelt) = (None, Some(false), false);
    let mut said = false;
    match node.get_ref().as_table() {
        None => path = text(reader, what, Some(Format::Directory), node),
        Some(table) => {
            for (name, at, node) in reader.sorted(table) {
                match name {
                    "path" => (path, said) = (text(reader, what, Some(Format::Directory), node), true),
                    "sharedByDefault" => shared = reader.boolean(node, "`sharedByDefault`"),
                    _ => {
                        let called = catalog().aliased(name).find_map(|(its, _)| its.key.strip_prefix(DIRECTORY));
                        let near = called.or_else(|| nearest(name, ["path", "sharedByDefault"]));
                        let help = match near {
                            Some(near) => format!("did you mean `{near}`?"),
                            None if name == "locked" => "remove it: the list has no lock and always holds".to_owned(),
                            None => "remove it".to_owned(),
                        };
                        is_misspelt |= near == Some("path");
                        let message = format!("a directory has `path` and `sharedByDefault`, not `{name}`");
                        reader.report(Finding::new(&WRONG_SHAPE, at, message).label("unknown").help(help));
                    }
                }
            }
            if !said && !is_misspelt {
                let finding = Finding::new(&WRONG_SHAPE, reader.span(node), "a directory without a `path`");
                reader.report(finding.label("no `path` here").help("write which one, such as `{ path = \"$HOME\" }`"));
            }
        }
    }
    let path = path.unwrap_or(Value::Unread);
    let shared = shared.map_or(Value::Unread, Value::Boolean);
    Value::Table(vec![("path".to_owned(), path), ("sharedByDefault".to_owned(), shared)])
}
