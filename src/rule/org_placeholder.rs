//! Names of organizations from documentation and from the starter policy: some belong to somebody else, and would lock
//! the fleet to them.

use std::collections::BTreeSet;

use super::Context;
use crate::finding::{Finding, ORG_PLACEHOLDER, Severity};

/// What vendor pages, templates and our own starter print.
const COPIED: &[&str] = &[
    "docker",
    "myorg",
    "myorg1",
    "myorg2",
    "first_org",
    "second_org",
    "your-org",
    "your-organization",
    "your-enterprise-org",
    "your-docker-org",
];

/// What people make up for samples, and what a real organization could be called.
const MADE_UP: &[&str] = &["acme", "acmeinc", "acme-corp", "mycompany"];

/// The prefix of identifiers that `init` and `import` write until somebody knows better.
const PREFIX: &str = "com.example";

/// What stands in the identifiers of vendors' samples for a name of one's own.
const YOURS: &[&str] =
    &["yourcompany", "your-company", "yourorg", "your-org", "yourorganization", "your-organization", "mycompany"];

/// Whether a name is one of those.
pub(crate) fn is_placeholder(name: &str) -> bool {
    COPIED.contains(&name) || MADE_UP.contains(&name)
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let id = &context.policy.organization.id;
    if id.value == PREFIX || id.value.split('.').any(|label| YOURS.contains(&label)) {
        let message = format!(
            "`{}` is nobody's: it would become the prefix of every profile's identifier, and to change it later is to replace every profile",
            id.value
        );
        let mut finding = Finding::new(&ORG_PLACEHOLDER, id.span, message)
            .label("a placeholder")
            .help("write a domain of your organization backwards, as in `com.…`");
        finding.severity = Severity::Warning;
        findings.push(finding);
    }
    let Some(sign_in) = &context.policy.sign_in else { return };
    // A name that is listed again has a finding of its own.
    let mut said = BTreeSet::new();
    let first = sign_in.organizations.iter().filter(|organization| said.insert(&organization.value));
    for organization in first.filter(|organization| is_placeholder(&organization.value)) {
        let name = &organization.value;
        let message = format!(
            "`{name}` looks copied from documentation: only members of that organization, whoever owns it, could sign in"
        );
        let mut finding = Finding::new(&ORG_PLACEHOLDER, organization.span, message)
            .label("a placeholder")
            .help("write the name of your own organization, as Docker Home shows it");
        if !COPIED.contains(&name.as_str()) {
            finding.severity = Severity::Warning;
        }
        findings.push(finding);
    }
}
