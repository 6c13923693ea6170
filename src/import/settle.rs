//! Checks the policy that was made and takes out what is refused, so that what is handed over passes.
//!
//! A finding about a line of the policy is shown where that line came from. What `check` says about lines that import
//! had to make up is left to `check`.

use super::draft::{Draft, Line};
use super::write::{self, Written};
use crate::finding::Finding;
use crate::source::{Source, SourceId, Sources, Span};

/// What findings call the policy.
const NAME: &str = "policy.toml";

/// The finished text, and what `check` says about it.
pub(super) fn settle(draft: &mut Draft, sources: &mut Sources) -> (String, Vec<Finding>) {
    let mut refused = Vec::new();
    // Every round but the last takes out at least one line.
    for _ in 0..=draft.lines.len() {
        let written = write::policy(draft, sources);
        let policy = sources.add(Source::new(NAME, written.text.clone()));
        let mut allowed = Vec::new();
        let mut is_settled = true;
        for (finding, line) in check(&written, policy, draft) {
            match line.filter(|_| finding.is_error()) {
                Some(line) => {
                    draft.lines[line].refuse(&finding.message);
                    is_settled = false;
                    refused.push(finding);
                }
                None => allowed.push(finding),
            }
        }
        if is_settled {
            refused.append(&mut allowed);
            return (written.text, refused);
        }
        sources.take_back(policy);
    }
    unreachable!("every line that came from a file was taken out, and what is left still had one that is refused")
}

/// What `check` says, each with the number of the line of the draft that it is about, if a file gave that line.
fn check(written: &Written, policy: SourceId, draft: &Draft) -> Vec<(Finding, Option<usize>)> {
    let nothing_else = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    let mut reading = crate::policy::read(NAME, written.text.as_bytes(), &nothing_else);
    crate::rule::check(&mut reading, None);
    let text = Text { written, policy, draft, sources: &reading.sources };
    let mut findings = Vec::new();
    for finding in reading.findings {
        let line = text.line_at(finding.primary.span).map(|(_, line)| line);
        let is_made_up = line.is_some_and(|line| draft.lines[line].origin.is_none());
        let is_of_preset = !text.is_policy(finding.primary.span);
        if !is_of_preset && (!is_made_up || finding.is_error()) {
            findings.push((text.moved(finding), line.filter(|_| !is_made_up)));
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
        let Some((start, line)) = self.line_at(span) else { return in_policy() };
        let Line { origin, key, .. } = &self.draft.lines[line];
        let is_about_name = span.start < start + key.len();
        origin.map_or_else(in_policy, |origin| if is_about_name { origin.name } else { origin.value })
    }

    /// Where the line begins that a span is about, and its number in the draft.
    fn line_at(&self, span: Span) -> Option<(usize, usize)> {
        let next = self.written.places.partition_point(|(range, _)| range.start <= span.start);
        let (range, line) = self.written.places.get(next.checked_sub(1)?)?;
        (self.is_policy(span) && range.contains(&span.start)).then_some((range.start, *line))
    }

    fn is_policy(&self, span: Span) -> bool {
        self.sources.get(span.source).name == NAME
    }
}
