//! Every trigger of every finding about a policy, one a line: the smallest edit that provokes it, and the nearest that
//! does not.
//!
//! A line of `*.txt` is two edits of [`BASE`], `provokes | does not`. The heading above says the code and the severity,
//! and perhaps some words of the sentence that is meant.
//! `«…»` are the characters that the findings mark. ` ; ` parts the entries of an edit, each of which stands in place
//! of the entry of [`BASE`] with its name; `-name` takes that away, and `nothing` edits nothing. A line after `-- ` is an
//! edit that both sides of all lines up to the next heading begin with.
//!
//! `catalog.rs` makes more of them, for what the catalog says of each setting. What a message says, and what becomes of
//! a policy beside it, is shown by `tests/findings/`.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod case;
mod catalog;
mod large;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use stanchion::finding::{ALL, Verb};

use self::case::{BASE, Case, check};

/// All lines of all files, with the places where they stand.
fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/triggers");
    let entries = fs::read_dir(&folder).expect("the cases are there");
    let names = entries.map(|entry| entry.expect("readable").file_name().into_string().expect("text"));
    let stems: BTreeSet<String> = names.filter_map(|name| name.strip_suffix(".txt").map(str::to_owned)).collect();
    let mut cases = Vec::new();
    for stem in stems {
        let text = fs::read_to_string(folder.join(format!("{stem}.txt"))).expect("readable");
        let (mut heading, mut given) = (None, "nothing");
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with("# ")) {
            let place = format!("{stem}.txt:{}", number + 1);
            if let Some(words) = line.strip_prefix("== ") {
                (heading, given) = (words.split_once(' '), "nothing");
                continue;
            }
            if let Some(edit) = line.strip_prefix("-- ") {
                given = edit;
                continue;
            }
            let (code, severity) = heading.unwrap_or_else(|| panic!("{place}: no heading"));
            let (broken, mended) = line.split_once(" | ").unwrap_or_else(|| panic!("{place}: no second edit"));
            let with = |edit: &str| format!("{given} ; {edit}");
            cases.push((place, Case::new(code, severity, &with(broken), &with(mended))));
        }
    }
    cases
}

#[test]
fn what_all_edits_begin_with_is_clean() {
    assert_eq!(check(BASE.as_bytes()).findings, []);
}

#[test]
fn each_trigger_is_found_at_its_characters_and_its_neighbour_is_not() {
    let cases = cases().into_iter().chain(catalog::cases());
    let faults: Vec<String> = cases.filter_map(|(place, case)| Some(format!("{place}: {}", case.fault()?))).collect();
    assert!(faults.is_empty(), "{} of them fail\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_code_that_a_policy_can_get_is_among_them() {
    let mut shown: BTreeSet<String> = cases().into_iter().map(|(_, case)| case.code).collect();
    shown.extend(large::codes().map(str::to_owned));
    let of_check = ALL.iter().filter(|code| code.verb == Verb::Check);
    let all: BTreeSet<String> = of_check.map(|code| code.name.to_owned()).collect();
    assert_eq!(shown, all);
}
