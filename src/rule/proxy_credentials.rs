//! Passwords in any text that a policy passes on. Where a text must be a URL, reading it already refuses them.

use serde_json::Value as Json;

use super::Context;
use crate::catalog::Type;
use crate::finding::{Finding, PROXY_CREDENTIALS};
use crate::policy::Assignment;
use crate::redact::holds_secret;
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    let by_exception = policy.exceptions.iter().flat_map(|exception| &exception.assignments);
    for assignment in policy.layers.iter().flat_map(|layer| &layer.assignments).chain(by_exception) {
        let mut found = Vec::new();
        walk(&json(assignment), &mut Vec::new(), &mut |path| found.push(assignment.part(path)));
        findings.extend(found.into_iter().map(finding));
    }
    for setting in policy.layers.iter().flat_map(|layer| &layer.undocumented) {
        let mut is_found = false;
        let value = serde_json::to_value(&setting.value).unwrap_or_default();
        walk(&value, &mut Vec::new(), &mut |_| is_found = true);
        findings.extend(is_found.then(|| finding(setting.span)));
    }
}

/// The value, and what the JSON in it says.
fn json(assignment: &Assignment) -> Json {
    let inner = || serde_json::from_str(assignment.value.as_str()?).ok();
    let inner = (assignment.setting.kind == Type::Json).then(inner).flatten();
    inner.unwrap_or_else(|| serde_json::to_value(&assignment.value).unwrap_or_default())
}

/// Tells the way to each text with a secret.
fn walk(value: &Json, path: &mut Vec<String>, tell: &mut impl FnMut(&[&str])) {
    let mut inside = |name: String, value: &Json, path: &mut Vec<String>| {
        path.push(name);
        walk(value, path, tell);
        path.pop();
    };
    match value {
        Json::Array(items) => items.iter().enumerate().for_each(|(at, item)| inside(at.to_string(), item, path)),
        Json::Object(members) => members.iter().for_each(|(name, member)| inside(name.clone(), member, path)),
        Json::String(text) if holds_secret(text) => tell(&path.iter().map(String::as_str).collect::<Vec<_>>()),
        _ => {}
    }
}

fn finding(span: Span) -> Finding {
    let message = "this holds a user name or a password, and every artifact can be read by every user of the machine";
    let help = "remove the part before `@`; let the server know the machine another way, such as by its address";
    Finding::new(&PROXY_CREDENTIALS, span, message).label("credentials").help(help)
}
