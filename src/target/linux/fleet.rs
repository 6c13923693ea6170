//! A Fleet policy for Linux: an osquery question with a row when everything is in place.

use crate::bundle::Artifact;
use crate::literal::{sql, yaml, yaml_block};
use crate::resolve::{Machine, Plan};
use crate::state::State;
use crate::template::Template;

const POLICY: Template =
    Template { text: include_str!("../../../templates/linux/fleet/docker-desktop-policy.yml"), parts: &[] };

/// The policy.
pub(in crate::target) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    let state = &machine.state;
    let text = POLICY.fill(&[
        ("NAME", yaml(&format!("{} policy ({}) is in place", state.product.name, state.ring))),
        ("QUERY", yaml_block(&query(state, &format!("ring={} policy={}", state.ring, machine.digest.short())), 4)),
    ]);
    vec![Artifact::new(
        format!("fleet/{}-policy.yml", state.product.slug),
        text,
        "Name it under `policies` in the GitOps file of the team that is this ring; `../install.sh` is the repair.",
    )]
}

/// In short lines, because infrastructure repositories lint theirs.
fn query(state: &State, label: &str) -> Vec<String> {
    let mut lines = vec![format!("SELECT {} AS policy", sql(label))];
    let mut test = |first: &str, path: &str, rest: &[String]| {
        lines.push(format!("{} {first} path =", if lines.len() == 1 { "WHERE" } else { "AND" }));
        lines.push(format!("  {}", sql(path)));
        lines.extend(rest.iter().map(|line| format!("  {line}")));
        lines.last_mut().expect("never empty").push(')');
    };
    let is_directory = "AND type = 'directory' AND symlink = 0".to_owned();
    for path in &state.parents {
        test("EXISTS (SELECT 1 FROM file WHERE", path, &[is_directory.clone(), "AND uid = 0 AND mode = '0755'".into()]);
    }
    for path in &state.directories {
        let ours = "AND uid = 0 AND gid = 0 AND mode = '0755'".to_owned();
        test("EXISTS (SELECT 1 FROM file WHERE", path, &[is_directory.clone(), ours]);
    }
    for file in &state.files {
        let rest = [
            "AND type = 'regular' AND symlink = 0 AND hard_links = 1".to_owned(),
            "AND uid = 0 AND gid = 0 AND mode = '0644' AND sha256 =".to_owned(),
            sql(&file.sha256()),
        ];
        test("EXISTS (SELECT 1 FROM file JOIN hash USING (path) WHERE", &file.path, &rest);
    }
    for path in &state.absent.files {
        test("NOT EXISTS (SELECT 1 FROM file WHERE", path, &[]);
    }
    lines.last_mut().expect("never empty").push(';');
    lines
}
