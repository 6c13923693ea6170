//! The forms that the text of a setting may be required to have.

mod directory;
mod near;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;

use self::directory::is_directory;
use crate::image::Image;
use crate::network::Pattern;

/// A checkable form of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A proxy: `http://`, `https://` or `socks5://`, host, optional port.
    Url,
    /// Where a proxy auto-configuration file is fetched.
    PacUrl,
    /// The text of a proxy auto-configuration file.
    Pac,
    /// `*`, or ports joined by commas without blanks.
    Ports,
    /// What goes round a proxy: a host, a domain, an address or a network.
    Host,
    /// An IPv4 network with the prefix `/24`.
    #[serde(rename = "ipv4-24")]
    Ipv4Slash24,
    /// `[registry[:port]/][namespace]` without a scheme.
    ImageRepository,
    /// `name[:tag]`, `name:*`, `name@digest`, or the lone `*`.
    Image,
    /// A docker command, or one of the groups such as `container*`.
    Command,
    /// `*`, or origins joined by commas.
    Origins,
    /// `http://`, `https://` or `mailto:`.
    ContactUrl,
    /// An absolute path, or one that starts with `$HOME`, `$TMP` or `$TEMP`.
    Directory,
}

/// Why a text does not have its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It holds a user name or a password.
    Credentials,
    /// Anything else: what was expected, to be read after "expected".
    Expected(&'static str),
}

impl Format {
    /// Whether line breaks are part of the form.
    pub fn is_multiline(self) -> bool {
        self == Self::Pac
    }

    /// Checks that `text` has this form. Empty text stands for "none" wherever Docker allows it.
    pub fn check(self, text: &str) -> Result<(), Misfit> {
        let (fits, expected) = match self {
            Self::Url => {
                let expected = "a proxy URL such as `http://proxy.example:3128`";
                url(text, &["http", "https", "socks5"], expected)?;
                // Nothing asks a proxy for a path, so whoever writes one means something else.
                (path(text).trim_end_matches('/').is_empty(), expected)
            }
            Self::PacUrl if text.starts_with("file:///") => return Ok(()),
            Self::PacUrl => return url(text, &["http", "https"], "a URL such as `https://pac.example/desktop.pac`"),
            Self::Pac => {
                (text.is_empty() || text.contains("FindProxyForURL"), "a script that defines `FindProxyForURL`")
            }
            Self::Ports => (
                text.is_empty() || text == "*" || are_ports(text),
                "`*`, or ports from 1 to 65535, each once, joined by commas without blanks",
            ),
            Self::Host if text.contains('@') => return Err(Misfit::Credentials),
            Self::Host => (is_host(text), "one host, domain, address or network"),
            Self::Ipv4Slash24 => {
                (is_ipv4_slash_24(text), "an IPv4 network of machines with the prefix /24, such as `192.168.65.0/24`")
            }
            Self::ImageRepository => (
                text.is_empty() || is_repository(text),
                "`[registry[:port]/][namespace]` without a scheme, such as `registry.example/k8s`",
            ),
            Self::Image => (
                Image::read(text).is_some(),
                "`name`, `name:tag`, `name:*`, `name@sha256:` with 64 digits, or the lone `*`; names are in lower case, and IDs are none",
            ),
            Self::Command => (
                !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b'*'),
                "a docker command, or one of `container*`, `image*`, `volume*`, `network*`, `build*` and `system*`",
            ),
            Self::Origins => (
                text.is_empty() || text == "*" || text.split(',').all(is_origin),
                "`*`, or origins such as `https://app.example` joined by commas, without blanks, paths and final slashes",
            ),
            Self::ContactUrl => (
                text.is_empty() || ["http://", "https://", "mailto:"].iter().any(|scheme| text.starts_with(scheme)),
                "a URL that starts with `https://`, `http://` or `mailto:`",
            ),
            Self::Directory => (
                is_directory(text),
                "an absolute path, or `$HOME`, `$TMP` or `$TEMP` and what lies below, without `*`, other variables, and blanks around it",
            ),
        };
        if fits { Ok(()) } else { Err(Misfit::Expected(expected)) }
    }
}

fn url(text: &str, schemes: &[&str], expected: &'static str) -> Result<(), Misfit> {
    if text.is_empty() {
        return Ok(());
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(if text.contains('@') { Misfit::Credentials } else { Misfit::Expected(expected) });
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(Misfit::Credentials);
    }
    let known = schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    // The last colon of `[::1]:3128` follows the bracket; one inside belongs to the address.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_one = !host.is_empty() && !host.contains([',', ';', '|', '*', '<', '>', '"', '\\']);
    let fits = known && is_one && port.is_none_or(is_port) && !text.contains(char::is_whitespace);
    if fits { Ok(()) } else { Err(Misfit::Expected(expected)) }
}

/// A scheme, a host and perhaps a port: browsers send nothing else, and it is compared letter by letter.
fn is_origin(text: &str) -> bool {
    let rest = text.split_once("://").map(|(_, rest)| rest);
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['/', '?', '#'])) && !text.contains(' ')
}

/// What follows the host and the port of a URL.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    &rest[rest.find(['/', '?', '#']).unwrap_or(rest.len())..]
}

/// Docker documents names, `*.domain`, `.domain`, addresses and networks. A variable of an MDM has a finding of its own,
/// and so has the lone `*`.
fn is_host(text: &str) -> bool {
    let is_variable = text.contains(['$', '%']) && !text.contains([' ', ',', ';', '|', '\t', '/']);
    if text.contains('/') {
        return is_network(text);
    }
    text == "*" || is_variable || Pattern::read(text.strip_prefix('.').unwrap_or(text)).is_ok()
}

/// Whether it is an address and the length of its prefix.
pub(in crate::catalog) fn is_network(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, bits)| {
        let most = address.parse::<IpAddr>().map(|address| if address.is_ipv4() { 32 } else { 128 });
        most.is_ok_and(|most| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
    })
}

/// Whether it lists ports, each once.
fn are_ports(text: &str) -> bool {
    let mut seen = BTreeSet::new();
    text.split(',').all(|port| is_port(port) && seen.insert(port))
}

fn is_port(text: &str) -> bool {
    !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<u16>().is_ok_and(|port| port > 0)
}

/// Whether images can be named below it, which may be a registry alone.
fn is_repository(text: &str) -> bool {
    let image = format!("{text}/image");
    Image::read(&image).is_some_and(|image| image.tag.is_none() && !image.name.contains('*')) && !text.contains('@')
}

fn is_ipv4_slash_24(text: &str) -> bool {
    let address = text.strip_suffix("/24").and_then(|address| address.parse::<Ipv4Addr>().ok());
    // Nothing can be reached at the machine itself, at links of its own, at groups and at what is reserved.
    let is_special = |ip: Ipv4Addr| matches!(ip.octets(), [0 | 127 | 224.., ..] | [169, 254, ..]);
    address.is_some_and(|ip| ip.octets()[3] == 0 && !is_special(ip))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_accepts_what_docker_documents_and_refuses_its_neighbour() {
        let cases: &[(Format, &[&str], &[&str])] = &[
            (
                Format::Url,
                &["", "http://p:3128", "http://p:3128/", "socks5://[::1]:1080", "https://p"],
                &[
                    "p:3128",
                    "htp://p",
                    "http://",
                    "http://:80",
                    "http://p:0",
                    "http://p:65536",
                    "http://p q",
                    "http://p/x",
                    "http://p?x",
                    "http://p,q",
                ],
            ),
            (Format::PacUrl, &["", "https://pac.example/x.pac", "file:///Library/x.pac"], &["socks5://p", "file://x"]),
            (Format::Pac, &["", "function FindProxyForURL(u, h) { return \"DIRECT\"; }"], &["http://pac.example"]),
            (
                Format::Ports,
                &["", "*", "80", "80,443"],
                &["80, 443", "0", "080", "65536", "80,", "+80", "80-80", "80,80", "http"],
            ),
            (
                Format::Host,
                &[
                    "a",
                    "*.example",
                    ".example",
                    "10.0.0.0/8",
                    "10.1.2.3/8",
                    "fd00::/8",
                    "::1",
                    "a.example:8080",
                    "*",
                    "%SITE%.example",
                ],
                &[
                    "",
                    " ",
                    "a, b",
                    "a b",
                    "a;b",
                    "a|b",
                    "http://a.example",
                    "a.example/x",
                    "10.0.0.0/99",
                    "192.168.*",
                    "<local>",
                    ".",
                ],
            ),
            (
                Format::Ipv4Slash24,
                &["192.168.65.0/24"],
                &["127.0.0.0/24", "169.254.1.0/24", "224.0.0.0/24", "192.168.65.0/16", "192.168.65.3/24", "x/24", ""],
            ),
            (
                Format::ImageRepository,
                &["", "registry.example:5000/k8s", "registry.example:5000", "k8s"],
                &[
                    "https://registry.example",
                    "a b",
                    "registry.example/k8s/",
                    "r.example/k8s:1",
                    "r.example/K8S",
                    "a@b",
                    "a/*",
                ],
            ),
            (Format::Image, &["*", "docker.io/library/x:*", "x:1"], &["", "a b", "https://x", "x@sha256:00", "X:1"]),
            (Format::Command, &["push", "container*"], &["", "Push", r"container\*"]),
            (
                Format::Origins,
                &["", "*", "http://a,https://b:8080"],
                &["a", "http://a, http://b", "https://a.example/", "https://a.example/x", "https://", "null"],
            ),
            (Format::ContactUrl, &["", "mailto:it@example"], &["it@example"]),
            (
                Format::Directory,
                &["/srv", r"C:\src", "$HOME", "$HOME/src", r"\\server\d$", "/srv/a,b", "/srv/$"],
                &[
                    "",
                    "src",
                    "~/src",
                    "C",
                    "$HOMEX",
                    "$TMPDIR/x",
                    "/srv ",
                    "/srv/*",
                    r"C:\src\*",
                    "/Users/$USER/src",
                    r"C:\Users\%USERNAME%",
                    r"C:\src,D:\src",
                    "/srv; /opt",
                ],
            ),
        ];
        for (format, good, bad) in cases {
            for text in *good {
                assert_eq!(format.check(text), Ok(()), "{format:?} {text}");
            }
            for text in *bad {
                assert!(format.check(text).is_err(), "{format:?} {text}");
            }
        }
    }

    #[test]
    fn a_password_in_a_url_is_told_apart_from_a_bad_url() {
        assert_eq!(Format::Url.check("http://user:secret@proxy:3128"), Err(Misfit::Credentials));
        assert_eq!(Format::Url.check("user:secret@proxy:3128"), Err(Misfit::Credentials));
        assert_eq!(Format::PacUrl.check("http://proxy:3128/a@b"), Ok(()));
    }
}
