//! What is wrong with a file that is not TOML, in the words of somebody who wanted to write a policy.

use std::ops::Range;

use toml::de::DeTable;

use super::{DUPLICATE, Mistake, UNCLOSED, line};
use crate::catalog::{Type, catalog};
use crate::finding::{Finding, SYNTAX};
use crate::policy::grammar;
use crate::policy::meant::{near, quote};
use crate::source::SourceId;
use crate::version::Version;

/// What word processors make of the quotes that begin a text.
const TYPOGRAPHIC: [char; 6] = ['“', '”', '„', '‘', '’', '«'];

/// How many more texts in wrong quotes are told of a file than one a line: a generated list has thousands.
const SEVERAL: usize = 10;

/// What is wrong at a place, and what to type.
pub(super) struct Slip {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// The findings for mistakes in `text`, which are in file order: one for each line, since one slip often makes several,
/// one for each text in wrong quotes, and one for the control characters in it, which no other slip makes.
pub(in crate::policy) fn findings(source: SourceId, text: &str, mistakes: &[Mistake]) -> Vec<Finding> {
    let mut last = [None; 2];
    let (mut quoted, mut more) = (0..0, 0);
    let is_new = |mistake: &&Mistake| {
        let line = text[..mistake.at.start].rfind('\n');
        let is_first = last[usize::from(control(text, mistake.at.start).is_some())].replace(line) != Some(line);
        let Some(string) = in_wrong_quotes(text, mistake) else { return is_first };
        let is_next = string.start >= quoted.end && !text[quoted.end..string.start].contains('\n');
        let is_new = is_first || is_next && quoted.end > 0 && more < SEVERAL;
        if is_new {
            quoted = string;
            more += usize::from(!is_first);
        }
        is_new
    };
    let finding = |mistake: &Mistake| {
        if let Some(finding) = half(source, text, mistake) {
            return finding;
        }
        let in_place = || slip(text, mistake.at.clone(), &mistake.message);
        let Slip { at, message, help } = line::slip(text, mistake).unwrap_or_else(in_place);
        let finding = Finding::new(&SYNTAX, source.span(line::marked(text, at)), message).label("here").help_if(help);
        let first = mistake.first.iter().map(|first| source.span(first.name.clone()));
        first.fold(finding, |finding, first| finding.related(first, "the first"))
    };
    mistakes.iter().filter(is_new).map(finding).collect()
}

/// The text that is in quotes of another kind than it needs.
fn in_wrong_quotes(text: &str, mistake: &Mistake) -> Option<Range<usize>> {
    if is_escape(&mistake.message) {
        return string(text, mistake.at.start);
    }
    text[mistake.at.clone()].starts_with(TYPOGRAPHIC).then(|| mistake.at.clone())
}

/// A name that has a value on one line and a table below: the value is one of several things in it.
fn half(source: SourceId, text: &str, mistake: &Mistake) -> Option<Finding> {
    let first = mistake.first.as_ref().filter(|first| !first.is_header)?;
    let line = text[..mistake.at.start].rfind('\n').map_or(0, |end| end + 1);
    let whole = text[first.whole.clone()].trim();
    let name = &text[first.name.clone()];
    let (names, value) = whole.split_once('=')?;
    let value = value.trim();
    let is_table = text[line..].starts_with('[') || mistake.message != DUPLICATE;
    if !is_table || !names.trim_end().ends_with(name) || value.starts_with('{') {
        return None;
    }
    let start = first.whole.start + text[first.whole.clone()].find(whole)?;
    let message = format!("`{name}` has a value here and a table below, and TOML takes only one");
    let header = text[line..].lines().next().unwrap_or_default().trim_end();
    // No header can open what a dot has opened.
    let help = if mistake.message == DUPLICATE {
        format!("move it to `{header}` as `value = {value}`")
    } else {
        format!("write `{}.value = {value}`", names.trim())
    };
    let second = source.span(mistake.at.clone());
    Some(
        Finding::new(&SYNTAX, source.span(start..start + whole.len()), message)
            .label("here")
            .related(second, "the table")
            .help(help),
    )
}

/// What was probably meant at a place. The parser's own message is for people who know TOML.
fn slip(text: &str, at: Range<usize>, message: &str) -> Slip {
    let (before, word) = (&text[..at.start], &text[at.clone()]);
    let line = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
    let rest = text[at.start..].split('\n').next().unwrap_or_default();
    let said =
        |message: &str, help: &str| Slip { at: at.clone(), message: message.to_owned(), help: Some(help.to_owned()) };
    if let Some(character) = control(text, at.start) {
        let at = at.start..at.start + character.len_utf8();
        let message = format!("the character {} cannot stand in TOML", character.escape_unicode());
        return Slip { at, message, help: Some("take it out of the line".to_owned()) };
    }
    if message == DUPLICATE {
        let header = format!("{line}{}", rest.trim_end());
        let is_header = line.starts_with('[') && before.lines().any(|earlier| earlier.trim_end() == header);
        let below = format!("put its lines below the first `{header}`");
        return said(
            &format!("`{word}` is given twice in one table"),
            if is_header { &below } else { "keep one of the two" },
        );
    }
    if is_escape(message)
        && let Some(string) = string(text, at.start)
    {
        let help = single_quoted(&text[string.clone()]);
        return Slip { at: string, message: r"a lone `\` in double quotes".to_owned(), help: Some(help) };
    }
    if word.is_empty() && message.starts_with("string values must be quoted") {
        return said("a name without a value", "write one after `=`, or remove the line");
    }
    if let Some(inner) = word.strip_prefix(TYPOGRAPHIC) {
        let inner = inner.trim_end_matches(['“', '”', '‘', '’', '»']);
        return said("typographic quotes are no quotes in TOML", &format!("write `\"{inner}\"`"));
    }
    if let Some(truth) = truth(word) {
        return said(&format!("`{word}` is not a value in TOML"), &format!("write {truth}"));
    }
    if wants_a_value(message)
        && word.chars().all(|character| !character.is_control() && !r#""'\,#"#.contains(character))
    {
        // The parser has taken the start of it for a number.
        let start = before.trim_end_matches(|character: char| !" \t\n=[{,\"'".contains(character)).len();
        return unquoted(text, start..at.end);
    }
    if rest.starts_with(':') || line.trim_end().ends_with(':') {
        let comma = if rest.trim_end().ends_with(',') { ", and remove the comma at the end of the line" } else { "" };
        return said("a colon where TOML wants `=`", &format!("write `=` in place of it{comma}"));
    }
    if rest.starts_with("//") {
        return said("a comment in TOML begins with `#`", "write `#`");
    }
    if before.trim().is_empty() && rest.starts_with('{') {
        return said("this is JSON", "a policy is TOML; `stanchion init` writes one to start from");
    }
    if line.trim().is_empty() && rest.starts_with('}') {
        let help = "write a table on one line, as `{ value = … }`, or as lines below a header, and remove this one";
        return said("a brace that belongs to no line of TOML", help);
    }
    if rest.starts_with([',', ';']) && matches!(rest[1..].trim_start().chars().next(), None | Some('#')) {
        return said(&format!("no `{}` ends a line in TOML", &rest[..1]), "remove it");
    }
    if message == UNCLOSED {
        let (what, end) = match word {
            "[" => ("list", "]"),
            "{" => ("table in braces", "}"),
            quotes => ("text", quotes),
        };
        return said(&format!("nothing closes the {what} that begins here"), &format!("write `{end}` where it ends"));
    }
    let closes = message.starts_with("missing comma between array elements");
    let help = closes.then(|| "if the list ends before this, close it with `]`".to_owned());
    Slip { at, message: format!("not TOML: {message}"), help }
}

/// Text that is no value of TOML as it stands, perhaps with the end of a line of another language after it.
fn unquoted(text: &str, at: Range<usize>) -> Slip {
    let word = &text[at.clone()];
    let (value, comment) = word.split_once(" //").map_or((word, ""), |(value, comment)| (value, comment.trim()));
    let plain = value.trim().trim_end_matches(';').trim_end();
    if let Some((at, list)) = unquoted_list(text, &at) {
        return Slip { at, message: "text without quotes".to_owned(), help: Some(format!("write `{list}`")) };
    }
    let meant = match truth(plain) {
        Some(truth) => truth.to_owned(),
        None if plain.starts_with('v') && is_version(&plain[1..]) => format!("`{}`", quote(&plain[1..])),
        None if is_value(plain) => format!("`{plain}`"),
        None => {
            let line = text[..at.start].rsplit('\n').next().unwrap_or_default();
            let word = near(plain, &words(line)).unwrap_or(plain);
            if ["true", "false"].contains(&word) { format!("`{word}`") } else { format!("`{}`", quote(word)) }
        }
    };
    let (message, hint) = match () {
        () if !comment.is_empty() => ("a comment in TOML begins with `#`", format!(", and `# {comment}` after it")),
        () if plain.len() < value.trim().len() => ("no `;` ends a line in TOML", String::new()),
        () => ("text without quotes", String::new()),
    };
    Slip { at, message: message.to_owned(), help: Some(format!("write {meant}{hint}")) }
}

/// The list on one line in which a word stands without quotes, and what to write for it.
fn unquoted_list(text: &str, word: &Range<usize>) -> Option<(Range<usize>, String)> {
    let start = text[..word.start].rfind('\n').map_or(0, |end| end + 1);
    let open = start + text[start..word.start].rfind('[')?;
    let name = text[start..open].trim_end().strip_suffix('=')?;
    let close = open + text[open..].find(['\n', ']']).filter(|end| text[open + end..].starts_with(']'))?;
    let inner = &text[open + 1..close];
    if word.end > close || inner.contains(['[', '{', '"', '\'', '#']) {
        return None;
    }
    let words = words(name);
    let element = |word: &str| if is_value(word) { word.to_owned() } else { quote(near(word, &words).unwrap_or(word)) };
    let elements: Vec<String> = inner.split(',').map(str::trim).filter(|word| !word.is_empty()).map(element).collect();
    Some((open..close + 1, format!("[{}]", elements.join(", "))))
}

/// Whether TOML takes this as a value.
fn is_value(word: &str) -> bool {
    DeTable::parse(&format!("x = {word}")).is_ok()
}

/// The words that the setting or the key takes of which a line holds the name, up to its value.
fn words(line: &str) -> Vec<&'static str> {
    let entry = line.rsplit(['{', ',']).next().unwrap_or_default();
    let path = entry.split('=').next().unwrap_or_default().trim();
    let is_it = |key: &str| key.strip_suffix(path).is_some_and(|outer| outer.is_empty() || outer.ends_with('.'));
    let named = catalog().settings().iter().filter(|setting| setting.is_admin_setting() && is_it(&setting.key));
    let of_its_type = named.flat_map(|setting| match setting.kind {
        Type::Boolean => vec!["true", "false"],
        _ => setting.values.iter().map(String::as_str).collect(),
    });
    of_its_type.chain(grammar::words(path.rsplit('.').next().unwrap_or_default())).collect()
}

/// Whether somebody means a version of Docker Desktop.
fn is_version(word: &str) -> bool {
    word.starts_with("4.") && word.parse::<Version>().is_ok()
}

/// The string in double quotes around a place, on its line.
fn string(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text[..at].rfind('"').filter(|start| !text[*start..at].contains('\n'))?;
    let end = at + text[at..].find(['"', '\n']).filter(|end| text[at + end..].starts_with('"'))?;
    Some(start..end + 1)
}

/// How a string in double quotes is written in which a backslash is only that.
pub(in crate::policy) fn single_quoted(string: &str) -> String {
    let inner = string.trim_matches('"').replace(r"\\", r"\");
    if inner.contains('\'') {
        return format!(r#"write `"{}"`"#, inner.replace('\\', r"\\"));
    }
    format!("write `'{inner}'`, in single quotes, which take `\\` as it is")
}

/// The control character at a place, if one stands there that TOML does not take.
fn control(text: &str, at: usize) -> Option<char> {
    let is_mistake = |character: &char| character.is_control() && !matches!(character, '\t' | '\n');
    text[at..].chars().next().filter(is_mistake)
}

/// Whether the parser took a backslash for the start of something else.
fn is_escape(message: &str) -> bool {
    ["missing escaped value", "too few unicode value digits"].iter().any(|start| message.starts_with(start))
}

/// Whether the parser wanted a value and found a bare word.
fn wants_a_value(message: &str) -> bool {
    ["string values must be quoted", "invalid boolean", "invalid float"].iter().any(|start| message.starts_with(start))
}

/// What other languages call true, false and nothing.
fn truth(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some("`true`"),
        "false" | "no" | "off" => Some("`false`"),
        "null" | "none" | "nil" => Some("nothing: an absent setting is the user's to choose"),
        _ => None,
    }
}
