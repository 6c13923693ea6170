//! `admin-settings.json`, in the form that Docker documents and in those that people write.
//!
//! What is under its right name in its right form passes. Everything else is a finding, and is imported where what was
//! meant is certain. The values themselves are judged later, when the policy is checked.

use super::found::{Certainty, Channel, LeftOut, Notes, Said};
use super::tree::{Content, Member, Node};
use super::{organizations, renamed, value};
use crate::catalog::{Safer, Setting, Shape, catalog};
use crate::finding::{Finding, LEGACY_FORMAT, MISPLACED_SETTING, MIXED_FILES, Severity, WRONG_SHAPE};
use crate::source::Span;
use crate::value::Value;

/// Reads the object at the top of the file. A user's own file has the same names and neither locks nor groups.
pub(super) fn read(notes: Notes<'_>, root: &Node, is_users_own: bool) {
    let mut reader = Reader { notes, is_users_own, legacy: None, share_on_start: None, other_name: None };
    reader.notes.found.settings.get_or_insert_default();
    reader.members("", root);
    reader.share_directories();
    reader.report_legacy();
}

pub(super) struct Reader<'a> {
    pub(super) notes: Notes<'a>,
    pub(super) is_users_own: bool,
    /// The first sign of Docker Desktop Enterprise.
    pub(super) legacy: Option<Span>,
    /// What the hardening guide says once for all directories.
    pub(super) share_on_start: Option<bool>,
    /// The name that the file has for what is being read, when that is not the right one.
    pub(super) other_name: Option<String>,
}

impl Reader<'_> {
    pub(super) fn members(&mut self, parent: &str, node: &Node) {
        for member in node.members() {
            let path = join(parent, &member.name.value);
            match catalog().find(&path).filter(|setting| setting.is_admin_setting()) {
                Some(setting) => self.setting(setting, member.name.span, &member.node, Certainty::Said),
                // An object that Docker documents only by what it holds, such as `imageList`.
                None if !catalog().members(&path).is_empty() && member.node.is_table() => {
                    self.members(&path, &member.node);
                }
                None => self.stranger(parent, member),
            }
        }
    }

    /// A name that is not in the catalog at this place: a form of something that is, or an unknown one.
    fn stranger(&mut self, parent: &str, member: &Member) {
        let (name, node) = (member.name.value.as_str(), &member.node);
        let group = catalog().find(parent).filter(|setting| !parent.is_empty() && setting.shape != Shape::List);
        match (group, name) {
            (Some(group), "value" | "enabled" | "locked") => self.misshapen_group(group, member),
            (None, "allowedOrgs") if parent.is_empty() => self.mixed(member.name.span, node),
            _ => renamed::read(self, parent, member),
        }
    }

    /// The list of organizations belongs in another file.
    fn mixed(&mut self, key: Span, node: &Node) {
        let message = "`allowedOrgs` does nothing in `admin-settings.json`: nobody is made to sign in by it";
        let help = "imported as `[sign-in]`, from which each platform gets its own mechanism";
        self.notes.report(Finding::new(&MIXED_FILES, key, message).label("in the wrong file").help(help));
        organizations::from_list(&mut self.notes, Channel::Nowhere, key, node, Severity::Error);
    }

    /// A setting under a name that the catalog knows, in whatever form.
    pub(super) fn setting(&mut self, setting: &'static Setting, key: Span, node: &Node, certainty: Certainty) {
        match setting.shape {
            Shape::Section | Shape::Object if node.is_table() => self.members(&setting.key, node),
            Shape::Section | Shape::Object => self.not_a_table(setting, node),
            Shape::Group if node.is_table() => self.group(setting, key, node),
            Shape::Group => self.bare_group(setting, key, node),
            Shape::Setting if node.is_table() => self.lockable(setting, key, node, certainty),
            Shape::Setting => self.bare(setting, key, node, certainty),
            Shape::Field | Shape::List => self.field(setting, key, node, certainty),
            // Judged where the whole file is.
            Shape::Bare => {}
            Shape::Channel => unreachable!("channels are filtered before"),
        }
    }

    /// A value that follows from something else.
    pub(super) fn imply(&mut self, key: String, value: Value, span: Span) {
        let (locked, lock, items, remark, certainty) = (None, None, Vec::new(), None, Certainty::Implied);
        let said = Said { key, value, locked, lock, name: span, span, items, remark, certainty };
        self.notes.found.keep(said);
    }

    pub(super) fn say_bare(&mut self, name: &str, key: Span) {
        if self.is_users_own {
            return;
        }
        let message = format!("`{name}` is a bare value, which Docker Desktop ignores or stops at");
        let help = "it wants `{ \"locked\": …, \"value\": … }`; imported as an enforced value";
        self.notes.report(Finding::new(&WRONG_SHAPE, key, message).label("without `locked` and `value`").help(help));
    }

    fn bare(&mut self, setting: &'static Setting, key: Span, node: &Node, certainty: Certainty) {
        // What is left out has a finding of its own.
        let before = self.notes.found.left_out.len();
        let remark = Some(self.remark_on_bare());
        self.accept(setting, Some((!self.is_users_own, key)), key, node, certainty, remark);
        let is_accepted = self.notes.found.left_out[before..].iter().all(|left| left.what != setting.key);
        // Another name is the greater mistake, and said already.
        if is_accepted && self.other_name.is_none() {
            self.say_bare(&setting.key, key);
        }
    }

    pub(super) fn remark_on_bare(&self) -> String {
        let remark = if self.is_users_own {
            "a user's own value, so no more than a default"
        } else {
            "was a bare value, which Docker Desktop ignores"
        };
        remark.to_owned()
    }

    /// A member of a group, which has the value itself and no lock of its own.
    fn field(&mut self, setting: &'static Setting, key: Span, node: &Node, certainty: Certainty) {
        let Some(value) = node.get("value") else {
            return self.accept(setting, None, key, node, certainty, None);
        };
        if self.other_name.is_none() && self.legacy.is_none() {
            let message =
                format!("`{}` is the value itself, without `locked`: Docker Desktop ignores this", setting.key);
            let has_group_lock = setting.shape == Shape::Field;
            let help = if has_group_lock {
                "imported with the lock of the whole group"
            } else {
                "imported without the lock, which it cannot have"
            };
            self.notes.report(Finding::new(&WRONG_SHAPE, key, message).label("not an object").help(help));
        }
        self.accept(setting, None, key, value, certainty, None);
        let group = setting.key.split('.').next().unwrap_or_default();
        let lock = join(group, "locked");
        let has_lock = lock != setting.key && catalog().find(&lock).is_some();
        if let Some(locked) = node.get("locked").and_then(Node::as_bool).filter(|_| has_lock) {
            self.imply(lock, locked.into(), key);
        }
    }

    /// Keeps a value with the lock of its own and its place, after what is certain about its form was put right.
    pub(super) fn accept(
        &mut self,
        setting: &'static Setting,
        lock: Option<(bool, Span)>,
        key: Span,
        node: &Node,
        certainty: Certainty,
        remark: Option<String>,
    ) {
        let group_lock = join(setting.key.split('.').next().unwrap_or_default(), "locked");
        let has_lock = setting.shape == Shape::Setting || catalog().find(&group_lock).is_some();
        if self.is_users_own && !has_lock {
            let why = "one user's own, and without a lock a policy can only enforce it for everybody";
            return self.notes.found.leave_out(&*setting.key, why, key);
        }
        let Some(formed) = value::formed(&mut self.notes, setting, node) else {
            return self.notes.found.leave_out(&*setting.key, "its value is not of its type", key);
        };
        let other_name = self.other_name.as_ref().map(|name| format!("was `{name}`"));
        let remark = formed.remark.or(other_name).or(remark);
        let lock = lock.filter(|_| setting.shape == Shape::Setting);
        let said = Said {
            key: setting.key.clone(),
            value: formed.value,
            locked: lock.map(|(locked, _)| locked),
            lock: lock.map(|(_, at)| at),
            name: key,
            span: node.span,
            items: formed.items,
            remark,
            certainty,
        };
        self.notes.found.keep(said);
        if self.is_users_own && catalog().find(&group_lock).is_some() {
            self.imply(group_lock, false.into(), key);
        }
    }

    /// A name under which the catalog knows a setting when case is left aside.
    pub(super) fn respelt(&mut self, setting: &'static Setting, path: &str, member: &Member) {
        if !self.is_users_own {
            let message = format!("`{path}` is spelt `{}`", setting.key);
            let finding = Finding::new(&MISPLACED_SETTING, member.name.span, message).label("spelt differently");
            let is_ours = setting.shape == Shape::Bare;
            let done = if is_ours { "a build writes it".to_owned() } else { format!("imported as `{}`", setting.key) };
            self.notes.report(finding.help(done));
        }
        self.setting(setting, member.name.span, &member.node, Certainty::Meant);
    }

    fn share_directories(&mut self) {
        let Some(shared) = self.share_on_start else { return };
        let settings = self.notes.found.settings.get_or_insert_default();
        let list = settings.iter_mut().find(|said| said.key == "filesharingAllowedDirectories");
        let Some(Said { value: Value::List(directories), .. }) = list else { return };
        for directory in directories {
            if let Value::Table(entries) = directory {
                entries.retain(|(name, _)| name != "sharedByDefault");
                entries.push(("sharedByDefault".to_owned(), Value::Boolean(shared)));
            }
        }
    }

    /// One finding for the whole file: its age is what is wrong, not each of its names.
    fn report_legacy(&mut self) {
        let Some(at) = self.legacy else { return };
        let names = |names: Vec<&str>| {
            if names.is_empty() { "nothing".to_owned() } else { format!("`{}`", names.join("`, `")) }
        };
        let found = &*self.notes.found;
        let carried = found.settings.iter().flatten().filter(|said| said.certainty < Certainty::Implied);
        let carried = names(carried.map(|said| said.key.as_str()).collect());
        let dropped = names(found.left_out.iter().map(|LeftOut { what, .. }| what.as_str()).collect());
        let message = "a file of Docker Desktop Enterprise, which ended in 2020: today's Docker Desktop ignores it or does not start";
        let help = format!("carried over: {carried}; left out: {dropped}");
        self.notes.report(Finding::new(&LEGACY_FORMAT, at, message).label("a name of that product").help(help));
    }
}

/// Whether it matters for safety which value it has.
pub(super) fn is_about_safety(setting: &Setting) -> bool {
    !matches!(&setting.safer, None | Some(Safer::Rule(_)))
        || matches!(&setting.safer, Some(Safer::Rule(rule)) if rule != "depends")
}

pub(super) fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// Whether a list has something else than texts in it.
pub(super) fn is_list_of_texts(node: &Node) -> bool {
    matches!(&node.content, Content::List(items) if items.iter().all(|item| item.as_str().is_some()))
}
