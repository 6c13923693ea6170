//! The only place that quotes: text as a literal of the language that will read it.
//!
//! Every literal is one line. A script may be converted to CRLF after it is filled, and that would change a literal that
//! spans lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

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

/// A PowerShell string in single quotes, where only the quote is special.
///
/// ASCII only: PowerShell takes typographic quotes for plain ones, and Windows PowerShell 5.1 reads a file without
/// byte-order mark in the code page of the machine.
/// [About quoting rules](https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_quoting_rules)
pub fn powershell(text: &str) -> String {
    one_line(text);
    assert!(text.is_ascii(), "PowerShell literals are ASCII: {text:?}");
    format!("'{}'", text.replace('\'', "''"))
}

/// Elements of a PowerShell array; an empty list is no element at all.
pub fn powershell_items<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    items.into_iter().map(powershell).collect::<Vec<_>>().join(", ")
}

/// Bytes as base64 with padding, which means the same in every language. [RFC 4648](https://www.rfc-editor.org/rfc/rfc4648)
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
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
    fn a_quote_cannot_end_a_powershell_string() {
        assert_eq!(powershell("it's $HOME `n"), "'it''s $HOME `n'");
        assert_eq!(powershell_items(["a", "b"]), "'a', 'b'");
    }
}
