//! One case: two edits of one small policy.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

use stanchion::date::Date;
use stanchion::finding::Finding;
use stanchion::policy::{self, Reading};
use stanchion::rule;

/// What is edited: a policy about which there is nothing to say.
pub(crate) const BASE: &str = r#"organization.name = "Contoso"
organization.id = "com.contoso"
fleet.oldest-version = "4.86.0"
sign-in.organizations = ["contoso"]
settings.displayedOnboarding = true
"#;

/// An edit that provokes a finding, and one that does not.
pub(crate) struct Case {
    pub(crate) code: String,
    pub(crate) severity: String,
    /// What one of its sentences says, where the code has many.
    pub(crate) words: String,
    pub(crate) broken: String,
    pub(crate) mended: String,
}

/// A file that is extended: one of the fixtures, or `level-<n>.toml`, which extends the next up to the twentieth.
fn fetch(name: &str) -> io::Result<Vec<u8>> {
    match name.strip_prefix("level-").and_then(|rest| rest.strip_suffix(".toml")?.parse::<u8>().ok()) {
        None => fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings").join(name)),
        Some(20) => Ok(Vec::new()),
        Some(level) => Ok(format!("extends = [\"./level-{}.toml\"]\n", level + 1).into_bytes()),
    }
}

/// Reads and judges, on the day on which all tests do.
pub(crate) fn check(bytes: &[u8]) -> Reading {
    let mut reading = policy::read("p.toml", bytes, &fetch);
    rule::check(&mut reading, Some(Date::new(2026, 11, 23).expect("a day")));
    reading
}

impl Case {
    pub(crate) fn new(code: &str, severity: &str, broken: &str, mended: &str) -> Self {
        let (severity, words) = severity.split_once(": ").unwrap_or((severity, ""));
        let [code, severity, words, broken, mended] = [code, severity, words, broken, mended].map(str::to_owned);
        Self { code, severity, words, broken, mended }
    }

    fn is_about(&self, finding: &Finding) -> bool {
        let labels = finding.related.iter().map(|label| label.text.as_str());
        finding.code.name == self.code && labels.chain([&*finding.message]).any(|said| said.contains(&self.words))
    }

    /// What is not as the case says, if anything.
    pub(crate) fn fault(&self) -> Option<String> {
        let (broken, marks) = unmarked(&edited(&self.broken));
        let reading = check(broken.as_bytes());
        let is_meant = |finding: &&Finding| self.is_about(finding) && finding.severity.name() == self.severity;
        let found = |finding: &Finding| finding.primary.span.start..finding.primary.span.end;
        let places: BTreeSet<_> = reading.findings.iter().filter(is_meant).map(found).map(in_order).collect();
        if places != marks.iter().cloned().map(in_order).collect() || marks.is_empty() {
            return Some(format!("{} {} expected\n{broken}{}", self.severity, self.code, all_of(&reading)));
        }
        // What was wrong besides may stay; mending may bring nothing new.
        let errors = |reading: &Reading| {
            let all = reading.findings.iter().filter(|finding| finding.is_error());
            all.map(|finding| finding.code.name).collect::<BTreeSet<_>>()
        };
        let before = errors(&reading);
        let (mended, _) = unmarked(&edited(&self.mended));
        let reading = check(mended.as_bytes());
        let is_found = reading.findings.iter().any(|finding| self.is_about(finding));
        (is_found || !errors(&reading).is_subset(&before))
            .then(|| format!("no {} expected, and no new error\n{mended}{}", self.code, all_of(&reading)))
    }
}

/// A range as something that has an order.
fn in_order(range: Range<usize>) -> (usize, usize) {
    (range.start, range.end)
}

/// What was found, for whoever mends the case or the rule.
fn all_of(reading: &Reading) -> String {
    let shown = reading.findings.iter().map(|finding| {
        let place = reading.sources.text(finding.primary.span);
        format!("  {} {} at «{place}»: {}\n", finding.severity.name(), finding.code.name, finding.message)
    });
    shown.collect()
}

/// [`BASE`] after an edit: an entry stands in place of the one with its name, or of those inside it, and else at the end.
fn edited(edit: &str) -> String {
    let mut lines: Vec<String> = BASE.lines().map(str::to_owned).collect();
    for entry in edit.split(" ; ").filter(|entry| *entry != "nothing") {
        let its = name(entry);
        let is_replaced =
            |line: &String| name(line).strip_prefix(&its).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let at = lines.iter().position(is_replaced).unwrap_or(lines.len());
        lines.retain(|line| !is_replaced(line));
        if !entry.starts_with('-') {
            lines.insert(at, entry.to_owned());
        }
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// The name of an entry: all before the first blank.
fn name(entry: &str) -> String {
    let entry = entry.replace(['«', '»'], "");
    entry.trim_start_matches('-').split(' ').next().unwrap_or_default().to_owned()
}

/// A text without its marks, and where they were.
fn unmarked(text: &str) -> (String, Vec<Range<usize>>) {
    let (mut plain, mut marks, mut start) = (String::new(), Vec::new(), 0);
    for character in text.chars() {
        match character {
            '«' => start = plain.len(),
            '»' => marks.push(start..plain.len()),
            _ => plain.push(character),
        }
    }
    (plain, marks)
}
