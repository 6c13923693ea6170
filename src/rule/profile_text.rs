//! Texts that travel in a macOS profile meet servers that join lines and replace variables.

use super::machine::Decided;
use super::{Context, Machine};
use crate::finding::{Finding, MDM_VARIABLE, PAC_NOT_ONE_LINE};
use crate::platform::Platform;
use crate::product::docker_desktop;
use crate::source::Span;

pub(super) fn organization(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    // Whatever enforces sign-in, there is a profile, and the organization's name is in it.
    if policy.fleet.platforms.contains(&Platform::Macos) {
        let name = &policy.organization.name;
        replaced(context, &name.value, name.span, findings);
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
            let help = "put it on one line, with `;` after each statement and `/* */` for comments";
            findings.push(Finding::new(&PAC_NOT_ONE_LINE, span, message).label("more than one line").help(help));
        }
        replaced(context, text, span, findings);
    }
}

/// A finding for each variable in a text, at the variable.
fn replaced(context: &Context<'_>, text: &str, span: Span, findings: &mut Vec<Finding>) {
    let written = context.sources.text(span);
    let mut from = 0;
    for variable in mdm_variables(text) {
        // It is written as it is, unless the string spells its letters by numbers.
        let at = written[from..].find(variable).map(|at| from + at..from + at + variable.len());
        from = at.as_ref().map_or(from, |at| at.end);
        let at = at.map_or(span, |at| span.source.span(span.start + at.start..span.start + at.end));
        let message = format!(
            "`{variable}` is replaced when Jamf Pro or Fleet deliver the profile, if they know a variable of that name"
        );
        let help = "spell it without `$` or `%`, or in lower case";
        findings.push(Finding::new(&MDM_VARIABLE, at, message).label("replaced").help(help));
    }
}

/// Each `$NAME` or `%NAME%` in capitals, as Jamf Pro, jamf-upload and Fleet replace them.
fn mdm_variables(text: &str) -> Vec<&str> {
    let is_name = |name: &str| name.len() > 1 && name.starts_with(|first: char| first.is_ascii_uppercase());
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '%']) {
        let (sign, after) = (&rest[at..=at], &rest[at + 1..]);
        let is_of_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        let name = &after[..after.bytes().take_while(is_of_name).count()];
        let is_closed = after[name.len()..].starts_with('%');
        let length = if is_name(name) && (sign == "$" || is_closed) {
            let length = 1 + name.len() + usize::from(sign == "%");
            found.push(&rest[at..at + length]);
            length
        } else {
            1
        };
        rest = &rest[at + length..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::mdm_variables;

    #[test]
    fn only_what_a_server_would_replace_is_found() {
        assert_eq!(mdm_variables("a $COMPUTERNAME b"), ["$COMPUTERNAME"]);
        assert_eq!(mdm_variables("%NAME%$$SITE%20%A_1%"), ["%NAME%", "$SITE", "%A_1%"]);
        for harmless in ["$", "$(id)", "$name", "100% SURE", "a $1", "%20"] {
            assert!(mdm_variables(harmless).is_empty(), "{harmless}");
        }
    }
}
