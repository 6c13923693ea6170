//! Where a proxy script comes from: whoever can change it decides where traffic goes.

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::{Format, folders};
use crate::finding::{Finding, PAC_SOURCE};
use crate::network::Place;
use crate::resolve::Resolved;

pub(super) fn check(context: &Context<'_>, _: &Machine<'_>, resolved: &Resolved<'_>, findings: &mut Vec<Finding>) {
    if resolved.setting.format != Some(Format::PacUrl) {
        return;
    }
    let Some(said) = Decided::of(resolved).filter(|said| !said.by_exception) else { return };
    let Some((problem, label)) = said.value.as_str().and_then(problem) else { return };
    let message = format!("{problem}, and who changes the script decides where traffic goes");
    let embedded = resolved.setting.key.replace(".pac", ".embeddedPac");
    let help = format!(
        "serve it over https from a machine of yours, or {}embed it as `{embedded}`",
        context.raise_first_for(&embedded)
    );
    findings.push(Finding::new(&PAC_SOURCE, said.span, message).label(label).help(help));
}

/// Where users can write, in the spelling of [`folders`].
const WRITABLE: &[&[&str]] = &[
    &["users"],
    &["home"],
    &["root"],
    &["tmp"],
    &["var", "tmp"],
    &["var", "folders"],
    &["var", "home"],
    &["var", "root"],
    &["c:", "users"],
    &["c:", "temp"],
    &["c:", "windows", "temp"],
];

/// Who else can change what is at a URL.
fn problem(url: &str) -> Option<(&'static str, &'static str)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_lowercase();
    if scheme == "file" {
        let folders = folders(&decoded(rest.split(['?', '#']).next().unwrap_or_default()));
        let is_below = |start: &[&str]| folders.len() > start.len() && folders.iter().zip(start).all(|(a, b)| a == b);
        return WRITABLE.iter().any(|start| is_below(start)).then_some(if is_below(&["users", "shared"]) {
            ("every user can write below `/Users/Shared`", "users can change it")
        } else {
            ("the file lies where users can write", "users can change it")
        });
    }
    let authority = decoded(rest.split(['/', '?', '#']).next().unwrap_or_default()).to_lowercase();
    let host = authority.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(&*authority, |(host, _)| host);
    if is_this_machine(host.strip_suffix('.').unwrap_or(host)) {
        return Some(("whatever a user runs on the machine can answer there", "this machine"));
    }
    (scheme == "http").then_some(("over plain http the network can answer in its place", "not encrypted"))
}

/// Whether a host in lower case is the machine itself, by a name or by an address in any spelling.
fn is_this_machine(host: &str) -> bool {
    const NAMES: &[&str] = &["localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"];
    if NAMES.contains(&host) || host.ends_with(".localhost") {
        return true;
    }
    match (Place::read(host), v4(host)) {
        (_, Some(address)) | (Some(Place::V4(address)), _) => matches!(address >> 24, 0 | 127),
        (Some(Place::V6(address)), _) => address <= 1,
        _ => false,
    }
}

/// An IPv4 address as browsers read it: one to four numbers, decimal, octal or hexadecimal, the last for all that is left.
fn v4(host: &str) -> Option<u32> {
    let number = |text: &str| match (text.strip_prefix("0x"), text.strip_prefix('0')) {
        (Some(digits), _) => u32::from_str_radix(digits, 16).ok(),
        (None, Some(digits)) if !digits.is_empty() => u32::from_str_radix(digits, 8).ok(),
        _ => text.parse().ok(),
    };
    let numbers: Vec<u32> = host.split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = numbers.split_last().filter(|(_, first)| first.len() < 4)?;
    let top = first.iter().zip([24, 16, 8]).map(|(number, shift)| (number & 0xff) << shift).sum::<u32>();
    Some(top | last)
}

/// The text without percent-encoding.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => bytes.extend([&[byte], &part.as_bytes()[2..]].concat()),
            None => bytes.extend([b"%", part.as_bytes()].concat()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn a_source_that_others_can_change_is_found() {
        for url in [
            "http://pac.example/x.pac",
            "HTTP://pac.example",
            "https://localhost:8080/x.pac",
            "https://127.0.0.1/x.pac",
            "https://[::1]:80/x.pac",
            "https://0.0.0.0/x.pac",
            "https://a.localhost/x.pac",
            "https://localhost./x.pac",
            "file:///var/tmp/x.pac",
            "file:///private/var/tmp/x.pac",
            "file:///C:/Temp/x.pac",
            "file:///Users/me/x.pac",
            "file:///C:/Users/me/x.pac",
            "file:///home/me/x.pac",
            "file:///%55sers/me/x.pac",
            "file:///d%3A/Users/me/x.pac",
            "file:///Library/../Users/me/x.pac",
            "https://2130706433/x.pac",
            "https://0x7f.1/x.pac",
            "https://0177.0.0.1:8080/x.pac",
            "https://%6cocalhost/x.pac",
            "https://[0:0:0:0:0:0:0:1]/x.pac",
            "https://[::ffff:127.0.0.1]/x.pac",
        ] {
            assert!(problem(url).is_some(), "{url}");
        }
        for url in [
            "",
            "https://pac.example/x.pac",
            "https://localhost.example/x",
            "https://10.0.0.1/x",
            "https://[fd00::1]/x",
            "file:///Library/x.pac",
            "file:///Users/../Library/100%/x.pac",
        ] {
            assert_eq!(problem(url), None, "{url}");
        }
    }
}
