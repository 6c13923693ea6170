//! A difference for people at a terminal of 80 columns.

use std::fmt::Write as _;

use crate::diff::{Change, Diff, Effect, Stand};
use crate::reach::Reach;
use crate::visible::{tick, visible};

/// Columns.
const WIDTH: usize = 80;

/// As many rings are named; the JSON names all.
const RINGS: usize = 4;

/// The whole difference; the first line counts.
pub fn text(diff: &Diff) -> String {
    let mut out = String::new();
    paragraph(&mut out, "", "", &diff.summary());
    for change in &diff.changes {
        one(&mut out, change);
    }
    if !diff.effects.is_empty() {
        out.push_str("\non the machines\n");
    }
    for Effect { text, code, reach } in &diff.effects {
        let code = code.map_or(String::new(), |code| format!(" [{}]", code.name));
        paragraph(&mut out, "  * ", "    ", &format!("{text}{code} ({})", places(reach)));
    }
    out
}

/// The changes that stop a gate, one a line, to be read after a sentence that says so.
pub fn stopped(diff: &Diff) -> String {
    let mut out = String::new();
    for change in diff.stopped() {
        let place = if change.reach.is_empty() { String::new() } else { format!(", {}", places(&change.reach)) };
        let line = format!("{}: {}{place}", visible(&change.key), change.direction.name());
        paragraph(&mut out, "  ", "    ", &line);
    }
    out
}

fn one(out: &mut String, change: &Change) {
    const INDENT: &str = "           ";
    let line = |out: &mut String, text: &str| paragraph(out, INDENT, INDENT, text);
    out.push('\n');
    let first = format!("{:<11}", change.direction.name());
    let place = if change.reach.is_empty() { String::new() } else { format!(" ({})", places(&change.reach)) };
    paragraph(out, &first, INDENT, &format!("{}{place}", visible(&change.key)));
    line(out, &format!("{} → {}", said(&change.old), said(&change.new)));
    for text in &change.lines {
        // A long line goes on below itself, so that no sign is mistaken.
        paragraph(out, &format!("{INDENT}  "), &format!("{INDENT}    "), text);
    }
    if let Some(versions) = &change.versions {
        line(out, versions);
    }
    if let Some(exception) = change.covered_by.as_deref() {
        line(out, &format!("covered by the new exception {}", tick(exception)));
    }
    line(out, &change.why);
}

fn said(stand: &Stand) -> String {
    match stand.words() {
        None => "not said".to_owned(),
        Some((value, hold)) => format!("{value}{hold}"),
    }
}

fn places(reach: &[Reach]) -> String {
    reach.iter().map(|reach| reach.text(RINGS)).collect::<Vec<_>>().join("; ")
}

/// Words in lines of at most [`WIDTH`] columns, the first after `first`, the others after `rest`.
fn paragraph(out: &mut String, first: &str, rest: &str, text: &str) {
    let mut line = first.to_owned();
    let mut is_fresh = true;
    for word in text.split(' ') {
        let mut word = word;
        if !is_fresh && line.chars().count() + 1 + word.chars().count() > WIDTH {
            _ = writeln!(out, "{}", line.trim_end());
            rest.clone_into(&mut line);
            is_fresh = true;
        }
        if !is_fresh {
            line.push(' ');
        }
        // A word that no line holds is cut.
        while line.chars().count() + word.chars().count() > WIDTH {
            let room = WIDTH - line.chars().count();
            let most = word.char_indices().nth(room).map_or(word.len(), |(at, _)| at);
            // The key of a setting is cut between its names.
            let cut = word[..most].rfind('.').map_or(most, |dot| dot + 1);
            _ = writeln!(out, "{line}{}", &word[..cut]);
            rest.clone_into(&mut line);
            word = &word[cut..];
        }
        line.push_str(word);
        is_fresh = false;
    }
    _ = writeln!(out, "{}", line.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_terminal_and_nothing_is_lost() {
        let text = format!("a few words and {} then more words", "x".repeat(200));
        let mut out = String::new();
        paragraph(&mut out, "first  ", "  ", &text);
        assert!(out.lines().all(|line| line.chars().count() <= WIDTH), "{out}");
        let without = |text: &str| text.replace([' ', '\n'], "");
        assert_eq!(without(&out), without(&format!("first{text}")));
    }
}
