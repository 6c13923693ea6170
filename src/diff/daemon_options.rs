//! `dockerDaemonOptions`, compared as the JSON object that its text holds.
//!
//! What each option does is in [dockerd's reference](https://docs.docker.com/reference/cli/dockerd/).

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::Measure;
use super::entry::same;
use super::{Direction, lines};

/// The options whose safer value is known. Any other one may open anything, so nobody can say.
const KNOWN: &[(&str, &str, Measure<'_>)] = &[
    ("debug", "false", Measure::Indifferent),
    ("hosts", "[]", Measure::Fewer(same)),
    ("icc", "true", Measure::Truth(false)),
    ("insecure-registries", "[]", Measure::Fewer(same)),
    ("log-driver", "\"json-file\"", Measure::Fewer(keeps_logs)),
    ("log-level", "\"info\"", Measure::Indifferent),
    ("log-opts", "{}", Measure::Fewer(sizes_logs)),
    ("max-concurrent-downloads", "3", Measure::Indifferent),
    ("max-concurrent-uploads", "5", Measure::Indifferent),
    ("no-new-privileges", "false", Measure::Truth(true)),
];

/// Drivers that keep logs on the machine are as good as each other, and better than none.
fn keeps_logs(one: &Json, other: &Json) -> bool {
    let is_here = |driver: &Json| ["json-file", "local", "journald"].iter().any(|here| driver == here);
    one == other || ((is_here(one) || one == "none") && is_here(other))
}

/// How large logs grow is no matter of safety; where they are sent is.
fn sizes_logs(one: &Json, other: &Json) -> bool {
    let rest = |options: &Json| -> Vec<(String, Json)> {
        let options = options.as_object().into_iter().flatten();
        let rest = options.filter(|(name, _)| !["compress", "max-file", "max-size"].contains(&name.as_str()));
        rest.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    rest(one) == rest(other)
}

fn options(text: &Json) -> Option<Map<String, Json>> {
    serde_json::from_str(text.as_str()?).ok()
}

/// Every option that differs, with what it was and what it is.
fn changed(old: &Map<String, Json>, new: &Map<String, Json>) -> BTreeMap<String, (Option<Json>, Option<Json>)> {
    let names = old.keys().chain(new.keys()).filter(|name| old.get(*name) != new.get(*name));
    names.map(|name| (name.clone(), (old.get(name).cloned(), new.get(name).cloned()))).collect()
}

/// The direction from one text to another; texts of the same object differ in nothing.
pub(super) fn compare(old: &Json, new: &Json) -> Direction {
    let (Some(old), Some(new)) = (options(old), options(new)) else { return Direction::Unclear };
    let directions = changed(&old, &new).into_iter().map(|(name, (old, new))| {
        let Some((_, default, measure)) = KNOWN.iter().find(|(known, ..)| *known == name) else {
            return Direction::Unclear;
        };
        let value = |said: Option<Json>| said.unwrap_or_else(|| default.parse().expect("a default is JSON"));
        measure.compare(&value(old), &value(new))
    });
    directions.fold(Direction::Neutral, Direction::and)
}

/// The options that differ, line by line; `None` when one of the texts is no object.
pub(super) fn show(old: &Json, new: &Json) -> Option<Vec<String>> {
    let (old, new) = (options(old)?, options(new)?);
    Some(changed(&old, &new).into_iter().flat_map(|(name, (old, new))| lines::member(&name, old, new)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_judged_one_by_one() {
        let change = |old: &str, new: &str| {
            let direction = compare(&old.into(), &new.into());
            assert_eq!(compare(&new.into(), &old.into()), direction.flip(), "{old} and {new}");
            direction
        };
        assert_eq!(change("{}", r#"{"debug":true}"#), Direction::Neutral);
        assert_eq!(change(r#"{"debug":true,"icc":false}"#, r#"{ "icc": false, "debug": true }"#), Direction::Neutral);
        assert_eq!(change("{}", r#"{"insecure-registries":["r.example"]}"#), Direction::Loosens);
        assert_eq!(change("{}", r#"{"icc":true}"#), Direction::Neutral);
        assert_eq!(change("{}", r#"{"log-driver":"local","log-opts":{"max-size":"9m"}}"#), Direction::Neutral);
        assert_eq!(change(r#"{"log-driver":"journald"}"#, r#"{"log-driver":"none"}"#), Direction::Loosens);
        assert_eq!(change("{}", r#"{"log-driver":"none"}"#), Direction::Loosens);
        assert_eq!(change("{}", r#"{"log-driver":"syslog"}"#), Direction::Unclear);
        let sends = |to: &str| format!(r#"{{"log-driver":"syslog","log-opts":{{"syslog-address":"{to}"}}}}"#);
        assert_eq!(change(&sends("tcp://a.example"), &sends("tcp://b.example")), Direction::Unclear);
        assert_eq!(change("{}", r#"{"no-new-privileges":true,"hosts":["tcp://0.0.0.0"]}"#), Direction::Unclear);
        assert_eq!(change("{}", r#"{"runtimes":{}}"#), Direction::Unclear);
        assert_eq!(change("{}", "[]"), Direction::Unclear);
    }
}
