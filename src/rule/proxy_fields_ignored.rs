//! Fields of a proxy that another field outranks are never used.

use super::{Context, Machine};
use crate::finding::{Finding, PROXY_FIELDS_IGNORED};

/// What a script outranks, the script at a URL among it.
const OUTRANKED: [&str; 4] = ["http", "https", "exclude", "pac"];

pub(super) fn check(_: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    for group in ["proxy", "containersProxy"] {
        let said = |field: &str| machine.said(&format!("{group}.{field}"));
        let filled = |field: &str| said(field).filter(|said| !said.is_empty() && !said.by_exception);
        let Some(mode) = said("mode") else { continue };
        let is_system = mode.is("system")
            && machine.get(&format!("{group}.mode")).is_some_and(|resolved| machine.is_enforced(resolved));
        let (winner, outranked) = if is_system {
            (mode, ["http", "https", "exclude", "pac", "embeddedPac"].as_slice())
        } else if let Some(script) = filled("embeddedPac") {
            (script, &OUTRANKED[..])
        } else if let Some(script) = filled("pac") {
            (script, &OUTRANKED[..3])
        } else {
            continue;
        };
        for field in outranked.iter().filter_map(|field| filled(field)) {
            let message = format!("`{}` is never used: `{}` outranks it", field.key, winner.key);
            let finding = Finding::new(&PROXY_FIELDS_IGNORED, field.name, message)
                .label("never used")
                .related(winner.name, "this decides")
                .help("remove one of the two");
            findings.push(finding);
        }
    }
}
