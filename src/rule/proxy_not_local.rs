//! Where sign-in is enforced, Docker Desktop needs a way out before anybody has signed in.

use super::{Context, Machine};
use crate::catalog::{Use, catalog};
use crate::finding::{Finding, PROXY_NOT_LOCAL, Severity};
use crate::version::Version;

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(sign_in) = &context.policy.sign_in else { return };
    let is_filled = |field: &&str| machine.said(&format!("proxy.{field}")).is_some_and(|said| !said.is_empty());
    let has_own = ["mode", "http", "https", "pac", "embeddedPac"].iter().any(is_filled);
    let is_manual = machine.said("containersProxy.mode").is_some_and(|mode| mode.is("manual"));
    // The tables that write the group have rules of their own.
    let is_generated = || context.network(machine).is_some();
    if has_own || !is_manual || !context.is_whole || is_generated() {
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
            context.raise_first(needed(context, machine))
        ));
    findings.push(finding);
}

/// The first version that knows the setting and starts with it.
fn needed(context: &Context<'_>, machine: &Machine<'_>) -> Version {
    let since = catalog().find("proxy.mode").and_then(|setting| setting.since);
    let newest = context.policy.fleet.newest.map(|newest| newest.value);
    let is_of_proxy = |what: &Use| matches!(what, Use::Setting(key, _) if key == "proxy");
    let bugs = catalog().bugs().iter().filter(|bug| {
        bug.severity == Severity::Error
            && bug.affects(context.oldest(), newest)
            && bug.platforms.contains(&machine.platform)
            && bug.uses.iter().all(is_of_proxy)
    });
    bugs.map(|bug| bug.before).chain(since).max().unwrap_or(context.oldest())
}
