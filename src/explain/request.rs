//! What becomes of a request for a host, and the hosts that a pull from a registry touches.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::line;
use crate::catalog::registries::{self, Found};
use crate::network::{Answer, Destination, Entry, Place, WEB, Why};
use crate::pac::Pac;
use crate::platform::Platform;
use crate::policy::{Policy, Reading};
use crate::resolve::{overlay, settle};
use crate::source::Span;
use crate::value::Value;

/// What becomes of a pull or a request of a container, and by which line, for each platform.
pub fn url(reading: &Reading, policy: &Policy, ring: &str, platforms: &[Platform], url: &str) -> String {
    let mut answers: Vec<(Vec<&str>, String)> = Vec::new();
    for &platform in platforms {
        let answer = request(reading, policy, ring, platform, url);
        match answers.iter_mut().find(|(_, known)| *known == answer) {
            Some((titles, _)) => titles.push(platform.title()),
            None => answers.push((vec![platform.title()], answer)),
        }
    }
    answers.iter().map(|(titles, answer)| format!("ring {ring} on {}\n{answer}\n", titles.join(", "))).collect()
}

fn request(reading: &Reading, policy: &Policy, ring: &str, platform: Platform, url: &str) -> String {
    let Some(network) = policy.network(ring, platform) else {
        return by_hand(reading, policy, ring, platform, url);
    };
    let Some(to) = Destination::of_url(url) else {
        return format!("  {url} is refused: {}\n", disguise(url));
    };
    let decision = network.decide(Some(&to));
    let mut out = match decision.answer {
        Answer::Refused if decision.by.is_none() => format!("  {url} is refused: no entry names it\n"),
        Answer::Refused => format!("  {url} is refused\n"),
        Answer::Direct => format!("  {url} is let through, directly\n"),
        Answer::Proxied => format!("  {url} is let through, by {}\n", network.spelt(decision.answer)),
    };
    match decision.by {
        Some(entry) => entry_line(&mut out, "by", entry, reading, policy),
        None if network.said.default.is_some() => said_at(&mut out, "by", network.default, "", reading),
        None => {
            said_at(&mut out, "by", network.default, " (without a `default`, what nothing names is refused)", reading);
        }
    }
    if let Some(entry) = decision.via {
        entry_line(&mut out, "via", entry, reading, policy);
    }
    let is_machine = decision.by.is_some_and(|entry| matches!(entry.why, Why::Machine));
    if !network.judges(to.port) {
        _ = writeln!(out, "    Pulls only: what containers send to port {} is not judged.", to.port);
    } else if !WEB.contains(&to.port) && matches!(to.place, Place::Name(_)) && !is_machine {
        _ = writeln!(
            out,
            "    Pulls only: of what containers send to port {}, the script sees the address and not the name.",
            to.port
        );
    }
    out
}

/// Why a URL is no destination.
fn disguise(url: &str) -> &'static str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        "a user name in a URL makes it look like another host"
    } else if !authority.is_ascii() {
        "a name that is not ASCII is none that DNS has; write its `xn--` form"
    } else if !authority.starts_with('[') && authority.matches(':').count() > 1 {
        "an IPv6 address in a URL stands in brackets: `https://[fd00::5]`"
    } else if authority
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().unwrap_or(0) == 0)
    {
        "its port is none"
    } else if authority
        .trim_end_matches('.')
        .rsplit('.')
        .next()
        .is_some_and(|last| last.starts_with(|first: char| first.is_ascii_digit()))
    {
        "it is an address in a spelling that hides which one"
    } else {
        "it holds no host that a request could have"
    }
}

fn entry_line(out: &mut String, word: &str, entry: &Entry, reading: &Reading, policy: &Policy) {
    let (mut note, companion) = match &entry.why {
        Why::Companion(registry, companion) => {
            (format!(" ({registry}: {})", companion.role), registries::registry(registry))
        }
        Why::Machine => (" (the machine itself)".to_owned(), None),
        Why::Named | Why::Registry | Why::Everything => (String::new(), None),
    };
    if let Some(exception) = policy.exceptions.iter().find(|exception| exception.network.says(entry.span)) {
        _ = write!(note, " (exception {}, until {})", exception.id.value, exception.expires.value);
    }
    said_at(out, word, entry.span, &note, reading);
    if let Some(found) = companion {
        _ = writeln!(out, "            from {}, {}", found.registry.source, read_on(found.registry));
    }
}

fn said_at(out: &mut String, word: &str, span: Span, note: &str, reading: &Reading) {
    _ = writeln!(out, "    {word:<4}  {}{note}", reading.sources.place(span));
    _ = writeln!(out, "            {}", reading.sources.line(span));
}

/// Without the tables: what `containersProxy` says by hand.
fn by_hand(reading: &Reading, policy: &Policy, ring: &str, platform: Platform, url: &str) -> String {
    let settled = settle(&overlay(policy, ring, platform));
    let fields = settled.iter().filter_map(|resolved| {
        let name = resolved.setting.key.strip_prefix("containersProxy.")?;
        Some((name, &resolved.value, resolved.by?.assignment.key))
    });
    let fields: BTreeMap<&str, (&Value, Span)> = fields.map(|(name, value, key)| (name, (value, key))).collect();
    if fields.is_empty() {
        return "  nothing decides: the policy has no `[registry-access]`, no `[container-network]` and no `containersProxy`\n"
            .to_owned();
    }
    let text = |name: &str| {
        let (value, key) = fields.get(name)?;
        Some((value.as_str().filter(|text| !text.is_empty())?, *key))
    };
    let Some((_, mode)) = text("mode").filter(|(mode, _)| *mode == "manual") else {
        let mut out = "  the machine's own proxy decides: `containersProxy.mode` is not \"manual\"\n".to_owned();
        if let Some((_, mode)) = fields.get("mode") {
            said_at(&mut out, "by", *mode, "", reading);
        }
        return out;
    };
    // As Docker Desktop asks: with the port and without a path.
    let Some(to) = Destination::of_url(url) else { return format!("  {url} is no destination: {}\n", disguise(url)) };
    let host = to.place.to_string();
    let scheme = url.split(':').next().unwrap_or_default().to_lowercase();
    let url = match &to.place {
        Place::V6(_) => format!("{scheme}://[{host}]:{}", to.port),
        Place::Name(_) | Place::V4(_) => format!("{scheme}://{host}:{}", to.port),
    };
    let (mut out, by) = if let Some((script, key)) = text("embeddedPac") {
        let answer = match Pac::load(script).and_then(|pac| pac.ask(&url, &host)) {
            Ok(reply) if reply.asked => {
                format!("  {url} gets `{}`, unless names or the time say otherwise\n", reply.text)
            }
            Ok(reply) => format!("  {url} gets `{}`\n", reply.text),
            Err(problem) => format!("  {url} gets no answer: {problem}\n"),
        };
        (answer, key)
    } else if let Some((place, key)) = text("pac") {
        (format!("  the script at {place} decides about {url}; nothing is fetched to ask it\n"), key)
    } else {
        let exclude = fields.get("exclude").and_then(|(list, key)| Some((list.as_strings()?, *key)));
        match (text(&scheme), exclude) {
            (_, Some((list, key))) if list.iter().any(|entry| entry.eq_ignore_ascii_case(&host)) => {
                (format!("  {url} is let through, directly\n"), key)
            }
            (proxy, exclude) => {
                let key =
                    proxy.map(|(_, key)| key).or(fields.get(scheme.as_str()).map(|(_, key)| *key)).unwrap_or(mode);
                let answer = proxy
                    .map_or(format!("is refused: `{scheme}` names no proxy"), |(proxy, _)| format!("goes by {proxy}"));
                let others = exclude.map(|(list, _)| list.join(", ")).filter(|list| !list.is_empty());
                let unless = others.map_or(String::new(), |list| format!(", unless `exclude` means it too: {list}"));
                (format!("  {url} {answer}{unless}\n"), key)
            }
        }
    };
    said_at(&mut out, "by", by, " (written by hand)", reading);
    out
}

/// A registry and the further hosts of a pull from it.
pub fn registry(host: &str, found: &Found<'_>) -> String {
    let registry = found.registry;
    let mut out = format!("{host}\n  {}\n\n", registry.title);
    for (host, companion) in found.companions() {
        line(&mut out, "pulls touch", &format!("{host}: {}", companion.role));
    }
    if registry.companions.is_empty() {
        line(&mut out, "pulls touch", "no other host that anybody documents");
    }
    if let Some(note) = &registry.note {
        line(&mut out, "note", note);
    }
    line(&mut out, "source", &format!("{}, {}", registry.source, read_on(registry)));
    out
}

/// When a registry's page was read, and how far it can be trusted.
fn read_on(registry: &registries::Registry) -> String {
    let sure = registry.confidence.as_ref().map_or(String::new(), |confidence| format!(" ({confidence} confidence)"));
    format!("read on {}{sure}", registry.checked)
}
