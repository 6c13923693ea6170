//! The names under `[sign-in] organizations`, of which a wrong one signs every user out.

use std::collections::BTreeMap;

use super::reader::Reader;
use crate::finding::{Finding, ORG_LIST_TOO_LONG, ORG_NAME_INVALID, ORG_NAME_UNUSUAL};
use crate::source::Spanned;

/// Reports what is wrong with the list and with each name in it.
pub(super) fn check(reader: &mut Reader<'_>, list: &Spanned<Vec<Spanned<String>>>) {
    if list.value.is_empty() && !reader.lost.touches("sign-in.organizations") {
        let message = "the list of organizations is empty: nobody would be enforced, or everybody signed out";
        reader.report(
            Finding::new(&ORG_NAME_INVALID, list.span, message)
                .label("expected at least one")
                .help("to enforce nothing, remove `[sign-in]`"),
        );
    }
    // Registry.pol counts the bytes of a value in sixteen bits; each name is UTF-16 with a NUL, and one NUL ends the list.
    let bytes: usize = list.value.iter().map(|name| 2 * (name.value.encode_utf16().count() + 1)).sum::<usize>() + 2;
    if bytes > usize::from(u16::MAX) {
        let message = format!("the list takes {bytes} bytes as a registry value, and Group Policy carries 65535");
        let help = "list fewer organizations: one for each person who signs in is enough";
        reader.report(Finding::new(&ORG_LIST_TOO_LONG, list.span, message).label("too long").help(help));
    }
    let mut seen = BTreeMap::new();
    for organization in &list.value {
        let name = organization.value.as_str();
        let first = *seen.entry(name).or_insert(organization.span);
        if !name.is_empty() && first != organization.span {
            let finding = Finding::new(&ORG_NAME_INVALID, organization.span, format!("`{name}` is listed twice"))
                .label("again")
                .related(first, "first here")
                .help("remove it");
            reader.report(finding);
            continue;
        }
        if let Some(problem) = problem(name) {
            let help = near(name).or_else(|| suggest_split(name));
            let help = help.unwrap_or("write the name of your organization, as Docker Home shows it".to_owned());
            let message = format!("`{name}` matches no organization, and every user would be signed out: {problem}");
            reader.report(
                Finding::new(&ORG_NAME_INVALID, organization.span, message).label("not an organization").help(help),
            );
        } else if crate::rule::is_placeholder(name) {
            // Has a finding of its own, which says more.
        } else if !(4..=30).contains(&name.len()) || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = format!(
                "`{name}` is an unusual name: Docker IDs are 4 to 30 letters and digits, and a wrong name signs every user out"
            );
            let help = "compare it with the name in Docker Home, then allow `org-name-unusual` under `[check]` with that as the reason";
            reader.report(
                Finding::new(&ORG_NAME_UNUSUAL, organization.span, message).label("check the spelling").help(help),
            );
        }
    }
}

/// Why no organization can have this name.
fn problem(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("it is empty".to_owned());
    }
    if name.chars().count() > 64 {
        return Some("no organization has so long a name".to_owned());
    }
    let is_odd = |character: &char| !character.is_ascii_alphanumeric() && !matches!(character, '-' | '_');
    match name.chars().find(is_odd) {
        Some(odd) if odd.is_whitespace() => Some("it holds a blank".to_owned()),
        Some(odd) => Some(format!("it holds `{odd}`")),
        None if name.chars().any(char::is_uppercase) => {
            Some("Docker Desktop compares with lower-case names only".to_owned())
        }
        None => None,
    }
}

/// The name with what people and forms put around it taken away. Of a placeholder there is nothing to say but that it
/// is one.
fn near(name: &str) -> Option<String> {
    let lower = name.trim().trim_start_matches('@').to_lowercase();
    let lower = lower.trim_start_matches("https://").trim_start_matches("hub.docker.com/").trim_start_matches("orgs/");
    let lower = lower.trim_start_matches("u/").trim_end_matches('/');
    let is_meant = is_organization(lower) && !crate::rule::is_placeholder(lower);
    is_meant.then(|| format!("write `{lower:?}`"))
}

/// Several names in one string are the usual reason for a comma or a semicolon. What a blank parts may be one name of a
/// company, of which each word is somebody else's organization.
fn suggest_split(name: &str) -> Option<String> {
    let parts: Vec<String> = name.to_lowercase().split([';', ',']).map(|part| part.trim().to_owned()).collect();
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let several = parts.len() > 1 && parts.iter().all(|part| is_organization(part));
    several.then(|| {
        format!(
            "write one name in each string: `{}`",
            parts.iter().map(|part| format!("{part:?}")).collect::<Vec<_>>().join(", ")
        )
    })
}

fn is_organization(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}
