//! A proxy by hand that nobody names: Docker Desktop goes out without one, and the pulls of containers are refused.

use super::machine::Decided;
use super::{Context, Machine};
use crate::finding::{Finding, PROXY_MISSING};

const SCRIPTS: [&str; 2] = ["pac", "embeddedPac"];

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    if let Some(mode) = by_hand(machine, "proxy")
        && ["http", "https"].iter().chain(&SCRIPTS).all(|field| is_empty(machine, "proxy", field))
    {
        let message =
            "Docker Desktop takes its proxy from this group, and the group names none: it goes out without one";
        let add = with_a_proxy(context, &mode, "proxy");
        let help = format!("{add}, or {}", context.instead(&mode, "\"system\""));
        findings.push(Finding::new(&PROXY_MISSING, mode.span, message).label("no proxy here").help(help));
    }
    if by_hand(machine, "proxy").is_some() {
        let message =
            "sign-in, pulls and updates go out without a proxy: they are HTTPS, and the group names none for that";
        findings.extend(for_http_only(context, machine, "proxy", message));
    }
    // The tables that write the group have rules of their own.
    let Some(mode) = by_hand(machine, GROUP).filter(|_| context.network(machine).is_none()) else { return };
    if SCRIPTS.iter().any(|field| !is_empty(machine, GROUP, field)) {
        return;
    }
    // Docker's recipe to refuse everything has both, empty; its recipe to let some hosts through has `exclude` too.
    if ["http", "https", "exclude"].iter().all(|field| machine.lacks(&format!("{GROUP}.{field}"))) {
        let message = "every pull is refused: the group names no proxy, and nothing that goes past it";
        let add = with_a_proxy(context, &mode, GROUP);
        let help = format!("{add}; to refuse everything on purpose, give it and `http` an empty text");
        findings.push(Finding::new(&PROXY_MISSING, mode.span, message).label("no proxy here").help(help));
    }
    let message = "pulls from registries are refused: they are HTTPS, and without `https` that has no proxy";
    findings.extend(for_http_only(context, machine, GROUP, message));
}

/// To have a group name a proxy beside its mode.
fn with_a_proxy(context: &Context<'_>, mode: &Decided<'_>, group: &str) -> String {
    context.beside(mode.name, mode.key, &format!("{group}.https"), "\"…\"")
}

/// About a group that names a proxy for HTTP, and neither one for HTTPS nor a script. The other way round nothing of
/// Docker's is lost: whoever writes `https` alone may well mean it.
fn for_http_only(context: &Context<'_>, machine: &Machine<'_>, group: &str, message: &str) -> Option<Finding> {
    let key = format!("{group}.http");
    let http = machine.said(&key).filter(|said| !said.is_empty() && !said.by_exception)?;
    if SCRIPTS.iter().chain(&["https"]).any(|field| !is_empty(machine, group, field)) {
        return None;
    }
    let url = format!("{:?}", http.value.as_str()?);
    let help = context.beside(http.name, http.key, &format!("{group}.https"), &url);
    Some(Finding::new(&PROXY_MISSING, http.name, message).label("for HTTP only").help(help))
}

const GROUP: &str = "containersProxy";

/// The mode of a group where it takes its proxy from its fields.
fn by_hand<'m>(machine: &'m Machine<'_>, group: &str) -> Option<Decided<'m>> {
    machine.said(&format!("{group}.mode")).filter(|mode| mode.is("manual") && !mode.by_exception)
}

/// Whether nobody says a field of a group, or says that there is none.
fn is_empty(machine: &Machine<'_>, group: &str, field: &str) -> bool {
    let key = format!("{group}.{field}");
    machine.lacks(&key) || machine.said(&key).is_some_and(|said| said.is_empty())
}
