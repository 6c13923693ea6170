//! Groups: settings whose members lie beside one lock, and the forms in which people write them.

use super::admin_settings::{Reader, is_about_safety, join};
use super::found::Certainty;
use super::tree::{Member, Node};
use crate::catalog::{Setting, catalog};
use crate::finding::{Finding, WRONG_SHAPE};
use crate::source::Span;

impl Reader<'_> {
    pub(super) fn group(&mut self, group: &'static Setting, key: Span, node: &Node) {
        let before = self.notes.found.settings.as_ref().map_or(0, Vec::len);
        self.members(&group.key, node);
        let lock = join(&group.key, "locked");
        let settings = self.notes.found.settings.get_or_insert_default();
        let says_something = settings[before..].iter().any(|said| said.key.starts_with(&group.key));
        let has_lock = settings.iter().any(|said| said.key == lock);
        if says_something && !has_lock {
            let fields = || catalog().settings().iter().filter(|its| its.key.starts_with(&group.key));
            self.missing_lock(group, key, fields().any(is_about_safety));
            self.imply(lock, false.into(), key);
        }
        let takes_value = catalog().find(&join(&group.key, "value")).is_some();
        if takes_value && let Some(locked) = node.member("locked") {
            // With other members it locks those.
            if node.members().len() == 1 {
                self.locked_without_value(group, locked.name.span);
            }
        }
    }

    /// `value` where there are only fields, `enabled` where there is a `value`, `locked` where nothing can be locked.
    pub(super) fn misshapen_group(&mut self, group: &'static Setting, member: &Member) {
        let (key, name, node) = (&group.key, member.name.value.as_str(), &member.node);
        let right = |field: &str| catalog().find(&join(key, field));
        if name == "value" && node.is_table() {
            // Docker Desktop Enterprise had the fields one level deeper.
            self.legacy.get_or_insert(member.name.span);
            return self.members(key, node);
        }
        let instead = match name {
            "value" => right("enabled"),
            "enabled" => right("value"),
            _ => None,
        };
        let message = format!("`{key}` has no `{name}`: Docker Desktop ignores it");
        let finding = Finding::new(&WRONG_SHAPE, member.name.span, message).label("not part of this group");
        if let Some(field) = instead {
            self.notes.report(finding.help(format!("imported as `{}`", field.key)));
            self.setting(field, member.name.span, node, Certainty::Meant);
        } else {
            let fields = catalog().members(key).join("`, `");
            let finding = finding.help(format!("it has `{fields}`"));
            self.notes.refuse(finding, format!("{key}.{name}"), "the group has no such field");
        }
    }

    /// A value alone means that setting and its lock, where a group has a value at all.
    pub(super) fn bare_group(&mut self, group: &'static Setting, key: Span, node: &Node) {
        let field = ["value", "enabled"].iter().find_map(|name| catalog().find(&join(&group.key, name)));
        let Some(field) = field.filter(|_| node.as_bool().is_some()) else {
            return self.not_a_table(group, node);
        };
        self.say_bare(&group.key, key);
        let locked = !self.is_users_own;
        let remark = Some(self.remark_on_bare());
        self.accept(field, None, key, node, Certainty::Meant, remark);
        self.imply(join(&group.key, "locked"), locked.into(), key);
    }

    pub(super) fn not_a_table(&mut self, setting: &Setting, node: &Node) {
        let fields = catalog().members(&setting.key).join("`, `");
        let message = format!(
            "`{}` is an object with `{fields}`, not {}: Docker Desktop ignores it or stops",
            setting.key,
            node.kind()
        );
        let finding = Finding::new(&WRONG_SHAPE, node.span, message).label("expected an object");
        self.notes.refuse(finding, &*setting.key, "it is not an object");
    }
}
