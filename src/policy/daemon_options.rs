//! Reads the options of the Docker daemon, which a policy writes as a table or as text and Docker Desktop takes as text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::parts::{Members, Parts, Written};
use super::reader::{Node, Reader, kind};
use crate::catalog::{DaemonMisfit, NoDaemonOption, Setting, catalog};
use crate::finding::{DAEMON_OPTION_UNKNOWN, Finding, Severity, VALUE_OUT_OF_RANGE, WRONG_TYPE};
use crate::format::json;
use crate::platform::Platform;
use crate::source::Span;
use crate::value::Value;

/// Docker wants one string that holds JSON. A table becomes that string; a string must already be one JSON object.
pub(super) fn read(reader: &mut Reader<'_>, setting: &Setting, node: &Node<'_>) -> Option<Value> {
    let span = reader.span(node);
    if !node.get_ref().is_table() && !node.get_ref().is_str() {
        let message = format!("`{}` takes a table of daemon options, not {}", setting.key, kind(node.get_ref()));
        let help = if reader.is_bare(setting, node) {
            "write a table, such as `{ value = { debug = false } }`"
        } else {
            "write a table of options, such as `{ debug = false }`"
        };
        reader.report(Finding::new(&WRONG_TYPE, span, message).label("expected a table").help(help));
        return None;
    }
    let value = reader.value(node, true)?;
    match &value {
        // What could not be read among them is `null`, which is nothing to the daemon.
        Value::Table(_) => {
            let table = node.get_ref().as_table()?;
            let names = reader.sorted(table).into_iter().map(|(name, at, _)| (name.to_owned(), at)).collect();
            if let Json::Object(options) = json!(value) {
                judge(reader, setting, &options, &names, &Parts::of(span.source, node));
            }
            Some(Value::String(json::compact(&value)))
        }
        Value::String(text) => {
            let (problem, at, label) = match serde_json::from_str::<Json>(text) {
                Ok(Json::Object(options)) => {
                    let written = reader.written(node, text);
                    let names = names(reader, &written, text, DEEPEST);
                    judge(reader, setting, &options, &names, &Parts::of_json(&written));
                    return Some(value);
                }
                Ok(_) => ("it is JSON, but not an object".to_owned(), span, "not a JSON object"),
                Err(error) => {
                    let problem = error.to_string();
                    let problem = problem.rsplit_once(" at line ").map_or(&*problem, |(problem, _)| problem).to_owned();
                    let at = reader.written(node, text).stopped_at(error.line(), error.column(), &problem);
                    (problem, at, "not JSON")
                }
            };
            let message = format!("`{}` must hold a JSON object: {problem}", setting.key);
            let help = "use a table instead of a string, as in `value = { debug = false }`";
            reader.report(Finding::new(&VALUE_OUT_OF_RANGE, at, message).label(label).help(help));
            None
        }
        _ => unreachable!("anything but a table and a string has been reported"),
    }
}

/// How deep a name that stands twice is looked for.
const DEEPEST: usize = 4;

/// Where the names of a JSON object stand. One that stands twice, there or further inside, is reported.
fn names(reader: &mut Reader<'_>, text: &Written<'_>, json: &str, depth: usize) -> BTreeMap<String, Span> {
    let mut names: BTreeMap<String, Span> = BTreeMap::new();
    let members = serde_json::from_str::<Members<'_>>(json).map(|members| members.0).unwrap_or_default();
    for (name, value) in members {
        let at = match &name.0 {
            Cow::Borrowed(name) => text.part(name),
            Cow::Owned(_) => text.part(value.get()),
        };
        if let Some(first) = names.get(&*name.0) {
            let message = format!("`{}` stands here twice: the last one counts", name.0);
            let finding = Finding::new(&VALUE_OUT_OF_RANGE, at, message).label("again");
            reader.report(finding.related(*first, "first here").help("keep one of the two"));
        }
        names.entry(name.0.into_owned()).or_insert(at);
        if depth > 1 {
            self::names(reader, text, value.get(), depth - 1);
        }
    }
    names
}

/// Reports what the daemon does not know, or cannot read: most of it stops the engine on every machine.
fn judge(
    reader: &mut Reader<'_>,
    setting: &Setting,
    options: &Map<String, Json>,
    names: &BTreeMap<String, Span>,
    parts: &Parts,
) {
    let windows = setting.platforms == [Platform::Windows];
    for (name, value) in options {
        let Some(&at) = names.get(name) else { continue };
        match catalog().daemon_options().find(name, windows) {
            Err(no_option) => reader.report(unknown(name, at, &no_option)),
            Ok(option) => {
                if let Some(trouble) = option.trouble() {
                    reader.report(troublesome(at, trouble));
                }
                for misfit in option.misfits(value) {
                    let path: Vec<&str> = misfit.path.iter().map(String::as_str).collect();
                    reader.report(unreadable(setting, parts.find(&path).unwrap_or(at), misfit));
                }
            }
        }
    }
}

fn unreadable(setting: &Setting, at: Span, misfit: DaemonMisfit) -> Finding {
    let DaemonMisfit { path, has_type, expected, near } = misfit;
    // The element of a list is marked, and its number says nothing.
    let names: Vec<&str> = path.iter().map(String::as_str).filter(|name| name.parse::<usize>().is_err()).collect();
    let message = format!("the engine does not start: `{}` in `{}` must be {expected}", names.join("."), setting.key);
    let code = if has_type { &VALUE_OUT_OF_RANGE } else { &WRONG_TYPE };
    let help = near.map_or(format!("give it {expected}, or remove it"), |near| format!("write `{near}`"));
    Finding::new(code, at, message).label(format!("expected {expected}")).help(help)
}

fn troublesome(at: Span, trouble: &str) -> Finding {
    let help = "remove it; if your machines start with it, allow the finding with a reason";
    let mut finding = Finding::new(&DAEMON_OPTION_UNKNOWN, at, format!("the engine may not start: {trouble}"));
    finding.severity = Severity::Warning;
    finding.label("may stop the engine").help(help)
}

fn unknown(name: &str, at: Span, why: &NoDaemonOption<'_>) -> Finding {
    let (severity, message, label, help) = match why {
        NoDaemonOption::Misspelt(near) => (
            Severity::Error,
            format!("the engine does not start: its daemon has no option `{name}`"),
            "no such option",
            format!("did you mean `{near}`?"),
        ),
        NoDaemonOption::Flag(option) => (
            Severity::Error,
            format!("`{name}` does nothing here: it is the name of `{option}` on the daemon's command line"),
            "ignored",
            format!("did you mean `{option}`?"),
        ),
        NoDaemonOption::OfProxies => (
            Severity::Error,
            format!("`{name}` does nothing here: the daemon reads it inside `proxies` only"),
            "ignored",
            "name the proxy under `[settings.proxy]`: Docker Desktop gives its daemon that one".to_owned(),
        ),
        NoDaemonOption::LinuxOnly => (
            Severity::Warning,
            format!("the engine may not start: the daemon of Windows containers has no option `{name}`"),
            "for Linux containers",
            "remove it".to_owned(),
        ),
        NoDaemonOption::Unknown => (
            Severity::Warning,
            format!("the engine may not start: the daemon's reference has no option `{name}`"),
            "not documented",
            "remove it; if the daemon has it, allow the finding with a reason".to_owned(),
        ),
    };
    let mut finding = Finding::new(&DAEMON_OPTION_UNKNOWN, at, message).label(label).help(help);
    finding.severity = severity;
    finding
}
