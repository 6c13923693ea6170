//! Brings what stands under a name that is no setting to the setting that it means, so that it is read there.

use std::borrow::Cow;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::place::{Place, Root};
use super::setting::{quoted, unknown};
use crate::catalog::{Setting, Shape, Type, catalog};
use crate::policy::graft::{open, put, take};
use crate::policy::grammar::Table;
use crate::policy::reader::{Node, Reader};

/// A wrong name can stand inside a wrong name. Deeper than this no setting is.
const DEEPEST: usize = 8;

/// An entry that is to stand at another place.
pub(super) struct Move {
    /// The names that lead to it.
    pub(super) from: Vec<String>,
    /// The path of the setting that was meant.
    pub(super) to: Option<String>,
    /// What of the entry can be read there.
    pub(super) part: Part,
}

/// What of an entry can be read under another name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it, as it stands.
    Whole,
    /// Its `value`, without the lock beside it.
    Value,
    /// All of it, as the `value` that it was meant to be.
    AsValue,
    /// Nothing.
    Nothing,
}

/// The settings of a table, each under its own name, with the paths that other names are about to get. These are reported.
pub(in crate::policy) fn settled<'a, 't>(
    reader: &mut Reader<'_>,
    table: &'a DeTable<'t>,
    header: Option<&str>,
    beside: &'static Table,
) -> (Cow<'a, DeTable<'t>>, Vec<String>) {
    let mut settled = Cow::Borrowed(table);
    let mut meant = Vec::new();
    for _ in 0..DEEPEST {
        let (mut moves, mut wrong) = (Vec::new(), Vec::new());
        let root = Root::new(&settled, header.map(str::to_owned), beside, Vec::new());
        look(reader, Place { root: &root, table: &settled, path: "" }, &mut moves, &mut wrong);
        if wrong.is_empty() {
            break;
        }
        let table = settled.to_mut();
        let taken: Vec<_> = moves.into_iter().filter_map(|one| Some((take(table, &one.from)?, one))).collect();
        for names in wrong {
            take(table, &names);
        }
        for ((at, node), Move { to, part, .. }) in taken {
            let Some(to) = to else { continue };
            meant.push(to.clone());
            let node = match part {
                Part::Whole => Some(node),
                Part::Value => value_of(node),
                Part::AsValue => Some(as_value(node)),
                Part::Nothing => None,
            };
            let Some(node) = node.filter(|_| can_stand(&to)) else { continue };
            let (outer, name) = to.rsplit_once('.').unwrap_or(("", &to));
            if let Some(table) = opened(table, outer, &at) {
                put(table, Cow::Owned(name.to_owned()), at, node);
            }
        }
    }
    (settled, meant)
}

/// A table with this alone as its `value`.
fn as_value(node: Node<'_>) -> Node<'_> {
    let span = node.span();
    let name = toml::Spanned::new(span.clone(), Cow::Borrowed("value"));
    toml::Spanned::new(span, DeValue::Table([(name, node)].into_iter().collect()))
}

/// What stands beside a lock.
fn value_of(node: Node<'_>) -> Option<Node<'_>> {
    match node.into_inner() {
        DeValue::Table(mut table) => table.remove("value"),
        _ => None,
    }
}

/// The table at a path, made where there is none.
pub(super) fn opened<'a, 't>(table: &'a mut DeTable<'t>, path: &str, at: &Range<usize>) -> Option<&'a mut DeTable<'t>> {
    let mut names = path.split('.').filter(|name| !name.is_empty());
    names.try_fold(table, |table, name| open(table, Cow::Owned(name.to_owned()), at.clone()))
}

/// Reports the names that are no settings, with where they stand and where what they say belongs.
fn look(reader: &mut Reader<'_>, place: Place<'_>, moves: &mut Vec<Move>, wrong: &mut Vec<Vec<String>>) {
    let is_settled = place.table.keys().all(|name| is_ours(&place.join(name.get_ref()), name.get_ref()));
    let entries = if is_settled { Vec::new() } else { reader.sorted(place.table) };
    for (name, key, node) in entries {
        let path = place.join(name);
        if is_ours(&path, name) {
            continue;
        }
        let found = reader.within(name, |reader| {
            // Only a name in quotes has one of these characters: the catalog has them in the paths that it is asked for.
            let is_quoted = name.is_empty() || name.contains(['.', '[', ']']);
            let says = if is_quoted { quoted } else { unknown };
            says(reader, place, name, key, node)
        });
        moves.extend(found);
        wrong.push(names(place.path, name));
    }
    for (name, node) in place.table {
        let path = place.join(name.get_ref());
        if let Some(table) = node.get_ref().as_table().filter(|_| is_group(&path)) {
            look(reader, Place { table, path: &path, ..place }, moves, wrong);
        }
    }
}

/// The names that lead to an entry of the table at a path.
pub(super) fn names(path: &str, name: &str) -> Vec<String> {
    path.split('.').filter(|name| !name.is_empty()).chain([name]).map(str::to_owned).collect()
}

/// Whether names of ours can stand below a path.
fn is_group(path: &str) -> bool {
    match catalog().find(path).filter(|setting| setting.is_admin_setting()) {
        Some(setting) => matches!(setting.shape, Shape::Section | Shape::Object | Shape::Group),
        None => !catalog().members(path).is_empty(),
    }
}

/// Whether a path is that of something among the settings, or inside the JSON that one takes.
fn can_stand(path: &str) -> bool {
    let is_known = |path| catalog().find(path).is_some_and(Setting::is_admin_setting) || is_group(path);
    let json = |path| catalog().find(path).is_some_and(|setting| setting.kind == Type::Json);
    is_known(path) || path.split_once(".value.").is_some_and(|(whole, _)| json(whole))
}

/// Whether the catalog has this path.
fn is_ours(path: &str, name: &str) -> bool {
    !name.is_empty()
        && !name.contains(['.', '[', ']'])
        && (catalog().find(path).is_some_and(Setting::is_admin_setting) || !catalog().members(path).is_empty())
}
