//! What is wrong with a file that is not TOML, in the words of somebody who wanted to write a policy.

use std::ops::Range;

use super::slip::{Slip, marked, slip};
use crate::finding::{Finding, SYNTAX};
use crate::source::SourceId;

/// The parser's word for a name that a table has twice. Everything else in such a file can still be read.
pub(super) const DUPLICATE: &str = "duplicate key";

/// The word for a list, braces or a long text that is opened and not closed.
pub(super) const UNCLOSED: &str = "unclosed";

/// Whether a message is about what tables hold, and no slip of the pen: then each line can be read.
pub(super) fn is_about_tables(message: &str) -> bool {
    message == DUPLICATE || message.starts_with("cannot extend value")
}

/// What a parser did not understand, and where.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub(super) at: Range<usize>,
    /// In the parser's words.
    pub(super) message: String,
}

/// The findings for mistakes in `text`, which are in file order: one for each line, since one slip often makes several.
pub(super) fn findings(source: SourceId, text: &str, mistakes: &[Mistake]) -> Vec<Finding> {
    let mut last = None;
    let is_new = |mistake: &&Mistake| {
        let line = text[..mistake.at.start].rfind('\n');
        last.replace(line) != Some(line)
    };
    let finding = |mistake: &Mistake| {
        if let Some(Slip { at, message, help }) = slip(text, mistake) {
            return Finding::new(&SYNTAX, source.span(at), message).label("here").help(help);
        }
        let at = mistake.at.clone();
        let (message, help) = meant(&text[..at.start], &text[at.clone()], &text[at.end..], &mistake.message);
        Finding::new(&SYNTAX, source.span(marked(text, at)), message).label("here").help_if(help)
    };
    mistakes.iter().filter(is_new).map(finding).collect()
}

/// What was probably meant at `word`, and what to type. The parser's own message is for people who know TOML.
fn meant(before: &str, word: &str, after: &str, message: &str) -> (String, Option<String>) {
    let rest = || word.chars().chain(after.chars());
    let said = |message: &str, help: String| (message.to_owned(), Some(help));
    if message == DUPLICATE {
        return (format!("`{word}` is given twice in one table"), Some("keep one of the two".to_owned()));
    }
    if message.starts_with("missing escaped value") {
        let help = r"single quotes take it as it is, as in `'C:\src'`; in double quotes it is written `\\`";
        return said(r"a lone `\` in double quotes", help.to_owned());
    }
    if word.is_empty() && message.starts_with("string values must be quoted") {
        return said("a name without a value", "write one after `=`, or remove the line".to_owned());
    }
    if let Some(inner) = word.strip_prefix(['“', '”', '„', '‘', '’', '«']) {
        let inner = inner.trim_end_matches(['“', '”', '‘', '’', '»']);
        return said("typographic quotes are no quotes in TOML", format!("write `\"{inner}\"`"));
    }
    if let Some(truth) = truth(word) {
        return (format!("`{word}` is not a value in TOML"), Some(format!("write {truth}")));
    }
    if is_value(message) && word.chars().all(|character| !character.is_control() && !r#""'\,#"#.contains(character)) {
        return said("text without quotes", format!("write `\"{word}\"`"));
    }
    if rest().next() == Some(':') || before.trim_end().ends_with(':') {
        return said("a colon where TOML wants `=`", "write `name = value`".to_owned());
    }
    if rest().take(2).eq("//".chars()) {
        return said("a comment in TOML begins with `#`", "write `#`".to_owned());
    }
    if before.trim().is_empty() && rest().next() == Some('{') {
        return said("this is JSON", "a policy is TOML; `stanchion init` writes one to start from".to_owned());
    }
    if message == UNCLOSED {
        let (what, end) = match word {
            "[" => ("list", "]"),
            "{" => ("table in braces", "}"),
            quotes => ("text", quotes),
        };
        return said(&format!("nothing closes the {what} that begins here"), format!("write `{end}` where it ends"));
    }
    let closes = message.starts_with("missing comma between array elements");
    let help = closes.then(|| "if the list ends before this, close it with `]`".to_owned());
    (format!("not TOML: {message}"), help)
}

/// Whether the parser wanted a value and found a bare word.
fn is_value(message: &str) -> bool {
    ["string values must be quoted", "invalid boolean", "invalid float"].iter().any(|start| message.starts_with(start))
}

/// What other languages call true, false and nothing.
fn truth(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some("`true`"),
        "false" | "no" | "off" => Some("`false`"),
        "null" | "none" | "nil" => Some("nothing: an absent setting is the user's to choose"),
        _ => None,
    }
}
