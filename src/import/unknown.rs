//! Names that nothing is known about.

use super::admin_settings::{Reader, join};
use super::found::{Certainty, Said};
use super::text::printable;
use super::tree::{Member, Node};
use crate::catalog::catalog;
use crate::finding::{Finding, UNKNOWN_SETTING, nearest};

impl Reader<'_> {
    /// A name that nothing is known about. At the top it can be passed through, at the user's own risk.
    pub(super) fn unknown(&mut self, parent: &str, member: &Member) {
        let path = join(parent, &member.name.value);
        let passes =
            self.pass_through(parent, member, "not in Docker's documentation; below 4.43 it stops Docker Desktop");
        let near = nearest_setting(parent, &member.name.value, &path);
        let shown = printable(&path);
        let message =
            format!("Docker Desktop has no setting `{shown}`: below 4.43 it does not start, above it ignores the name");
        let near = near.map(|near| format!("did you mean `{near}`? "));
        let done = if passes { "imported under `[undocumented-settings]`" } else { "left out of the policy" };
        let help = format!("{}{done}", near.unwrap_or_default());
        self.notes.report(Finding::new(&UNKNOWN_SETTING, member.name.span, message).label("unknown").help(help));
    }

    /// Puts a name under `[undocumented-settings]` if its form allows it.
    pub(super) fn pass_through(&mut self, parent: &str, member: &Member, why: &str) -> bool {
        let (name, node) = (member.name.value.as_str(), &member.node);
        let is_name = !name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let only = |names: &[&str]| node.members().iter().all(|its| names.contains(&its.name.value.as_str()));
        let value = if node.is_table() { node.get("value").filter(|_| only(&["locked", "value"])) } else { Some(node) };
        let value = value.filter(|_| parent.is_empty() && is_name && name != "allowedOrgs").and_then(Node::to_value);
        let Some(value) = value else {
            let what = printable(&join(parent, name));
            self.notes.found.leave_out(
                what,
                format!("{why}; it cannot be passed through in this form"),
                member.name.span,
            );
            return false;
        };
        let locked = if node.is_table() {
            node.get("locked").and_then(Node::as_bool).unwrap_or(false)
        } else {
            !self.is_users_own
        };
        self.notes.found.undocumented.push(Said {
            key: name.to_owned(),
            value,
            locked: Some(locked),
            lock: node.get("locked").map(|locked| locked.span),
            name: member.name.span,
            span: node.span,
            items: Vec::new(),
            remark: Some(why.to_owned()),
            certainty: Certainty::Said,
        });
        true
    }
}

fn nearest_setting<'a>(parent: &str, name: &str, path: &str) -> Option<&'a str> {
    const LONGEST: usize = 80;
    if path.len() > LONGEST {
        return None;
    }
    let keys = || catalog().settings().iter().filter(|its| its.is_admin_setting() && !its.key.contains("[]"));
    nearest(name, catalog().members(parent)).or_else(|| nearest(path, keys().map(|its| its.key.as_str())))
}
