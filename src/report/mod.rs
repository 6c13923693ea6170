//! Renderers of findings, one file each, all over the same [`Finding`].

mod github;
mod json;
mod sarif;
mod text;
mod wrap;

pub use github::github;
pub use json::json;
pub use sarif::sarif;
pub use text::{summary, text};

use crate::finding::Finding;
use crate::source::{Sources, Span};

/// A place in a file of the user's, for services that show files of a repository: a preset is in none.
fn yours(finding: &Finding, sources: &Sources) -> Span {
    let is_yours = |span: &Span| !sources.get(span.source).is_preset();
    let labels = [&finding.primary].into_iter().chain(&finding.related);
    let mut spans = labels.map(|label| label.span);
    spans.find(is_yours).or_else(|| sources.extended_at(finding.primary.span.source)).unwrap_or(finding.primary.span)
}

/// That a file has more findings of one code than are kept, where it has.
fn unlisted(finding: &Finding, sources: &Sources) -> Option<String> {
    let file = &sources.get(finding.primary.span.source).name;
    (finding.more > 0).then(|| format!("{} more of these in {file} are not shown", finding.more))
}

/// The message with all that stands below the lines in a terminal.
fn remark(finding: &Finding) -> String {
    let machines = finding.machines_in_words().map(|machines| format!("\n{machines}"));
    let help = finding.help.iter().map(|help| format!("\nhelp: {help}"));
    [finding.message.clone()].into_iter().chain(machines).chain(help).collect()
}
