//! A ring that stands beside the tables of the policy, such as `[pilot.settings]`: it is brought to the rings.

use std::borrow::Cow;

use toml::de::DeTable;

use super::home::meant;
use crate::finding::{Finding, UNKNOWN_KEY};
use crate::policy::graft::{open, put};
use crate::policy::grammar;
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};

impl Reader<'_> {
    /// Reports each table of the policy that can only be a ring, and puts it among these.
    pub(super) fn gather_rings(&mut self, root: &mut DeTable<'_>) {
        let is_ring = |name: &str, node: &Node<'_>| {
            !grammar::POLICY.has(name)
                && says_what_a_ring_does(root, name, node)
                && meant(self, &grammar::POLICY, name, node).is_none()
        };
        let found = root.iter().filter(|(name, node)| is_ring(name.get_ref(), node));
        let mut names: Vec<_> = found.map(|(name, _)| (name.span().start, name.get_ref().clone())).collect();
        names.sort_unstable();
        for (_, name) in names {
            let Some((key, node)) = root.remove_entry(&*name) else { continue };
            let again = if self.form(&node) == Form::Value { "" } else { ", also where it stands again" };
            let message = format!("the policy has no key `{name}`: it looks like a ring");
            let finding = Finding::new(&UNKNOWN_KEY, self.span(&key), message).label("belongs among the rings");
            let written = &self.text[key.span()];
            self.tell(finding.help(format!("write `rings.{written}`{again}")));
            let at = key.span();
            if let Some(rings) = open(root, Cow::Borrowed("rings"), at.clone()) {
                put(rings, key.into_inner(), at, node);
            }
        }
    }
}

/// Whether a table has nothing but keys of a ring, or some of them and the name of one.
fn says_what_a_ring_does(root: &DeTable<'_>, name: &str, node: &Node<'_>) -> bool {
    let Some(table) = node.get_ref().as_table().filter(|table| !table.is_empty()) else { return false };
    let mut is_of_ring = table.keys().map(|key| grammar::RING.has(key.get_ref()));
    let rings = root.get("rings").and_then(|rings| rings.get_ref().as_table());
    if rings.is_some_and(|rings| rings.contains_key(name)) { is_of_ring.any(|is| is) } else { is_of_ring.all(|is| is) }
}
