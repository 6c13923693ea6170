//! How an entry becomes another setting: renamed where it stands, or moved to where that can stand.

use super::converted::converted;
use super::guess::Meaning;
use super::place::Place;
use crate::catalog::catalog;
use crate::finding::Finding;
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};
use crate::policy::settings::Known;
use crate::source::Span;

/// An entry with a name that is no setting.
#[derive(Clone, Copy)]
pub(super) struct Wrong<'t> {
    /// The table it stands in.
    pub(super) place: Place<'t>,
    /// Its path as written.
    pub(super) path: &'t str,
    /// Where its last name stands.
    pub(super) key: Span,
    /// Its value.
    pub(super) node: &'t Node<'t>,
    /// How many of the names before the last one, on the same line, are wrong with it.
    pub(super) depth: usize,
}

impl<'t> Wrong<'t> {
    /// Where all that is wrong of the name stands.
    pub(super) fn mark(self, reader: &Reader<'_>) -> Span {
        let Span { start, end, .. } = self.key;
        reader.before(self.key, self.depth, end - start)
    }

    /// How it becomes `setting`. `value` is what to write for it; `None` where its own does.
    pub(super) fn to(self, reader: &'t Reader<'t>, setting: &'t str, value: Option<&'t str>) -> Renaming<'t> {
        Renaming { reader, wrong: self, setting, value }
    }
}

/// An entry with a wrong name, and the setting that it is to become.
#[derive(Clone, Copy)]
pub(super) struct Renaming<'t> {
    reader: &'t Reader<'t>,
    wrong: Wrong<'t>,
    /// The path of the setting.
    setting: &'t str,
    /// What to write as its value; `None` where its own does.
    value: Option<&'t str>,
}

impl Renaming<'_> {
    /// The finding with what to do with the entry: to rename it where it stands, or to move it.
    pub(super) fn help(self, finding: Finding) -> Finding {
        if let Some((at, label, help)) = self.taken() {
            return finding.related(at, label).help(help);
        }
        let help = self.lead();
        match self.wrong.place.bare(self.reader, self.setting).filter(|_| help.starts_with("write `")) {
            Some((key, line)) => {
                finding.related(key, "no place for members").help(format!("{help}, and `{line}` at the other mark"))
            }
            None if help.starts_with("move it to ") && self.empties() => {
                finding.help(format!("{help}, and remove its header"))
            }
            None => finding.help(help),
        }
    }

    /// The finding with what to do with an entry from outside the settings.
    pub(super) fn bring(self, finding: Finding) -> Finding {
        match self.taken() {
            Some((at, label, help)) => finding.related(at, label).help(help),
            None => finding.help(self.far()),
        }
    }

    /// The finding with the setting that an unknown name looks like.
    pub(super) fn guess(self, finding: Finding) -> Finding {
        let finding = self.help(finding);
        let help = finding.help.clone().unwrap_or_default();
        match help.strip_prefix("write `").and_then(|rest| rest.split_once('`')) {
            Some((name, "")) if name != self.setting || self.wrong.place.path.is_empty() => {
                finding.help(format!("did you mean `{name}`?"))
            }
            Some((name, "")) => finding.help(format!("did you mean the setting `{name}`?")),
            _ => finding,
        }
    }

    /// Whether nothing is left below a header once an entry is moved from there.
    fn empties(self) -> bool {
        let Self { reader, wrong, .. } = self;
        let Some((outer, _)) = wrong.path.rsplit_once('.') else { return false };
        let is_known = catalog().find(outer).is_some() || !catalog().members(outer).is_empty();
        let parent = wrong.place.at(outer).filter(|parent| !is_known && reader.form(parent) == Form::Header);
        let table = parent.and_then(|parent| parent.get_ref().as_table());
        let last = table.and_then(|table| reader.sorted(table).pop());
        last.is_some_and(|(_, key, _)| key == wrong.key)
    }

    /// Where another entry stands that gives the setting its value, what that is, and what to do with this one.
    fn taken(self) -> Option<(Span, &'static str, String)> {
        let Self { reader, setting, value, .. } = self;
        let Wrong { place, key, node, .. } = self.wrong;
        let own = value.or((reader.form(node) == Form::Value).then(|| reader.written_as(node)));
        if let Some(there) = place.says(setting) {
            let at = reader.span(there);
            let said = (reader.form(there) == Form::Value).then(|| reader.written_as(there));
            if let (Some(its), Some(table)) = (there.get_ref().as_table(), node.get_ref().as_table()) {
                let lacks = |name: &str| !its.contains_key(name);
                if table.keys().any(|name| lacks(name.get_ref())) {
                    let is_apart = reader.goes_on(key) && table.keys().all(|name| lacks(name.get_ref()));
                    let help = format!("`{setting}` is there already: move to it what it lacks, then remove this one");
                    return (!is_apart).then_some((at, "there already", help));
                }
            }
            let stays = match (said, own) {
                (Some(said), Some(own)) => stays(setting, said, own, ""),
                _ => format!("`{setting}` is there already"),
            };
            return Some((at, "there already", format!("remove this line: {stays}")));
        }
        let earlier = place.root.renamed(setting).filter(|its| its.key.start < key.start)?;
        let at = reader.source.span(earlier.key.clone());
        let earlier = &earlier.path;
        if node.get_ref().is_table() && catalog().find(setting).is_none_or(|its| !its.takes_a_value()) {
            let help = format!("`{earlier}` becomes `{setting}` too: move to it what it lacks, then remove this one");
            return Some((at, "the other one", help));
        }
        let said = place.at(earlier).and_then(|node| {
            let alias = catalog().aliased(earlier).find(|(its, _)| its.key == setting);
            let value = alias.and_then(|(setting, alias)| converted(reader, setting, alias, node));
            value.or((reader.form(node) == Form::Value).then(|| reader.written_as(node).to_owned()))
        });
        let help = match (said, own) {
            (Some(said), Some(own)) if said != own && is_short(&said) && is_short(own) => {
                format!("`{earlier}` becomes `{setting} = {said}` and stays, and this one says `{own}`")
            }
            _ => format!("`{earlier}` becomes `{setting}` too"),
        };
        Some((at, "the other one", format!("remove this line: {help}")))
    }

    fn lead(self) -> String {
        let Self { reader, wrong, setting, value } = self;
        let Wrong { place, key, node, .. } = wrong;
        let here =
            if place.path.is_empty() { Some(setting) } else { setting.strip_prefix(&format!("{}.", place.path)) };
        let target = place.target(reader, setting);
        // What is to be one line cannot stay below a header of its own.
        let stays = value.is_none() || reader.form(node) != Form::Header;
        // A header can name a table anywhere but in braces.
        let is_free = reader.form(node) == Form::Header && !matches!(target.way, Way::Inside(_));
        let is_new = |first: &str| !place.path.is_empty() && !place.table.contains_key(first);
        let is_here = |name: &&str| match name.split_once('.') {
            Some((first, _)) => is_free || is_new(first) || target.path == place.path || *name == target.rest,
            None => true,
        };
        if let Some(name) = here.filter(is_here).filter(|_| stays) {
            return match value {
                Some(value) => format!("write `{}{name} = {value}`", reader.outer(key, wrong.depth)),
                None => format!("write `{name}`"),
            };
        }
        self.far()
    }

    /// What to do with an entry that cannot become `setting` where it stands.
    fn far(self) -> String {
        let Self { reader, wrong, setting, value } = self;
        let own = (reader.form(wrong.node) == Form::Value).then(|| reader.written_as(wrong.node));
        let target = wrong.place.target(reader, setting);
        match (target.way, value.or(own)) {
            (Way::Under(header), Some(value)) => format!("move it to `{header}` as `{} = {value}`", target.rest),
            (Way::Inside(name), Some(value)) => {
                format!("move it into the braces of `{name}` as `{} = {value}`", target.rest)
            }
            (_, Some(value)) => format!("it belongs among the settings as `{setting} = {value}`"),
            (_, None) => format!("it belongs among the settings as `{setting}`"),
        }
    }
}

impl Place<'_> {
    /// The innermost table of the file that can take a line for `setting`, and the name of the setting there.
    fn target<'s>(self, reader: &Reader<'_>, setting: &'s str) -> Target<'s> {
        let (mut table, mut rest, mut path) = (self.root.table, setting, 0);
        let mut way = self.root.header.clone().map_or(Way::Nowhere, Way::Under);
        while let Some((first, inner)) = rest.split_once('.') {
            let here = &setting[..setting.len() - inner.len() - 1];
            // What has another name still is about to get this one.
            let is_it = |name: &str, node: &Node<'_>| {
                let above = here.strip_suffix(first).unwrap_or_default().trim_end_matches('.');
                let meaning = Meaning::known(above, name, true).filter(|_| node.get_ref().is_table());
                meaning.and_then(|meaning| meaning.path(above)).as_deref() == Some(here)
            };
            let entry = table.get_key_value(first);
            let entry = entry.or_else(|| table.iter().find(|(name, node)| is_it(name.get_ref(), node)));
            let Some((key, node)) = entry else { break };
            let Some(its) = node.get_ref().as_table() else { break };
            let form = reader.form(node);
            way = match form {
                Form::Header => Way::Under(reader.header(reader.span(key), node).unwrap_or_default()),
                Form::Value => Way::Inside(key.get_ref().clone().into_owned()),
                Form::Dotted => break,
            };
            (table, rest, path) = (its, inner, setting.len() - inner.len() - 1);
            if form == Form::Value {
                break;
            }
        }
        Target { way, rest, path: &setting[..path] }
    }
}

impl Known<'_> {
    /// What to do with a table that is to be a line with this value.
    pub(in crate::policy) fn become_line(self, reader: &Reader<'_>, value: &str) -> String {
        let name = self.setting.name();
        match reader.form(self.node) {
            Form::Header => {
                let target = self.place.target(reader, &self.setting.key);
                match target.way {
                    Way::Under(header) => format!("move it to `{header}` as `{} = {value}`", target.rest),
                    _ => format!("write `{name} = {value}` in its place"),
                }
            }
            _ => format!("write `{}{name} = {value}`", reader.prefix(self.key)),
        }
    }
}

/// Why a second line for one name is to go. `place` says where the first one stands, if that is not to be seen.
pub(super) fn stays(name: &str, there: &str, own: &str, place: &str) -> String {
    let place = if place.is_empty() { String::new() } else { format!(" {place}") };
    if there == own || !is_short(there) || !is_short(own) {
        format!("`{name}` is there already{place}")
    } else {
        format!("`{name} = {there}`{place} stays, and this one says `{own}`")
    }
}

/// Whether a value can be said in a sentence.
fn is_short(value: &str) -> bool {
    value.len() <= 40 && !value.contains('\n')
}

/// Where a line for a setting goes.
struct Target<'s> {
    way: Way,
    /// What the setting is called there.
    rest: &'s str,
    /// The path of that table.
    path: &'s str,
}

enum Way {
    /// Below this header.
    Under(String),
    /// Into the braces that this name has.
    Inside(String),
    /// The settings themselves stand in braces or on the line of a longer name.
    Nowhere,
}
