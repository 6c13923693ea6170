//! Puts an entry of a parsed document where another place of it was meant. It keeps the place in the text that it has.

use std::borrow::Cow;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::reader::Node;

/// Puts an entry into a table. Of two tables with one name both count, and of two lists; of other values the one that
/// is there.
pub(super) fn put<'t>(table: &mut DeTable<'t>, name: Cow<'t, str>, at: Range<usize>, node: Node<'t>) {
    let Some(there) = table.get_mut(&*name) else {
        table.insert(toml::Spanned::new(at, name), node);
        return;
    };
    match (there.get_mut(), node.into_inner()) {
        (DeValue::Table(there), DeValue::Table(more)) => {
            for (name, node) in more {
                let at = name.span();
                put(there, name.into_inner(), at, node);
            }
        }
        (DeValue::Array(there), DeValue::Array(more)) => {
            for item in more {
                there.push(item);
            }
            there.sort_by_key(|item| item.span().start);
        }
        _ => {}
    }
}

/// Takes out the entry to which these names lead.
pub(super) fn take<'t>(table: &mut DeTable<'t>, names: &[String]) -> Option<(Range<usize>, Node<'t>)> {
    let (last, outer) = names.split_last()?;
    let mut table = table;
    for name in outer {
        table = inside(table.get_mut(name.as_str())?)?;
    }
    table.remove_entry(last.as_str()).map(|(key, node)| (key.span(), node))
}

/// The table below this name, made where there is none; `None` where something else is there.
pub(super) fn open<'a, 't>(
    table: &'a mut DeTable<'t>,
    name: Cow<'t, str>,
    at: Range<usize>,
) -> Option<&'a mut DeTable<'t>> {
    let make = || toml::Spanned::new(at.clone(), DeValue::Table(DeTable::new()));
    let entry = table.entry(toml::Spanned::new(at.clone(), name));
    inside(entry.or_insert_with(make))
}

/// The table that a node is; of a list of tables the last.
fn inside<'a, 't>(node: &'a mut Node<'t>) -> Option<&'a mut DeTable<'t>> {
    match node.get_mut() {
        DeValue::Table(table) => Some(table),
        DeValue::Array(items) => items.last_mut().and_then(inside),
        _ => None,
    }
}
