//! A setting with a lock of its own, `{ "locked": …, "value": … }`, and what people make of that.

use super::admin_settings::{Reader, is_about_safety, join};
use super::found::Certainty;
use super::tree::{Content, Node};
use super::value;
use crate::catalog::{Setting, Shape, Type};
use crate::finding::{Finding, LOCKED_WITHOUT_VALUE, MISSING_LOCK, WRONG_SHAPE, nearest};
use crate::policy::locked_without_value;
use crate::source::Span;

impl Reader<'_> {
    /// `{ "locked": …, "value": … }`.
    pub(super) fn lockable(&mut self, setting: &'static Setting, key: Span, node: &Node, certainty: Certainty) {
        let node = &self.spelt(setting, node);
        let value = node.get("value").or_else(|| node.get("enabled"));
        if setting.kind == Type::Json && value.is_none() && node.get("locked").is_none() {
            return self.accept(setting, Some((true, key)), key, node, certainty, None);
        }
        for member in node.members().iter().filter(|member| !matches!(member.name.value.as_str(), "value" | "locked")) {
            let name = member.name.value.as_str();
            let message = format!("`{}` has `locked` and `value`, not `{name}`", setting.key);
            let help = match (nearest(name, ["value", "locked"]), name) {
                (_, "enabled") if node.get("value").is_none() => Some("imported as `value`".to_owned()),
                (Some(near), _) => Some(format!("did you mean `{near}`?")),
                _ => None,
            };
            let finding = Finding::new(&WRONG_SHAPE, member.name.span, message).label("unknown").help_if(help);
            if name == "enabled" && node.get("value").is_none() {
                self.notes.report(finding);
            } else {
                let what = join(&setting.key, name);
                self.notes.refuse(finding, what, "a setting has only `locked` and `value`");
            }
        }
        let locked = node.member("locked");
        let lock = if let Some(member) = locked {
            let lock = value::truth(&mut self.notes, &join(&setting.key, "locked"), &member.node);
            let Some(lock) = lock else {
                return self.notes.found.leave_out(&*setting.key, "its lock is no truth value", key);
            };
            lock
        } else {
            if value.is_some() {
                self.missing_lock(setting, key, is_about_safety(setting));
            }
            false
        };
        match (value, locked) {
            (Some(value), _) => {
                let at = locked.map_or(key, |locked| locked.node.span);
                self.accept(setting, Some((lock, at)), key, value, certainty, None);
            }
            (None, Some(locked)) => self.locked_without_value(setting, locked.name.span),
            (None, None) => {
                let message = format!("`{}` has no `value`: Docker Desktop ignores it", setting.key);
                let finding = Finding::new(&WRONG_SHAPE, node.span, message).label("nothing in here");
                self.notes.refuse(finding, &*setting.key, "it has no value");
            }
        }
    }

    /// The object with `value` and `locked` in lower case, where they stood in another one.
    fn spelt(&mut self, setting: &Setting, node: &Node) -> Node {
        let mut node = node.clone();
        let Content::Table(members) = &mut node.content else { return node };
        for right in ["value", "locked"] {
            if members.iter().any(|member| member.name.value == right) {
                continue;
            }
            let mut others = members.iter_mut().filter(|member| member.name.value.eq_ignore_ascii_case(right));
            let Some(member) = others.next() else { continue };
            let message = format!("`{}` has `{right}`, not `{}`", setting.key, member.name.value);
            let finding = Finding::new(&WRONG_SHAPE, member.name.span, message).label("spelt differently");
            self.notes.report(finding.help(format!("imported as `{right}`")));
            right.clone_into(&mut member.name.value);
        }
        node
    }

    pub(super) fn locked_without_value(&mut self, setting: &Setting, lock: Span) {
        let finding = Finding::new(&LOCKED_WITHOUT_VALUE, lock, locked_without_value(setting)).label("nothing to lock");
        if setting.shape == Shape::Setting {
            self.notes.refuse(finding, &*setting.key, "it is locked without a value");
        } else {
            self.notes.report(finding);
        }
    }

    pub(super) fn missing_lock(&mut self, setting: &Setting, key: Span, is_about_safety: bool) {
        if !is_about_safety || self.is_users_own {
            return;
        }
        let message = format!(
            "`{}` has no `locked`, so it is a default only: machines where the user chose already do not change",
            setting.key
        );
        let help = "imported as a default; to enforce it, take `locked = false` out of the policy";
        self.notes.report(Finding::new(&MISSING_LOCK, key, message).label("not locked").help(help));
    }
}
