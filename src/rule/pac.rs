//! Proxy scripts written by hand are loaded and asked about the hosts without which Docker Desktop is of no use.

use super::Context;
use super::machine::Decided;
use crate::catalog::registries::registry;
use crate::finding::{Finding, PAC_BLOCKS_DOCKER, PAC_BROKEN, Severity, all_of};
use crate::pac::{Pac, is_answer, refuses};
use crate::product::containers_proxy::{GROUP, SCRIPT};
use crate::source::Span;

/// A setting that holds a script, the hosts that it is asked about, and what fails without them.
type Script = (&'static str, fn() -> Vec<&'static str>, &'static str);

const SCRIPTS: &[Script] = &[
    ("proxy.embeddedPac", || SIGN_IN.to_vec(), "nobody can sign in"),
    (SCRIPT, hosts_of_pulls, "pulls from Docker Hub stop"),
];

const SIGN_IN: [&str; 4] = ["hub.docker.com", "login.docker.com", "auth.docker.io", "api.docker.com"];

/// Those without which no image comes from Docker Hub.
fn hosts_of_pulls() -> Vec<&'static str> {
    let hub = registry("docker.io").expect("the catalog has Docker Hub").registry;
    hub.companions.iter().filter(|companion| !companion.optional).map(|companion| companion.host.as_str()).collect()
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Running a script takes time, and a hundred rings share one.
    let mut seen: Vec<Span> = Vec::new();
    for machine in &context.machines {
        let is_generated = context.network(machine).is_some();
        for (key, hosts, effect) in SCRIPTS.iter().filter(|(key, ..)| !(is_generated && key.starts_with(GROUP))) {
            let Some(said) = machine.said(key).filter(|said| !seen.contains(&said.span)) else { continue };
            seen.push(said.span);
            judge(&said, &hosts(), effect, findings);
        }
    }
}

fn judge(said: &Decided<'_>, hosts: &[&str], effect: &str, findings: &mut Vec<Finding>) {
    let script = said.value.as_str().unwrap_or_default();
    if script.is_empty() {
        return;
    }
    let broken = |message: String, label: &str| Finding::new(&PAC_BROKEN, said.span, message).label(label);
    let pac = match Pac::load(script) {
        Ok(pac) => pac,
        Err(problem) => {
            let message = format!("Docker Desktop may not be able to use this proxy script: {problem}");
            findings.push(broken(message, "cannot be used as it is").help("correct the script"));
            return;
        }
    };
    let mut refused = Vec::new();
    for host in hosts {
        match pac.ask(&format!("https://{host}:443"), host) {
            Err(problem) => {
                let message = format!("this proxy script fails when it is asked about {host}: {problem}");
                findings.push(broken(message, "fails").help("make it answer for every host"));
                return;
            }
            Ok(reply) if !is_answer(&reply.text) => {
                let mut shown: String = reply.text.chars().take(40).collect();
                shown.extend((reply.text.chars().count() > 40).then_some('…'));
                let message =
                    format!("about {host} this proxy script answers `{shown}`, which Docker Desktop does not document");
                let mut finding = broken(message, "an unknown answer").help(
                    "answer `DIRECT`, `PROXY host:port`, `SOCKS5 host:port` or `PROXY reject.docker.internal:1234`",
                );
                finding.severity = Severity::Warning;
                findings.push(finding);
                return;
            }
            Ok(reply) if refuses(&reply.text) && !reply.asked => refused.push(*host),
            Ok(_) => {}
        }
    }
    if !refused.is_empty() {
        let hosts = all_of(refused.iter().copied());
        let message = format!("this proxy script refuses {hosts}: {effect}");
        let help =
            "let them through, or allow `pac-blocks-docker` under `[check]` with the reason why nobody needs them";
        findings.push(Finding::new(&PAC_BLOCKS_DOCKER, said.span, message).label("refuses them").help(help));
    }
}
