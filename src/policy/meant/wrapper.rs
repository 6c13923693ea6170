//! A table around those of a policy, such as `[policy]`: what is in it is read as if it were not there.

use std::borrow::Cow;

use toml::de::{DeTable, DeValue};

use super::guess::Meaning;
use crate::finding::{Finding, UNKNOWN_KEY};
use crate::policy::graft::{open, put};
use crate::policy::grammar;
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};
use crate::source::Span;

/// What people call the whole. Other names may be those of a ring.
const NAMES: [&str; 9] =
    ["policy", "stanchion", "docker", "docker-desktop", "desktop", "config", "global", "default", "defaults"];

impl Reader<'_> {
    /// Reports a table around those of a policy, and puts these where they belong.
    pub(super) fn unwrap(&mut self, root: &mut DeTable<'_>) {
        let wrapper = root.iter().find(|(name, node)| is_wrapper(name.get_ref(), node));
        let Some(name) = wrapper.map(|(name, _)| name.get_ref().clone()) else { return };
        let Some((key, node)) = root.remove_entry(&*name) else { return };
        self.tell_to_leave_out(&name, self.span(&key), &node);
        let DeValue::Table(members) = node.into_inner() else { return };
        for (name, node) in members {
            let at = name.span();
            let is_setting = !grammar::POLICY.has(name.get_ref()) && Meaning::is_setting(name.get_ref());
            let table = if is_setting { open(root, Cow::Borrowed("settings"), at.clone()) } else { Some(&mut *root) };
            if let Some(table) = table {
                put(table, name.into_inner(), at, node);
            }
        }
    }

    fn tell_to_leave_out(&mut self, name: &str, key: Span, node: &Node<'_>) {
        let found = |at| Finding::new(&UNKNOWN_KEY, at, format!("the policy has no key `{name}`")).label("not needed");
        let members = node.get_ref().as_table().map(|table| self.sorted(table)).unwrap_or_default();
        let (after_dot, lines): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|(_, key, _)| self.prefix(*key).ends_with('.'));
        for (member, key, node) in after_dot {
            let again = if self.form(node) == Form::Value { "" } else { ", also where it stands again" };
            let mark = self.before(key, 1, key.end - key.start);
            self.tell(found(mark).help(format!("write `{member}`{again}")));
        }
        let is_header = self.form(node) == Form::Header && !self.goes_on(key);
        if self.form(node) == Form::Value {
            self.tell(found(key).help("write what is in it without it"));
        } else if is_header && lines.is_empty() {
            self.tell(found(key).help("remove it"));
        } else if is_header && lines.iter().all(|(name, ..)| !grammar::POLICY.has(name)) {
            self.tell(found(key).help("move its lines to `[settings]`"));
        } else if is_header {
            self.tell(found(key).help("remove this header, and put its lines above the first one that stays"));
        }
    }
}

fn is_wrapper(name: &str, node: &Node<'_>) -> bool {
    let is_called = || NAMES.iter().any(|its| its.eq_ignore_ascii_case(name));
    let table = node.get_ref().as_table().filter(|_| is_called());
    table.is_some_and(|table| table.keys().any(|key| grammar::POLICY.has(key.get_ref())))
}
