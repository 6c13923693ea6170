//! The entries of lists: which ones include which, and what a list gains and loses.

use serde_json::Value as Json;

use super::Direction;
use crate::catalog::{Format, Setting, Type};
use crate::image::Image;
use crate::network::{Pattern, WEB};

/// Whether whoever has the first entry has the second too.
pub(crate) type Covers = fn(&Json, &Json) -> bool;

/// How entries of a setting include each other.
pub(super) fn covers(setting: &Setting) -> Covers {
    match (setting.kind, setting.format) {
        (Type::Directories, _) => directory,
        (_, Some(Format::Image)) => image,
        (_, Some(Format::Host | Format::Ports | Format::Origins)) => star,
        _ => same,
    }
}

pub(crate) fn same(one: &Json, other: &Json) -> bool {
    one == other
}

pub(crate) fn star(one: &Json, other: &Json) -> bool {
    one == other || one == "*"
}

/// Hosts, domains, addresses and networks, each on all ports or some.
pub(crate) fn hosts(one: &Json, other: &Json) -> bool {
    patterns(one, other).map_or(one == other, |(one, other)| one.covers(&other))
}

/// The same for registries, which answer on the ports of the web unless said otherwise.
pub(crate) fn registries(one: &Json, other: &Json) -> bool {
    patterns(one, other).map_or(one == other, |(one, other)| of_registry(one).covers(&of_registry(other)))
}

/// Whether whoever may pull from the registry may reach the host, on all the ports that are meant.
pub(super) fn is_of_registry(registry: &Json, host: &Json) -> bool {
    patterns(registry, host).is_some_and(|(registry, host)| of_registry(registry).covers(&host))
}

fn of_registry(pattern: Pattern) -> Pattern {
    Pattern { ports: pattern.ports.or(Some(WEB.to_vec())), ..pattern }
}

fn patterns(one: &Json, other: &Json) -> Option<(Pattern, Pattern)> {
    let read = |entry: &Json| Pattern::read(entry.as_str()?).ok();
    read(one).zip(read(other))
}

/// `*` is any image, `name:*` any tag of one; no tag is `latest`.
fn image(one: &Json, other: &Json) -> bool {
    let any_tag = |one: &str, other: &str| {
        let images = Image::read(one).zip(Image::read(other));
        images.is_some_and(|(one, other)| one.tag == Some("*") && one.name == other.name && other.digest.is_none())
    };
    star(one, other) || one.as_str().zip(other.as_str()).is_some_and(|(one, other)| any_tag(one, other))
}

/// A directory includes what lies below it, unless it is shared less readily.
fn directory(one: &Json, other: &Json) -> bool {
    let path = |entry: &Json| entry["path"].as_str().unwrap_or_default().to_owned();
    let shared = |entry: &Json| entry["sharedByDefault"].as_bool().unwrap_or_default();
    let (above, below) = (path(one), path(other));
    // A path that climbs may lead anywhere.
    let climbs = |path: &str| path.split(['/', '\\']).any(|part| part == "..");
    let is_below = match above.trim_end_matches(['/', '\\']) {
        // `/` has nothing of Windows below it, such as `\\host\share`.
        "" => above == "/" && below.starts_with('/') && !below[1..].starts_with(['/', '\\']),
        folder => below.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\'])),
    };
    (above == below || (is_below && !climbs(&below))) && (shared(one) || !shared(other))
}

/// The entries of a list, or of text that joins them by commas.
pub(super) fn items(value: &Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items.clone(),
        Json::String(text) => text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Json::from).collect(),
        _ => vec![value.clone()],
    }
}

/// More entries loosen, fewer tighten. An entry that another one includes is neither.
pub(super) fn entries(covers: Covers, old: &[Json], new: &[Json]) -> Direction {
    let beyond = |some: &[Json], others: &[Json]| some.iter().any(|one| !others.iter().any(|other| covers(other, one)));
    match (beyond(new, old), beyond(old, new)) {
        (false, false) => Direction::Neutral,
        (true, false) => Direction::Loosens,
        (false, true) => Direction::Tightens,
        (true, true) => Direction::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diff::Measure;

    fn both_ways(measure: &Measure<'_>, old: &Json, new: &Json) -> Direction {
        let direction = measure.compare(old, new);
        assert_eq!(measure.compare(new, old), direction.flip(), "{old} and {new}");
        direction
    }

    #[test]
    fn lists_are_sets_and_an_entry_can_include_another() {
        let fewer = |covers, old, new| both_ways(&Measure::Fewer(covers), &old, &new);
        assert_eq!(fewer(same, json!(["a", "b"]), json!(["b", "a"])), Direction::Neutral);
        assert_eq!(fewer(same, json!(["a"]), json!(["a", "b"])), Direction::Loosens);
        assert_eq!(fewer(same, json!(["a"]), json!(["b"])), Direction::Unclear);
        assert_eq!(fewer(same, json!(""), json!("http://proxy.example")), Direction::Loosens);
        assert_eq!(fewer(star, json!("https://a.example"), json!("*")), Direction::Loosens);
        assert_eq!(fewer(image, json!(["ryuk:*"]), json!(["ryuk:0.11", "ryuk"])), Direction::Tightens);
        assert_eq!(fewer(image, json!(["ryuk:*"]), json!(["ryuk-too:1"])), Direction::Unclear);
        assert_eq!(fewer(image, json!(["*"]), json!(["ryuk@sha256:00"])), Direction::Tightens);
        let more = |old: &str, new: &str| both_ways(&Measure::More(star), &json!(old), &json!(new));
        assert_eq!(more("80,443", "*"), Direction::Tightens);
        assert_eq!(more("80,443", "80"), Direction::Loosens);
    }

    #[test]
    fn a_directory_includes_what_lies_below_it() {
        let entry = |path: &str, shared: bool| json!([{ "path": path, "sharedByDefault": shared }]);
        let change = |old: (&str, bool), new: (&str, bool)| {
            both_ways(&Measure::Fewer(directory), &entry(old.0, old.1), &entry(new.0, new.1))
        };
        assert_eq!(change(("/Users", false), ("/Users/me", false)), Direction::Tightens);
        assert_eq!(change(("/", false), ("/Users", false)), Direction::Tightens);
        for outside in [r"\\wsl$\Ubuntu", "//wsl$/Ubuntu", r"\work"] {
            assert_eq!(change(("/", false), (outside, false)), Direction::Unclear, "{outside}");
        }
        assert_eq!(change((r"C:\", true), (r"C:\work", true)), Direction::Tightens);
        assert_eq!(change(("/Users", false), ("/Users2", false)), Direction::Unclear);
        assert_eq!(change(("/Users", false), ("/Users/../etc", false)), Direction::Unclear);
        assert_eq!(change(("/Users", true), ("/Users", false)), Direction::Tightens);
        assert_eq!(change(("/Users", false), ("/Users/me", true)), Direction::Unclear);
    }

    #[test]
    fn a_domain_or_network_includes_what_lies_in_it() {
        let change = |covers, old, new| both_ways(&Measure::Fewer(covers), &old, &new);
        assert_eq!(change(hosts, json!(["*.example"]), json!(["a.example", "*.b.example:443"])), Direction::Tightens);
        assert_eq!(change(hosts, json!(["*.example"]), json!(["example"])), Direction::Unclear);
        assert_eq!(change(hosts, json!(["10.0.0.0/8"]), json!(["10.1.0.0/16", "10.2.3.4"])), Direction::Tightens);
        assert_eq!(change(hosts, json!(["a.example"]), json!(["A.example."])), Direction::Neutral);
        assert_eq!(change(hosts, json!(["a.example"]), json!(["a.example:443"])), Direction::Tightens);
        assert_eq!(change(registries, json!(["ghcr.io"]), json!(["ghcr.io:443"])), Direction::Tightens);
        assert_eq!(change(registries, json!(["ghcr.io"]), json!(["ghcr.io:5000"])), Direction::Unclear);
    }

    #[test]
    fn the_first_organization_counts() {
        let change = |old, new| both_ways(&Measure::Organizations, &old, &new);
        assert_eq!(change(json!(["a", "b", "c"]), json!(["a", "c", "b"])), Direction::Neutral);
        assert_eq!(change(json!(["a"]), json!(["a", "b"])), Direction::Loosens);
        assert_eq!(change(json!(["a", "b"]), json!(["b", "a"])), Direction::Unclear);
        assert_eq!(change(json!(["a", "b"]), json!(["b"])), Direction::Unclear);
    }
}
