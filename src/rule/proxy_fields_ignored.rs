//! Fields of a proxy that another field outranks are never used.

use serde_json::Value as Json;

use super::{Context, Machine};
use crate::finding::{Finding, PROXY_FIELDS_IGNORED};
use crate::version::Version;

/// What a script outranks, the script at a URL among it.
const OUTRANKED: [&str; 4] = ["http", "https", "exclude", "pac"];

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    daemon(context, machine, findings);
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
