//! What changes in what is said about one machine, and whether an exception answers for it.

use std::collections::BTreeSet;

use super::edition::{Side, Sides, is_told};
use super::judge::{Judgement, judge};
use super::{Change, lines};
use crate::catalog::{Setting, Type, catalog};
use crate::manifest::Manifest;
use crate::version::Version;
use crate::visible::tick;

/// Everything that changes. `begun` are the exceptions that only the new manifest has.
pub(super) fn changes(old: &Sides<'_>, new: &Sides<'_>, begun: &BTreeSet<&str>, manifest: &Manifest) -> Vec<Change> {
    // What nothing says now, nothing says later.
    let keys: BTreeSet<&str> = old.now.facts.keys().chain(new.now.facts.keys()).copied().collect();
    let is_told = |key: &&str| is_told(key, &[&old.now, &old.lasting, &new.now, &new.lasting]);
    let keys = keys.into_iter().filter(|key| !is_told(key));
    keys.filter_map(|key| change(key, old, new, begun, manifest)).collect()
}

fn change(key: &str, old: &Sides<'_>, new: &Sides<'_>, begun: &BTreeSet<&str>, manifest: &Manifest) -> Option<Change> {
    let is_excepted =
        |side: &Side<'_>| side.facts.get(key).is_some_and(|fact| fact.exception.is_some() || fact.afterwards.is_some());
    let excepted = (is_excepted(&old.now), is_excepted(&new.now));
    let seen = judge(key, &old.now, &new.now);
    // The lock of its group can be by exception although it is not itself.
    let is_same = |lasting: &Judgement| seen.as_ref().is_some_and(|seen| seen.direction == lasting.direction);
    let lasting = judge(key, &old.lasting, &new.lasting);
    let lasting = lasting.filter(|lasting| excepted != (false, false) || !is_same(lasting));
    let direction = match (&seen, &lasting) {
        (Some(seen), Some(lasting)) => seen.direction.and(lasting.direction),
        (Some(one), None) | (None, Some(one)) => one.direction,
        (None, None) => return None,
    };
    // What machines do not see is shown as it will be.
    let shown = if seen.is_some() { (&old.now, &new.now) } else { (&old.lasting, &new.lasting) };
    let (old, new) = (shown.0.stand(key), shown.1.stand(key));

    let may_loosen = |judgement: &Option<Judgement>| judgement.as_ref().is_some_and(Judgement::may_loosen);
    let is_approved = |id: &&String| manifest.exceptions.iter().any(|exception| exception.id == **id);
    let by_exception = new.exception.as_ref().filter(is_approved).filter(|_| may_loosen(&seen));
    let (covered_by, not_covered) = match by_exception {
        Some(id) if !begun.contains(id.as_str()) => {
            let why = format!("Exception {} is not new, and covers nothing that it did not bring before.", tick(id));
            (None, Some(why))
        }
        id => (id.filter(|_| !may_loosen(&lasting)).cloned(), None),
    };
    let lead = lasting.as_ref().map(|lasting| lead(lasting, seen.is_some(), excepted).to_owned());
    let why = [lead, not_covered, seen.or(lasting).map(|judgement| judgement.why)];

    let setting = catalog().find(key).filter(|setting| setting.is_admin_setting());
    let is_options = setting.is_some_and(|setting| setting.kind == Type::Json);
    Some(Change {
        key: key.to_owned(),
        direction,
        why: why.into_iter().flatten().collect::<Vec<_>>().join(" "),
        covered_by,
        lines: lines::lines(old.value.as_ref(), new.value.as_ref(), is_options),
        versions: setting.and_then(|setting| versions(setting, manifest)),
        old,
        new,
        reach: Vec::new(),
    })
}

/// What to say first about what the policies say apart from exceptions. `excepted` says whether exceptions have a part in
/// what the old one and the new one say.
fn lead(lasting: &Judgement, is_seen: bool, excepted: (bool, bool)) -> &'static str {
    match excepted {
        _ if is_seen && lasting.may_loosen() => "The policy itself loosens, or may, apart from any exception.",
        _ if is_seen => "The policy itself changes too, apart from any exception.",
        (true, false) => "Machines had it by exception already, and it no longer ends.",
        (false, true) => "Machines keep what they had by exception, until that ends.",
        _ => "An exception hides it until that ends.",
    }
}

/// Which Docker Desktop of the fleet has no use for a setting.
fn versions(setting: &Setting, manifest: &Manifest) -> Option<String> {
    let version = |text: &str| text.parse::<Version>().ok();
    let fleet = manifest.fleet.as_ref()?;
    let oldest = version(&fleet.oldest_version)?;
    let newest = fleet.newest_version.as_deref().and_then(version);
    let ends = |end: Option<Version>, what: &str| {
        end.filter(|end| newest.is_none_or(|newest| *end <= newest)).map(|end| format!("{what} {end}"))
    };
    let begins = setting.since.filter(|since| *since > oldest).map(|since| {
        if newest.is_some_and(|newest| newest < since) {
            format!("Docker Desktop {since} and newer, which the fleet does not have")
        } else {
            format!("Docker Desktop {since} and newer; the fleet begins at {oldest}")
        }
    });
    let parts: Vec<String> = begins
        .into_iter()
        .chain(ends(setting.deprecated, "without effect from Docker Desktop"))
        .chain(ends(setting.removed, "unknown to Docker Desktop from"))
        .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}
