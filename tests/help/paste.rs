//! Does to a policy what a help says, to the letter.
//!
//! A help that gives something to paste is one of these, perhaps with an explanation after it:
//!
//! * ``write `X` ``: `X` in place of what is marked; where `X` is `name = value`, in place of the whole entry.
//! * ``write `X` under `[T]` ``: that key of that table.
//! * ``write `X` at the other mark``: in place of what is marked second; after ``, and``, besides what comes before it;
//!   before `, and remove this line`, what is marked goes besides.
//! * ``add `X` beside it``, ``beside the other mark``, ``to it`` or ``under `[T]` ``: a new entry of the table that holds what is marked, of the
//!   table that is marked, or of that table.
//! * ``move it to `[T]` as `X` ``, ``move it into the braces of `T` as `X` ``: the same, and what is marked goes;
//!   with `, and remove its header` the header above it goes, too.
//! * ``move it above the first header, as `X` ``: what is marked goes there.
//! * ``move it beside `settings` as `X` ``: what is marked goes to a line of its own beside the one that holds it.
//! * ``write `X` and `Y`, each on a line of its own``: both in place of the whole entry.
//! * ``move its lines to `[T]`, and remove its header``: what stands below the marked header goes below that one.
//! * ``did you mean `X`?``: `X` in place of the marked name or word.
//! * `remove this line`, `remove it`: the marked entry goes.
//! * ``update the machines and raise `oldest-version` to 4.86.0``, alone or before `first, then`.
//!
//! What is marked in an extended file is changed there. A preset is no file to write in: what is said of one goes below a
//! header of the policy. ``under `[T]` of your policy`` means the policy, whatever is marked.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// One entry of a table or a list, and whether others stand on the same line.
struct Entry {
    range: Range<usize>,
    is_inline: bool,
}

/// What is marked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    /// The name of the file; of a preset it is none of the files.
    pub(crate) file: String,
    pub(crate) range: Range<usize>,
}

/// The files after the help; `None` where it gives nothing to paste. What is marked in none of them concerns `policy`: it
/// is an error where that is to be changed.
pub(crate) fn paste(
    files: &BTreeMap<String, String>,
    policy: &str,
    mark: &Place,
    other: Option<&Place>,
    help: &str,
) -> Result<Option<BTreeMap<String, String>>, String> {
    if let Some(rest) = help.strip_prefix("update the machines and raise ") {
        let (versions, then) = rest.split_once(" first, then ").map_or((rest, None), |(all, then)| (all, Some(then)));
        let raised = |(name, text): (&String, &String)| Some((name.clone(), raise(text, versions)?));
        let Some(raised) = files.iter().map(raised).collect::<Option<BTreeMap<_, _>>>() else { return Ok(None) };
        // The marks are of the policy as it was, and only versions of other lengths move them.
        let is_same_length = raised.iter().all(|(name, text)| files[name].len() == text.len());
        return match then {
            Some(then) if is_same_length => paste(&raised, policy, mark, other, then),
            _ => Ok(Some(raised)),
        };
    }
    let with = |file: &str, text: Option<String>| {
        let mut files = files.clone();
        files.insert(file.to_owned(), text?);
        Some(files)
    };
    if help.contains("` of your policy") {
        return Ok(with(policy, in_file(&files[policy], 0..0, None, help)));
    }
    let no_file = || Err(format!("a preset is no file to write in: {help}"));
    let Some(text) = files.get(&mark.file) else {
        let mut quoted = help.split('`').skip(1);
        let after = quoted.nth(1).unwrap_or_default();
        let is_pasted = ["write `", "did you mean `", "add `"].iter().any(|verb| help.starts_with(verb));
        return match is_pasted && !is_to_fill_in(help) {
            true if after == " under " => Ok(with(policy, in_file(&files[policy], 0..0, None, help))),
            true => no_file(),
            false if help.starts_with("remove") => no_file(),
            false => Ok(None),
        };
    };
    let Some(other) = other.filter(|other| other.file != mark.file && help.contains(" the other mark")) else {
        let other = other.filter(|other| other.file == mark.file).map(|other| other.range.clone());
        return Ok(with(&mark.file, in_file(text, mark.range.clone(), other, help)));
    };
    // Each is changed in its own file.
    let (Some(there), Some((at, rest))) = (files.get(&other.file), help.split_once(" the other mark")) else {
        return no_file();
    };
    let it = if at.ends_with(" beside") { format!("{at} it") } else { at.trim_end_matches(" at").to_owned() };
    let written = in_file(there, other.range.clone(), None, &it);
    let Some(mut files) = with(&other.file, written) else { return Ok(None) };
    if rest.starts_with(", and remove ") {
        files.extend(in_file(text, mark.range.clone(), None, "remove it").map(|text| (mark.file.clone(), text)));
    }
    Ok(Some(files))
}

/// The same where all marks are in one file with this text.
fn in_file(text: &str, mark: Range<usize>, other: Option<Range<usize>>, help: &str) -> Option<String> {
    let help = help.strip_prefix("to pass it through on your own risk, ").unwrap_or(help);
    let help =
        help.strip_prefix("if `").and_then(|rest| rest.split_once("` is meant, ")).map_or(help, |(_, help)| help);
    if help.starts_with("remove this line") || help.starts_with("remove the line") || help.starts_with("remove it") {
        return Some(without(text, &entry(text, &mark)?));
    }
    let (verb, _) = help.split_once('`')?;
    let mut quoted = help.split('`').skip(1).step_by(2);
    let snippet = quoted.next()?;
    if is_to_fill_in(help) {
        return None;
    }
    let is_entry = snippet.split_once(" = ").is_some_and(|(name, _)| !name.starts_with(['"', '\'', '[', '{']));
    let after = &help[verb.len() + snippet.len() + 2..];
    if let Some(header) = after
        .strip_prefix(" under `")
        .filter(|_| verb == "add " || verb == "write ")
        .and_then(|rest| rest.split('`').next())
    {
        let is_new = verb == "add ";
        return Some(if is_new { below(text, header, snippet) } else { set(text, header, snippet) });
    }
    if verb == "did you mean " {
        let is_string = text[mark.clone()].starts_with('"');
        let name = if is_string { format!("\"{snippet}\"") } else { snippet.to_owned() };
        return Some(replace(text, mark, &name));
    }
    if verb == "add " && after.starts_with(" beside") {
        let entry = entry(text, if after.starts_with(" beside the other mark") { other.as_ref()? } else { &mark })?;
        let before = if entry.is_inline { ", " } else { "\n" };
        let end = if entry.is_inline { entry.range.end } else { line_end(text, entry.range.end) };
        return Some(replace(text, end..end, &format!("{before}{snippet}")));
    }
    if verb == "add " && after.starts_with(" to it") {
        let start = text[..mark.start].rfind('\n').map_or(0, |at| at + 1);
        if text[start..].starts_with('[') {
            let end = line_end(text, mark.end);
            return Some(replace(text, end..end, &format!("\n{snippet}")));
        }
        let open = mark.start + text[mark.start..].find('{')? + 1;
        let comma = if text[open..].trim_start().starts_with('}') { " " } else { "," };
        return Some(replace(text, open..open, &format!(" {snippet}{comma}")));
    }
    if verb.starts_with("move ") {
        return moved(text, &mark, help);
    }
    if !verb.starts_with("write ") {
        return None;
    }
    if let Some(besides) = after.strip_prefix(", and `").and_then(|rest| rest.strip_suffix("` at the other mark")) {
        let other = other.clone()?;
        assert!(other.end < mark.start, "the other line comes first");
        let rest = replace(text, if is_entry { entry(text, &mark)?.range } else { mark }, snippet);
        return Some(replace(&rest, entry(text, &other)?.range, besides));
    }
    if after.ends_with(", each on a line of its own") {
        let fields: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
        return Some(replace(text, entry(text, &mark)?.range, &fields.join("\n")));
    }
    match () {
        () if after.starts_with(" at the other mark") => {
            let other = other?;
            let written = |text: &str| {
                Some(replace(text, if is_entry { entry(text, &other)?.range } else { other.clone() }, snippet))
            };
            match after.strip_prefix(" at the other mark, and remove ") {
                None => written(text),
                // What comes later goes first, so that the marks stay where they are.
                Some(_) if other.end < mark.start => written(&without(text, &entry(text, &mark)?)),
                Some(_) => Some(without(&written(text)?, &entry(text, &mark)?)),
            }
        }
        () if is_entry => Some(replace(text, entry(text, &mark)?.range, snippet)),
        () => Some(replace(text, mark, snippet)),
    }
}

/// Whether a person has to fill something in.
fn is_to_fill_in(help: &str) -> bool {
    help.split(" (").next().is_some_and(|help| help.contains('…'))
}

/// The policy with what is marked in another place.
fn moved(text: &str, mark: &Range<usize>, help: &str) -> Option<String> {
    let (verb, _) = help.split_once('`')?;
    let mut quoted = help.split('`').skip(1).step_by(2);
    let snippet = quoted.next()?;
    let after = &help[verb.len() + snippet.len() + 2..];
    if verb == "move its lines to " {
        let header = text[..mark.start].rfind('\n').map_or(0, |at| at + 1);
        let start = line_end(text, header) + 1;
        let end = text[start..].find("\n[").map_or(text.len(), |at| start + at + 1);
        let rest = format!("{}{}", &text[..header], &text[end..]);
        return Some(below(&rest, snippet, text[start..end].trim_end()));
    }
    if verb == "move it to " {
        let entry = entry(text, mark)?;
        let mut rest = without(text, &entry);
        if help.contains(", and remove its header") {
            let header = text[..entry.range.start].rfind("\n[")? + 1;
            rest.replace_range(header..=line_end(text, header), "");
        }
        return Some(below(&rest, snippet, quoted.next()?));
    }
    if verb == "move it beside " && after.starts_with(" as ") {
        let entry = entry(text, mark)?;
        let start = text[..entry.range.start].rfind('\n').map_or(0, |at| at + 1);
        let rest = without(text, &entry);
        return Some(replace(&rest, start..start, &format!("{}\n", quoted.next()?)));
    }
    if verb == "move it above the first header, as " {
        return Some(format!("{snippet}\n{}", without(text, &entry(text, mark)?)));
    }
    if verb == "move it into the braces of " {
        let rest = without(text, &entry(text, mark)?);
        let open = rest.find(&format!("{snippet} = {{"))? + snippet.len() + 4;
        return Some(replace(&rest, open..open, &format!(" {},", quoted.next()?)));
    }
    None
}

fn replace(text: &str, range: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..range.start], &text[range.end..])
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

/// The policy with other versions in `[fleet]`.
fn raise(text: &str, versions: &str) -> Option<String> {
    let version = versions.split_once(" to ")?.1.split([' ', ',', ';']).next()?;
    let lines = text.lines().map(|line| match line.split_once('=') {
        Some((key, _)) if versions.contains(&format!("`{}`", key.trim())) => format!("{key}= \"{version}\"\n"),
        _ => format!("{line}\n"),
    });
    Some(lines.collect())
}

/// The text with a line below a table's header, which comes at the end where there is none.
fn below(text: &str, header: &str, line: &str) -> String {
    match text.find(header).map(|at| line_end(text, at)).filter(|end| *end < text.len()) {
        Some(end) => replace(text, end..end, &format!("\n{line}")),
        None => format!("{}\n{header}\n{line}\n", text.trim_end()),
    }
}

/// The text with a key of a table set.
fn set(text: &str, header: &str, line: &str) -> String {
    let name = line.split(' ').next().unwrap_or_default();
    let start = text.find(&format!("{header}\n")).map_or(text.len(), |at| at + header.len() + 1);
    let table = text[start..].split("\n[").next().unwrap_or_default();
    let its = table.lines().find(|line| line.split([' ', '=']).next() == Some(name));
    match its {
        Some(its) => text.replacen(its, line, 1),
        None => below(text, header, line),
    }
}

/// The innermost entry that holds what is marked.
fn entry(text: &str, mark: &Range<usize>) -> Option<Entry> {
    let (root, _) = DeTable::parse_recoverable(text);
    in_table(text, root.get_ref(), mark, false)
}

fn in_table(text: &str, table: &DeTable<'_>, mark: &Range<usize>, is_inline: bool) -> Option<Entry> {
    table.iter().find_map(|(key, node)| {
        let (key, value) = (key.span(), node.span());
        let is_header = text[value.clone()].starts_with('[') && node.get_ref().is_table();
        let is_braces = text[value.clone()].starts_with('{');
        let inner = match node.get_ref() {
            DeValue::Table(table) => in_table(text, table, mark, is_inline || is_braces),
            DeValue::Array(items) => items.iter().find_map(|item| {
                let range = item.span();
                let inner = item
                    .get_ref()
                    .as_table()
                    .and_then(|table| in_table(text, table, mark, text[range.clone()].starts_with('{')));
                inner.or_else(|| holds(&range, mark).then_some(Entry { range, is_inline: true }))
            }),
            // What is marked inside a text is no entry.
            DeValue::String(_) if holds(&value, mark) && value != *mark => return None,
            _ => None,
        };
        if inner.is_some() {
            return inner;
        }
        if is_header {
            // A table goes with all that is in it.
            let end = text[value.end..].find("\n[").map_or(text.len(), |at| value.end + at);
            return (holds(&key, mark) || holds(&value, mark))
                .then_some(Entry { range: value.start..end, is_inline: false });
        }
        let name = |character: char| character.is_ascii_alphanumeric() || "-_.\"'".contains(character);
        let start = text[..key.start].trim_end_matches(name).len();
        let is_dotted = node.get_ref().is_table() && !is_braces;
        let end = if is_dotted { line_end(text, key.end) } else { value.end };
        // The names before it on its line may be marked with it.
        let name = if mark.end == key.end { start..key.end } else { key };
        (holds(&name, mark) || holds(&value, mark)).then_some(Entry { range: start..end, is_inline })
    })
}

fn holds(range: &Range<usize>, mark: &Range<usize>) -> bool {
    range.start <= mark.start && mark.end <= range.end
}

/// The text without an entry and the comma that it no longer needs.
fn without(text: &str, entry: &Entry) -> String {
    let Range { start, end } = entry.range;
    if !entry.is_inline {
        return replace(text, start..(line_end(text, end) + 1).min(text.len()), "");
    }
    let rest = text[end..].trim_start();
    if let Some(rest) = rest.strip_prefix(',') {
        let end = text.len() - rest.trim_start().len();
        return replace(text, start..end, "");
    }
    let before = text[..start].trim_end();
    let start = before.strip_suffix(',').map_or(start, str::len);
    replace(text, start..end, "")
}
