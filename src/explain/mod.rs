//! Everything the catalog knows about a setting, and which line of a policy decides it.

mod channel;

use std::fmt::Write as _;

use crate::catalog::registries::{self, Found};
use crate::catalog::{Alias, Safer, Setting, Shape, Type, catalog, from_toml};
use crate::finding::story::Block;
use crate::finding::{ALL, Code, Verb};
use crate::format::json;
use crate::network::{Answer, Destination, Entry, Place, WEB, Why};
use crate::pac::Pac;
use crate::platform::Platform;
use crate::policy::{Policy, Reading};
use crate::product::docker_desktop::proxy_goes_by_profile;
use crate::resolve::{Origin, Resolved, Said, overlay, settle};
use crate::source::Span;

/// What the catalog knows about a setting.
pub fn setting(setting: &Setting) -> String {
    let mut out = format!("{}\n  {}\n\n", setting.key, setting.about);
    line(&mut out, "place", &place(setting));
    line(&mut out, "takes", &takes(setting));
    if let Some(default) = &setting.default {
        line(&mut out, "default", &json::compact(&from_toml(default)));
    }
    line(&mut out, "versions", &versions(setting));
    if let Some(safer) = safer(setting) {
        line(&mut out, "safer", &safer);
    }
    if let Some(hardened) = &setting.hardened {
        let value = hardened.value.as_ref().map(|value| json::compact(&from_toml(value)));
        let lock = hardened.locked.map(|locked| if locked { "locked" } else { "not locked" }.to_owned());
        let parts: Vec<String> = value.into_iter().chain(lock).chain(hardened.note.clone()).collect();
        line(&mut out, "hardened", &format!("{} ({})", parts.join(", "), hardened.from));
    }
    for need in setting.requires.iter().chain(&setting.needs) {
        line(&mut out, "needs", need);
    }
    if let Some(label) = &setting.home {
        line(&mut out, "Docker Home", label);
    }
    if let Some(name) = &setting.store {
        line(&mut out, "user's file", &format!("{name} in settings-store.json"));
    }
    for Alias { name, from, .. } in &setting.aliases {
        line(&mut out, "wrong name", &format!("{name} ({from})"));
    }
    for note in &setting.notes {
        line(&mut out, "note", note);
    }
    let members = catalog().members(&setting.key).join(", ");
    if !members.is_empty() {
        line(&mut out, "members", &members);
    }
    line(&mut out, "docs", &setting.docs);
    out
}

/// What a finding's code means, and its story.
pub fn code(code: &Code) -> String {
    let allow = match (code.verb, code.can_be_allowed) {
        (Verb::Check, true) => "can be allowed with a reason under `[check] allow`",
        (Verb::Check, false) => "cannot be allowed",
        (Verb::Import | Verb::Diff, _) => "about files, so no policy can allow it",
    };
    let mut out = format!("{}\n  {}\n\n", code.name, code.summary);
    line(&mut out, "severity", &format!("{}; {allow}", code.severity.name()));
    line(&mut out, "reported by", &format!("stanchion {}", code.verb.name()));
    for (heading, blocks) in code.story().0 {
        let heading = heading.to_lowercase();
        for (at, block) in blocks.iter().enumerate() {
            let name = if at == 0 { heading.as_str() } else { "" };
            match block {
                Block::Paragraph(text) | Block::Item(text) => line(&mut out, name, text),
                Block::Example(lines) => lines.iter().for_each(|text| line(&mut out, "", &format!("    {text}"))),
            }
        }
    }
    out
}

/// One entry for every setting, by section, then every code.
pub fn list() -> String {
    let settings = catalog().settings();
    let mut out = String::new();
    let mut section = "";
    for setting in settings {
        if section != setting.section {
            _ = writeln!(out, "{}{}", if section.is_empty() { "" } else { "\n" }, setting.section);
            section = setting.section;
        }
        _ = writeln!(out, "  {}\n      {}", setting.key, setting.about);
    }
    out.push_str("\nFindings\n");
    for code in ALL {
        _ = writeln!(out, "  {}\n      {}", code.name, code.summary);
    }
    out
}

/// Which line of a policy decides a setting, and which lines lost, for each platform.
pub fn decision(setting: &Setting, reading: &Reading, policy: &Policy, ring: &str, platforms: &[Platform]) -> String {
    let mut out = String::new();
    for &platform in platforms {
        _ = writeln!(out, "ring {ring} on {}", platform.title());
        if !setting.platforms.contains(&platform) {
            _ = writeln!(out, "  Docker Desktop does not know it there\n");
            continue;
        }
        if setting.shape == Shape::Channel {
            channel::decision(&mut out, setting, reading, policy, ring, platform);
            out.push('\n');
            continue;
        }
        let overlay = overlay(policy, ring, platform);
        let settled = settle(&overlay);
        let below = format!("{}.", setting.key);
        let decided = settled
            .iter()
            .filter(|resolved| resolved.setting.key == setting.key || resolved.setting.key.starts_with(&below));
        let mut any = false;
        for resolved in decided {
            any = true;
            let said = overlay.get(&resolved.setting.index).map_or(&[][..], Vec::as_slice);
            one(&mut out, resolved, said, reading);
        }
        if any && setting.key.starts_with("proxy") && proxy_goes_by_profile(policy, platform, &settled) {
            _ = writeln!(out, "  all of `proxy` goes by the configuration profile, not by admin-settings.json");
        }
        if !any {
            _ = writeln!(out, "  the policy does not say; users choose");
        }
        out.push('\n');
    }
    out
}

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
        let is_judged = network.ports.value == "*" || network.ports.value.split(',').any(|its| its == port.to_string());
        if !is_judged {
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
        Why::Named | Why::Everything => (String::new(), None),
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

fn one(out: &mut String, resolved: &Resolved<'_>, said: &[Said<'_>], reading: &Reading) {
    let value = short(json::compact(&resolved.value));
    _ = writeln!(out, "  {} = {}", resolved.setting.key, meaning(&value, resolved.locked));
    if resolved.by.is_none() {
        _ = writeln!(out, "    won   a group is locked unless the policy says otherwise");
    }
    say(out, said, reading);
}

/// The lines of a policy that say something about a setting, the winner first.
fn say(out: &mut String, said: &[Said<'_>], reading: &Reading) {
    for (at, said) in said.iter().rev().enumerate() {
        let assignment = said.assignment;
        let from = match said.origin {
            Origin::Exception(exception) => {
                format!(" (exception {}, until {})", exception.id.value, exception.expires.value)
            }
            Origin::Layer(_) => String::new(),
        };
        _ = writeln!(
            out,
            "    {}  {}{from}",
            if at == 0 { "won " } else { "lost" },
            reading.sources.place(assignment.key)
        );
        _ = writeln!(out, "            {}", reading.sources.line(assignment.key));
    }
}

/// A value that is no longer than a person reads; a script can have a hundred lines on one.
fn short(value: String) -> String {
    const LONGEST: usize = 240;
    let length = value.chars().count();
    if length <= LONGEST {
        return value;
    }
    format!("{}… ({length} characters)", value.chars().take(LONGEST).collect::<String>())
}

/// A value and its lock in words.
fn meaning(value: &str, locked: Option<bool>) -> String {
    match locked {
        None => value.to_owned(),
        Some(true) => format!("{value}, enforced"),
        Some(false) => format!("{value}, a default"),
    }
}

fn line(out: &mut String, name: &str, text: &str) {
    const INDENT: usize = 15;
    const WIDTH: usize = 80 - INDENT;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("never empty");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= WIDTH {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    for (at, text) in lines.iter().enumerate() {
        _ = writeln!(out, "  {:<width$}{text}", if at == 0 { name } else { "" }, width = INDENT - 2);
    }
}

fn place(setting: &Setting) -> String {
    let platforms: Vec<&str> = setting.platforms.iter().map(|platform| platform.title()).collect();
    format!("{}, on {}", setting.file.as_deref().unwrap_or("admin-settings.json"), platforms.join(", "))
}

fn takes(setting: &Setting) -> String {
    let value = match setting.kind {
        Type::Boolean => "true or false".to_owned(),
        Type::Integer => setting
            .range
            .map_or("a whole number".to_owned(), |[least, most]| format!("a whole number from {least} to {most}")),
        Type::String => "text".to_owned(),
        Type::Enum => setting.values.join(", "),
        Type::Strings => "a list of texts".to_owned(),
        Type::Directories => "a list of { path, sharedByDefault }".to_owned(),
        Type::Json => "daemon options: a table in the policy, a JSON string in the file".to_owned(),
        Type::Object => "other settings".to_owned(),
        Type::Presence => "nothing: that the file exists is what counts".to_owned(),
    };
    match setting.shape {
        Shape::Setting => format!("{value}; enforced when bare, a default with `locked = false`"),
        Shape::List => format!("{value}; it has no lock"),
        _ => value,
    }
}

fn versions(setting: &Setting) -> String {
    let since = setting.since.map_or("first version not known".to_owned(), |since| format!("since {since}"));
    let sure = setting.confidence.as_ref().map_or(String::new(), |confidence| format!(" ({confidence} confidence)"));
    let deprecated = setting.deprecated.map_or(String::new(), |version| format!(", without effect since {version}"));
    let removed = setting.removed.map_or(String::new(), |version| format!(", removed in {version}"));
    format!("{since}{sure}{deprecated}{removed}")
}

fn safer(setting: &Setting) -> Option<String> {
    let value = match setting.safer.as_ref()? {
        Safer::Boolean(truth) => truth.to_string(),
        Safer::Order(words) => words.join(" before "),
        Safer::Rule(rule) => match rule.as_str() {
            "locked" => "locked".to_owned(),
            "subset" => "fewer entries".to_owned(),
            "superset" => "more entries".to_owned(),
            "empty" => "empty".to_owned(),
            _ => "depends".to_owned(),
        },
    };
    Some(setting.why.as_ref().map_or(value.clone(), |why| format!("{value}. {why}")))
}
