//! The only place that quotes: text as a literal of the language that will read it.
//!
//! Every literal is one line. A script may be converted to CRLF after it is filled, and that would change a literal that
//! spans lines.

/// One word for a POSIX shell: in single quotes nothing is special but the single quote.
///
/// [POSIX, 2.2.2](https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02)
pub fn sh(text: &str) -> String {
    one_line(text);
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Words for a POSIX shell; an empty list is no word at all.
pub fn sh_words<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(sh).collect::<Vec<_>>().join(" ")
}

/// A YAML scalar in double quotes and in ASCII, so that no reader takes `no`, `012` or `1e3` for something else.
///
/// [YAML 1.2.2, 5.7](https://yaml.org/spec/1.2.2/#57-escaped-characters)
pub fn yaml(text: &str) -> String {
    one_line(text);
    let escaped: String = text
        .chars()
        .map(|character| match character {
            '"' | '\\' => format!("\\{character}"),
            ' '..='~' => character.to_string(),
            '\u{80}'..='\u{ffff}' => format!("\\u{:04x}", character as u32),
            _ => format!("\\U{:08x}", character as u32),
        })
        .collect();
    format!("\"{escaped}\"")
}

/// A YAML list, an item on each line; `indent` is that of the place it fills. An empty one is `[]`.
pub fn yaml_list<'a>(items: impl IntoIterator<Item = &'a str>, indent: usize) -> String {
    let items: Vec<String> = items.into_iter().map(|item| format!("- {}", yaml(item))).collect();
    if items.is_empty() { "[]".to_owned() } else { items.join(&format!("\n{:indent$}", "")) }
}

/// A YAML list of mappings whose values are literals already.
pub fn yaml_maps(maps: &[Vec<(&str, String)>], indent: usize) -> String {
    let entry =
        |(key, value): &(&str, String)| format!("{key}:{}{value}", if value.starts_with('\n') { "" } else { " " });
    let inner = format!("\n{:width$}", "", width = indent + 2);
    let maps: Vec<String> =
        maps.iter().map(|map| format!("- {}", map.iter().map(entry).collect::<Vec<_>>().join(&inner))).collect();
    if maps.is_empty() { "[]".to_owned() } else { maps.join(&format!("\n{:indent$}", "")) }
}

/// A Puppet string: in single quotes only the quote and the backslash are special.
///
/// [Puppet strings](https://www.puppet.com/docs/puppet/8/lang_data_string.html)
pub fn puppet(text: &str) -> String {
    one_line(text);
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

/// A Puppet array of strings.
pub fn puppet_list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", items.into_iter().map(puppet).collect::<Vec<_>>().join(", "))
}

/// Lines as a YAML block, each indented by `indent` blanks, for text that people should be able to read.
///
/// [YAML 1.2.2, 8.1.2](https://yaml.org/spec/1.2.2/#812-literal-style)
pub fn yaml_block(lines: &[String], indent: usize) -> String {
    let lines: String = lines.iter().map(|line| format!("\n{:indent$}{line}", "")).collect();
    format!("|{lines}")
}

/// A Terraform string; `${` and `%{` would start a template.
///
/// [HCL native syntax, template expressions](https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions)
pub fn hcl(text: &str) -> String {
    one_line(text);
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{"))
}

/// An SQL string. [SQLite, literal values](https://www.sqlite.org/lang_expr.html#literal_values_constants_)
pub fn sql(text: &str) -> String {
    one_line(text);
    format!("'{}'", text.replace('\'', "''"))
}

/// Bytes as base64 with padding, which means the same in every language. [RFC 4648](https://www.rfc-editor.org/rfc/rfc4648)
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|at| u32::from(chunk.get(at).copied().unwrap_or(0)));
        let bits = a << 16 | b << 8 | c;
        for digit in 0..4 {
            let index = bits >> (18 - 6 * digit) & 63;
            text.push(if digit > chunk.len() { '=' } else { char::from(ALPHABET[index as usize]) });
        }
    }
    text
}

fn one_line(text: &str) {
    assert!(!text.contains(['\n', '\r', '\0']), "a literal is one line: {text:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_cannot_end_a_shell_word() {
        assert_eq!(sh("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(sh_words(["a b", ""]), "'a b' ''");
        assert_eq!(sh_words([]), "");
    }

    #[test]
    fn yaml_is_ascii_and_never_plain() {
        assert_eq!(yaml("no"), r#""no""#);
        assert_eq!(yaml("é\u{7f}\"\\😀"), r#""\u00e9\U0000007f\"\\\U0001f600""#);
    }

    #[test]
    fn terraform_and_sql_take_the_text_as_it_is() {
        assert_eq!(hcl(r#"a "b" \ ${c} %{d}"#), r#""a \"b\" \\ $${c} %%{d}""#);
        assert_eq!(sql("it's"), "'it''s'");
    }

    #[test]
    fn base64_matches_the_vectors_of_its_specification() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (text, encoded) in vectors {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }
}
