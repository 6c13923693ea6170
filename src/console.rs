//! Lists that somebody types into the vendor's own console, because no file on a machine can hold them.
//!
//! A console knows neither rings nor platforms. Its list is what any machine needs, and says which ones do.

use std::fmt::Write as _;

use crate::bundle::Artifact;
use crate::resolve::Machine;
use crate::state::ConsoleList;

/// The lists of some machines: for each a table and a page that says what to do with it.
pub(crate) fn emit(machines: &[&Machine]) -> Vec<Artifact> {
    let mut lists: Vec<&ConsoleList> = Vec::new();
    for entry in machines.iter().filter_map(|machine| machine.state.console.as_ref()) {
        if !lists.iter().any(|list| list.path == entry.list.path) {
            lists.push(entry.list);
        }
    }
    lists
        .into_iter()
        .flat_map(|list| {
            let table = Artifact::new(format!("{}.csv", list.path), table(list, machines), list.guide);
            [table, Artifact::new(format!("{}.md", list.path), list.page, "how to type it in, and what it covers.")]
        })
        .collect()
}

/// Comma-separated values, RFC 4180, in the order in which policies list them.
fn table(list: &ConsoleList, machines: &[&Machine]) -> String {
    let rows_of =
        |machine: &&Machine| machine.state.console.iter().flat_map(|entry| &entry.rows).cloned().collect::<Vec<_>>();
    let mut rows: Vec<[String; 2]> = Vec::new();
    for row in machines.iter().flat_map(rows_of) {
        if !rows.iter().any(|known| known[0] == row[0]) {
            rows.push(row);
        }
    }
    let mut out = String::new();
    for name in list.columns {
        out.push_str(&cell(name));
        out.push(',');
    }
    out.push_str("For\n");
    for [address, about] in rows {
        let whose = |machine: &&&Machine| rows_of(machine).iter().any(|row| row[0] == address);
        _ = writeln!(out, "{},{},{}", cell(&address), cell(&about), cell(&reach(machines, whose)));
    }
    out
}

/// Rings by name; a ring of which only some platforms are meant is named with each of them.
fn reach(machines: &[&Machine], is_meant: impl Fn(&&&Machine) -> bool) -> String {
    if machines.iter().all(|machine| is_meant(&machine)) {
        return "all".to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    for machine in machines.iter().filter(|machine| is_meant(machine)) {
        let ring = &machine.state.ring;
        let whole = machines.iter().filter(|other| other.state.ring == *ring).all(|other| is_meant(&other));
        let word = if whole { ring.clone() } else { format!("{ring}/{}", machine.state.platform) };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(" ")
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
