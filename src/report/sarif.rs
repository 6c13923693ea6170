//! Findings as SARIF 2.1.0, which code scanning services read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{remark, unlisted, yours};
use crate::finding::{Code, Finding, Label, Severity};
use crate::format;
use crate::source::{Source, Sources, Span};

/// The findings of one or more policies as one log with one run. `folder` is the current one, for files outside of it:
/// a URI that stays relative must not lead out.
pub fn sarif<'a>(findings: impl IntoIterator<Item = (&'a Finding, &'a Sources)>, folder: &str) -> Vec<u8> {
    let findings: Vec<_> = findings.into_iter().collect();
    let codes: BTreeMap<&str, &Code> = findings.iter().map(|(finding, _)| (finding.code.name, finding.code)).collect();
    let presets: BTreeMap<&str, &Source> = findings
        .iter()
        .flat_map(|(finding, sources)| labels(finding).map(|label| sources.get(label.span.source)))
        .filter(|source| source.is_preset())
        .map(|source| (source.name.as_str(), source))
        .collect();
    let log = Log { codes, presets, folder };
    format::json::pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "stanchion",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": log.codes.values().map(|code| rule(code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications":
                    findings.iter().filter_map(|(finding, sources)| log.unlisted(finding, sources)).collect::<Vec<_>>(),
            }],
            "artifacts": log.presets.values().map(|source| preset(source)).collect::<Vec<_>>(),
            "results": findings.iter().map(|(finding, sources)| log.result(finding, sources)).collect::<Vec<_>>(),
        }],
    }))
}

/// What results point to.
struct Log<'a> {
    codes: BTreeMap<&'a str, &'a Code>,
    presets: BTreeMap<&'a str, &'a Source>,
    folder: &'a str,
}

fn labels(finding: &Finding) -> impl Iterator<Item = &Label> {
    finding.related.iter().chain([&finding.primary])
}

/// A file that nobody has on disk, with its text.
fn preset(source: &Source) -> Value {
    json!({
        "location": { "uri": source.name },
        "description": { "text": "A preset, which is part of stanchion." },
        "contents": { "text": source.text },
    })
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

impl Log<'_> {
    fn index(&self, code: &Code) -> Option<usize> {
        self.codes.keys().position(|name| *name == code.name)
    }

    fn result(&self, finding: &Finding, sources: &Sources) -> Value {
        let shown = yours(finding, sources);
        let others = labels(finding).filter(|label| label.span != shown).enumerate().map(|(at, label)| {
            let text = if label.text.is_empty() { "here" } else { &label.text };
            let mut place = self.location(label.span, sources);
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
            "ruleIndex": self.index(finding.code),
            "level": finding.severity.name(),
            "message": { "text": remark(finding) },
            "locations": [self.location(shown, sources)],
            "relatedLocations": others.collect::<Vec<_>>(),
            "suppressions": suppressions,
        })
    }

    /// That there are more findings than results.
    fn unlisted(&self, finding: &Finding, sources: &Sources) -> Option<Value> {
        let text = unlisted(finding, sources)?;
        Some(json!({
            "level": "note",
            "message": { "text": format!("{}: {text}", finding.code.name) },
            "associatedRule": { "id": finding.code.name, "index": self.index(finding.code) },
            "locations": [self.location(yours(finding, sources), sources)],
        }))
    }

    fn location(&self, span: Span, sources: &Sources) -> Value {
        let (start, end) = sources.positions(span);
        let name = &sources.get(span.source).name;
        let mut artifact = json!({ "uri": uri(name, self.folder) });
        if let Some(at) = self.presets.keys().position(|preset| preset == name) {
            artifact["index"] = json!(at);
        }
        json!({ "physicalLocation": {
            "artifactLocation": artifact,
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        }})
    }
}

/// A path as a URI: `preset:NAME` is one, and a path below the current folder stays relative.
fn uri(name: &str, folder: &str) -> String {
    if name.starts_with("preset:") {
        return name.to_owned();
    }
    let is_absolute = |path: &str| path.starts_with('/') || path.as_bytes().get(1) == Some(&b':');
    let path = name.replace('\\', "/");
    let (names, leads_out) = names(&path);
    if !is_absolute(&path) && leads_out {
        return uri(&format!("{folder}/{path}"), "/");
    }
    let root = match path.len() - path.trim_start_matches('/').len() {
        0 if is_absolute(&path) => "file:///".to_owned(),
        0 => String::new(),
        slashes => format!("file://{}", "/".repeat(slashes)),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let escaped: String = names
        .join("/")
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("{root}{escaped}")
}

/// The names of a path without dots, and whether it leads out of where it starts.
fn names(path: &str) -> (Vec<&str>, bool) {
    let (mut names, mut leads_out) = (Vec::new(), false);
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => leads_out |= names.pop().is_none(),
            name => names.push(name),
        }
    }
    (names, leads_out)
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_becomes_a_uri() {
        for (path, folder, expected) in [
            ("policy.toml", "/repo", "policy.toml"),
            ("./a b/ñ#1.toml", "/repo", "a%20b/%C3%B1%231.toml"),
            ("a/../b.toml", "/repo", "b.toml"),
            ("../base.toml", "/repo/team a", "file:///repo/base.toml"),
            ("a/../../base.toml", "/repo/team", "file:///repo/base.toml"),
            ("../../../base.toml", "/repo", "file:///base.toml"),
            ("../base.toml", r"C:\repo\team", "file:///C%3A/repo/base.toml"),
            ("/etc/./x/../p.toml", "/repo", "file:///etc/p.toml"),
            (r"C:\policies\p.toml", "/repo", "file:///C%3A/policies/p.toml"),
            (r"\\server\share\p.toml", "/repo", "file:////server/share/p.toml"),
            ("a:b.toml", "/repo", "file:///a%3Ab.toml"),
            ("preset:hardened", "/repo", "preset:hardened"),
        ] {
            assert_eq!(uri(path, folder), expected);
        }
    }
}
