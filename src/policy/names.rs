//! Names that are no setting: what the person who typed one probably meant.

use super::converted::{converted, remark};
use super::place::Place;
use super::reader::{Form, Node, Reader};
use super::{meant, settings, unknown, value};
use crate::catalog::{Alias, Foreign, ForeignKind, Setting, Shape, catalog};
use crate::finding::{
    Code, Finding, GUIDE_SETTING, HOME_ONLY_SETTING, MISPLACED_SETTING, UNKNOWN_SETTING, USER_SETTING, all_of, nearest,
};
use crate::source::Span;

/// Reports `name`, which the catalog does not know in this place.
pub(super) fn unknown(reader: &mut Reader<'_>, place: Place<'_>, name: &str, key: Span, node: &Node<'_>) {
    let path = place.join(name);
    let catalog = catalog();
    let aliased = catalog.aliased(&path).chain(catalog.aliased(name).filter(|_| !place.path.is_empty()));
    let aliased = aliased.chain(called_so(place.path, name)).next();
    let respelt = catalog.respelt(&path).or_else(|| catalog.respelt(&path.replace('.', "")));
    let is_for_all = place.path.is_empty() && place.root.header.as_deref() == Some("[settings]");
    let deeper = respelt.is_none().then(|| deeper(place.path, name)).flatten();
    let group = inner_group(name).filter(|_| node.get_ref().is_table());
    let members = node.get_ref().as_table().map(|table| reader.sorted(table)).unwrap_or_default();
    let means_something = |member: &str| {
        let path = format!("{path}.{member}");
        catalog.aliased(&path).next().is_some() || catalog.respelt(&path.replace('.', "")).is_some()
    };
    let inner = || members.iter().filter(|(member, ..)| means_something(member)).copied();
    // The names in a table that has another name keep their place when the table gets the right one.
    let mut renamed_to = path.as_str();
    let finding = if let Some(group) = group {
        let message = format!("`{path}` is `{group}`");
        let help = place.rename(reader, (&path, key, node), group, None);
        reader.means(group);
        Finding::new(&MISPLACED_SETTING, key, message).label("in another place").help(help)
    } else if let Some((setting, alias)) = aliased {
        renamed_to = &setting.key;
        reader.means(&setting.key);
        renamed(reader, place, (setting, alias), &path, key, node)
    } else if let Some(right) = respelt.filter(|right| right.shape == Shape::Bare) {
        settings::written_anyway(right, key)
    } else if let Some(right) = deeper {
        let rest = &right.key[place.path.len() + 1..];
        let is_new = rest.split('.').next().is_some_and(|first| !place.table.contains_key(first));
        let help =
            if is_new { format!("write `{rest}`") } else { place.rename(reader, (&path, key, node), &right.key, None) };
        reader.means(&right.key);
        Finding::new(&MISPLACED_SETTING, key, format!("`{path}` is `{}`", right.key))
            .label("in another place")
            .help(help)
    } else if let Some(right) = respelt {
        let help = place.rename(reader, (&path, key, node), &right.key, None);
        reader.means(&right.key);
        Finding::new(&MISPLACED_SETTING, key, format!("`{path}` is spelt `{}`", right.key))
            .label("spelt differently")
            .help(help)
    } else if let Some(foreign) = catalog.foreign(&path).or_else(|| catalog.foreign(name)) {
        lose(reader, foreign);
        elsewhere(reader, place, foreign, &path, key, node)
    } else if inner().next().is_some() {
        // The names inside say what was meant.
        for (member, key, node) in members {
            unknown(reader, Place { path: &path, table: place.table, ..place }, member, key, node);
        }
        return;
    } else if let Some(home) = unknown::home(name, node).filter(|_| is_for_all) {
        reader.lose_home(&home);
        let help = reader.move_home(&home, node);
        Finding::new(&MISPLACED_SETTING, key, format!("`{name}` is no setting")).label("belongs elsewhere").help(help)
    } else if reader.only_counted(&UNKNOWN_SETTING) {
        return;
    } else {
        // What is wrong with the value will be wrong under the right name, too.
        let meant = sibling(place.path, name).and_then(|sibling| catalog.find(&place.join(sibling)));
        match (sibling(place.path, name), nearest_setting(&path)) {
            (Some(sibling), _) => reader.means(&place.join(sibling)),
            (None, Some(near)) => reader.means(near),
            (None, None) => {}
        }
        if let Some(setting) = meant.filter(|setting| setting.takes_a_value() && !node.get_ref().is_table()) {
            value::read(reader, setting, node);
        }
        not_known(place.path, name, &path, key)
    };
    reader.report(finding);
    // A wrong table often holds further wrong names that have a right one.
    for (member, key, node) in members.iter().filter(|_| group.is_none()) {
        let path = format!("{path}.{member}");
        let mut its = catalog.aliased(&path);
        if let Some(aliased) = its.next().filter(|(setting, _)| setting.key != format!("{renamed_to}.{member}")) {
            let place = Place { path: renamed_to, ..place };
            reader.means(&aliased.0.key);
            let finding = renamed(reader, place, aliased, &path, *key, node);
            reader.report(finding);
        }
    }
}

/// The path of the group inside another one that has this name, where there is one only: `imageList`.
fn inner_group(name: &str) -> Option<&'static str> {
    let mut found = catalog().settings().iter().filter(|setting| setting.is_admin_setting()).filter_map(|setting| {
        let at = setting.key.find(&format!(".{name}."))?;
        Some(&setting.key[..=at + name.len()])
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// The setting that has this name further inside a group, where there is one only: `images` in `dockerSocketMount`.
fn deeper(group: &str, name: &str) -> Option<&'static Setting> {
    if group.is_empty() || ["value", "enabled", "locked"].contains(&name) {
        return None;
    }
    let (start, end) = (format!("{group}."), format!(".{name}"));
    let mut found = catalog().settings().iter().filter(|setting| {
        setting.is_admin_setting()
            && !setting.key.contains("[]")
            && setting.key.starts_with(&start)
            && setting.key.ends_with(&end)
    });
    found.next().filter(|_| found.next().is_none())
}

/// Reports a name in quotes that would be several names without them, or none.
pub(super) fn quoted(reader: &mut Reader<'_>, place: Place<'_>, name: &str, key: Span, node: &Node<'_>) {
    let path = place.join(name);
    let is_known = catalog().find(&path).is_some_and(Setting::is_admin_setting) || !catalog().members(&path).is_empty();
    let finding = if name.is_empty() {
        Finding::new(&UNKNOWN_SETTING, key, "a setting without a name")
            .label("nothing in here")
            .help("remove this line")
    } else if is_known && !name.contains(['[', ']']) {
        let message = format!("in quotes `{name}` is one name, and no setting has a dot in its name");
        let help = format!("write `{name}` without the quotes");
        reader.means(&path);
        Finding::new(&MISPLACED_SETTING, key, message).label("one name").help(help)
    } else if let Some(list) = name.strip_suffix("[]").filter(|list| catalog().find(&place.join(list)).is_some()) {
        let message = format!("`{name}` is how Docker's pages write a list; its name is `{list}`");
        let help = format!("write `{list} = [{}]`", reader.written_as(node));
        reader.means(&place.join(list));
        Finding::new(&UNKNOWN_SETTING, key, message).label("no brackets here").help(help)
    } else if let Some(aliased) = catalog().aliased(&path).next() {
        reader.means(&aliased.0.key);
        renamed(reader, place, aliased, &path, key, node)
    } else if let Some(foreign) = catalog().foreign(name) {
        lose(reader, foreign);
        elsewhere(reader, place, foreign, &path, key, node)
    } else {
        not_known(place.path, name, &path, key)
    };
    reader.report(finding);
}

fn renamed(
    reader: &Reader<'_>,
    place: Place<'_>,
    (setting, alias): (&Setting, &Alias),
    path: &str,
    key: Span,
    node: &Node<'_>,
) -> Finding {
    let (code, whose): (&'static Code, _) = match alias.from.as_str() {
        "guide" => (&GUIDE_SETTING, "Docker's hardening guide calls it so, and Docker Desktop does not know that name"),
        "user-settings" => (&MISPLACED_SETTING, "that is the name in the user's own settings"),
        "legacy" => (&MISPLACED_SETTING, "that is the name of Docker Desktop Enterprise, which ended in 2020"),
        _ => (&MISPLACED_SETTING, "that name does not exist there"),
    };
    let converted = converted(reader, setting, alias, node);
    // Of two names that become one the first is enough.
    let earlier =
        reader.sorted(place.table).into_iter().take_while(|(_, at, _)| at.start < key.start).find(|(name, ..)| {
            let mut its = catalog().aliased(name);
            its.next().is_some_and(|(its, _)| its.key == setting.key)
        });
    let mut help = match (setting.key.split_once("[]."), earlier) {
        (_, Some((earlier, ..))) => format!("remove this line: `{earlier}` becomes `{}` too", setting.key),
        (Some((list, member)), _) => {
            format!(
                "remove this line, and say `{member}` in each entry of `{list}`, as `{{ path = \"…\", {member} = true }}`"
            )
        }
        (None, None) => {
            let rename = place.rename(reader, (path, key, node), &setting.key, converted.as_deref());
            if rename.starts_with("remove") { rename } else { format!("{rename}{}", remark(alias, node)) }
        }
    };
    if let Some(note) = &alias.note {
        help.push_str(" (");
        help.push_str(note);
        help.push(')');
    }
    Finding::new(code, key, format!("`{path}` is `{}`: {whose}", setting.key)).label("wrong name").help(help)
}

fn lose(reader: &mut Reader<'_>, foreign: &Foreign) {
    if foreign.kind == ForeignKind::SignIn {
        reader.lost.add("sign-in");
    }
}

fn elsewhere(
    reader: &Reader<'_>,
    place: Place<'_>,
    foreign: &Foreign,
    path: &str,
    key: Span,
    node: &Node<'_>,
) -> Finding {
    let code: &'static Code = match foreign.kind {
        ForeignKind::UserSetting | ForeignKind::Undocumented => &USER_SETTING,
        ForeignKind::HomeOnly => &HOME_ONLY_SETTING,
        ForeignKind::SignIn | ForeignKind::Legacy => &MISPLACED_SETTING,
        ForeignKind::Invented | ForeignKind::Draft => &UNKNOWN_SETTING,
    };
    let help = match foreign.kind {
        ForeignKind::SignIn => meant::sign_in(node.get_ref()),
        ForeignKind::Undocumented if !place.root.takes_undocumented => {
            "remove it: an exception cannot carry a name that no page documents".to_owned()
        }
        ForeignKind::Undocumented => {
            let value = if reader.form(node) == Form::Value { reader.written_as(node) } else { "…" };
            let value = if node.get_ref().is_table() { value.to_owned() } else { format!("{{ value = {value} }}") };
            let how = match &place.root.header {
                Some(header) => {
                    let header = header.replace("settings]", "undocumented-settings]");
                    format!("move it to `{header}` as `{path} = {value}`")
                }
                None => format!("say `undocumented-settings.{path} = {value}` beside `settings` instead"),
            };
            format!("to pass it through on your own risk, {how}")
        }
        _ => foreign.advice.clone(),
    };
    Finding::new(code, key, format!("`{path}` is not an administrator's setting"))
        .label("does not belong here")
        .help(help)
}

/// The name in this table that was probably meant.
fn sibling(parent: &str, name: &str) -> Option<&'static str> {
    let members = catalog().members(parent);
    let has = |name: &str| members.contains(&name);
    match name {
        // A switch has one of two names.
        "enabled" | "enable" if has("value") && !has("enabled") => Some("value"),
        "value" if has("enabled") => Some("enabled"),
        _ => nearest(name, members.iter().copied().filter(|name| *name != "configurationFileVersion")),
    }
}

/// The setting of this group that goes by this name elsewhere: `http` for `httpProxy`, also in the proxy of containers.
fn called_so(group: &str, name: &str) -> Option<(&'static Setting, &'static Alias)> {
    let all = catalog().settings().iter().filter(|setting| setting.key.contains('.'));
    let mut aliases = all.flat_map(|setting| setting.aliases.iter().map(move |alias| (setting, alias)));
    aliases.find_map(|(setting, alias)| {
        let last = alias.name.rsplit('.').next()?;
        let its = catalog().find(&format!("{group}.{}", setting.name()))?;
        last.eq_ignore_ascii_case(name).then_some((its, alias))
    })
}

/// The setting whose path is like this one. A long way there is near to many others, so its last name has to be, too.
fn nearest_setting(path: &str) -> Option<&'static str> {
    let last = |path: &'static str| path.rsplit('.').next().unwrap_or(path);
    let name = path.rsplit('.').next().unwrap_or(path);
    nearest(path, settings::keys(catalog())).filter(|near| nearest(name, [last(near)]).is_some())
}

fn not_known(parent: &str, name: &str, path: &str, key: Span) -> Finding {
    let catalog = catalog();
    let members = catalog.members(parent);
    let help = match (sibling(parent, name), nearest_setting(path), parent) {
        (Some(sibling), ..) => format!("did you mean `{sibling}`?"),
        (None, Some(near), "") => format!("did you mean `{near}`?"),
        (None, Some(near), _) => format!("did you mean the setting `{near}`?"),
        (None, None, "") => "remove this line; `stanchion explain` lists every setting".to_owned(),
        (None, None, _) if members.is_empty() => "remove it; `stanchion explain` lists every setting".to_owned(),
        (None, None, _) => format!("remove this line; `{parent}` has {}", all_of(members)),
    };
    let message =
        format!("Docker Desktop has no setting `{path}`: below 4.43 it does not start, above it ignores the name");
    Finding::new(&UNKNOWN_SETTING, key, message).label("unknown").help(help)
}
