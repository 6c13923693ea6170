//! A proxy by hand that nobody names: Docker Desktop goes out without one, and pulls are refused.

use super::{Context, Machine};
use crate::finding::{Finding, PROXY_MISSING};

/// Whatever names a proxy, or says that there is to be none.
const NAMES: [&str; 4] = ["http", "https", "pac", "embeddedPac"];

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let mode =
        |group: &str| machine.said(&format!("{group}.mode")).filter(|mode| mode.is("manual") && !mode.by_exception);
    let said = |group: &str, field: &str| machine.said(&format!("{group}.{field}"));
    if !context.is_whole {
        return;
    }
    let proxy = NAMES.iter().any(|field| said("proxy", field).is_some_and(|said| !said.is_empty()));
    if let Some(mode) = mode("proxy").filter(|_| !proxy) {
        let message =
            "Docker Desktop takes its proxy from this group, and the group names none: it goes out without one";
        let help = "add `http` and `https` beside it, or write `mode = \"system\"`";
        findings.push(Finding::new(&PROXY_MISSING, mode.span, message).label("no proxy here").help(help));
    }
    // Docker's recipe to refuse everything has both, empty; its recipe to let some hosts through has `exclude` too.
    let containers = NAMES.iter().chain(&["exclude"]).any(|field| said("containersProxy", field).is_some());
    if let Some(mode) = mode("containersProxy").filter(|_| !containers && context.network(machine).is_none()) {
        let message = "every pull is refused: the group names no proxy, and nothing that goes past it";
        let help = "add `http` and `https` beside it; to refuse everything on purpose, write both as `\"\"`";
        findings.push(Finding::new(&PROXY_MISSING, mode.span, message).label("no proxy here").help(help));
    }
}
