//! Findings as SARIF 2.1.0, which code scanning services read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{remark, yours};
use crate::finding::{Code, Finding, Severity};
use crate::format;
use crate::source::{Sources, Span};

/// The findings of one or more policies as one log with one run.
pub fn sarif<'a>(findings: impl IntoIterator<Item = (&'a Finding, &'a Sources)>) -> Vec<u8> {
    let findings: Vec<_> = findings.into_iter().collect();
    let codes: BTreeMap<&str, &Code> = findings.iter().map(|(finding, _)| (finding.code.name, finding.code)).collect();
    let index = |code: &Code| codes.keys().position(|name| *name == code.name);
    let results: Vec<Value> =
        findings.iter().map(|(finding, sources)| result(finding, sources, index(finding.code))).collect();
    format::json::pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "stanchion",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.values().map(|code| rule(code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
        }],
    }))
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.name,
        "shortDescription": { "text": code.summary },
        "fullDescription": { "text": code.summary },
        "help": { "text": code.story, "markdown": code.story },
        "defaultConfiguration": { "level": code.severity.name() },
        "properties": { "tags": ["docker-desktop"], "problem.severity": problem(code.severity) },
    })
}

/// GitHub's words.
fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "recommendation",
    }
}

fn result(finding: &Finding, sources: &Sources, rule: Option<usize>) -> Value {
    let shown = yours(finding, sources);
    let labels = finding.related.iter().chain([&finding.primary]);
    let others = labels.filter(|label| label.span != shown).enumerate().map(|(at, label)| {
        let text = if label.text.is_empty() { "here" } else { &label.text };
        let mut place = location(label.span, sources);
        place["id"] = json!(at + 1);
        place["message"] = json!({ "text": text });
        place
    });
    // Where one result has suppressions, all must say whether they have.
    let suppressions: Vec<Value> = finding
        .allowed
        .iter()
        .map(|reason| json!({ "kind": "inSource", "status": "accepted", "justification": reason }))
        .collect();
    json!({
        "ruleId": finding.code.name,
        "ruleIndex": rule,
        "level": finding.severity.name(),
        "message": { "text": remark(finding) },
        "locations": [location(shown, sources)],
        "relatedLocations": others.collect::<Vec<_>>(),
        "suppressions": suppressions,
    })
}

fn location(span: Span, sources: &Sources) -> Value {
    let (start, end) = sources.positions(span);
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&sources.get(span.source).name) },
        "region": {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        },
    }})
}

/// A path as a URI: relative ones stay relative, a preset is `preset:NAME`.
fn uri(name: &str) -> String {
    if name.starts_with("preset:") {
        return name.to_owned();
    }
    let path = name.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let is_drive = path.as_bytes().get(1) == Some(&b':');
    let root = match (path.starts_with('/'), is_drive) {
        (true, _) => "file://",
        (_, true) => "file:///",
        _ => "",
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let escaped: String = path
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("{root}{escaped}")
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_becomes_a_uri() {
        for (path, expected) in [
            ("policy.toml", "policy.toml"),
            ("./a b/ñ#1.toml", "a%20b/%C3%B1%231.toml"),
            ("../base.toml", "../base.toml"),
            ("/etc/p.toml", "file:///etc/p.toml"),
            (r"C:\policies\p.toml", "file:///C%3A/policies/p.toml"),
            ("a:b.toml", "file:///a%3Ab.toml"),
            ("preset:hardened", "preset:hardened"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
