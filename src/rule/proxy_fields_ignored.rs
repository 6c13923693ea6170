//! Fields of a proxy that another field outranks are never used.

use serde_json::Value as Json;

use super::machine::Decided;
use super::{Context, Machine};
use crate::finding::{Finding, PROXY_FIELDS_IGNORED};
use crate::version::Version;

/// What a script outranks, the script at a URL among it.
static OUTRANKED: [&str; 4] = ["http", "https", "exclude", "pac"];

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    daemon(context, machine, findings);
    for group in ["proxy", "containersProxy"] {
        let Some((winner, outranked)) = outranked(machine, group).filter(|(winner, _)| !winner.by_exception) else {
            continue;
        };
        for field in outranked.iter().filter_map(|field| filled(machine, group, field)) {
            // A ring or a platform that takes another way cannot take back what all others say.
            let is_in_use = |machine: &Machine<'_>| {
                self::outranked(machine, group)
                    .is_none_or(|(_, fields)| fields.iter().all(|name| field.key != format!("{group}.{name}")))
            };
            if context.works_somewhere(&field, is_in_use) {
                continue;
            }
            let message = format!("`{}` is never used: `{}` outranks it", field.key, winner.key);
            let finding = Finding::new(&PROXY_FIELDS_IGNORED, field.name, message)
                .label("never used")
                .related(winner.name, "this decides")
                .help("remove one of the two");
            findings.push(finding);
        }
    }
}

/// A field that says something.
fn filled<'m>(machine: &'m Machine<'_>, group: &str, field: &str) -> Option<Decided<'m>> {
    machine.said(&format!("{group}.{field}")).filter(|said| !said.is_empty() && !said.by_exception)
}

/// What decides where a group sends traffic, and the fields that are not used beside it.
fn outranked<'m>(machine: &'m Machine<'_>, group: &str) -> Option<(Decided<'m>, &'static [&'static str])> {
    let key = format!("{group}.mode");
    let mode = machine.said(&key)?;
    if mode.is("system") && machine.get(&key).is_some_and(|resolved| machine.is_enforced(resolved)) {
        return Some((mode, &["http", "https", "exclude", "pac", "embeddedPac"]));
    }
    let script = |field: &str, fields| Some((filled(machine, group, field)?, fields));
    script("embeddedPac", &OUTRANKED[..]).or_else(|| script("pac", &OUTRANKED[..3]))
}

/// From here on the proxies of Docker Desktop win over those in the options of its daemon.
const DAEMON_OUTRANKED: Version = Version::new(4, 35);

fn daemon(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let options = machine.said("linuxVM.dockerDaemonOptions").filter(|said| !said.by_exception);
    let Some(options) = options.filter(|_| context.reaches(DAEMON_OUTRANKED)) else { return };
    let json: Json = options.value.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    if json.get("proxies").is_some_and(|proxies| proxies.as_object().is_some_and(|proxies| !proxies.is_empty())) {
        let message = format!(
            "`proxies` in `{}` is never used from Docker Desktop {DAEMON_OUTRANKED} on: its own proxies outrank it",
            options.key
        );
        let finding = Finding::new(&PROXY_FIELDS_IGNORED, options.part(&["proxies"]), message).label("never used");
        findings.push(finding.help("name the proxy under `[settings.proxy]`, or under `[settings.containersProxy]`"));
    }
}
