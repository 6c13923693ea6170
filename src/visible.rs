//! Text of somebody else's, made so that it can be seen and cannot act: not on a terminal, a page or its reader.

use std::fmt::Write as _;

/// The text on one line, every character of which can be seen. No backtick is left, so it can stand as code in Markdown.
pub fn visible(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        let acts = character.is_control()
            || character == '`'
            || matches!(
                character,
                '\u{ad}'
                    | '\u{61c}'
                    | '\u{180e}'
                    | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}'
                    | '\u{feff}'
                    | '\u{e0000}'..='\u{e007f}'
            );
        if acts {
            _ = write!(out, "\\u{:04x}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// The text as code inside a sentence.
pub(crate) fn tick(text: &str) -> String {
    // Two backticks would open code instead of being some.
    if text.is_empty() { "` `".to_owned() } else { format!("`{}`", visible(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_survives() {
        assert_eq!(visible("a\u{1b}[31m`b`\u{202e}\né"), "a\\u001b[31m\\u0060b\\u0060\\u202e\\u000aé");
        assert_eq!(tick(""), "` `");
    }
}
