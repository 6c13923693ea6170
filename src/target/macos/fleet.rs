//! Fleet `GitOps`: profiles, scripts, and a policy that says whether a Mac has them and repairs it.
//!
//! [YAML files](https://fleetdm.com/docs/configuration/yaml-files)

use super::mdm::{file, profiles};
use crate::bundle::Artifact;
use crate::literal;
use crate::literal::yaml_block;
use crate::resolve::{Machine, Plan};
use crate::state::State;
use crate::template::Template;

const FRAGMENT: Template =
    Template { text: include_str!("../../../templates/macos/fleet/docker-desktop.yml"), parts: &[] };

/// The fragment.
pub(in crate::target) fn emit(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let state = &machine.state;
    let product = state.product;
    let profiles = profiles(plan, machine);
    let paths = profiles.iter().map(|kind| format!("../mdm/{}", file(machine, &kind.role)));
    let paths: String = paths.map(|path| format!("\n      - path: {}", yaml(&path))).collect();
    let description = format!(
        "{} policy of {}, ring={} policy={}.",
        product.name,
        plan.organization,
        state.ring,
        machine.digest.short()
    );
    let fragment = FRAGMENT.fill(&[
        ("PROFILES", paths),
        ("NAME", yaml(&format!("{} policy ({}) is in place", product.name, state.ring))),
        ("DESCRIPTION", yaml(&description)),
        (
            "RESOLUTION",
            yaml("Fleet runs install.sh. If this stays red, the profile is missing: ask the endpoint team."),
        ),
        ("QUERY", yaml_block(&query(state), 6)),
    ]);
    vec![Artifact::new(
        format!("fleet/{}.yml", product.slug),
        fragment,
        "Merge into the GitOps file of the team that is this ring (Controls and Policies).",
    )]
}

/// A YAML string without a `$`: Fleet takes any, even in a comment, for a variable of whoever runs `fleetctl`.
fn yaml(text: &str) -> String {
    literal::yaml(text).replace('$', "\\u0024")
}

/// An SQL expression without a `$`.
fn sql(text: &str) -> String {
    literal::sql(text).replace('$', "' || char(36) || '")
}

/// One row when everything is as it should be, none otherwise; a policy passes when there is a row.
fn query(state: &State) -> Vec<String> {
    let file = |test: &str| format!("EXISTS (SELECT 1 FROM file WHERE {test})");
    let files = state.files.iter().map(|file| {
        format!(
            "EXISTS (SELECT 1 FROM file JOIN hash USING (path) WHERE path = {} AND type = 'regular' AND symlink = 0 \
             AND uid = 0 AND gid = 0 AND mode = '0644' AND hard_links = 1 AND sha256 = {})",
            sql(&file.path),
            sql(&file.sha256())
        )
    });
    let directories = state.directories.iter().map(|path| {
        file(&format!("path = {} AND type = 'directory' AND symlink = 0 AND uid = 0 AND mode = '0755'", sql(path)))
    });
    let preferences = state.preferences.iter().map(|preference| {
        let [domain, key, value] = [preference.domain, preference.key, &preference.value].map(sql);
        format!("EXISTS (SELECT 1 FROM managed_policies WHERE domain = {domain} AND name = {key} AND value = {value})")
    });
    let absent = state.absent.files.iter().map(|path| format!("NOT {}", file(&format!("path = {}", sql(path)))));
    let tests: Vec<String> = directories.chain(files).chain(preferences).chain(absent).collect();
    let last = tests.len() - 1;
    let word = |at| if at == 0 { "SELECT 1 WHERE" } else { "AND" };
    let end = |at| if at == last { ";" } else { "" };
    tests.iter().enumerate().map(|(at, test)| format!("{} {test}{}", word(at), end(at))).collect()
}
