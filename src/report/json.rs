//! Findings for programs. `ok` is the one field that says whether the policy may be built.

use serde::Serialize;

use crate::finding::{Finding, Label, Severity};
use crate::format;
use crate::source::Sources;

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    findings: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'a str>,
    /// How many more of this code the file has, which are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    more: usize,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
}

/// The findings of one or more policies as one JSON document; `ok` is the verdict.
pub fn json<'a>(findings: impl IntoIterator<Item = (&'a Finding, &'a Sources)>, ok: bool) -> Vec<u8> {
    let findings = findings
        .into_iter()
        .map(|(finding, sources)| Item {
            code: finding.code.name,
            severity: finding.severity,
            message: &finding.message,
            place: place(&finding.primary, sources),
            related: finding.related.iter().map(|label| place(label, sources)).collect(),
            help: finding.help.as_deref(),
            allowed: finding.allowed.as_deref(),
            more: finding.more,
        })
        .collect();
    format::json::pretty(&Report { ok, findings })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn place<'a>(label: &'a Label, sources: &'a Sources) -> Place<'a> {
    let (start, end) = sources.positions(label.span);
    Place {
        file: &sources.get(label.span.source).name,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        label: &label.text,
    }
}
