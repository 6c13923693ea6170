//! Registration files (`.reg`, version 5.00), which `regedit` and `reg.exe import` take.
//!
//! UTF-16LE with byte-order mark, CRLF. A header line and an empty line, then for every key `[HIVE\key]` and its values:
//! `"name"="text"`, `dword:` with eight hex digits, `hex(type):` with the bytes, `-` to delete; `[-HIVE\key]` deletes a
//! key. Hex bytes go on over a `\` at the end of a line, wrapped where Windows wraps its own exports.
//! <https://support.microsoft.com/en-us/topic/9c7f37cf-a5e9-e1cd-c4fa-2a26218a1a23>

use std::fmt::Write as _;

use super::{
    registry::{Change, Data},
    utf16,
};

/// The hive of machine-wide settings.
pub const LOCAL_MACHINE: &str = "HKEY_LOCAL_MACHINE";

const HEADER: &str = "Windows Registry Editor Version 5.00";

/// `REG_BINARY`, the type that `hex:` without a number stands for.
const BINARY: u32 = 3;

/// A line that is this long, comma included, does not take another byte.
const FULL_LINE: usize = 77;

/// No key of any program is this long, and each of its values is read with a copy of it.
const LONGEST_KEY: usize = 1024;

/// Writes the changes, in order, to one hive. Keys and names hold no control characters.
#[must_use]
pub fn write(hive: &str, changes: &[Change]) -> Vec<u8> {
    let mut text = format!("{HEADER}\r\n");
    let mut open = None;
    for change in changes {
        let key = change.key();
        if let Change::DeleteKey { .. } = change {
            open = None;
            line(&mut text, format_args!("\r\n[-{hive}\\{key}]"));
            continue;
        }
        if open != Some(key) {
            open = Some(key);
            line(&mut text, format_args!("\r\n[{hive}\\{key}]"));
        }
        match change {
            Change::Set { name, data, .. } => line(&mut text, format_args!("{}", assignment(name, data))),
            Change::DeleteValue { name, .. } => line(&mut text, format_args!("{}=-", quoted_name(name))),
            Change::DeleteKey { .. } => {}
        }
    }
    utf16::encode_file(&text)
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    write!(text, "{line}\r\n").expect("writing to a String does not fail");
}

fn assignment(name: &str, data: &Data) -> String {
    let name = quoted_name(name);
    match data {
        // A line break inside quotes would end the line for half of the readers; as bytes it is safe.
        Data::String(string) if !string.contains(char::is_control) => format!("{name}={}", quoted(string)),
        Data::Dword(number) => format!("{name}=dword:{number:08x}"),
        data if data.kind() == BINARY => wrapped(format!("{name}=hex:"), &data.bytes()),
        data => wrapped(format!("{name}=hex({:x}):", data.kind()), &data.bytes()),
    }
}

fn wrapped(mut text: String, bytes: &[u8]) -> String {
    let mut length = text.chars().count();
    let mut separator = "";
    for byte in bytes {
        text += separator;
        if length >= FULL_LINE {
            text += "\\\r\n  ";
            length = 2;
        }
        write!(text, "{byte:02x}").expect("writing to a String does not fail");
        separator = ",";
        length += 3;
    }
    text
}

fn quoted_name(name: &str) -> String {
    if name.is_empty() { "@".to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Why a file could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// Neither UTF-16LE with byte-order mark nor UTF-8.
    NotText,
    /// Does not open with the header of version 5.00. The older `REGEDIT4` keeps text in the code page of the machine
    /// that wrote it, which nobody can know.
    NotVersion5,
    /// A line, counted from 1, that is neither a key, a value, a comment nor empty.
    Line(usize),
}

/// Reads every change of a file, each with its hive as the file spells it. A key that is only named changes nothing.
///
/// # Errors
///
/// The first thing that is not as the format says.
pub fn parse(bytes: &[u8]) -> Result<Vec<(String, Change)>, Error> {
    let text = match bytes.strip_prefix(&utf16::BYTE_ORDER_MARK) {
        Some(units) => utf16::decode(units),
        None => str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).ok().map(str::to_owned),
    }
    .ok_or(Error::NotText)?;
    let mut changes = Vec::new();
    each(&text, &mut |located| changes.push((located.hive, located.change)))?;
    Ok(changes)
}

/// A change and where a file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The line, from 1.
    pub line: usize,
    /// The hive as the file spells it.
    pub hive: String,
    /// The change.
    pub change: Change,
}

/// The same for the text of a file, one change after the other, each with its line.
///
/// # Errors
///
/// The first thing that is not as the format says.
pub fn each(text: &str, visit: &mut dyn FnMut(Located)) -> Result<(), Error> {
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    if lines.next().is_none_or(|(_, line)| line != HEADER) {
        return Err(Error::NotVersion5);
    }

    let mut open: Option<(String, String)> = None;
    while let Some((number, line)) = lines.next() {
        if line.is_empty() || line.starts_with(';') {
            continue;
        }
        let bad = Error::Line(number);
        if let Some(path) = line.strip_prefix('[') {
            let path = path.strip_suffix(']').ok_or(bad)?;
            if path.len() > LONGEST_KEY {
                return Err(bad);
            }
            let (delete, path) = path.strip_prefix('-').map_or((false, path), |path| (true, path));
            let (hive, key) = path.split_once('\\').unwrap_or((path, ""));
            open = Some((hive.to_owned(), key.to_owned()));
            if delete {
                open = None;
                let change = Change::DeleteKey { key: key.to_owned() };
                visit(Located { line: number, hive: hive.to_owned(), change });
            }
            continue;
        }
        let mut whole = line.to_owned();
        // Only bytes are continued: in quotes a backslash at the end of a line is a mistake.
        while !whole.ends_with('"') && whole.ends_with('\\') {
            whole.pop();
            whole += lines.next().ok_or(bad)?.1;
        }
        let (hive, key) = open.clone().ok_or(bad)?;
        visit(Located { line: number, hive, change: value(key, &whole).ok_or(bad)? });
    }
    Ok(())
}

fn value(key: String, line: &str) -> Option<Change> {
    let (name, rest) = match line.strip_prefix('@') {
        Some(rest) => (String::new(), rest),
        None => unquote(line)?,
    };
    let data = rest.trim_start().strip_prefix('=')?.trim_start();
    if data == "-" {
        return Some(Change::DeleteValue { key, name });
    }
    let data = if let Some(digits) = data.strip_prefix("dword:") {
        Data::Dword(number(digits)?)
    } else if let Some(bytes) = data.strip_prefix("hex:") {
        Data::decode(BINARY, &hex_bytes(bytes)?)
    } else if let Some(rest) = data.strip_prefix("hex(") {
        let (kind, bytes) = rest.split_once("):")?;
        Data::decode(number(kind)?, &hex_bytes(bytes)?)
    } else {
        let (text, rest) = unquote(data)?;
        rest.is_empty().then_some(Data::String(text))?
    };
    Some(Change::Set { key, name, data })
}

/// Reads a quoted text and says what follows it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut characters = text.strip_prefix('"')?.chars();
    let mut unquoted = String::new();
    loop {
        match characters.next()? {
            '"' => return Some((unquoted, characters.as_str())),
            '\\' => unquoted.push(characters.next()?),
            character => unquoted.push(character),
        }
    }
}

fn hex_bytes(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let text = text.strip_suffix(',').unwrap_or(text);
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(',').map(|byte| u8::try_from(number(byte.trim())?).ok()).collect()
}

/// A hex number without the sign that `from_str_radix` would let pass.
fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::registry::{RegistryValue, arbitrary};
    use proptest::prelude::*;

    fn list() -> RegistryValue {
        RegistryValue {
            key: r"SOFTWARE\Policies\Docker\Docker Desktop".to_owned(),
            name: "allowedOrgs".to_owned(),
            strings: vec!["acme".to_owned(), "acme-labs".to_owned()],
        }
    }

    fn text(bytes: &[u8]) -> String {
        utf16::decode(bytes.strip_prefix(&utf16::BYTE_ORDER_MARK).expect("a mark")).expect("text")
    }

    #[test]
    fn a_list_is_wrapped_as_windows_exports_it() {
        let expected = [
            "Windows Registry Editor Version 5.00",
            "",
            r"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Docker\Docker Desktop]",
            r#""allowedOrgs"=hex(7):61,00,63,00,6d,00,65,00,00,00,61,00,63,00,6d,00,65,00,2d,\"#,
            "  00,6c,00,61,00,62,00,73,00,00,00,00,00",
            "",
        ];
        assert_eq!(text(&write(LOCAL_MACHINE, &[Change::set(&list())])), expected.join("\r\n"));
    }

    #[test]
    fn a_value_and_a_key_are_deleted_with_a_dash() {
        let changes = [Change::delete(&list()), Change::DeleteKey { key: r"SOFTWARE\Gone".to_owned() }];
        let expected = [
            "Windows Registry Editor Version 5.00",
            "",
            r"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Docker\Docker Desktop]",
            r#""allowedOrgs"=-"#,
            "",
            r"[-HKEY_LOCAL_MACHINE\SOFTWARE\Gone]",
            "",
        ];
        assert_eq!(text(&write(LOCAL_MACHINE, &changes)), expected.join("\r\n"));
    }

    #[test]
    fn files_written_by_people_are_read() {
        let file = "Windows Registry Editor Version 5.00\n; ours\n[HKEY_CURRENT_USER\\A\\B]\n  \"x\" = \"a\\\\b\\\"c\"\n\
                    @=dword:0000000A\n\"y\"=hex:01, 2,\\\n ff,\n[HKEY_LOCAL_MACHINE\\Named only]\n";
        let change = |name: &str, data| {
            let set = Change::Set { key: r"A\B".to_owned(), name: name.to_owned(), data };
            ("HKEY_CURRENT_USER".to_owned(), set)
        };
        let expected = vec![
            change("x", Data::String(r#"a\b"c"#.to_owned())),
            change("", Data::Dword(10)),
            change("y", Data::Other { kind: 3, bytes: vec![1, 2, 255] }),
        ];
        assert_eq!(parse(file.as_bytes()), Ok(expected.clone()));
        assert_eq!(parse(&utf16::encode_file(file)), Ok(expected));
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        let parse_line = |line: &str| parse(format!("{HEADER}\r\n\r\n[HIVE\\key]\r\n{line}").as_bytes());
        for line in ["x", "\"x", "\"x\"", "\"x\"=", "\"x\"=\"y", "\"x\"=\"y\"z", "\"x\"=dword:+1", "\"x\"=hex:100"] {
            assert_eq!(parse_line(line), Err(Error::Line(4)), "{line}");
        }
        for line in ["\"x\"=hex(7:00", "\"x\"=hex:00,,00", "\"x\"=hex:00,\\", "\"x\"=dword:123456789", "[HIVE"] {
            assert_eq!(parse_line(line), Err(Error::Line(4)), "{line}");
        }
        assert_eq!(parse(format!("{HEADER}\n\"x\"=-").as_bytes()), Err(Error::Line(2)));
        assert_eq!(parse(b"REGEDIT4\r\n"), Err(Error::NotVersion5));
        assert_eq!(parse(b""), Err(Error::NotVersion5));
        assert_eq!(parse(b"\xFF\xFEx"), Err(Error::NotText));
        assert_eq!(parse(b"\x80"), Err(Error::NotText));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(changes in proptest::collection::vec(arbitrary::change(), 0..6)) {
            let expected: Vec<_> = changes.iter().map(|change| (LOCAL_MACHINE.to_owned(), change.clone())).collect();
            prop_assert_eq!(parse(&write(LOCAL_MACHINE, &changes)), Ok(expected));
        }

        #[test]
        fn no_hex_line_is_longer_than_80_columns(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let change = Change::Set { key: "k".to_owned(), name: "n".to_owned(), data: Data::Other { kind: 3, bytes } };
            prop_assert!(text(&write(LOCAL_MACHINE, &[change])).lines().all(|line| line.len() <= 80));
        }

        #[test]
        fn no_file_makes_the_reader_panic(lines in "(\\[|\\]|-|\"|=|@|\\\\|hex|\\(7\\)|:|,|0|1|dword|\n|a|;|é){0,60}") {
            let _ = parse(format!("{HEADER}\n{lines}").as_bytes());
        }
    }
}
