//! Puts the files of a policy together, and finds what only all of them show.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Document;
use super::lost::Lost;
use super::{Alternative, DEFAULT_RING, Fleet, MacosOptions, Organization, Policy, Ring, SignIn, grammar};
use crate::finding::{EXCEPTION_INCOMPLETE, Finding, MISSING_KEY, UNKNOWN_RING, VALUE_OUT_OF_RANGE, all_of, nearest};
use crate::platform::Platform;
use crate::product::containers_proxy;
use crate::source::{SourceId, Span, Spanned};
use crate::version::Version;

/// Puts the files together; later ones win. What no file says is a finding and gets a stand-in. Settings by hand beside
/// the tables that write them count in another policy.
pub(super) fn assemble(
    documents: Vec<Document>,
    lost: Lost,
    root: SourceId,
    findings: &mut Vec<Finding>,
) -> (Policy, Option<Alternative>) {
    let start = root.span(0..0);
    let mut all = Document { lost, ..Document::default() };
    for mut document in documents {
        // A ring that the extended policy has too keeps its place; the later description wins.
        for ring in document.rings.drain(..) {
            match all.rings.iter_mut().find(|known| known.name == ring.name) {
                Some(known) => known.description = ring.description.or(known.description.take()),
                None => all.rings.push(ring),
            }
        }
        all.layers.append(&mut document.layers);
        all.exceptions.append(&mut document.exceptions);
        all.allow.append(&mut document.allow);
        all.tables.append(&mut document.tables);
        all.lost.append(document.lost);
        all.organization_name = document.organization_name.or(all.organization_name);
        all.organization_id = document.organization_id.or(all.organization_id);
        all.oldest_version = document.oldest_version.or(all.oldest_version);
        all.newest_version = document.newest_version.or(all.newest_version);
        all.platforms = document.platforms.or(all.platforms);
        all.subscription = document.subscription.or(all.subscription);
        all.sign_in = document.sign_in.or(all.sign_in);
        all.organizations = document.organizations.or(all.organizations);
        all.macos = document.macos.or(all.macos);
        all.windows = document.windows.or(all.windows);
        all.notifications = document.notifications.or(all.notifications);
        all.file_access = document.file_access.or(all.file_access);
        all.one_setting_per_profile = document.one_setting_per_profile.or(all.one_setting_per_profile);
    }
    check_rings(&mut all, findings);
    check_versions(&all, findings);
    check_required(&all, start, findings);
    let mut policy = finish(all, start);
    let by_hand = containers_proxy::lower(&mut policy, findings);
    (policy, by_hand)
}

/// A key is missing when no file that has its table has the key. One that is there but wrong has its own finding.
fn check_required(all: &Document, start: Span, findings: &mut Vec<Finding>) {
    for grammar in [&grammar::ORGANIZATION, &grammar::FLEET, &grammar::SIGN_IN] {
        let tables: Vec<_> = all.tables.iter().filter(|(_, its, _)| its.name == grammar.name).collect();
        if tables.is_empty() && grammar.name == grammar::SIGN_IN.name {
            continue;
        }
        for key in grammar.keys {
            let Some(example) = key.required else { continue };
            let path = format!("{}.{}", grammar.name.trim_matches(['[', ']']), key.name);
            if !all.lost.touches(&path)
                && tables.iter().all(|(.., lacking)| lacking.iter().any(|lacks| lacks.name == key.name))
            {
                let (at, to) = match tables.last() {
                    Some((span, ..)) => (*span, "to it".to_owned()),
                    None => (start, format!("under `{}`", grammar.name)),
                };
                let finding = Finding::new(
                    &MISSING_KEY,
                    at,
                    format!("the policy has no `{}` under `{}`", key.name, grammar.name),
                );
                findings.push(finding.label("incomplete").help(format!("add `{} = {example}` {to}", key.name)));
            }
        }
    }
}

fn finish(mut all: Document, start: Span) -> Policy {
    if !all.rings.iter().any(|ring| ring.name == DEFAULT_RING) {
        all.rings.insert(0, Ring { name: DEFAULT_RING.to_owned(), description: None, span: start });
    }
    let platforms_span = all.platforms.as_deref().and_then(|list| {
        let (first, last) = (list.first()?.span, list.last()?.span);
        Some(first.source.span(first.start..last.end))
    });
    let mut platforms: Vec<Platform> =
        all.platforms.map_or(Platform::ALL.to_vec(), |list| list.into_iter().map(|platform| platform.value).collect());
    platforms.sort_unstable();
    platforms.dedup();
    let sign_in = all.sign_in.map(|span| SignIn {
        organizations_span: all.organizations.as_ref().map_or(span, |list| list.span),
        organizations: all.organizations.map(|list| list.value).unwrap_or_default(),
        macos: all.macos.map(|channel| channel.value).unwrap_or_default(),
        macos_span: all.macos.map_or(span, |channel| channel.span),
        windows: all.windows.map(|channel| channel.value).unwrap_or_default(),
        windows_span: all.windows.map_or(span, |channel| channel.span),
        span,
    });
    let oldest = all.oldest_version.unwrap_or(Spanned { value: Version::new(u16::MAX, 0), span: start });
    // A newest version that cannot be read may be any; taken for the oldest, it brings in no version that may not be there.
    let newest = all.newest_version.or_else(|| all.lost.touches("fleet.newest-version").then_some(oldest));
    let text = |said: Option<Spanned<String>>| said.unwrap_or(Spanned { value: String::new(), span: start });
    Policy {
        organization: Organization { name: text(all.organization_name), id: text(all.organization_id) },
        fleet: Fleet { oldest, newest, platforms, platforms_span, subscription: all.subscription },
        sign_in,
        rings: all.rings,
        layers: all.layers,
        exceptions: all.exceptions,
        macos: MacosOptions {
            notifications: all.notifications.unwrap_or_default(),
            file_access: all.file_access.unwrap_or_default(),
            one_setting_per_profile: all.one_setting_per_profile.unwrap_or_default(),
        },
        allow: all.allow,
        networks: Vec::new(),
        lost: all.lost,
        start,
    }
}

fn check_rings(all: &mut Document, findings: &mut Vec<Finding>) {
    let names = || all.rings.iter().map(|ring| ring.name.as_str()).chain([DEFAULT_RING]);
    let known: BTreeSet<&str> = names().collect();
    let mut ids = BTreeMap::new();
    let mut lost = Lost::default();
    for exception in &all.exceptions {
        for ring in &exception.rings {
            // A ring whose name must be written in lower case is told so where it stands.
            let is_respelt = || names().any(|name| name != ring.value && name.to_lowercase() == ring.value);
            let is_lost = all.lost.touches(&format!("rings.{}", ring.value));
            if !known.contains(ring.value.as_str()) && !is_lost && !is_respelt() {
                let help = nearest(&ring.value, names()).map_or_else(
                    || format!("the policy has {}", all_of(names())),
                    |near| format!("did you mean `{near}`?"),
                );
                let message =
                    format!("{} is for the ring `{}`, which the policy does not have", exception.title(), ring.value);
                findings.push(Finding::new(&UNKNOWN_RING, ring.span, message).label("unknown ring").help(help));
                exception.lose(&mut lost);
            }
        }
        let first = *ids.entry(exception.id.value.as_str()).or_insert(exception.id.span);
        if !exception.id.value.is_empty() && first != exception.id.span {
            let message = format!("two exceptions have the id {}", exception.id.value);
            findings.push(
                Finding::new(&EXCEPTION_INCOMPLETE, exception.id.span, message)
                    .label("again")
                    .related(first, "first here")
                    .help("give one of them an id of its own"),
            );
        }
    }
    all.lost.append(lost);
}

fn check_versions(all: &Document, findings: &mut Vec<Finding>) {
    if let (Some(oldest), Some(newest)) = (&all.oldest_version, &all.newest_version)
        && newest.value < oldest.value
    {
        let message = format!("the newest version {} is older than the oldest, {}", newest.value, oldest.value);
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, newest.span, message).label("older");
        let help = format!("write `\"{}\"`, or a later one", oldest.value);
        findings.push(finding.related(oldest.span, "than this").help(help));
    }
}
