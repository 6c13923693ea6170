//! Where sign-in is enforced, Docker Desktop needs a way out before anybody has signed in.

use super::{Context, Machine};
use crate::finding::{Finding, PROXY_NOT_LOCAL};

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(sign_in) = &context.policy.sign_in else { return };
    let has_own = machine.settings.iter().any(|resolved| resolved.setting.key.starts_with("proxy."));
    let is_manual = machine.said("containersProxy.mode").is_some_and(|mode| mode.is("manual"));
    // The tables that write the group have rules of their own.
    let is_generated = || context.policy.network(&machine.ring.name, machine.platform).is_some();
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
        .help("add `proxy = { mode = \"manual\", http = \"…\", https = \"…\" }`, or `proxy = { mode = \"system\" }`");
    findings.push(finding);
}
