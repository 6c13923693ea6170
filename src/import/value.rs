//! Values whose form is wrong and whose meaning is certain: put right, each with a finding.

use super::admin_settings::is_list_of_texts;
use super::found::{LEFT_OUT, Notes, left_out};
use super::renamed::directory;
use super::text::printable;
use super::tree::{Content, Member, Node};
use crate::catalog::{Format, Setting, Type};
use crate::finding::{COMPILED_SCRIPT, DAEMON_OPTIONS, Finding, VALUE_OUT_OF_RANGE, WRONG_SHAPE, WRONG_TYPE};
use crate::format::json;
use crate::network::script;
use crate::product::containers_proxy::SCRIPT;
use crate::source::Span;
use crate::value::Value;

/// A value that a policy can hold, and what was changed.
pub(super) struct Formed {
    pub(super) value: Value,
    /// Where each element of a list stands.
    pub(super) items: Vec<Span>,
    pub(super) remark: Option<String>,
}

/// The value of a setting. `None` when it cannot be of its type; a finding then says so.
pub(super) fn formed(notes: &mut Notes<'_>, setting: &Setting, node: &Node) -> Option<Formed> {
    let put_right = match setting.kind {
        Type::Boolean => return truth(notes, &setting.key, node).map(|truth| as_it_is(Value::Boolean(truth))),
        Type::Json => return daemon_options(notes, setting, node),
        Type::Directories => return directories(notes, setting, node),
        Type::Integer => whole(node).map(Value::Integer),
        Type::Strings => node.as_str().map(|text| {
            let items = text.split([',', ';']).map(str::trim).filter(|item| !item.is_empty());
            Value::List(items.map(Value::from).collect())
        }),
        _ => None,
    };
    if let Some(value) = put_right {
        let message = format!("`{}` is {}, not {}", setting.key, expected(setting), node.kind());
        let text = json::compact(&value);
        let finding = Finding::new(&WRONG_TYPE, node.span, message).label(format!("expected {}", expected(setting)));
        notes.report(finding.help(format!("imported as `{}`", printable(&text))));
        return Some(Formed { value, items: Vec::new(), remark: Some(format!("was {}", node.kind())) });
    }
    if let (Type::Strings, Content::List(items)) = (setting.kind, &node.content) {
        return Some(list(notes, setting, items, "a string", |_, item| item.to_value()));
    }
    if let (Some(Format::Ports), Some(text)) = (setting.format, node.as_str())
        && let Some(near) = Format::Ports.near(text).filter(|near| near != text)
    {
        let message =
            format!("`{}` has blanks in it: Docker Desktop wants the ports joined by commas alone", setting.key);
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, node.span, message).label("blanks between the ports");
        notes.report(finding.help(format!("imported as `{near}`")));
        return Some(Formed { remark: Some("had blanks".to_owned()), ..as_it_is(Value::String(near)) });
    }
    let value = node.to_value();
    if value.is_none() {
        let message = format!("`{}` is {}, not {}", setting.key, expected(setting), node.kind());
        let finding = Finding::new(&WRONG_TYPE, node.span, message).label(format!("expected {}", expected(setting)));
        notes.report(left_out(finding));
    }
    let remark = value.as_ref().and_then(Value::as_str).and_then(|text| compiled(notes, setting, text, node.span));
    Some(Formed { remark, ..as_it_is(value?) })
}

/// A script that a build made of tables: the tables are what people read and change, and they are elsewhere.
fn compiled(notes: &mut Notes<'_>, setting: &Setting, text: &str, span: Span) -> Option<String> {
    let ring = script::ring(text).filter(|_| setting.key == SCRIPT).map(printable)?;
    let message = format!(
        "a build compiled this script from `[registry-access]` and `[container-network]` of the ring `{ring}`: here it is kept as it is, which nobody can read or change"
    );
    let help =
        "copy these tables from the policy of that build, and take the lines of `containersProxy` out of this one";
    notes.report(Finding::new(&COMPILED_SCRIPT, span, message).label("compiled").help(help));
    Some(format!("compiled from tables of the ring {ring}: better copy those, and remove all lines of containersProxy"))
}

/// A whole number as text, or with nothing but zeros behind its point.
fn whole(node: &Node) -> Option<i64> {
    match &node.content {
        Content::String(text) => text.trim().parse().ok(),
        Content::Float(number) => format!("{number}").parse().ok(),
        _ => None,
    }
}

fn as_it_is(value: Value) -> Formed {
    Formed { value, items: Vec::new(), remark: None }
}

/// The elements that a policy can hold; whether their values are allowed is judged later.
fn list(
    notes: &mut Notes<'_>,
    setting: &Setting,
    items: &[Node],
    wanted: &str,
    mut value: impl FnMut(&mut Notes<'_>, &Node) -> Option<Value>,
) -> Formed {
    let mut formed = Formed { value: Value::Boolean(false), items: Vec::new(), remark: None };
    let mut values = Vec::new();
    for item in items {
        if let Some(value) = value(notes, item) {
            values.push(value);
            formed.items.push(item.span);
            continue;
        }
        let message = format!("an element of `{}` is {wanted}, not {}", setting.key, item.kind());
        let finding = Finding::new(&WRONG_TYPE, item.span, message).label(format!("expected {wanted}"));
        let finding = finding.help("the other elements are in it");
        notes.refuse(finding, &*setting.key, format!("an element is {}", item.kind()));
    }
    formed.value = Value::List(values);
    formed
}

fn expected(setting: &Setting) -> &'static str {
    match setting.kind {
        Type::Boolean => "`true` or `false`",
        Type::Integer => "a whole number",
        Type::Strings => "a list of strings",
        Type::Directories => "a list of directories",
        _ => "a string",
    }
}

/// A truth value, also as the text that templates make of it and as the words of Docker Home.
pub(super) fn truth(notes: &mut Notes<'_>, key: &str, node: &Node) -> Option<bool> {
    if let Some(truth) = node.as_bool() {
        return Some(truth);
    }
    let word = node.as_str().map(str::to_lowercase);
    let truth = match word.as_deref() {
        Some("true" | "always enabled" | "enabled") => Some(true),
        Some("false" | "always disabled" | "disabled") => Some(false),
        _ => None,
    };
    let is_home = word.as_deref().is_some_and(|word| word.contains("abled") || word == "user defined");
    let message = if is_home {
        format!("`{key}` is `true` or `false`; this word is a state in Docker Home, not a value")
    } else {
        format!("`{key}` is `true` or `false`, not {}", node.kind())
    };
    let finding = Finding::new(&WRONG_TYPE, node.span, message).label("expected `true` or `false`");
    notes.report(match truth {
        Some(truth) => finding.help(format!("imported as `{truth}`")),
        None => left_out(finding),
    });
    truth
}

/// One string that holds a JSON object; people write the object itself, as they do everywhere else.
fn daemon_options(notes: &mut Notes<'_>, setting: &Setting, node: &Node) -> Option<Formed> {
    let report = |notes: &mut Notes<'_>, problem: &str, help: &str| {
        let message = format!("`{}` {problem}: before 4.83 the daemon silently starts with its defaults", setting.key);
        notes.report(Finding::new(&DAEMON_OPTIONS, node.span, message).label("expected text that is JSON").help(help));
    };
    if let Some(text) = node.as_str() {
        if let Ok(serde_json::Value::Object(_)) = serde_json::from_str(text) {
            return Some(as_it_is(text.into()));
        }
        report(
            notes,
            "is text, but not a JSON object",
            &format!("{LEFT_OUT}; put the daemon's options into one JSON object"),
        );
        return None;
    }
    if !node.is_table() {
        report(
            notes,
            "is neither text nor an object",
            &format!("{LEFT_OUT}; put the daemon's options into one string that holds JSON"),
        );
        return None;
    }
    let Some(options) = without_locks(node).to_value() else {
        report(
            notes,
            "is an object with `null` or a number beyond 64 bits in it",
            &format!("{LEFT_OUT}; take that out, or give it another value"),
        );
        return None;
    };
    report(
        notes,
        "is an object where Docker wants that object as text",
        "imported as a table, which becomes that text",
    );
    Some(Formed {
        value: Value::String(json::compact(&options)),
        items: Vec::new(),
        remark: Some("was an object instead of text".to_owned()),
    })
}

/// Docker Desktop Enterprise had a lock on each option of the daemon.
pub(super) fn without_locks(node: &Node) -> Node {
    let Content::Table(members) = &node.content else { return node.clone() };
    let has_lock = |member: &Member| member.node.get("locked").is_some() && member.node.get("value").is_some();
    let member = |member: &Member| match member.node.get("value").filter(|_| has_lock(member)) {
        Some(value) => Member { name: member.name.clone(), node: value.clone() },
        None => member.clone(),
    };
    Node { content: Content::Table(members.iter().map(member).collect()), span: node.span }
}

/// A list of `{ path, sharedByDefault }`.
fn directories(notes: &mut Notes<'_>, setting: &Setting, node: &Node) -> Option<Formed> {
    let key = &setting.key;
    let items = match &node.content {
        Content::List(items) => items.as_slice(),
        Content::String(_) => std::slice::from_ref(node),
        _ => {
            let message = format!("`{key}` is a list of directories, not {}", node.kind());
            notes.report(left_out(Finding::new(&WRONG_TYPE, node.span, message).label("expected a list")));
            return None;
        }
    };
    let mut remark = (!matches!(node.content, Content::List(_))).then(|| "was a string".to_owned());
    if let Some(text) = items.iter().find(|item| item.as_str().is_some()) {
        let message = format!("`{key}` is a list of objects with `path` and `sharedByDefault`, not of strings");
        let at = if is_list_of_texts(node) { node.span } else { text.span };
        let finding = Finding::new(&WRONG_TYPE, at, message).label("expected an object");
        notes.report(finding.help("imported as `{ path = \"…\" }`"));
        if is_list_of_texts(node) {
            remark = Some("was a list of strings".to_owned());
        }
    }
    let items: Vec<Node> =
        items.iter().map(|item| if item.as_str().is_some() { directory(item) } else { item.clone() }).collect();
    for item in &items {
        for member in item.members().iter().filter(|its| !matches!(its.name.value.as_str(), "path" | "sharedByDefault"))
        {
            let name = printable(&member.name.value);
            let message = format!("a directory has `path` and `sharedByDefault`, not `{name}`");
            notes.report(Finding::new(&WRONG_SHAPE, member.name.span, message).label("left out of the policy"));
        }
    }
    let directories = list(notes, setting, &items, "an object with `path`", |notes, item| {
        let path = item.get("path").and_then(Node::to_value).map(|path| ("path".to_owned(), path));
        let shared = item.get("sharedByDefault").and_then(|node| {
            let truth = truth(notes, "sharedByDefault", node);
            if truth.is_none() {
                notes.found.leave_out("sharedByDefault", "it is no truth value", node.span);
            }
            Some(("sharedByDefault".to_owned(), Value::Boolean(truth?)))
        });
        item.is_table().then(|| Value::Table(path.into_iter().chain(shared).collect()))
    });
    Some(Formed { remark, ..directories })
}
