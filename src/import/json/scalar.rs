//! Strings, numbers and words, also as editors and other languages spell them.

use super::super::tree::Content;
use super::{Outcome, Reader};

impl Reader<'_> {
    pub(super) fn string(&mut self, quote: char) -> Outcome<String> {
        let start = self.at;
        self.at += quote.len_utf8();
        let mut text = String::new();
        loop {
            let Some(next) = self.peek() else {
                self.at = start;
                return self.broken("a string that nothing closes", None);
            };
            if closes(quote, next) {
                self.at += next.len_utf8();
                if quote != '"' || next != '"' {
                    let what = if quote == '\'' { "single quotes" } else { "typographic quotes" };
                    let fix = format!("write `{}`", serde_json::Value::from(cut(&text)));
                    self.slip(what, &fix, start, self.at);
                }
                return Ok(text);
            }
            if next.is_control() && next < ' ' {
                return match next {
                    '\n' if self.depth == 0 => {
                        self.broken("the whole file stands in quotes", Some("remove them".to_owned()))
                    }
                    '\n' => {
                        let help = "close the string before it; inside of one a line break is `\\n`";
                        self.broken("a line break inside a string", Some(help.to_owned()))
                    }
                    _ => {
                        let what = format!("the control character {} inside a string", next.escape_unicode());
                        self.broken(what, Some("write a tab as `\\t`".to_owned()))
                    }
                };
            }
            if next == '\\' {
                text.push(self.escape(quote)?);
            } else {
                text.push(next);
                self.at += next.len_utf8();
            }
        }
    }

    fn escape(&mut self, quote: char) -> Outcome<char> {
        let start = self.at;
        self.at += 1;
        let next = self.peek();
        self.at += next.map_or(0, char::len_utf8);
        Ok(match next {
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('\'') if quote == '\'' => '\'',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode(start),
            _ => {
                self.at = start;
                return self.broken("a lone backslash", Some(r"write it as `\\`, as in `C:\\ProgramData`".to_owned()));
            }
        })
    }

    fn unicode(&mut self, start: usize) -> Outcome<char> {
        let first = self.unit();
        let character = match first {
            Some(high @ 0xD800..=0xDBFF) if self.text[self.at..].starts_with("\\u") => {
                self.at += 2;
                let low = self.unit();
                low.filter(|low| (0xDC00..=0xDFFF).contains(low))
                    .and_then(|low| char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)))
            }
            unit => unit.and_then(char::from_u32),
        };
        if character.is_none() {
            self.at = start;
        }
        character.map_or_else(|| self.broken("`\\u` without four hexadecimal digits, or half of a pair", None), Ok)
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit =
            digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())??;
        self.at += 4;
        Some(unit)
    }

    pub(super) fn number(&mut self) -> Outcome<Content> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find(|character: char| !character.is_ascii_alphanumeric() && !"+-.".contains(character));
        let word = &rest[..length.unwrap_or(rest.len())];
        if matches!(word, "-Infinity" | "-NaN") {
            self.at += word.len();
            self.slip("a number that JSON does not have", "write a number", start, self.at);
            return Ok(Content::Null);
        }
        // serde_json knows what a number is, so that `01`, `1.` and `0x1` are refused here as everywhere.
        let number = serde_json::from_str::<serde_json::Number>(word).ok();
        // The value is read by the standard library, which finds the nearest one.
        let content = number.and_then(|number| match number.as_i64() {
            Some(number) => Some(Content::Integer(number)),
            None => word.parse::<f64>().ok().filter(|it| it.is_finite()).map(Content::Float),
        });
        match content {
            Some(content) => {
                self.at += word.len();
                Ok(content)
            }
            None => self.broken("this is not a number in JSON", None),
        }
    }

    pub(super) fn word(&mut self) -> Outcome<Content> {
        let start = self.at;
        let word = self.letters().to_owned();
        self.at += word.len();
        let (content, right) = match word.as_str() {
            "true" => return Ok(Content::Boolean(true)),
            "false" => return Ok(Content::Boolean(false)),
            "null" => return Ok(Content::Null),
            "True" | "TRUE" => (Content::Boolean(true), "`true`"),
            "False" | "FALSE" => (Content::Boolean(false), "`false`"),
            "None" | "nil" | "undefined" => (Content::Null, "`null`"),
            "NaN" | "Infinity" => (Content::Null, "a number"),
            _ => {
                self.at = start;
                if self.depth == 0 {
                    return self.broken("expected `{`, with which every settings file begins", None);
                }
                return self.broken("text without quotes", Some(format!("write `\"{}\"`", cut(&word))));
            }
        };
        let what = if right == "a number" { "a number that JSON does not have" } else { "a word of another language" };
        self.slip(what, &format!("write {right}"), start, self.at);
        Ok(content)
    }

    pub(super) fn letters(&self) -> &str {
        let rest = &self.text[self.at..];
        let end = rest.find(|character: char| !character.is_alphanumeric() && character != '_' && character != '-');
        &rest[..end.unwrap_or(rest.len())]
    }
}

pub(super) fn is_quote(character: char) -> bool {
    character == '"' || character == '\'' || is_typographic(character)
}

fn is_typographic(character: char) -> bool {
    is_single(character) || is_double(character)
}

fn is_single(character: char) -> bool {
    matches!(character, '\u{2018}'..='\u{201b}')
}

fn is_double(character: char) -> bool {
    matches!(character, '\u{201c}'..='\u{201f}' | '«' | '»')
}

/// A plain quote closes its own kind; an editor that bends quotes bends both, and sometimes only one.
fn closes(open: char, character: char) -> bool {
    match open {
        '"' | '\'' => character == open,
        _ if is_single(open) => character == '\'' || is_single(character),
        _ => character == '"' || is_double(character),
    }
}

/// Enough of a text to recognise it.
fn cut(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.len() < text.len() { short + "…" } else { short }
}
