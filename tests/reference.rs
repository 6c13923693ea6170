//! Keeps `docs/findings.md` what the program says about its codes.
//!
//! To accept a change: `UPDATE_SNAPSHOTS=1 cargo test --test reference`, then read the diff.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::fmt::Write as _;
use std::fs;

use stanchion::explain;
use stanchion::finding::story::Block;
use stanchion::finding::{ALL, Code, Severity, Verb};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/findings.md");

const HEAD: &str = "\
# Findings

Every code that `stanchion` reports, by the verb that reports it. Generated from `src/finding/`, as is what
`stanchion explain CODE` prints.

| severity | means | exit status of `check` |
| --- | --- | --- |
| error | a machine breaks, or a control is silently void | 1 |
| warning | weak or surprising | 0; 1 with `--deny warnings` |
| note | worth knowing | 0 |

The severity below is the usual one; a finding may be milder or harsher where the versions in use make it so.
Where the last column says yes, a policy can silence the code with a reason:

```toml
[check.allow]
org-name-unusual = \"as in Docker Home\"
```
";

fn reference() -> String {
    let mut out = HEAD.to_owned();
    for verb in Verb::ALL {
        let codes: Vec<&Code> = ALL.iter().copied().filter(|code| code.verb == verb).collect();
        if codes.is_empty() {
            continue;
        }
        _ = write!(
            out,
            "\n## Of `{}`\n\n| code | severity | meaning | allow |\n| --- | --- | --- | --- |\n",
            verb.name()
        );
        for code in &codes {
            let Code { name, summary, severity, .. } = code;
            let allow = if code.can_be_allowed { "yes" } else { "no" };
            _ = writeln!(out, "| [`{name}`](#{name}) | {} | {summary} | {allow} |", severity.name());
        }
        for code in codes {
            _ = write!(out, "\n### {}\n\n{}\n", code.name, code.summary);
            for (heading, blocks) in code.story().0 {
                _ = write!(out, "\n**{heading}.**");
                for (at, block) in blocks.iter().enumerate() {
                    _ = match block {
                        Block::Paragraph(text) if at == 0 => writeln!(out, " {text}"),
                        Block::Paragraph(text) => write!(out, "\n{text}\n"),
                        Block::Item(text) => writeln!(out, "{}- {text}", if at == 0 { "\n\n" } else { "" }),
                        Block::Example(lines) => write!(out, "\n```toml\n{}\n```\n", lines.join("\n")),
                    };
                }
            }
        }
    }
    out
}

#[test]
fn the_reference_is_generated() {
    let reference = reference();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(FILE, &reference).expect("docs/ is writable");
    }
    let written = fs::read_to_string(FILE).expect("docs/findings.md is there");
    let stale = written.replace("\r\n", "\n") != reference;
    assert!(!stale, "docs/findings.md is stale: UPDATE_SNAPSHOTS=1 cargo test --test reference");
}

#[test]
fn explained_codes_fit_a_terminal() {
    for code in ALL {
        let text = explain::code(code);
        let wide = text.lines().find(|line| line.chars().count() > 80 && !line.contains("https://"));
        assert_eq!(wide, None, "{}", code.name);
        assert!(text.contains(code.summary) && text.contains(code.severity.name()), "{}", code.name);
        assert!(code.severity != Severity::Error || text.contains("symptom"), "{}", code.name);
    }
}
