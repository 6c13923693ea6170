//! Keeps passwords out of everything that is shown: findings quote a policy into terminals and the logs of pipelines.

use std::ops::Range;

/// The text with user names and passwords in URLs masked, byte for byte and character for character as long as before.
pub fn redact(text: String) -> String {
    if !text.contains('@') {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = 0;
    for secret in secrets(&text) {
        shown.push_str(&text[rest..secret.start]);
        shown.extend(text[secret.clone()].chars().map(mask));
        rest = secret.end;
    }
    shown.push_str(&text[rest..]);
    shown
}

/// Whether a text holds what [`redact`] masks.
pub(crate) fn holds_secret(text: &str) -> bool {
    text.contains('@') && !secrets(text).is_empty()
}

/// A character of the same length, so that places in the text stay what they are.
fn mask(character: char) -> char {
    match character.len_utf8() {
        1 => '*',
        2 => '·',
        3 => '•',
        _ => '🞄',
    }
}

/// What stands before the `@` of `scheme://user:password@host` and of `user:password@host`.
fn secrets(text: &str) -> Vec<Range<usize>> {
    let ends_word = |character: char| character.is_whitespace() || "\"'`<>“”".contains(character);
    let mut secrets = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(ends_word) {
        let mut at = start;
        while let Some(secret) = secret(&text[at..start + word.len()]) {
            secrets.push(at + secret.start..at + secret.end);
            at += secret.end;
        }
        start += word.len();
    }
    secrets
}

/// The first secret of a word.
fn secret(word: &str) -> Option<Range<usize>> {
    let last = word.rfind('@')?;
    let mut from = 0;
    while let Some(scheme) = word[from..last].find("://") {
        let start = from + scheme + "://".len();
        let authority = word[start..].split(['/', '?', '#']).next().unwrap_or_default();
        if let Some(at) = authority.rfind('@') {
            return Some(start..start + at);
        }
        // A password may hold a slash where none is allowed; a port is a number.
        let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b']');
        if last > start && authority.rsplit_once(':').is_some_and(|(_, port)| !is_port(port)) {
            return Some(start..last);
        }
        from = (start + authority.len()).min(last);
    }
    bare_secret(&word[from..]).map(|secret| from + secret.start..from + secret.end)
}

fn bare_secret(word: &str) -> Option<Range<usize>> {
    let at = word.rfind('@')?;
    let is_digest = word[at..].starts_with("@sha");
    let (user, password) = word[..at].split_once(':')?;
    let is_mail = user.eq_ignore_ascii_case("mailto");
    (!is_digest && !is_mail && !password.is_empty()).then_some(0..at)
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn what_stands_before_the_host_is_masked_and_nothing_moves() {
        for (text, shown) in [
            (r#"http = "http://svc:hunter2@proxy:3128""#, r#"http = "http://***********@proxy:3128""#),
            ("'https://svc@pac.example/x.pac'", "'https://***@pac.example/x.pac'"),
            ("http://u:p@ss@h, http://u:p@h", "http://******@h, http://***@h"),
            ("http://u:p@h,http://u:q@i", "http://***@h,http://***@i"),
            ("http://u:p/ss@h:1", "http://******@h:1"),
            ("http://ü:€@h", "http://·*•@h"),
            ("svc:hunter2@proxy:3128", "***********@proxy:3128"),
            ("return \"PROXY u:p@h:1\";", "return \"PROXY ***@h:1\";"),
        ] {
            assert_eq!(redact(text.to_owned()), shown);
            assert_eq!(shown.len(), text.len());
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "http://proxy:3128/a@b",
            "https://host/@scope/pkg",
            "http://[::1]:3128/a@b",
            "ciso@northwind.example",
            "mailto:it@northwind.example",
            "docker.io/library/x:1@sha256:00ff",
            "a: b @ c",
            "@",
            "://@",
        ] {
            assert_eq!(redact(text.to_owned()), text);
        }
    }

    #[test]
    fn a_hostile_text_takes_no_time() {
        for piece in ["@", ":@", "://", "://a@", "://a:b/@", "/@x://", "://a:b/", "://a/", "a:"] {
            redact(format!("@{}", piece.repeat(20_000)));
            redact(format!("{}@", piece.repeat(20_000)));
        }
    }
}
