//! A name that is no setting: the finding, with what to type so that the line becomes the setting that was meant.

use toml::de::DeTable;

use super::converted::{converted, is_only_locked};
use super::finding::{NOT_KNOWN, holds_options, nearly, not_known, origin, renamed, respelt};
use super::foreign;
use super::guess::{Meaning, says_inside};
use super::home::{Home, home};
use super::place::Place;
use super::rename::Wrong;
use super::settled::{Move, Part, names};
use crate::catalog::{Alias, Setting, Shape, Type, catalog};
use crate::finding::{Finding, MISPLACED_SETTING, UNKNOWN_SETTING};
use crate::policy::layout::Form;
use crate::policy::reader::{Node, Reader};
use crate::policy::settings;
use crate::source::Span;

/// Reports `name`, which the catalog does not know in this place, and says where it belongs, or parts of it.
pub(super) fn unknown(reader: &mut Reader<'_>, place: Place<'_>, name: &str, key: Span, node: &Node<'_>) -> Vec<Move> {
    let path = place.join(name);
    let is_table = node.get_ref().is_table();
    let members = node.get_ref().as_table().map(|table| reader.sorted(table)).unwrap_or_default();
    let known = Meaning::known(place.path, name, is_table);
    let inside = node.get_ref().as_table().is_some_and(|table| says_inside(&path, table));
    if known.is_none() && inside {
        // The names inside say what was meant.
        let inner = Place { path: &path, ..place };
        let moves = |(member, key, node)| unknown(reader, inner, member, key, node);
        return members.into_iter().flat_map(moves).collect();
    }
    if known.is_none()
        && place.path.is_empty()
        && let Some(home) = home(name, node).filter(|home| place.root.is_for_all() || home.is_only_for_all())
    {
        not_here(reader, place, &home, name, key, node);
        return Vec::new();
    }
    if known.is_none() && reader.only_counted(&UNKNOWN_SETTING) {
        return Vec::new();
    }
    let meaning = known.or_else(|| Meaning::guessed(place.path, name));
    let meant = meaning.and_then(|meaning| meaning.path(place.path));
    let wrong = Wrong { place, path: &path, key, node, depth: 0 };
    let is_converted = match meaning {
        Some(Meaning::Called(setting, alias)) => converted(reader, setting, alias, node).is_some(),
        Some(Meaning::NearlyCalled(_, alias)) => alias.value != "same",
        _ => false,
    };
    if let (Some(Meaning::Called(..) | Meaning::Spelt(_)), Some(meant), Form::Dotted) =
        (meaning, &meant, reader.form(node))
        && !is_converted
    {
        let mut moves = Vec::new();
        lines(reader, meant, meaning, wrong, &mut moves);
        return moves;
    }
    let finding = match meaning {
        Some(Meaning::Inside(group)) => {
            let finding = Finding::new(&MISPLACED_SETTING, key, format!("`{path}` is `{group}`"));
            wrong.to(reader, group, None).help(finding.label("in another place"))
        }
        Some(Meaning::Called(setting, alias)) => renamed(reader, (setting, alias), wrong),
        Some(Meaning::Spelt(right)) if right.shape == Shape::Bare => settings::written_anyway(right, key),
        Some(Meaning::Spelt(right)) => respelt(reader, &right.key, wrong),
        Some(Meaning::Foreign(foreign)) => {
            foreign::report(reader, foreign, wrong);
            return Vec::new();
        }
        Some(Meaning::NearlyCalled(setting, alias)) => nearly(reader, (setting, alias), wrong),
        Some(Meaning::Beside(_) | Meaning::Near(_)) | None => not_known(reader, meaning, wrong),
    };
    if let Some(meant) = meant.as_ref().filter(|_| is_converted && reader.form(node) == Form::Dotted) {
        other_lines(reader, &finding, meant, &members);
    }
    // The name stands in the headers of inner tables, too.
    let again = members.iter().filter(|(_, at, inner)| {
        let is_renamed = matches!(meaning, Some(Meaning::Called(..) | Meaning::Spelt(_) | Meaning::Inside(_)));
        is_renamed && reader.form(inner) == Form::Header && !reader.are_on_one_line(key, *at)
    });
    let again: Vec<Span> = again.map(|(_, at, _)| reader.name_before(*at)).collect();
    for span in again {
        let mut finding = finding.clone();
        finding.primary.span = span;
        if is_converted {
            finding = finding.help("remove it: its lines go with those above");
        }
        reader.report(finding);
    }
    reader.report(finding);
    let is_written = matches!(meaning, Some(Meaning::Spelt(setting)) if setting.shape == Shape::Bare);
    let part_of_it = match meaning {
        Some(Meaning::Called(setting, alias)) => part(reader, (setting, alias), node),
        _ if is_converted => Part::Nothing,
        _ => Part::Whole,
    };
    let whole = moved(reader, names(place.path, name), meant.clone().filter(|_| !is_written), part_of_it);
    // A wrong table often holds further wrong names that have a right one.
    let renamed_to = match meaning {
        Some(Meaning::Inside(_)) => return vec![whole],
        Some(Meaning::Called(setting, _)) => &setting.key,
        _ => &path,
    };
    let mut moves = Vec::new();
    for (member, key, node) in members {
        let path = format!("{path}.{member}");
        let aliased = catalog().aliased(&path).next();
        let is_more = |(setting, alias): &(&Setting, &Alias)| {
            setting.key != format!("{renamed_to}.{member}")
                || converted(reader, setting, alias, node).is_some()
                || holds_options(reader, setting, node)
        };
        if let Some(aliased) = aliased.filter(is_more) {
            let place = Place { path: renamed_to, ..place };
            let finding = renamed(reader, aliased, Wrong { place, path: &path, key, node, depth: 0 });
            reader.report(finding);
            let part = part(reader, aliased, node);
            let from = [&whole.from[..], &[member.to_owned()]].concat();
            moves.push(moved(reader, from, Some(aliased.0.key.clone()), part));
        }
    }
    // What belongs elsewhere goes before the rest of its table.
    moves.push(whole);
    moves
}

/// Reports a key of another table among the settings.
fn not_here(reader: &mut Reader<'_>, place: Place<'_>, home: &Home, name: &str, key: Span, node: &Node<'_>) {
    reader.lose_home(home);
    let finding = Finding::new(&MISPLACED_SETTING, key, format!("`{name}` is no setting")).label("belongs elsewhere");
    let is_for_all = place.root.is_for_all();
    let finding = if is_for_all { reader.move_home(finding, home, key, node) } else { finding.help(home.once()) };
    reader.report(finding);
}

/// What became one line does not need its other lines.
fn other_lines(reader: &mut Reader<'_>, finding: &Finding, meant: &str, members: &[(&str, Span, &Node<'_>)]) {
    for (_, key, _) in members.iter().skip(1) {
        let mut finding = finding.clone();
        finding.primary.span = reader.before(*key, 1, key.end - key.start);
        reader.report(finding.help(format!("remove this line: the one above becomes `{meant}`")));
    }
}

/// Where an entry belongs. What cannot be read there is lost.
fn moved(reader: &mut Reader<'_>, from: Vec<String>, to: Option<String>, part: Part) -> Move {
    let part = if to.as_ref().is_some_and(|to| to.contains('[')) { Part::Nothing } else { part };
    if let Some(to) = to.as_ref().filter(|_| part == Part::Nothing) {
        reader.means(to);
    }
    Move { from, to, part }
}

/// What of an entry can be read under the right name.
fn part(reader: &Reader<'_>, (setting, alias): (&Setting, &Alias), node: &Node<'_>) -> Part {
    let is_value = |table: &DeTable<'_>| !table.contains_key("value") && !table.contains_key("locked");
    if setting.kind == Type::Json && node.get_ref().as_table().is_some_and(is_value) {
        Part::AsValue
    } else if is_only_locked(reader, setting, alias, node) {
        Part::Value
    } else if converted(reader, setting, alias, node).is_some() {
        Part::Nothing
    } else {
        Part::Whole
    }
}

/// Reports each line of a table that has its members after a dot, and whose own name should be `right`.
fn lines(reader: &mut Reader<'_>, right: &str, meaning: Option<Meaning>, wrong: Wrong<'_>, moves: &mut Vec<Move>) {
    let Wrong { place, node, .. } = wrong;
    let Some(table) = node.get_ref().as_table() else { return };
    let depth = wrong.depth + 1;
    for (member, key, node) in reader.sorted(table) {
        let path = format!("{}.{member}", wrong.path);
        let line = Wrong { place, path: &path, key, node, depth };
        let aliased = catalog().aliased(&path).next();
        let takes_it = |setting: &Setting| matches!(setting.shape, Shape::Field | Shape::List) && member == "value";
        let is_option =
            |setting: &Setting| setting.kind == Type::Json && !table.contains_key("value") && member != "locked";
        let has_no_lock = |setting: &Setting| matches!(setting.shape, Shape::Field | Shape::List);
        if member == "locked" && catalog().find(right).is_some_and(has_no_lock) {
            let finding = Finding::new(&MISPLACED_SETTING, line.mark(reader), format!("`{path}` locks nothing"));
            let help = format!("remove this line: `{right}` has no lock of its own");
            reader.report(finding.label("not needed").help(help));
            continue;
        }
        let right = match aliased {
            Some((setting, _)) => setting.key.clone(),
            None if catalog().find(right).is_some_and(is_option) => format!("{right}.value.{member}"),
            None if catalog().find(right).is_some_and(takes_it) => right.to_owned(),
            None => catalog()
                .respelt(&format!("{right}.{member}"))
                .map_or_else(|| format!("{right}.{member}"), |setting| setting.key.clone()),
        };
        if reader.form(node) == Form::Dotted {
            let meaning = aliased.map(|(setting, alias)| Meaning::Called(setting, alias));
            lines(reader, &right, meaning, line, moves);
            continue;
        }
        let finding = match (aliased, meaning) {
            (Some(aliased), _) => renamed(reader, aliased, line),
            (None, Some(Meaning::Called(_, alias))) => {
                let (code, whose) = origin(alias);
                let finding = Finding::new(
                    code,
                    reader.before(key, depth, member.len()),
                    format!("`{path}` is `{right}`: {whose}; {NOT_KNOWN}"),
                );
                line.to(reader, &right, None).help(finding.label("wrong name"))
            }
            _ => respelt(reader, &right, line),
        };
        reader.report(finding);
        let part = aliased.map_or(Part::Whole, |aliased| part(reader, aliased, node));
        let from = path.split('.').map(str::to_owned).collect();
        moves.push(moved(reader, from, Some(right), part));
    }
}

/// Reports a name in quotes that would be several names without them, or none.
pub(super) fn quoted(reader: &mut Reader<'_>, place: Place<'_>, name: &str, key: Span, node: &Node<'_>) -> Vec<Move> {
    let mut meant = None;
    let path = place.join(name);
    let is_known = catalog().find(&path).is_some_and(Setting::is_admin_setting) || !catalog().members(&path).is_empty();
    let finding = if name.is_empty() {
        Finding::new(&UNKNOWN_SETTING, key, "a setting without a name")
            .label("nothing in here")
            .help("remove this line")
    } else if is_known && !name.contains(['[', ']']) {
        let message = format!("in quotes `{name}` is one name, and no setting has a dot in its name");
        let help = format!("write `{name}` without the quotes");
        meant = Some(path);
        Finding::new(&MISPLACED_SETTING, key, message).label("one name").help(help)
    } else if let Some(list) = name.strip_suffix("[]").filter(|list| catalog().find(&place.join(list)).is_some()) {
        let message = format!("`{name}` is how Docker's pages write a list; its name is `{list}`");
        let help = format!("write `{list} = [{}]`", reader.written_as(node));
        reader.means(&place.join(list));
        Finding::new(&UNKNOWN_SETTING, key, message).label("no brackets here").help(help)
    } else if let Some(aliased) = catalog().aliased(&path).next() {
        if converted(reader, aliased.0, aliased.1, node).is_none() {
            meant = Some(aliased.0.key.clone());
        } else {
            reader.means(&aliased.0.key);
        }
        renamed(reader, aliased, Wrong { place, path: &path, key, node, depth: 0 })
    } else if let Some(foreign) = catalog().foreign(name) {
        foreign::report(reader, foreign, Wrong { place, path: &path, key, node, depth: 0 });
        return Vec::new();
    } else {
        not_known(reader, Meaning::guessed(place.path, name), Wrong { place, path: &path, key, node, depth: 0 })
    };
    reader.report(finding);
    vec![Move { from: names(place.path, name), to: meant, part: Part::Whole }]
}
