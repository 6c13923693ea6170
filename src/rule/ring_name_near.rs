//! A ring of which there is nothing but settings, one slip of the hand away from another ring: a header was misspelt.

use super::Context;
use crate::finding::{Finding, RING_NAME_NEAR};
use crate::policy::{Layer, Policy, Ring, Scope};

/// Shorter names, such as `dev` and `dve`, are abbreviations of anything.
const SHORTEST: usize = 4;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    for (at, ring) in policy.rings.iter().enumerate() {
        if !has_only_settings(policy, ring) || !context.knows(&format!("rings.{}", ring.name)) {
            continue;
        }
        // Of two that say equally little, the later one is the slip.
        let is_meant = |(its, other): &(usize, &Ring)| {
            is_slip(&ring.name, &other.name) && (*its < at || !has_only_settings(policy, other))
        };
        let Some((_, other)) = policy.rings.iter().enumerate().find(is_meant) else { continue };
        let message = format!(
            "`{}` is a ring of its own, a slip away from `{}`, whose machines get none of these settings",
            ring.name, other.name
        );
        let finding = Finding::new(&RING_NAME_NEAR, ring.span, message).label("nothing else names it");
        findings.push(finding.related(other.span, "this one is near").help(format!(
            "did you mean `{}`? If both are meant, add `description = \"…\"` under `[rings.{}]`",
            other.name, ring.name
        )));
    }
}

/// Whether a ring has one table of settings, and nobody says anything else of it.
fn has_only_settings(policy: &Policy, ring: &Ring) -> bool {
    let of_ring = |layer: &&Layer| match &layer.scope {
        Scope::Ring(name) | Scope::RingOnPlatform(name, _) => *name == ring.name,
        Scope::Everywhere | Scope::Platform(_) => false,
    };
    // What a table of the network becomes stands at that table, and says nothing of the ring.
    let is_written = |layer: &&Layer| layer.assignments.iter().any(|its| its.key != layer.key);
    let mut layers = policy.layers.iter().filter(of_ring);
    let says_more = |layer: &Layer| !layer.network.is_empty() || !layer.undocumented.is_empty();
    let is_named = |name: &str| policy.exceptions.iter().any(|its| its.rings.iter().any(|ring| ring.value == name));
    ring.description.is_none()
        && !is_named(&ring.name)
        && !layers.clone().any(says_more)
        && layers.by_ref().filter(is_written).count() == 1
}

/// Whether two letters changed places, or one inside of a word is there once more or once less. Another letter, and one
/// at an end, may well tell two rings apart: `team-a` and `team-b`, `server` and `servers`; so may short words, such as
/// countries: `lab-es` and `lab-se`.
fn is_slip(one: &str, other: &str) -> bool {
    if one.split('-').count() != other.split('-').count() {
        return false;
    }
    let mut words = one.split('-').zip(other.split('-')).filter(|(one, other)| one != other);
    let (Some((one, other)), None) = (words.next(), words.next()) else { return false };
    let letters = |word: &str| word.chars().filter(char::is_ascii_alphabetic).count() >= SHORTEST;
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    letters(one) && letters(other) && (is_swapped(one.as_bytes(), other.as_bytes()) || is_one_more(short, long))
}

fn is_swapped(one: &[u8], other: &[u8]) -> bool {
    let differs = |at: &usize| one[*at] != other[*at];
    if one.len() != other.len() {
        return false;
    }
    let places: Vec<usize> = (0..one.len()).filter(differs).collect();
    let [left, right] = places.as_slice() else { return false };
    let swapped = one[*left] == other[*right] && one[*right] == other[*left];
    *right == left + 1 && swapped && one[*left].is_ascii_alphabetic() && one[*right].is_ascii_alphabetic()
}

fn is_one_more(short: &str, long: &str) -> bool {
    let inside = 1..long.len().saturating_sub(1);
    let without = |at: usize| [&long[..at], &long[at + 1..]].concat();
    let is_letter = |at: usize| long.as_bytes()[at].is_ascii_alphabetic();
    long.is_ascii() && long.len() == short.len() + 1 && inside.clone().any(|at| is_letter(at) && without(at) == short)
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn a_slip_of_the_hand_is_told_from_names_that_are_alike_on_purpose() {
        for (one, other) in [("pilto", "pilot"), ("piolt", "pilot"), ("pilt", "pilot"), ("contracctors", "contractors")]
        {
            assert!(is_slip(one, other) && is_slip(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("ring1", "ring2"),
            ("ring1", "ring11"),
            ("prod1", "prod2"),
            ("prod-12", "prod-21"),
            ("team-a", "team-b"),
            ("server", "servers"),
            ("dev", "dve"),
            ("it-de", "it-dk"),
            ("sales-es", "sales-se"),
            ("prod-ca", "prod-ac"),
            ("wave-i", "wave-ii"),
            ("wave-v", "wave-iv"),
            ("pilot-team", "pilto"),
            ("pilot", "pilot"),
            ("pilot", "patrol"),
        ] {
            assert!(!is_slip(one, other) && !is_slip(other, one), "{one} {other}");
        }
    }
}
