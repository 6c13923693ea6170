//! What a help says to write is written into the policy that was wrong: the finding must go, and nothing new may come.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use stanchion::date::Date;
use stanchion::finding::Finding;
use stanchion::policy::{self, Reading};
use stanchion::rule;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

fn check(text: &str) -> Reading {
    let mut reading = policy::read("p.toml", text.as_bytes(), &|name| fs::read(folder().join(name)));
    rule::check(&mut reading, Date::new(2026, 11, 23));
    reading
}

/// The findings that count.
fn counting(reading: &Reading) -> Vec<&Finding> {
    reading.findings.iter().filter(|finding| finding.allowed.is_none()).collect()
}

/// What is between backticks after the first of these words.
fn quoted<'h>(help: &'h str, words: &[&str]) -> Option<&'h str> {
    let starts = words.iter().filter_map(|word| Some(help.find(&format!("{word} `"))? + word.len() + 2));
    help[starts.min()?..].split('`').next()
}

/// The text with another value after the `=` of some lines.
fn with_value(text: &str, is_meant: impl Fn(&str) -> bool, value: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once('=') {
        Some((key, _)) if is_meant(key.trim()) => format!("{key}= {value}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// The text with a line below a table's header, which comes at the end where there is none.
fn below(text: &str, header: &str, line: &str) -> String {
    match text.split_once(&format!("{header}\n")) {
        Some((before, after)) => format!("{before}{header}\n{line}\n{after}"),
        None => format!("{text}\n{header}\n{line}\n"),
    }
}

/// What somebody may make of a policy who does what a help says first. Empty where it gives nothing to paste.
fn pasted(text: &str, finding: &Finding, help: &str) -> Vec<String> {
    let span = finding.primary.span;
    let (first, then) = help.split_once(" first, then ").map_or(("", help), |(first, then)| (first, then));
    let mut raised = text.to_owned();
    if let Some(versions) = [first, then].iter().find(|text| text.starts_with("update the machines")) {
        let version = versions.split_once(" to ").map_or("", |(_, to)| to).split([' ', ',', ';']).next();
        let is_named = |key: &str| versions.contains(&format!("`{key}`"));
        raised = with_value(text, is_named, &format!("\"{}\"", version.unwrap_or_default()));
        if first.is_empty() {
            return vec![raised];
        }
    }
    let is_instruction = ["write `", "add `", "did you mean `"].iter().any(|start| then.starts_with(start));
    let snippet = quoted(then, &["write", "add", "did you mean"]).filter(|snippet| !snippet.contains('…'));
    let Some(snippet) = snippet.filter(|snippet| is_instruction && *snippet != "name = value") else {
        return Vec::new();
    };
    let replaced = |with: &str| {
        let is_quoted = text[span.start..span.end].starts_with('"') && !then.ends_with("without the quotes");
        let is_quoted = is_quoted && !with.starts_with(['"', '[', '{', 't', 'f']);
        let with = if is_quoted { format!("\"{with}\"") } else { with.to_owned() };
        format!("{}{with}{}", &text[..span.start], &text[span.end..])
    };
    let named = quoted(then, &["under"]).filter(|table| table.starts_with('['));
    // A name whose value needs another form too, or another place.
    let is_half = then.contains("; its form differs") || then.contains("in each entry of");
    match snippet.split_once(" = ").filter(|_| !snippet.starts_with(['"', '[', '{'])) {
        None if is_half || named.is_some() || snippet.starts_with("[s") => Vec::new(),
        None => vec![replaced(snippet)],
        Some((key, value)) => {
            let last = key.rsplit('.').next().unwrap_or(key);
            let line_end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at);
            let above = text[..line_end].lines().rfind(|line| line.starts_with('[')).unwrap_or("[settings]");
            vec![
                with_value(&raised, |its| its.rsplit('.').next() == Some(last), value),
                below(&raised, named.unwrap_or("[settings]"), snippet),
                below(&raised, above, snippet),
                below(&raised, above, &format!("{last} = {value}")),
                replaced(value),
            ]
        }
    }
}

#[test]
fn what_a_help_says_can_be_pasted_and_is_clean() {
    let entries = fs::read_dir(folder()).expect("the fixtures are there");
    let names = entries.map(|entry| entry.expect("readable").file_name().into_string().expect("text"));
    let mut names: Vec<_> = names.filter(|name| !name.contains(".fixed.") && !name.starts_with("base-")).collect();
    names.sort();
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for name in names {
        let Ok(text) = fs::read_to_string(folder().join(&name)) else { continue };
        let reading = check(&text);
        let before = counting(&reading);
        // Of a line that is not TOML only the first mistake is known.
        for finding in before.iter().filter(|finding| finding.code.name != "syntax") {
            let help = finding.help.as_deref().unwrap_or_default();
            let policies = pasted(&text, finding, help);
            let like = |other: &&&Finding| (other.code, other.severity) == (finding.code, finding.severity);
            let is_better = |policy: &String| {
                let reading = check(policy);
                let after = counting(&reading);
                let is_known = |code: &str| before.iter().any(|finding| finding.code.name == code);
                let broken = ["syntax", "unknown-key", "unknown-setting"]
                    .iter()
                    .any(|broken| !is_known(broken) && after.iter().any(|finding| finding.code.name == *broken));
                after.iter().filter(like).count() < before.iter().filter(like).count() && !broken
            };
            if !policies.is_empty() {
                tried.insert(finding.code.name);
                if !policies.iter().any(is_better) {
                    wrong.push(format!("{name}: {help}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried.len() > 25, "only {tried:?}");
}
