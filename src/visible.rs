//! Text of somebody else's, made so that it can be seen and cannot act: not on a terminal, a page or its reader.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text on one line, every character of which can be seen. No backtick is left, so it can stand as code in Markdown.
pub fn visible(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        let acts = character.is_control() || character == '`' || is_unseen(character);
        if acts {
            _ = write!(out, "\\u{:04x}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// What a person takes the text for: without what nobody sees, and with the letters that some look like.
pub(crate) fn seen(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let seen = |character| match disguise(character) {
        Some(Disguise::Unseen) => None,
        Some(Disguise::Like(letter)) => Some(letter),
        None => Some(character),
    };
    Cow::Owned(text.chars().filter_map(seen).collect())
}

/// The first character of a text that is not what a person takes it for, for the end of a sentence about that text.
pub(crate) fn strange(text: &str) -> String {
    let found = text.chars().find_map(|character| Some((character, disguise(character)?)));
    found.map_or(String::new(), |(character, disguise)| {
        let code = u32::from(character);
        match disguise {
            Disguise::Unseen => format!(", with the character U+{code:04X}, which nobody sees"),
            Disguise::Like(letter) => format!(", with the character U+{code:04X}, which looks like `{letter}`"),
        }
    })
}

/// What a character is taken for.
enum Disguise {
    /// Nothing, or a blank.
    Unseen,
    /// This one.
    Like(char),
}

/// Letters of other alphabets, each before the one that it looks like.
const LOOKALIKES: &str =
    "аaеeоoрpсcхxуyіiјjѕsԁdһhԛqԝwАAВBЕEКKМMНHОOРPСCТTХXІIЈJЅSοoαaνvΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXıi‐-‑-‒-–-—-−-";

fn disguise(character: char) -> Option<Disguise> {
    let is_blank = character.is_whitespace() && !character.is_ascii();
    match character {
        _ if is_blank || is_unseen(character) => Some(Disguise::Unseen),
        // The full width of an East Asian font.
        '！'..='～' => char::from_u32(u32::from(character) - 0xfee0).map(Disguise::Like),
        _ => {
            let mut pairs = LOOKALIKES.chars();
            while let (Some(other), Some(letter)) = (pairs.next(), pairs.next()) {
                if other == character {
                    return Some(Disguise::Like(letter));
                }
            }
            None
        }
    }
}

fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
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

    #[test]
    fn a_name_is_taken_for_what_is_seen_of_it() {
        assert_eq!(seen("\u{feff}аnalytics\u{200b}En\u{430}bled\u{a0}"), "analyticsEnabled");
        assert_eq!(seen("ｍｏｄｅ–ü"), "mode-ü");
        assert_eq!(strange("mode"), "");
        assert_eq!(strange("mo\u{200b}d\u{435}"), ", with the character U+200B, which nobody sees");
        assert_eq!(strange("mod\u{435}"), ", with the character U+0435, which looks like `e`");
    }
}
