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
            let rows = rows(list, machines);
            let guide = "how to type it in, and what it covers.";
            let page = Artifact::new(format!("{}.md", list.path), page(list, machines, rows.len()), guide);
            [Artifact::new(format!("{}.csv", list.path), table(list, machines, &rows), list.guide), page]
        })
        .collect()
}

fn rows_of<'m>(list: &ConsoleList, machine: &'m Machine) -> &'m [[String; 2]] {
    let console = machine.state.console.as_ref().filter(|console| console.list.path == list.path);
    console.map_or(&[], |console| &console.rows)
}

/// What any of the machines needs, each address once, in the order in which policies list them.
fn rows<'m>(list: &ConsoleList, machines: &[&'m Machine]) -> Vec<&'m [String; 2]> {
    let mut rows: Vec<&[String; 2]> = Vec::new();
    for row in machines.iter().flat_map(|machine| rows_of(list, machine)) {
        if !rows.iter().any(|known| known[0] == row[0]) {
            rows.push(row);
        }
    }
    rows
}

/// The page, and above its first section what this list would do that its policy does not.
fn page(list: &ConsoleList, machines: &[&Machine], length: usize) -> String {
    let mut warnings = String::new();
    let without = reach(machines, |machine| rows_of(list, machine).is_empty());
    if !without.is_empty() {
        _ = write!(
            warnings,
            "**Not every machine has such a list.** This policy leaves these without one, and typed in it would restrict\n\
             them as well: {}.\n\n",
            without.replace(' ', ", ")
        );
    }
    if length > list.most {
        _ = write!(
            warnings,
            "**This list is too long.** It has {length} addresses, and the console takes {}: leave some to the files.\n\n",
            list.most
        );
    }
    list.page.replacen("\n## ", &format!("\n{warnings}## "), 1)
}

/// Comma-separated values, RFC 4180.
fn table(list: &ConsoleList, machines: &[&Machine], rows: &[&[String; 2]]) -> String {
    let mut out = String::new();
    for name in list.columns {
        out.push_str(&cell(name));
        out.push(',');
    }
    out.push_str("For\n");
    for [address, about] in rows {
        let needs = |machine: &Machine| rows_of(list, machine).iter().any(|row| row[0] == *address);
        _ = writeln!(out, "{},{},{}", cell(address), cell(about), cell(&reach(machines, needs)));
    }
    out
}

/// Rings by name; a ring of which only some platforms are meant is named with each of them.
fn reach(machines: &[&Machine], is_meant: impl Fn(&Machine) -> bool) -> String {
    if machines.iter().all(|machine| is_meant(machine)) {
        return "all".to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    for machine in machines.iter().filter(|machine| is_meant(machine)) {
        let ring = &machine.state.ring;
        let whole = machines.iter().filter(|other| other.state.ring == *ring).all(|other| is_meant(other));
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
