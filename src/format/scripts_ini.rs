//! `scripts.ini` and `psscripts.ini`, the lists of startup and shutdown scripts of a Group Policy Object.
//!
//! UTF-16LE with byte-order mark, CRLF. Sections `[Startup]` and `[Shutdown]` with the keys `<n>CmdLine` and `<n>Parameters`,
//! both always present, n counting from 0 without a gap. A command without a folder is looked for in the folder `Startup`
//! or `Shutdown` beside the file.
//! <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-gpscr/>

use std::fmt::Write as _;

use super::utf16;

/// One script of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The file to run; not empty.
    pub command: String,
    /// What it is given; may be empty.
    pub parameters: String,
}

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scripts {
    /// What runs when the machine starts.
    pub startup: Vec<Script>,
    /// What runs when the machine shuts down.
    pub shutdown: Vec<Script>,
}

const STARTUP: &str = "Startup";
const SHUTDOWN: &str = "Shutdown";

/// Writes the file. Commands and parameters hold no control characters and neither begin nor end with a blank.
#[must_use]
pub fn write(scripts: &Scripts) -> Vec<u8> {
    let mut text = String::new();
    for (section, scripts) in [(STARTUP, &scripts.startup), (SHUTDOWN, &scripts.shutdown)] {
        if scripts.is_empty() {
            continue;
        }
        write!(text, "[{section}]\r\n").expect("writing to a String does not fail");
        for (index, Script { command, parameters }) in scripts.iter().enumerate() {
            write!(text, "{index}CmdLine={command}\r\n{index}Parameters={parameters}\r\n")
                .expect("writing to a String does not fail");
        }
    }
    utf16::encode_file(&text)
}

/// Why a file could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// Not UTF-16LE with a byte-order mark.
    NotText,
    /// A line, counted from 1, that does not belong where it stands.
    Line(usize),
    /// The last script has no parameters.
    Unfinished,
}

/// Reads a file. Other sections, such as `[ScriptsConfig]`, are passed over: they only order the scripts.
///
/// # Errors
///
/// The first thing that is not as the format says.
pub fn parse(bytes: &[u8]) -> Result<Scripts, Error> {
    let text = bytes.strip_prefix(&utf16::BYTE_ORDER_MARK).and_then(utf16::decode).ok_or(Error::NotText)?;
    let mut scripts = Scripts::default();
    let mut section = String::new();
    let mut command: Option<String> = None;
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
        let bad = Error::Line(number);
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            if command.is_some() {
                return Err(bad);
            }
            name.clone_into(&mut section);
            continue;
        }
        let list = if section.eq_ignore_ascii_case(STARTUP) {
            &mut scripts.startup
        } else if section.eq_ignore_ascii_case(SHUTDOWN) {
            &mut scripts.shutdown
        } else if line.is_empty() || !section.is_empty() {
            continue;
        } else {
            return Err(bad);
        };
        if line.is_empty() {
            continue;
        }
        let (key, value) = line.split_once('=').ok_or(bad)?;
        let key = key.strip_prefix(&list.len().to_string()).ok_or(bad)?;
        match &command {
            None if key.eq_ignore_ascii_case("CmdLine") => command = Some(value.to_owned()),
            Some(_) if key.eq_ignore_ascii_case("Parameters") => {
                list.extend(command.take().map(|command| Script { command, parameters: value.to_owned() }));
            }
            _ => return Err(bad),
        }
    }
    if command.is_some() { Err(Error::Unfinished) } else { Ok(scripts) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_script_has_both_keys() {
        let script = |command: &str| Script { command: command.to_owned(), parameters: String::new() };
        let scripts = Scripts { startup: vec![script("a.ps1"), script("b.ps1")], shutdown: Vec::new() };
        let text = "[Startup]\r\n0CmdLine=a.ps1\r\n0Parameters=\r\n1CmdLine=b.ps1\r\n1Parameters=\r\n";
        assert_eq!(write(&scripts), utf16::encode_file(text));
        assert_eq!(parse(&utf16::encode_file(&format!("[ScriptsConfig]\r\nx=y\r\n\r\n{text}"))), Ok(scripts));
    }

    #[test]
    fn a_gap_or_half_a_script_is_refused() {
        let read = |text: &str| parse(&utf16::encode_file(text));
        assert_eq!(read("[Startup]\r\n1CmdLine=a\r\n"), Err(Error::Line(2)));
        assert_eq!(read("[Startup]\r\n0Parameters=\r\n"), Err(Error::Line(2)));
        assert_eq!(read("[Startup]\r\n0CmdLine=a\r\n[Shutdown]\r\n"), Err(Error::Line(3)));
        assert_eq!(read("[Startup]\r\n0CmdLine=a\r\n"), Err(Error::Unfinished));
        assert_eq!(read("0CmdLine=a\r\n"), Err(Error::Line(1)));
        assert_eq!(parse(b"[Startup]"), Err(Error::NotText));
    }

    fn script() -> impl Strategy<Value = Script> {
        let text = "([^\\p{Cc}\\p{Z}]|[=;\\[\\]\"%0]){1,9}";
        (text, prop_oneof![Just(String::new()), text.prop_map(String::from)])
            .prop_map(|(command, parameters)| Script { command, parameters })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            startup in proptest::collection::vec(script(), 0..12),
            shutdown in proptest::collection::vec(script(), 0..3),
        ) {
            let scripts = Scripts { startup, shutdown };
            prop_assert_eq!(parse(&write(&scripts)), Ok(scripts));
        }

        #[test]
        fn no_file_makes_the_reader_panic(text in "(\\[|\\]|Startup|0|1|CmdLine|Parameters|=|\r|\n| |é){0,40}") {
            let _ = parse(&utf16::encode_file(&text));
        }
    }
}
