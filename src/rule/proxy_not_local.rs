//! Where sign-in is enforced, Docker Desktop needs a way out before anybody has signed in.

use super::{Context, Machine};
use crate::catalog::{Bug, Use};
use crate::finding::{Finding, PROXY_NOT_LOCAL, Severity};

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(sign_in) = &context.policy.sign_in else { return };
    let may_be_filled = |field: &str| {
        let key = format!("proxy.{field}");
        machine.said(&key).map_or(!machine.lacks(&key), |said| !said.is_empty())
    };
    let has_own = ["mode", "http", "https", "pac", "embeddedPac"].into_iter().any(may_be_filled);
    let is_manual = machine.said("containersProxy.mode").is_some_and(|mode| mode.is("manual"));
    // The tables that write the group have rules of their own.
    let is_generated = || context.network(machine).is_some();
    if has_own || !is_manual || is_generated() {
        return;
    }
    let forwards = ["http", "https", "pac", "embeddedPac"]
        .into_iter()
        .find_map(|field| machine.said(&format!("containersProxy.{field}")).filter(|said| !said.is_empty()));
    let Some(forwards) = forwards.filter(|said| !said.by_exception) else { return };
    let message = "containers have a proxy and Docker Desktop itself has none: if the network needs one, nobody can \
                   sign in for the first time, since a proxy from Docker Home arrives only after that";
    let finding = Finding::new(&PROXY_NOT_LOCAL, forwards.name, message)
        .label("for containers only")
        .related(sign_in.span, "sign-in is enforced")
        .help(format!(
            "{}add `proxy = {{ mode = \"manual\", http = \"…\", https = \"…\" }}`, or `proxy = {{ mode = \"system\" }}`",
            context.raise_first(context.good_from(context.oldest(), machine.platform, stops_start))
        ));
    findings.push(finding);
}

/// Whether any proxy in the file stops a version.
fn stops_start(bug: &Bug) -> bool {
    let is_of_proxy = |what: &Use| matches!(what, Use::Setting(key, _) if key == "proxy");
    bug.severity == Severity::Error && bug.uses.iter().all(is_of_proxy)
}
