//! Breaks text between words, so that it fits a terminal.

/// The text in lines of at most `width` characters, as far as its words allow. What stands in backquotes is one word:
/// people paste it.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for (at, word) in words(text).enumerate() {
        let length = word.chars().count();
        let fits = used + 1 + length <= width;
        if at > 0 {
            out.push(if fits { ' ' } else { '\n' });
        }
        used = if at > 0 && fits { used + 1 + length } else { length };
        out.push_str(word);
    }
    out
}

/// What blanks outside of backquotes part.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.split(move |character| {
        is_code ^= character == '`';
        character == ' ' && !is_code
    })
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn text_is_broken_between_words_and_not_inside_code() {
        for (text, width, expected) in [
            ("", 4, ""),
            ("one two", 7, "one two"),
            ("one two", 6, "one\ntwo"),
            ("é é é", 3, "é é\né"),
            ("eleventh of", 4, "eleventh\nof"),
            ("write `a = 1`, or not", 8, "write\n`a = 1`,\nor not"),
            ("write `a = 1 b", 6, "write\n`a = 1 b"),
            ("a  b", 3, "a \nb"),
        ] {
            assert_eq!(wrap(text, width), expected, "{text} at {width}");
        }
    }
}
