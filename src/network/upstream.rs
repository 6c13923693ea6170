//! The way out: directly, or through a proxy of the organization.

use super::Pattern;
use crate::source::Spanned;

/// What a policy says about a proxy.
#[derive(Clone, Debug)]
pub enum Proxy {
    /// There is none, whatever an earlier layer said.
    None,
    /// This one.
    Some(Upstream),
}

/// An upstream proxy and what goes through it.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// As a script names it: `PROXY host:port` or `SOCKS5 host:port`.
    pub upstream: Spanned<String>,
    /// What goes through it; `None` means everything that is let through.
    pub hosts: Option<Vec<Spanned<Pattern>>>,
}

impl Proxy {
    /// The proxy, if there is one.
    pub fn upstream(&self) -> Option<&Upstream> {
        match self {
            Self::None => None,
            Self::Some(upstream) => Some(upstream),
        }
    }
}

/// `PROXY host:port` for `http://host:port`; the path that people leave behind means nothing. `None` for what a script
/// cannot name, such as a URL with a password in it.
pub(crate) fn spelt(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let word = match scheme.to_ascii_lowercase().as_str() {
        "http" => "PROXY",
        "socks5" => "SOCKS5",
        _ => return None,
    };
    let pattern = Pattern::read(rest.trim_end_matches('/')).ok()?;
    (pattern.host().is_some() && pattern.ports.is_some()).then(|| format!("{word} {pattern}"))
}
