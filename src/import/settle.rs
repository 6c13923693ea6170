//! Checks the policy that was made and takes out what is refused, so that what is handed over passes.
//!
//! A finding about a line of the policy is shown where that line came from. What `check` says about lines that import
//! had to make up, or only because import left something out, is left to `check`.

use std::collections::BTreeMap;

use super::draft::{Draft, Line};
use super::found::left_out;
use super::write::{self, Place, Written};
use crate::finding::Finding;
use crate::source::{Source, SourceId, Sources, Span};
use crate::value::Value;

/// What findings call the policy.
const NAME: &str = "policy.toml";

/// The finished text, and what `check` says about it.
pub(super) fn settle(draft: &mut Draft, sources: &mut Sources) -> (String, Vec<Finding>) {
    let (mut refused, mut of_files) = (Vec::new(), None);
    let elements = |line: &Line| if let Value::List(values) = &line.value { values.len() } else { 0 };
    // Every round but the last takes out at least one line, or an element of one.
    for _ in 0..=draft.lines.iter().map(|line| 1 + elements(line)).sum() {
        let written = write::policy(draft, sources);
        let policy = sources.add(Source::new(NAME, written.text.clone()));
        let mut allowed = Vec::new();
        let mut out = BTreeMap::new();
        for (mut finding, at, line) in check(&written, policy, draft) {
            if let Some(at) = at.filter(|_| finding.is_error()) {
                finding.help = finding.help.map(to_have_it_there);
                if at.1.is_some() {
                    let rest = "the other elements are in it".to_owned();
                    finding.help = Some(finding.help.map_or_else(|| rest.clone(), |help| format!("{rest}; {help}")));
                }
                out.entry(at).or_insert_with(|| finding.message.clone());
                refused.push(left_out(finding));
                continue;
            }
            if let Some(line) = line.filter(|_| finding.primary.span.source != policy) {
                finding.help = finding.help.map(|help| in_policy(line, help));
            }
            allowed.push(finding);
        }
        // By code, since what a finding points at may be what was left out.
        let known: &Vec<_> = of_files.get_or_insert_with(|| allowed.iter().map(|finding| finding.code).collect());
        allowed.retain(|finding| known.contains(&finding.code));
        let is_settled = out.is_empty();
        // From the end, so that the numbers of elements that are still to go stay right.
        for ((line, element), why) in out.into_iter().rev() {
            draft.refuse(line, element, &why);
        }
        if is_settled {
            refused.append(&mut allowed);
            return (written.text, refused);
        }
        sources.take_back(policy);
    }
    unreachable!("every line that came from a file was taken out, and what is left still had one that is refused")
}

/// A line of the draft, by its number, and an element of its list.
type At = (usize, Option<usize>);

/// What to write for a value that was left out: in the policy, whatever the file writes it in.
fn to_have_it_there(help: String) -> String {
    if help.starts_with("write ") { format!("to have it there, {help}") } else { help }
}

/// A help about a line of the policy, where the finding stands in a file of another form.
fn in_policy(line: usize, help: String) -> String {
    let is_for_a_line =
        ["write `", "add `", "remove ", "did you mean `", "say "].iter().any(|verb| help.starts_with(verb));
    match is_for_a_line {
        false => help,
        true if help.starts_with("add `[") || help.contains("` under `[") => format!("in the policy, {help}"),
        true => format!("in line {line} of the policy, {help}"),
    }
}

/// What `check` says, each with what it is about, if a file gave that, and with the number of its line.
fn check(written: &Written, policy: SourceId, draft: &Draft) -> Vec<(Finding, Option<At>, Option<usize>)> {
    let nothing_else = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    let mut reading = crate::policy::read(NAME, written.text.as_bytes(), &nothing_else);
    crate::rule::check(&mut reading, None);
    let text = Text { written, policy, draft, sources: &reading.sources };
    let mut findings = Vec::new();
    for finding in reading.findings {
        let at = text.at(finding.primary.span).map(|(place, element)| (place.line, element));
        let is_made_up = at.is_some_and(|(line, _)| draft.lines[line].origin.is_none());
        let is_of_preset = !text.is_policy(finding.primary.span);
        if !is_of_preset && (!is_made_up || finding.is_error()) {
            let line = text.line(finding.primary.span);
            findings.push((text.moved(finding), at.filter(|_| !is_made_up), line));
        }
    }
    findings
}

/// The policy as it was checked.
struct Text<'a> {
    written: &'a Written,
    policy: SourceId,
    draft: &'a Draft,
    /// The policy again, and the presets that it extends.
    sources: &'a Sources,
}

impl Text<'_> {
    /// The finding with its places in the imported files, or in the policy where it has none there.
    fn moved(&self, mut finding: Finding) -> Finding {
        finding.primary.span = self.origin(finding.primary.span);
        finding.related.retain(|label| self.is_policy(label.span));
        for label in &mut finding.related {
            label.span = self.origin(label.span);
        }
        finding
    }

    fn origin(&self, span: Span) -> Span {
        let in_policy = || self.policy.span(span.start..span.end);
        let Some((place, element)) = self.at(span) else { return in_policy() };
        let Line { origin, key, items, .. } = &self.draft.lines[place.line];
        let is_about_name = span.start < place.range.start + key.len();
        let value = |value| element.and_then(|at| items.get(at).copied()).unwrap_or(value);
        origin.map_or_else(in_policy, |origin| if is_about_name { origin.name } else { value(origin.value) })
    }

    /// What a span is about: a line of the draft, and an element of its list.
    fn at(&self, span: Span) -> Option<(&Place, Option<usize>)> {
        let next = self.written.places.partition_point(|place| place.range.start <= span.start);
        let place = self.written.places.get(next.checked_sub(1)?)?;
        let element = place.elements.iter().position(|range| range.contains(&span.start));
        (self.is_policy(span) && place.range.contains(&span.start)).then_some((place, element))
    }

    /// The number of the line of the policy on which a span begins.
    fn line(&self, span: Span) -> Option<usize> {
        self.is_policy(span).then(|| self.sources.get(span.source).line_of(span.start))
    }

    fn is_policy(&self, span: Span) -> bool {
        self.sources.get(span.source).name == NAME
    }
}
