//! Scripts that carry our files: nothing is imported from one, but the ways in which they break are well known.

use super::found::Notes;
use crate::finding::{Finding, INSTALLER_ORG, UNSAFE_SCRIPT};
use crate::source::{Source, SourceId, Span};

/// Endings that name a script.
const ENDINGS: [&str; 9] = [".sh", ".bash", ".zsh", ".command", ".ps1", ".psm1", ".bat", ".cmd", ".py"];

/// Whether a file is a script, by its first line or its name.
pub(super) fn is_script(name: &str, text: &str) -> bool {
    let name = name.to_ascii_lowercase();
    text.starts_with("#!")
        || (ENDINGS.iter().any(|ending| name.ends_with(ending)) && !text.trim_start().starts_with('{'))
}

/// Reads a script line by line.
pub(super) fn read(mut notes: Notes<'_>, source: SourceId, text: &Source) {
    let is_about_us =
        ["admin-settings.json", "registry.json", "desktop.plist"].iter().any(|file| text.text.contains(file));
    let mut heredoc: Option<(String, Span)> = None;
    let mut start = 0;
    for line in text.text.split('\n') {
        let span = source.span(start..start + line.len());
        start += line.len() + 1;
        if let Some((end, opened)) = &heredoc {
            if line.trim() == end {
                heredoc = None;
            } else if ["$HOME", "$TMP", "$TEMP"].iter().any(|variable| line.contains(variable)) {
                unsafe_line(
                    &mut notes,
                    *opened,
                    "the shell replaces `$HOME`, `$TMP` and `$TEMP` in this text by those of the machine and the user it runs as",
                    "quote the delimiter: `<<'EOF'`",
                );
                heredoc = None;
            }
            continue;
        }
        heredoc = unquoted_heredoc(line).map(|end| (end, span));
        if !line.trim_start().starts_with('#') {
            judge(&mut notes, line, span, is_about_us);
        }
    }
    notes.found.leave_out(
        "a script",
        "nothing is imported from scripts: import the files that it carries",
        source.span(0..0),
    );
}

/// The delimiter of `<<EOF`; `None` when it is quoted, or when this is `<<<`.
fn unquoted_heredoc(line: &str) -> Option<String> {
    let (_, after) = line.split_once("<<")?;
    let after = after.strip_prefix('-').unwrap_or(after).trim_start();
    let end =
        after.find(|character: char| !character.is_ascii_alphanumeric() && character != '_').unwrap_or(after.len());
    let starts_well = after.starts_with(|character: char| character.is_ascii_alphabetic() || character == '_');
    starts_well.then(|| after[..end].to_owned())
}

fn judge(notes: &mut Notes<'_>, line: &str, span: Span, is_about_us: bool) {
    let lower = line.to_ascii_lowercase();
    let has = |word: &str| lower.contains(word);
    let mut report = |message: &str, help: &str| unsafe_line(notes, span, message, help);
    if (has("set-content") || has("out-file") || has("add-content")) && has("-encoding utf8") && !has("utf8nobom") {
        report(
            "Windows PowerShell 5.1 puts a byte-order mark before the text, which stops Docker Desktop below 4.58",
            "`[IO.File]::WriteAllText($path, $text)`",
        );
    } else if has("out-file") && !has("-encoding") {
        report(
            "Windows PowerShell 5.1 writes UTF-16 here, which Docker Desktop cannot read",
            "`[IO.File]::WriteAllText($path, $text)`",
        );
    } else if is_about_us && has("convertto-json") && has(" > ") {
        report(
            "`>` writes UTF-16 in Windows PowerShell 5.1, which Docker Desktop cannot read",
            "`[IO.File]::WriteAllText($path, $text)`",
        );
    }
    if (has("--admin-settings") || has("adminsettings=")) && has("{") {
        report(
            "JSON on the command line of an installer loses its quotes on the way through one shell or another",
            "deliver `admin-settings.json` as a file",
        );
    }
    let fetches = ["curl ", "wget ", "invoke-webrequest", "iwr ", "downloadstring"].iter().any(|word| has(word));
    if fetches && (has("/main/") || has("/master/") || has("/head/")) {
        report("code from a branch can change between two runs", "name a commit or a release, and compare a digest");
    }
    let grants = has("icacls")
        && has("/grant")
        && ["users:", "everyone:", "s-1-1-0:", "s-1-5-32-545:"].iter().any(|who| has(who));
    let more_than_reading = ["(f)", "(m)", ":f", ":m", "(w)", ":w"].iter().any(|right| has(right));
    if grants && more_than_reading
        || has("icacls") && has("/setowner") && !has("administrators") && !has("s-1-5-32-544") && !has("system")
    {
        report("users may edit the policy after this", "Users get `(RX)`, and Administrators own the folder");
    }
    installer(notes, line, &lower, span);
}

/// Installer switches that name organizations.
fn installer(notes: &mut Notes<'_>, line: &str, lower: &str, span: Span) {
    let mut report = |message: &str| {
        let finding = Finding::new(&INSTALLER_ORG, span, message).label("on this line");
        notes.report(finding.help("leave this to the registry value, the profile or `registry.json` of a build"));
    };
    let value = |switch: &str| {
        let at = lower.find(switch)? + switch.len();
        let rest = line[at..].trim_start_matches(['=', ' ', '"', '\'']);
        Some(rest[..rest.find(['"', '\'', ' ']).unwrap_or(rest.len())].to_owned())
    };
    let exe = value("--allowed-org");
    if exe.as_deref().is_some_and(|names| names.contains([',', ';'])) {
        report("`--allowed-org` takes one organization: several are one name that matches nobody");
    }
    if exe.is_some() && lower.contains("--user") {
        report("since 4.83 the installer refuses `--allowed-org` for one user: it ends there");
    }
    if value("allowedorg=").is_some_and(|names| names.contains([',', '|'])) {
        report("`ALLOWEDORG` joins names by `;`: this is one name that matches nobody");
    }
    if lower.contains("--admin-settings") && exe.is_none()
        || lower.contains("adminsettings=") && !lower.contains("allowedorg=")
    {
        report("the installer takes settings only together with an organization, and refuses these or ignores them");
    }
}

fn unsafe_line(notes: &mut Notes<'_>, span: Span, message: &str, help: &str) {
    notes.report(Finding::new(&UNSAFE_SCRIPT, span, message).label("on this line").help(help));
}
