//! The long story of a code: what is seen on a machine, why, and what to do.
//!
//! A story is a small Markdown file of a fixed form, so that a terminal, `docs/findings.md` and SARIF can all show it:
//! the headings of [`HEADINGS`], below them paragraphs, list items that start with `- `, and fenced examples.

use super::Code;

/// The headings in their order, and whether every story has them.
pub const HEADINGS: [(&str, bool); 5] =
    [("Symptom", true), ("Cause", true), ("Fix", true), ("Versions", false), ("Links", false)];

/// A story, by heading.
#[derive(Debug, PartialEq, Eq)]
pub struct Story<'a>(pub Vec<(&'a str, Vec<Block<'a>>)>);

/// A piece of a story.
#[derive(Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// Prose, its lines joined.
    Paragraph(String),
    /// An item of a list.
    Item(String),
    /// An example, line by line as it is to be typed.
    Example(Vec<&'a str>),
}

impl Code {
    /// The story, taken apart.
    pub fn story(&self) -> Story<'static> {
        Story(self.story.split("## ").skip(1).map(section).collect())
    }
}

fn section(text: &str) -> (&str, Vec<Block<'_>>) {
    let (heading, body) = text.split_once('\n').unwrap_or((text, ""));
    let (mut blocks, mut example, mut ends) = (Vec::new(), None::<Vec<&str>>, true);
    for line in body.lines() {
        if line.starts_with("```") {
            match example.take() {
                Some(lines) => blocks.push(Block::Example(lines)),
                None => example = Some(Vec::new()),
            }
            ends = true;
        } else if let Some(lines) = &mut example {
            lines.push(line);
        } else if let Some(item) = line.strip_prefix("- ") {
            blocks.push(Block::Item(item.to_owned()));
            ends = false;
        } else if line.is_empty() {
            ends = true;
        } else if let (false, Some(Block::Paragraph(text) | Block::Item(text))) = (ends, blocks.last_mut()) {
            text.push(' ');
            text.push_str(line.trim_start());
        } else {
            blocks.push(Block::Paragraph(line.to_owned()));
            ends = false;
        }
    }
    (heading, blocks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::ALL;

    #[test]
    fn every_story_has_the_headings_in_order_and_something_below_each() {
        for code in ALL {
            let story = code.story();
            let order = |name: &str| HEADINGS.iter().position(|(heading, _)| *heading == name);
            let places: Vec<_> = story.0.iter().map(|(heading, _)| order(heading)).collect();
            assert!(
                places.iter().all(Option::is_some) && places.is_sorted_by(|a, b| a < b),
                "{}: {places:?}",
                code.name
            );
            for (heading, required) in HEADINGS {
                let blocks = story.0.iter().find(|(its, _)| *its == heading).map(|(_, blocks)| blocks);
                assert!(blocks.map_or(!required, |blocks| !blocks.is_empty()), "{}: {heading}", code.name);
            }
            assert!(code.story.starts_with("## Symptom\n\n") && code.story.ends_with('\n'), "{}", code.name);
            assert!(code.story.lines().all(|line| line.chars().count() <= 120), "{}", code.name);
            let words = code.story.split_whitespace().count();
            assert!((20..=260).contains(&words), "{} has {words} words", code.name);
        }
    }

    #[test]
    fn links_are_links() {
        for code in ALL {
            for (_, blocks) in code.story().0.iter().filter(|(heading, _)| *heading == "Links") {
                for block in blocks {
                    assert!(
                        matches!(block, Block::Item(url) if url.starts_with("https://")),
                        "{}: {block:?}",
                        code.name
                    );
                }
            }
        }
    }

    #[test]
    fn blocks_are_told_apart() {
        let (heading, blocks) = section("Fix\n\none\ntwo\n\n- a\n  b\n- c\n\n```toml\nx = 1\n\ny = 2\n```\nafter\n");
        assert_eq!(heading, "Fix");
        assert_eq!(
            blocks,
            [
                Block::Paragraph("one two".to_owned()),
                Block::Item("a b".to_owned()),
                Block::Item("c".to_owned()),
                Block::Example(vec!["x = 1", "", "y = 2"]),
                Block::Paragraph("after".to_owned()),
            ]
        );
    }
}
