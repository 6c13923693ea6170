//! Findings the way rustc shows them: the line, the characters, and what to type.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::unlisted;
use super::wrap::wrap;
use crate::finding::{Finding, Label, Severity};
use crate::source::{Source, SourceId, Sources, Span};
use crate::visible::visible;

/// Characters after the last label that can still be in view; a hostile file is one line of megabytes.
const WIDEST: usize = 1000;

/// Columns for all that is no line of a file.
const COLUMNS: usize = 80;

/// The findings, an empty line between each two. `styled` adds terminal colours.
///
/// A finding that `[check] allow` silenced is left out here; the JSON shows it.
pub fn text(findings: &[Finding], sources: &Sources, styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let shown = findings.iter().filter(|finding| finding.allowed.is_none());
    shown.map(|finding| format!("{}\n\n", renderer.render(&[group(finding, sources)]))).collect()
}

/// "2 errors, 1 warning, 3 allowed"; `None` when there is nothing to count. What a preset allows for its own lines is not.
pub fn summary(findings: &[Finding], sources: &Sources) -> Option<String> {
    let shown = |severity| findings.iter().filter(move |one| one.severity == severity && one.allowed.is_none());
    let count = |severity| shown(severity).map(|finding| 1 + finding.more).sum::<usize>();
    let parts: Vec<String> = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
        .into_iter()
        .map(|(severity, word)| (count(severity), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    let is_yours = |finding: &&Finding| !sources.get(finding.primary.span.source).is_preset();
    let allowed = findings.iter().filter(|finding| finding.allowed.is_some()).filter(is_yours);
    let allowed: usize = allowed.map(|finding| 1 + finding.more).sum();
    match (parts.is_empty(), allowed) {
        (true, 0) => None,
        (true, _) => Some(format!("no findings, {allowed} allowed")),
        (false, 0) => Some(parts.join(", ")),
        (false, _) => Some(format!("{}, {allowed} allowed", parts.join(", "))),
    }
}

fn group<'a>(finding: &'a Finding, sources: &'a Sources) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    // The renderer begins the second line of a text below the first character of it.
    let title = format!("{}[{}]: ", finding.severity.name(), finding.code.name);
    let message = wrap(&finding.message, COLUMNS - title.len());
    let below = |text: &str| {
        let start = format!("{} = help: ", last_line(finding, sources));
        wrap(text, COLUMNS - start.len())
    };
    let mut group = level.primary_title(message).id(finding.code.name).elements(snippets(finding, sources));
    if let Some(machines) = finding.machines_in_words() {
        group = group.element(Level::NOTE.message(below(&machines)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(below(help)));
    }
    if let Some(unlisted) = unlisted(finding, sources) {
        group = group.element(Level::NOTE.message(below(&unlisted)));
    }
    group
}

/// The highest number of a line that is shown.
fn last_line(finding: &Finding, sources: &Sources) -> usize {
    let labels = finding.related.iter().chain([&finding.primary]);
    let lines = labels.map(|Label { span, .. }| {
        let source = sources.get(span.source);
        source.line_of(on_one_line(&source.text, *span).end)
    });
    lines.max().unwrap_or_default()
}

/// One snippet per file, the offending one first.
fn snippets<'a>(finding: &'a Finding, sources: &'a Sources) -> Vec<Snippet<'a, Annotation<'a>>> {
    let related = || finding.related.iter().map(|label| (AnnotationKind::Context, label));
    let mut files: Vec<SourceId> = vec![finding.primary.span.source];
    for (_, label) in related() {
        if !files.contains(&label.span.source) {
            files.push(label.span.source);
        }
    }
    let labels = || [(AnnotationKind::Primary, &finding.primary)].into_iter().chain(related());
    files
        .into_iter()
        .map(|file| snippet(sources.get(file), labels().filter(|(_, label)| label.span.source == file)))
        .collect()
}

/// Only the lines with labels: the renderer reads all that it is given, for every finding.
fn snippet<'a>(
    source: &'a Source,
    labels: impl Iterator<Item = (AnnotationKind, &'a Label)>,
) -> Snippet<'a, Annotation<'a>> {
    let labels: Vec<_> =
        labels.map(|(kind, label)| (kind, on_one_line(&source.text, label.span), &label.text)).collect();
    let start = labels.iter().map(|(_, range, _)| range.start).min().unwrap_or_default();
    let end = labels.iter().map(|(_, range, _)| range.end).max().unwrap_or_default();
    let mut lines = source.lines_around(start..end);
    let rest = source.text[end..lines.end].char_indices();
    lines.end = rest.clone().nth(WIDEST).map_or(lines.end, |(at, _)| end + at);
    let annotations = labels.into_iter().map(|(kind, range, text)| {
        let annotation = kind.span(range.start - lines.start..range.end - lines.start);
        if text.is_empty() { annotation } else { annotation.label(text.as_str()) }
    });
    Snippet::source(&source.text[lines.clone()])
        .line_start(source.line_of(start))
        .path(visible(&source.name))
        .annotations(annotations)
}

/// A value over many lines is shown by its first, which is enough to find it.
fn on_one_line(text: &str, span: Span) -> Range<usize> {
    let end = text[span.start..span.end].find('\n').map_or(span.end, |newline| span.start + newline);
    span.start..end
}
