//! The name of a platform among the settings: what is in it is brought to that platform.

use std::borrow::Cow;

use toml::de::DeTable;

use super::guess::Meaning;
use crate::catalog::catalog;
use crate::finding::{Finding, MISPLACED_SETTING};
use crate::platform::Platform;
use crate::policy::graft::{open, put, take};
use crate::policy::grammar::{self, Table};
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};
use crate::source::Span;

impl Reader<'_> {
    /// Reports each platform among the settings of a table, whose name is at `key`, and puts what is in it where the
    /// settings of that platform stand; those of an exception, which is for one platform, where they are.
    pub(super) fn settle_platforms(&mut self, grammar: &Table, key: Span, table: &mut DeTable<'_>) {
        let is_exception = grammar.name == grammar::EXCEPTION.name;
        let takes_them = is_exception || grammar.has("platforms");
        let settings = table.get("settings").filter(|_| takes_them).and_then(|settings| settings.get_ref().as_table());
        let named = settings.into_iter().flatten().filter_map(|(name, node)| {
            let platform = platform(name.get_ref(), node)?;
            Some((name.get_ref().clone().into_owned(), platform))
        });
        for (name, platform) in named.collect::<Vec<_>>() {
            let Some((at, node)) = take(table, &["settings".to_owned(), name.clone()]) else { continue };
            let path = if is_exception { vec![] } else { vec!["platforms", platform.name()] };
            if is_exception {
                let help = format!("leave it out, and add `platform = \"{}\"` to the exception", platform.name());
                self.tell(misplaced(self.source.span(at.clone()), &name).help(help));
            } else {
                let header = self.header_below(key, "platforms").unwrap_or_else(|| "[platforms]".to_owned());
                let header = format!("{}.{}", header.trim_end_matches(']'), platform.name());
                self.tell_to_move(&header, &name, self.source.span(at.clone()), &node);
            }
            let mut path = path.into_iter().chain(["settings"]);
            let opened = path.try_fold(&mut *table, |table, name| open(table, Cow::Borrowed(name), at.clone()));
            if let (Some(table), toml::de::DeValue::Table(members)) = (opened, node.into_inner()) {
                for (name, node) in members {
                    let at = name.span();
                    put(table, name.into_inner(), at, node);
                }
            }
        }
    }

    /// Says where an entry with the name of a platform goes; `header` is that of the platform, without its end.
    fn tell_to_move(&mut self, header: &str, name: &str, key: Span, node: &Node<'_>) {
        match self.form(node) {
            Form::Value => {
                let help = format!("move it to `{header}]` as `settings = {}`", self.written_as(node));
                self.tell(misplaced(key, name).help(help));
            }
            Form::Header => self.tell(misplaced(key, name).help(format!("move its lines to `{header}.settings]`"))),
            Form::Dotted => self.tell_lines(&format!("{header}.settings]"), name, "", node),
        }
    }

    /// Says so of each line that begins with the name and a dot.
    fn tell_lines(&mut self, header: &str, platform: &str, path: &str, node: &Node<'_>) {
        for (name, key, node) in node.get_ref().as_table().map(|table| self.sorted(table)).unwrap_or_default() {
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            if self.form(node) == Form::Dotted {
                self.tell_lines(header, platform, &path, node);
                continue;
            }
            let mark = self.before(key, path.split('.').count(), key.end - key.start);
            let help = format!("move it to `{header}` as `{path} = {}`", self.written_as(node));
            self.tell(misplaced(mark, platform).help(help));
        }
    }
}

fn misplaced(at: Span, name: &str) -> Finding {
    let message = format!("`{name}` is no setting: it is a platform");
    Finding::new(&MISPLACED_SETTING, at, message).label("belongs elsewhere")
}

/// The platform that a name among the settings means. Some mean a group as well: then what is in it says which.
fn platform(name: &str, node: &Node<'_>) -> Option<Platform> {
    let table = node.get_ref().as_table().filter(|_| catalog().find(name).is_none())?;
    let platform = Platform::known_as(name)?;
    let meaning = Meaning::known("", name, true).or_else(|| Meaning::guessed("", name));
    let group = meaning.and_then(|meaning| meaning.path("")).unwrap_or_default();
    let is_setting =
        |member: &str| Meaning::is_setting(member) && catalog().find(&format!("{group}.{member}")).is_none();
    table.keys().any(|member| is_setting(member.get_ref())).then_some(platform)
}
