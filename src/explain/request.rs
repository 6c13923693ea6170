//! What becomes of a request for a host, and the hosts that a pull from a registry touches.

use std::fmt::Write as _;

use super::line;
use crate::catalog::registries::{self, Found};
use crate::network::{Answer, Destination, Entry, Place, WEB, Why};
use crate::pac::Pac;
use crate::platform::Platform;
use crate::policy::{Policy, Reading};
use crate::resolve::{overlay, settle};
use crate::source::Span;

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
    let to = Destination::of_url(url);
    let decision = network.decide(to.as_ref());
    let mut out = match (decision.answer, &to) {
        (_, None) => format!(
            "  {url} is refused: it is no `http://host:port` or `https://host:port` as Docker Desktop asks for it\n"
        ),
        (Answer::Refused, Some(_)) if decision.by.is_none() => format!("  {url} is refused: no entry names it\n"),
        (Answer::Refused, Some(_)) => format!("  {url} is refused\n"),
        (Answer::Direct, Some(_)) => format!("  {url} is let through, directly\n"),
        (Answer::Proxied, Some(_)) => format!("  {url} is let through, by {}\n", network.spelt(decision.answer)),
    };
    match decision.by {
        None if to.is_none() => {}
        Some(entry) => entry_line(&mut out, "by", entry, reading),
        None => said_at(&mut out, "by", network.default, "", reading),
    }
    if let Some(entry) = decision.via {
        entry_line(&mut out, "via", entry, reading);
    }
    if let Some(Destination { port, place: host }) = &to {
        if !network.judges(*port) {
            _ = writeln!(out, "    Pulls only: what containers send to port {port} is not judged.");
        } else if !WEB.contains(port) && matches!(host, Place::Name(_)) {
            _ = writeln!(
                out,
                "    Pulls only: of what containers send to port {port}, the script sees the address and not the name."
            );
        }
    }
    out
}

fn entry_line(out: &mut String, word: &str, entry: &Entry, reading: &Reading) {
    let (note, companion) = match &entry.why {
        Why::Companion(registry, companion) => {
            (format!(" ({registry}: {})", companion.role), registries::registry(registry))
        }
        Why::Machine => (" (the machine itself)".to_owned(), None),
        Why::Named | Why::Registry | Why::Everything => (String::new(), None),
    };
    said_at(out, word, entry.span, &note, reading);
    if let Some(found) = companion {
        _ = writeln!(out, "            from {}, {}", found.registry.source, read_on(found.registry));
    }
}

fn said_at(out: &mut String, word: &str, span: Span, note: &str, reading: &Reading) {
    _ = writeln!(out, "    {word:<4}  {}{note}", reading.sources.place(span));
    _ = writeln!(out, "            {}", reading.sources.line(span));
}

/// Without the tables: a script by hand is asked, and nothing else decides host by host.
fn by_hand(reading: &Reading, policy: &Policy, ring: &str, platform: Platform, url: &str) -> String {
    let settled = settle(&overlay(policy, ring, platform));
    let script = settled.iter().find(|resolved| resolved.setting.key == "containersProxy.embeddedPac");
    let (Some(text), Some(said)) = (
        script.and_then(|resolved| resolved.value.as_str()).filter(|text| !text.is_empty()),
        script.and_then(|resolved| resolved.by),
    ) else {
        return "  no script decides: the policy has neither `[registry-access]` nor `[container-network]`\n"
            .to_owned();
    };
    // As Docker Desktop asks: with the port and without a path.
    let Some(to) = Destination::of_url(url) else {
        return format!("  {url} is no `http://host:port` or `https://host:port` as Docker Desktop asks for it\n");
    };
    let host = to.place.to_string();
    let scheme = url.split(':').next().unwrap_or_default();
    let url = match &to.place {
        Place::V6(_) => format!("{scheme}://[{host}]:{}", to.port),
        Place::Name(_) | Place::V4(_) => format!("{scheme}://{host}:{}", to.port),
    };
    let mut out = match Pac::load(text).and_then(|pac| pac.ask(&url, &host)) {
        Ok(reply) if reply.asked => {
            format!("  {url} gets `{}`, unless names or the time say otherwise\n", reply.text)
        }
        Ok(reply) => format!("  {url} gets `{}`\n", reply.text),
        Err(problem) => format!("  {url} gets no answer: {problem}\n"),
    };
    said_at(&mut out, "by", said.assignment.key, " (written by hand)", reading);
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
