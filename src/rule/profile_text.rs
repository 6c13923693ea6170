//! Texts that travel in a macOS profile meet servers that join lines and replace variables.

use super::machine::Decided;
use super::{Context, Machine};
use crate::finding::{Finding, MDM_VARIABLE, PAC_NOT_ONE_LINE};
use crate::platform::Platform;
use crate::product::docker_desktop;

pub(super) fn organization(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    // Whatever enforces sign-in, there is a profile, and the organization's name is in it.
    if policy.fleet.platforms.contains(&Platform::Macos)
        && let Some(variable) = mdm_variable(&policy.organization.name.value)
    {
        findings.push(replaced(policy.organization.name.span, variable));
    }
}

pub(super) fn proxy(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    if !docker_desktop::proxy_goes_by_profile(context.policy, machine.platform, &machine.settings) {
        return;
    }
    let of_proxy = machine.settings.iter().filter(|resolved| resolved.setting.key.starts_with("proxy."));
    for (text, span) in of_proxy.filter_map(Decided::of).flat_map(|said| said.texts().collect::<Vec<_>>()) {
        if text.trim().contains('\n') {
            let message = "this script goes into a macOS profile, and tools that upload profiles join its lines: what follows a `//` is lost, and so may be the end of a statement";
            let help = "write it on one line, with `;` after each statement and `/* */` for comments";
            findings.push(Finding::new(&PAC_NOT_ONE_LINE, span, message).label("more than one line").help(help));
        }
        if let Some(variable) = mdm_variable(text) {
            findings.push(replaced(span, variable));
        }
    }
}

fn replaced(span: crate::source::Span, variable: &str) -> Finding {
    let message = format!(
        "`{variable}` is replaced when Jamf Pro or Fleet deliver the profile, if they know a variable of that name"
    );
    Finding::new(&MDM_VARIABLE, span, message)
        .label("in this text")
        .help("spell it without `$` or `%`, or in lower case")
}

/// `$NAME` or `%NAME%` in capitals, as Jamf Pro, jamf-upload and Fleet replace them.
fn mdm_variable(text: &str) -> Option<&str> {
    let is_name = |name: &str| name.len() > 1 && name.starts_with(|first: char| first.is_ascii_uppercase());
    for (at, sign) in text.match_indices(['$', '%']) {
        let rest = &text[at + 1..];
        let end = rest.find(|character: char| {
            !(character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_')
        });
        let name = &rest[..end.unwrap_or(rest.len())];
        let closed = rest[name.len()..].starts_with('%');
        if is_name(name) && (sign == "$" || closed) {
            return Some(&text[at..at + 1 + name.len() + usize::from(sign == "%")]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::mdm_variable;

    #[test]
    fn only_what_a_server_would_replace_is_found() {
        assert_eq!(mdm_variable("a $COMPUTERNAME b"), Some("$COMPUTERNAME"));
        assert_eq!(mdm_variable("a %NAME% b"), Some("%NAME%"));
        for harmless in ["$", "$(id)", "$name", "100% SURE", "a $1", "%20"] {
            assert_eq!(mdm_variable(harmless), None, "{harmless}");
        }
    }
}
