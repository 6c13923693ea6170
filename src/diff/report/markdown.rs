//! A difference for a comment on a pull request: a short summary, everything else folded.
//!
//! Whatever comes from a policy stands in code, where a page neither formats nor links it, calls nobody by name and runs
//! nothing. Sentences are ours; in them, code stands between backticks, and no value can hold one.

use std::fmt::Write as _;

use crate::diff::{Change, Diff, Direction, Effect, Stand};
use crate::reach::Reach;
use crate::visible::tick;

/// As many changes are listed above the fold.
const LISTED: usize = 10;

/// GitHub refuses a comment of more than 65,536 characters, GitLab one of more than a million.
const LARGEST: usize = 60_000;

/// As many rings are named in the summary, and below it.
const RINGS: (usize, usize) = (4, 24);

/// The whole difference, or as much of it as a comment holds.
pub fn markdown(diff: &Diff) -> String {
    let mut out = format!("### Docker Desktop policy: {}\n", diff.summary());
    for direction in [Direction::Loosens, Direction::Unclear] {
        let changes: Vec<&Change> = of(diff, direction);
        if changes.is_empty() {
            continue;
        }
        _ = write!(out, "\n**{}**\n\n", heading(direction));
        for change in changes.iter().take(LISTED) {
            _ = writeln!(out, "- {}", summary(change));
        }
        if changes.len() > LISTED {
            _ = writeln!(out, "- and {} more, below", changes.len() - LISTED);
        }
    }
    for direction in Direction::ALL {
        let changes = of(diff, direction);
        let details: Vec<String> = changes.into_iter().map(detail).collect();
        fold(&mut out, heading(direction), &details);
    }
    let effects: Vec<String> = diff.effects.iter().map(effect).collect();
    fold(&mut out, "On the machines", &effects);
    out
}

fn of(diff: &Diff, direction: Direction) -> Vec<&Change> {
    diff.changes.iter().filter(|change| change.direction == direction).collect()
}

fn heading(direction: Direction) -> &'static str {
    match direction {
        Direction::Loosens => "Loosens",
        Direction::Unclear => "Unclear, so it may loosen",
        Direction::Tightens => "Tightens",
        Direction::Neutral => "Neutral",
    }
}

/// A section that opens on a click, with as many items as there is room for.
fn fold(out: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    // Without the empty line a page takes what follows as HTML.
    _ = write!(out, "\n<details>\n<summary>{title} ({})</summary>\n\n", items.len());
    let mut left = items.len();
    for item in items {
        if out.len() + item.len() > LARGEST {
            break;
        }
        out.push_str(item);
        left -= 1;
    }
    if left > 0 {
        _ = writeln!(out, "{left} more have no room here; `stanchion diff` shows them.");
    }
    out.push_str("\n</details>\n");
}

/// One line.
fn summary(change: &Change) -> String {
    let place = if change.reach.is_empty() { String::new() } else { format!(", {}", places(&change.reach, RINGS.0)) };
    let cover =
        change.covered_by.as_deref().map_or(String::new(), |id| format!(", covered by the new exception {}", tick(id)));
    format!("{}: {} → {}{place}{cover}", tick(&change.key), said(&change.old), said(&change.new))
}

fn detail(change: &Change) -> String {
    let mut out = format!("- **{}**\n", tick(&change.key));
    _ = writeln!(out, "  - {} → {}", said(&change.old), said(&change.new));
    if !change.reach.is_empty() {
        _ = writeln!(out, "  - {}", places(&change.reach, RINGS.1));
    }
    if let Some(versions) = &change.versions {
        _ = writeln!(out, "  - {versions}");
    }
    if let Some(id) = change.covered_by.as_deref() {
        _ = writeln!(out, "  - covered by the new exception {}", tick(id));
    }
    _ = writeln!(out, "  - {}", change.why);
    if !change.lines.is_empty() {
        // Every backtick of a value is escaped, so no line can close the fence.
        out.push_str("\n  ```diff\n");
        for line in &change.lines {
            _ = writeln!(out, "  {line}");
        }
        out.push_str("  ```\n\n");
    }
    out
}

fn effect(effect: &Effect) -> String {
    let Effect { text, code, reach } = effect;
    let code = code.map_or(String::new(), |code| format!(" (`stanchion explain {}`)", code.name));
    format!("- {text}{code}: {}\n", places(reach, RINGS.1))
}

fn said(stand: &Stand) -> String {
    match stand.words() {
        None => "not said".to_owned(),
        Some((value, hold)) => format!("{}{hold}", tick(&value)),
    }
}

fn places(reach: &[Reach], most: usize) -> String {
    reach.iter().map(|reach| reach.text(most)).collect::<Vec<_>>().join("; ")
}
