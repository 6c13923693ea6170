//! Findings as workflow commands, which GitHub Actions shows beside the lines of a pull request.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::fmt::Write as _;

use super::{remark, unlisted, yours};
use crate::finding::{Finding, Severity};
use crate::source::Sources;

/// One command a line; after the last finding of its code that is kept, a notice of how many are not. A finding that
/// `[check] allow` silenced is left out.
pub fn github(findings: &[Finding], sources: &Sources) -> String {
    let mut out = String::new();
    for finding in findings.iter().filter(|finding| finding.allowed.is_none()) {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let span = yours(finding, sources);
        let (start, end) = sources.positions(span);
        let file = property(&sources.get(span.source).name.replace('\\', "/"));
        _ = write!(out, "::{command} file={file},line={},endLine={}", start.line, end.line);
        // GitHub refuses columns of a stretch over several lines.
        if start.line == end.line {
            _ = write!(out, ",col={},endColumn={}", start.column, end.column.max(start.column));
        }
        let title = property(finding.code.name);
        _ = writeln!(out, ",title={title}::{}", data(&remark(finding)));
        if let Some(unlisted) = unlisted(finding, sources) {
            _ = writeln!(out, "::notice file={file},title={title}::{}", data(&unlisted));
        }
    }
    out
}

/// Text after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, in which two more characters have a meaning.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Finding, WEAK_VALUE};
    use crate::source::Source;

    #[test]
    fn what_has_a_meaning_is_escaped_and_a_percent_sign_once() {
        let mut sources = Sources::default();
        let id = sources.add(Source::new("a,b/100%: x.toml", "x = 1\ny = 2\n".to_owned()));
        let finding = Finding::new(&WEAK_VALUE, id.span(0..1), "50% off: a, b\nsecond").help("do\r\nthis");
        let mut across = Finding::new(&WEAK_VALUE, id.span(0..8), "both");
        across.more = 7;
        assert_eq!(
            github(&[finding, across], &sources),
            "::warning file=a%2Cb/100%25%3A x.toml,line=1,endLine=1,col=1,endColumn=2,title=weak-value::50%25 off: a, \
             b%0Asecond%0Ahelp: do%0D%0Athis\n\
             ::warning file=a%2Cb/100%25%3A x.toml,line=1,endLine=2,title=weak-value::both\n\
             ::notice file=a%2Cb/100%25%3A x.toml,title=weak-value::7 more of these in a,b/100%25: x.toml are not shown\n"
        );
    }
}
