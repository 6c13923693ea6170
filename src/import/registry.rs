//! Registration files and `Registry.pol`: the one value that Docker Desktop reads, and the places where people put it.

use super::found::{Channel, Notes};
use super::organizations;
use super::tree::{Content, Node};
use crate::finding::{FILE_PATH, Finding, NOT_WELL_FORMED, ORG_ENCODING, Severity};
use crate::format::reg_file::{self, LOCAL_MACHINE, Located};
use crate::format::registry::{Change, Data};
use crate::format::{registry_pol, utf16};
use crate::platform::Platform;
use crate::product::docker_desktop::REGISTRY_KEY;
use crate::source::{Source, SourceId, Span};

/// What a file with more changes than these is for is not Docker Desktop.
const MOST: usize = 1000;

/// What a `Registry.pol` says about Docker, as the text of a registration file, which people can read.
pub(super) fn as_text(bytes: &[u8], is_users: bool) -> Result<String, registry_pol::Error> {
    let mut changes = Vec::new();
    registry_pol::each(bytes, &mut |change| {
        if is_ours(change.key()) && changes.len() < MOST {
            changes.push(change);
        }
    })?;
    let hive = if is_users { "HKEY_CURRENT_USER" } else { LOCAL_MACHINE };
    let file = reg_file::write(hive, &changes);
    let text = utf16::decode(&file[utf16::BYTE_ORDER_MARK.len()..]).expect("the writer writes UTF-16");
    Ok(text.replace("\r\n", "\n"))
}

fn is_ours(key: &str) -> bool {
    key.to_ascii_lowercase().contains("docker")
}

/// Reads the text of a registration file.
pub(super) fn read(mut notes: Notes<'_>, source: SourceId, text: &Source) {
    notes.found.platform = Some(Platform::Windows);
    let mut changes = Vec::new();
    let outcome = reg_file::each(&text.text, &mut |located| {
        if is_ours(located.change.key()) && changes.len() < MOST {
            changes.push(located);
        }
    });
    if let Err(error) = outcome {
        let (line, message, help) = match error {
            reg_file::Error::Line(line) => (
                line,
                "this line is no part of a registration file",
                "a name stands in plain double quotes and before `=`, a key in brackets",
            ),
            reg_file::Error::NotVersion5 | reg_file::Error::NotText => (
                1,
                "not a registration file of version 5.00; an older one keeps text in the code page of one machine",
                "the first line is `Windows Registry Editor Version 5.00`",
            ),
        };
        let message = format!("{message}, so nothing was imported from this file");
        let finding = Finding::new(&NOT_WELL_FORMED, line_span(source, text, line), message).label("here");
        return notes.report(finding.help(help));
    }
    if changes.is_empty() {
        notes.found.leave_out("a registry file", "nothing in it is about Docker", source.span(0..0));
    }
    for (at, located) in changes.iter().enumerate() {
        match changes[at + 1..].iter().find(|later| undoes(later, located)) {
            // What is taken away and put back is there.
            None if changes[at + 1..].iter().any(|later| undoes(located, later)) => {}
            None => change(&mut notes, source, text, located),
            Some(later) => {
                let remark = format!("line {} of the file replaces it or takes it away", later.line);
                notes.found.leave_out(located.change.key(), remark, line_span(source, text, located.line));
            }
        }
    }
}

/// Whether what `earlier` wrote is gone after `later`: changes are made one after the other.
fn undoes(later: &Located, earlier: &Located) -> bool {
    let Change::Set { key: written, name: value, .. } = &earlier.change else { return false };
    let same = |key: &str, name: &str| key.eq_ignore_ascii_case(written) && name.eq_ignore_ascii_case(value);
    let hive =
        |located: &Located| if is_machine(&located.hive) { "HKLM".to_owned() } else { located.hive.to_uppercase() };
    hive(later) == hive(earlier)
        && match &later.change {
            // Group Policy's word for every value of a key.
            Change::Set { key, name, .. } if name.eq_ignore_ascii_case("**delvals.") => {
                key.eq_ignore_ascii_case(written)
            }
            Change::Set { key, name, .. } | Change::DeleteValue { key, name } => same(key, name),
            Change::DeleteKey { key } => {
                let (key, written) = (key.to_ascii_lowercase(), written.to_ascii_lowercase());
                written.strip_prefix(&key).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
            }
        }
}

fn line_span(source: SourceId, text: &Source, line: usize) -> Span {
    let start = text.start_of(line);
    let line = text.text[start..].lines().next().unwrap_or_default();
    source.span(start..start + line.len())
}

fn change(notes: &mut Notes<'_>, source: SourceId, text: &Source, located: &Located) {
    let span = line_span(source, text, located.line);
    let Change::Set { key, name, data } = &located.change else {
        return notes.found.leave_out(
            located.change.key(),
            "the file takes it away; a policy says what is there",
            span,
        );
    };
    let path = format!("{}\\{key}", located.hive);
    if name.eq_ignore_ascii_case("EnableWindowsContainers") {
        let message =
            "Docker Desktop does not read `EnableWindowsContainers` from the registry: some scripts only look for it";
        let finding = Finding::new(&FILE_PATH, span, message).label("never read");
        return notes.refuse(finding, format!("{path}: {name}"), "Docker Desktop does not read it");
    }
    if name.starts_with("**") {
        let why = "a directive of Group Policy, which takes values away; a policy says what is there";
        return notes.found.leave_out(format!("{path}: {name}"), why, span);
    }
    if !name.eq_ignore_ascii_case("allowedOrgs") {
        return notes.found.leave_out(format!("{path}: {name}"), "Docker Desktop does not read it", span);
    }
    if key.to_ascii_lowercase().ends_with(r"\docker\sbx") {
        return notes.found.leave_out(path, "the list of Docker Sandboxes, which a policy does not hold", span);
    }
    if !key.eq_ignore_ascii_case(REGISTRY_KEY) || !is_machine(&located.hive) {
        let message =
            format!("Docker Desktop never looks at `{}`: nobody has to sign in", super::text::printable(&path));
        let help = format!(r"it reads `HKEY_LOCAL_MACHINE\{REGISTRY_KEY}`, and a build writes that");
        notes.report(Finding::new(&FILE_PATH, span, message).label("the wrong key").help(help));
    }
    list(notes, data, span);
}

fn is_machine(hive: &str) -> bool {
    hive.eq_ignore_ascii_case(LOCAL_MACHINE) || hive.eq_ignore_ascii_case("HKLM")
}

/// Only `REG_MULTI_SZ` is a list. Other texts are read as people meant them.
fn list(notes: &mut Notes<'_>, data: &Data, span: Span) {
    const LIST: &str = "a value of type REG_MULTI_SZ with one name on each line";
    let channel = Channel::RegistryKey;
    let node = |text: &str| Node { content: Content::String(text.to_owned()), span };
    match data {
        Data::MultiString(strings) => {
            let list = Node { content: Content::List(strings.iter().map(|text| node(text)).collect()), span };
            organizations::from_list(notes, channel, span, &list, Severity::Error);
        }
        Data::String(text) => {
            let what = "the value is REG_SZ where Docker Desktop wants a list: nothing is enforced, or everybody is signed out";
            organizations::report(notes, Severity::Error, span, what, LIST);
            organizations::keep(notes, channel, organizations::pieces(text, span), span, Some("was REG_SZ".to_owned()));
        }
        // REG_EXPAND_SZ, and lists with an empty string inside, at which some programs stop.
        Data::Other { kind: 2 | 7, bytes } if utf16::decode(bytes).is_some() => {
            let text = utf16::decode(bytes).unwrap_or_default().replace('\0', " ");
            let what = "the value is no whole REG_MULTI_SZ: nothing is enforced, or everybody is signed out";
            organizations::report(notes, Severity::Error, span, what, LIST);
            let remark = Some("was no whole REG_MULTI_SZ".to_owned());
            organizations::keep(notes, channel, organizations::pieces(&text, span), span, remark);
        }
        Data::Dword(_) | Data::Other { .. } => {
            let what = "the value is not text: nobody has to sign in";
            notes.report(Finding::new(&ORG_ENCODING, span, what).label("not a list").help(LIST));
        }
    }
}
