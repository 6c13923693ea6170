//! Where a proxy script comes from: whoever can change it decides where traffic goes.

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::Format;
use crate::finding::{Finding, PAC_SOURCE};
use crate::resolve::Resolved;

pub(super) fn check(_: &Context<'_>, _: &Machine<'_>, resolved: &Resolved<'_>, findings: &mut Vec<Finding>) {
    if resolved.setting.format != Some(Format::PacUrl) {
        return;
    }
    let Some(said) = Decided::of(resolved).filter(|said| !said.by_exception) else { return };
    let Some((problem, label)) = said.value.as_str().and_then(problem) else { return };
    let message = format!("{problem}, and who changes the script decides where traffic goes");
    let help = "serve it over https from a machine of yours, or embed it as `embeddedPac`";
    findings.push(Finding::new(&PAC_SOURCE, said.span, message).label(label).help(help));
}

/// Who else can change what is at a URL.
fn problem(url: &str) -> Option<(&'static str, &'static str)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_lowercase();
    if scheme == "file" {
        let path = rest.to_lowercase();
        // On macOS both names of a folder for all users are the same.
        let path = path.strip_prefix("/private").unwrap_or(&path);
        let home = ["/users/", "/home/", "/c:/users/", "/c:/temp/", "/root/", "/tmp/", "/var/tmp/"];
        let shared = path.starts_with("/users/shared/");
        return home.iter().any(|home| path.starts_with(home)).then_some(if shared {
            ("every user can write below `/Users/Shared`", "users can change it")
        } else {
            ("the file lies where users can write", "users can change it")
        });
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().to_lowercase();
    let host = authority.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(&*authority, |(host, _)| host);
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_local_name = host == "localhost" || host.ends_with(".localhost");
    let is_loopback = is_local_name || host.starts_with("127.") || ["0.0.0.0", "[::1]", "[::]"].contains(&host);
    if is_loopback {
        return Some(("whatever a user runs on the machine can answer there", "this machine"));
    }
    (scheme == "http").then_some(("over plain http the network can answer in its place", "not encrypted"))
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
        ] {
            assert!(problem(url).is_some(), "{url}");
        }
        for url in ["", "https://pac.example/x.pac", "https://localhost.example/x", "file:///Library/x.pac"] {
            assert_eq!(problem(url), None, "{url}");
        }
    }
}
