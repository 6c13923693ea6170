//! Findings the way rustc shows them: the line, the characters, and what to type.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use crate::finding::{Finding, Label, Severity};
use crate::source::{SourceId, Sources, Span};

/// The findings, an empty line between each two. `styled` adds terminal colours.
///
/// A finding that `[check] allow` silenced is left out here; the JSON shows it.
pub fn text(findings: &[Finding], sources: &Sources, styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let shown = findings.iter().filter(|finding| finding.allowed.is_none());
    shown.map(|finding| format!("{}\n\n", renderer.render(&[group(finding, sources)]))).collect()
}

/// "2 errors, 1 warning"; `None` when there is nothing to count.
pub fn summary(findings: &[Finding]) -> Option<String> {
    let count =
        |severity| findings.iter().filter(|finding| finding.severity == severity && finding.allowed.is_none()).count();
    let parts: Vec<String> = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
        .into_iter()
        .map(|(severity, word)| (count(severity), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn group<'a>(finding: &'a Finding, sources: &'a Sources) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        level.primary_title(finding.message.as_str()).id(finding.code.name).elements(snippets(finding, sources));
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// One snippet per file, the offending one first.
fn snippets<'a>(finding: &'a Finding, sources: &'a Sources) -> Vec<Snippet<'a, Annotation<'a>>> {
    let mut files: Vec<SourceId> = vec![finding.primary.span.source];
    for label in &finding.related {
        if !files.contains(&label.span.source) {
            files.push(label.span.source);
        }
    }
    files
        .into_iter()
        .map(|file| {
            let source = sources.get(file);
            let here = |label: &&Label| label.span.source == file;
            let primary = Some(&finding.primary)
                .filter(here)
                .map(|label| annotation(AnnotationKind::Primary, label, &source.text));
            let related = finding
                .related
                .iter()
                .filter(here)
                .map(|label| annotation(AnnotationKind::Context, label, &source.text));
            Snippet::source(source.text.as_str())
                .path(source.name.as_str())
                .annotations(primary.into_iter().chain(related))
        })
        .collect()
}

fn annotation<'a>(kind: AnnotationKind, label: &'a Label, text: &str) -> Annotation<'a> {
    let Span { start, end, .. } = label.span;
    // A value over many lines is shown by its first, which is enough to find it.
    let end = text[start..end].find('\n').map_or(end, |newline| start + newline);
    let annotation = kind.span(start..end);
    if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
}
