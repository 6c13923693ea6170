//! What the catalog knows, and which line of a policy decides.

mod channel;
mod decision;
mod request;
mod setting;

use std::fmt::Write as _;

pub use decision::decision;
pub use request::{registry, url};
pub use setting::setting;

use crate::catalog::catalog;
use crate::finding::story::Block;
use crate::finding::{ALL, Code, Verb};

/// What a finding's code means, and its story.
pub fn code(code: &Code) -> String {
    let allow = match (code.verb, code.can_be_allowed) {
        (Verb::Check, true) => "can be allowed with a reason under `[check] allow`",
        (Verb::Check, false) => "cannot be allowed",
        (Verb::Import | Verb::Diff, _) => "about files, so no policy can allow it",
    };
    let mut out = format!("{}\n  {}\n\n", code.name, code.summary);
    line(&mut out, "severity", &format!("{}; {allow}", code.severity.name()));
    line(&mut out, "reported by", &format!("stanchion {}", code.verb.name()));
    for (heading, blocks) in code.story().0 {
        let heading = heading.to_lowercase();
        for (at, block) in blocks.iter().enumerate() {
            let name = if at == 0 { heading.as_str() } else { "" };
            match block {
                Block::Paragraph(text) | Block::Item(text) => line(&mut out, name, text),
                Block::Example(lines) => lines.iter().for_each(|text| line(&mut out, "", &format!("    {text}"))),
            }
        }
    }
    out
}

/// One entry for every setting, by section, then every code.
pub fn list() -> String {
    let settings = catalog().settings();
    let mut out = String::new();
    let mut section = "";
    for setting in settings {
        if section != setting.section {
            _ = writeln!(out, "{}{}", if section.is_empty() { "" } else { "\n" }, setting.section);
            section = setting.section;
        }
        _ = writeln!(out, "  {}\n      {}", setting.key, setting.about);
    }
    out.push_str("\nFindings\n");
    for code in ALL {
        _ = writeln!(out, "  {}\n      {}", code.name, code.summary);
    }
    out
}

fn line(out: &mut String, name: &str, text: &str) {
    const INDENT: usize = 15;
    const WIDTH: usize = 80 - INDENT;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("never empty");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= WIDTH {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    for (at, text) in lines.iter().enumerate() {
        _ = writeln!(out, "  {:<width$}{text}", if at == 0 { name } else { "" }, width = INDENT - 2);
    }
}
