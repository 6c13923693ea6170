//! A key that one of our own tables does not have: the finding, with what to type so that it becomes what [`home`](super::home)
//! takes it for.
//!
//! Names among the settings are not ours; they are in [`setting`](super::setting).

use super::elsewhere::sign_in;
use super::home::{Home, Meant, meant, takes_a_table};
use super::place::{Place, Root};
use super::rename::{Wrong, stays};
use crate::finding::{Finding, UNKNOWN_KEY, all_of};
use crate::platform::Platform;
use crate::policy::grammar::{self, Table};
use crate::policy::layout::Form;
use crate::policy::reader::{Entries, Node, Reader};
use crate::source::Span;
use crate::visible::strange;

impl<'a> Reader<'a> {
    /// Reports a key that the table does not have, and says what was probably meant.
    pub(super) fn unknown_key(
        &mut self,
        table: &Entries<'_>,
        (name, at, node): (&str, Span, &Node<'_>),
    ) -> Option<Meant> {
        let grammar = table.grammar;
        let meant = meant(self, grammar, name, node);
        if !self.only_counted(&UNKNOWN_KEY) {
            let message = format!("{} has no key `{name}`{}", grammar.name, strange(name));
            let finding = Finding::new(&UNKNOWN_KEY, at, message).label("unknown");
            self.tell(match &meant {
                Some(Meant::Here(near)) => self.here(table, near, finding, node),
                Some(Meant::Below(inner)) => self.below(table, finding, inner, (name, None), node),
                Some(Meant::Setting(path, value)) => self.to_setting(table, finding, (path, value.as_deref()), node),
                Some(Meant::Foreign(foreign)) => finding.help(format!("remove it: `{name}` {}", foreign.nature())),
                Some(Meant::Elsewhere(home)) if grammar.name == grammar::PLATFORMS.name && home.path.is_empty() => {
                    let header = self.header_below(table.span, home.key.name);
                    match header.filter(|_| self.form(node) == Form::Header) {
                        Some(header) => finding.help(format!("move its lines to `{header}`")),
                        None => self.move_home(finding, home, at, node),
                    }
                }
                Some(Meant::Elsewhere(home)) if home.path == "platforms" && grammar.name == grammar::RING.name => {
                    match table.get("platforms") {
                        None => finding.help(format!("write `platforms.{}`", home.key.name)),
                        Some(_) => finding.help(format!("put what is in it below `platforms.{}`", home.key.name)),
                    }
                }
                Some(Meant::Elsewhere(home)) if is_narrow(grammar) => finding.help(home.once()),
                Some(Meant::Elsewhere(home)) => self.move_home(finding, home, at, node),
                Some(Meant::Reason) if node.get_ref().is_str() => {
                    finding.help(format!("move it to `[check.allow]` as `{name} = {}`", self.written_as(node)))
                }
                Some(Meant::Reason) => {
                    finding.help(format!("move it to `[check.allow]` as `{name} = \"…\"`, with the reason in quotes"))
                }
                None => {
                    let keys = all_of(grammar.keys.iter().map(|key| key.name));
                    finding.help(format!("remove it; {} has {keys}", grammar.name))
                }
            });
        }
        meant
    }

    /// The finding with what to do with an entry that this key of the same table was meant by.
    fn here(&self, table: &Entries<'_>, near: &str, finding: Finding, node: &Node<'_>) -> Finding {
        // An entry of a list below a header of its own can always follow another.
        let is_entry = |node: &Node<'_>| node.get_ref().is_array() && self.written_as(node).starts_with("[[");
        let there = table.get(near).filter(|(_, there)| !(is_entry(there) && is_entry(node)));
        match there.filter(|_| self.form(node) == Form::Value) {
            Some((key, there)) if self.form(there) == Form::Value => {
                let stays = stays(near, self.written_as(there), self.written_as(node), "");
                finding.related(key, "there already").help(format!("remove this line: {stays}"))
            }
            Some(_) => finding.help(format!("remove this line: `{near}` is there already")),
            None => finding.help(format!("did you mean `{near}`?")),
        }
    }

    /// Loses what cannot be read where it was meant to stand.
    pub(super) fn lose_meant(&mut self, meant: Option<&Meant>, name: &str, node: &Node<'_>) {
        match meant {
            Some(Meant::Below(inner)) => self.lost.add(&format!("{inner}.{name}")),
            Some(Meant::Setting(path, _)) => self.means(path),
            Some(Meant::Elsewhere(home)) => self.lose_home(home),
            None if node.get_ref().is_table() => self.lost.add(""),
            Some(Meant::Here(_) | Meant::Foreign(_) | Meant::Reason) | None => {}
        }
    }

    /// Loses what a key says that stands in the wrong table.
    pub(super) fn lose_home(&mut self, home: &Home) {
        match home.key.name {
            "extends" | "platforms" | "rings" | "exceptions" => self.lost.add(""),
            name if home.path.is_empty() => self.lost.add(name),
            name => self.lost.add(&format!("{}.{name}", home.path)),
        }
    }

    /// The finding with what to do with an entry that is a setting by another name, where settings do not stand.
    fn to_setting(
        &self,
        table: &Entries<'_>,
        finding: Finding,
        (path, value): (&str, Option<&str>),
        node: &Node<'_>,
    ) -> Finding {
        let said = if table.grammar.has("settings") { table.get("settings") } else { None };
        let header = said.and_then(|(key, its)| self.header(key, its));
        let is_line = value.is_some() || self.form(node) == Form::Value;
        if let (Some((_, its)), true, true) = (said, header.is_some(), is_line)
            && let Some(settings) = its.get_ref().as_table()
        {
            let root = Root::new(settings, header, table.grammar, Vec::new());
            let place = Place { root: &root, table: settings, path: "" };
            let wrong = Wrong { place, path, key: finding.primary.span, node, depth: 0 };
            return wrong.to(self, path, value).bring(finding);
        }
        self.below(table, finding, "settings", (path, value), node)
    }

    /// The finding with what to do with an entry of the table `inner` that stands beside it, or where no such table can
    /// stand. `value` is what to write for it; `None` where its own does.
    fn below(
        &self,
        table: &Entries<'_>,
        finding: Finding,
        inner: &str,
        (name, value): (&str, Option<&str>),
        node: &Node<'_>,
    ) -> Finding {
        let can_stand_beside = table.grammar.has(inner);
        let said = if can_stand_beside { table.get(inner) } else { None };
        let own = value.or((self.form(node) == Form::Value).then(|| self.written_as(node)));
        let header = match said {
            Some((key, its)) => self.header(key, its),
            None => self.header_below(table.span, inner),
        };
        let there = said.and_then(|(_, its)| its.get_ref().as_table()?.get(name));
        let there = there.or_else(|| {
            let path = header.as_deref()?.trim_matches(['[', ']']);
            self.says(&format!("{path}.{name}"))
        });
        if let Some(there) = there {
            let place = header.map_or(inner.to_owned(), |header| format!("under `{header}`"));
            let help = self.beside(there, (name, own), node, &place);
            return finding.related(self.span(there), "there already").help(help);
        }
        let is_in_braces = said.is_some_and(|(_, its)| self.form(its) == Form::Value);
        let is_line = said.is_some() && self.form(node) == Form::Dotted;
        finding.help(match (own, header) {
            (Some(own), Some(header)) => format!("move it to `{header}` as `{name} = {own}`"),
            (Some(own), None) if is_in_braces => format!("move it into the braces of `{inner}` as `{name} = {own}`"),
            (None, _) if is_in_braces => format!("put it into the braces of `{inner}`"),
            (None, Some(header)) if is_line || !can_stand_beside => format!("put it below `{header}`"),
            (Some(own), None) if value.is_some() => format!("write `{inner}.{name} = {own}`"),
            _ if can_stand_beside => format!("write `{inner}.{name}`"),
            _ => format!("put it below `[{inner}]`"),
        })
    }

    /// What to do with an entry whose place another one has, which stays.
    fn beside(&self, there: &Node<'_>, (name, own): (&str, Option<&str>), node: &Node<'_>, place: &str) -> String {
        if let (Some(its), Some(table)) = (there.get_ref().as_table(), node.get_ref().as_table())
            && table.keys().any(|key| !its.contains_key(key.get_ref().as_ref()))
        {
            return format!("`{name}` is there already {place}: move to it what it lacks, then remove this one");
        }
        let said = (self.form(there) == Form::Value).then(|| self.written_as(there));
        match (said, own) {
            (Some(said), Some(own)) => format!("remove this line: {}", stays(name, said, own, place)),
            _ => format!("remove this line: `{name}` is there already {place}"),
        }
    }

    /// The header of `inner` for the machines that the table at `key` is about; `None` where that has no header itself.
    pub(super) fn header_below(&self, key: Span, inner: &str) -> Option<String> {
        if key.end == 0 {
            return Some(format!("[{inner}]"));
        }
        let opened = self.opened(key)?;
        let tables = [".proxy", ".container-network", ".registry-access", ".platforms"];
        let scope = tables.into_iter().fold(opened, |scope, table| scope.strip_suffix(table).unwrap_or(scope));
        let scope = &with_platform(scope);
        let is_narrow = ["[rings.", "[platforms.", "[exceptions."].iter().any(|start| scope.starts_with(start));
        Some(if is_narrow { format!("{scope}.{inner}]") } else { format!("[{inner}]") })
    }

    /// The finding with what to do with a key that belongs into another table.
    pub(super) fn move_home(&self, finding: Finding, home: &Home, key: Span, node: &Node<'_>) -> Finding {
        if home.key.name == "organizations" && !node.get_ref().is_table() {
            return sign_in(self, finding, key, node);
        }
        let Home { path, key: its } = home;
        let place = if path.is_empty() { "above the first header".to_owned() } else { format!("under `[{path}]`") };
        let whole = if path.is_empty() { its.name.to_owned() } else { format!("{path}.{}", its.name) };
        let there = self.says(&whole);
        if let (Some(there), Form::Value) = (there.filter(|its| self.form(its) == Form::Value), self.form(node)) {
            let stays = stays(its.name, self.written_as(there), self.written_as(node), &place);
            return finding.related(self.span(there), "there already").help(format!("remove this line: {stays}"));
        }
        if path == "platforms" && there.is_none() {
            return finding.help(format!("write `{whole}`"));
        }
        if let Some((name, value)) = self.only_line(node).filter(|_| self.goes_into(there, node)) {
            return finding.help(format!("move it to `[{whole}]` as `{name} = {value}`"));
        }
        finding.help(match self.form(node) {
            Form::Value if path.is_empty() && there.is_none() => {
                format!("move it above the first header, as `{} = {}`", its.name, self.written_as(node))
            }
            Form::Value if there.is_none() => {
                format!("move it to `[{path}]` as `{} = {}`", its.name, self.written_as(node))
            }
            Form::Header if self.goes_into(there, node) => {
                format!("move its lines to `[{whole}]`, and remove its header")
            }
            _ => format!("put what is in it below `[{whole}]`"),
        })
    }

    /// The only entry of a table that has no header of its own.
    fn only_line<'t>(&self, node: &'t Node<'t>) -> Option<(&'t str, &'t str)>
    where
        'a: 't,
    {
        let table = node.get_ref().as_table().filter(|table| table.len() == 1 && self.form(node) != Form::Header)?;
        let (name, value) = table.iter().next().filter(|(_, value)| self.form(value) == Form::Value)?;
        Some((name.get_ref(), self.written_as(value)))
    }

    /// Whether all entries of a table can go below the header of another, or of a new one.
    fn goes_into(&self, there: Option<&Node<'_>>, node: &Node<'_>) -> bool {
        let Some(table) = node.get_ref().as_table() else { return false };
        let is_header = there.is_none_or(|there| self.form(there) == Form::Header);
        let its = there.and_then(|there| there.get_ref().as_table());
        let says = |name: &str| its.is_some_and(|its| its.contains_key(name));
        is_header && table.iter().all(|(name, node)| self.form(node) != Form::Header && !says(name.get_ref()))
    }
}

impl Home {
    /// What to do with a key in a table of some machines that can only be said for all of them.
    pub(super) fn once(&self) -> String {
        let Self { path, key } = self;
        let place = match path.as_str() {
            "" if takes_a_table(&key.kind) => format!("in the table `[{}]`", key.name),
            "" => "above the first header".to_owned(),
            path => format!("under `[{path}]`"),
        };
        format!("remove it: `{}` is said once for all machines, {place}", key.name)
    }

    /// Whether no table of some machines has such a key, nor a table with it.
    pub(super) fn is_only_for_all(&self) -> bool {
        let first = self.path.split('.').next().filter(|first| !first.is_empty()).unwrap_or(self.key.name);
        grammar::RING.keys.iter().all(|key| key.name != first)
    }
}

/// The names of a header, with the table of a platform under its own name where people call it otherwise: `[mac`.
fn with_platform(opened: &str) -> String {
    let mut names: Vec<&str> = opened.trim_start_matches('[').split('.').collect();
    let first = if names[0] == "rings" { 2 } else { 0 };
    let at = if names.get(first) == Some(&"platforms") { first + 1 } else { first };
    if let Some(platform) = names.get(at).and_then(|name| Platform::known_as(name)) {
        names[at] = platform.name();
        if at == first {
            names.insert(at, "platforms");
        }
    }
    format!("[{}", names.join("."))
}

/// Whether a table is about some of the machines.
fn is_narrow(grammar: &Table) -> bool {
    [&grammar::RING, &grammar::PLATFORM, &grammar::EXCEPTION].iter().any(|narrow| narrow.name == grammar.name)
}
