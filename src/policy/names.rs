//! Names that are no setting: what the person who typed one probably meant.

use super::reader::{Node, Reader};
use super::settings;
use crate::catalog::{Alias, Foreign, ForeignKind, Setting, catalog};
use crate::finding::{
    Code, Finding, GUIDE_SETTING, HOME_ONLY_SETTING, MISPLACED_SETTING, UNKNOWN_SETTING, USER_SETTING, nearest,
};
use crate::source::Span;

/// Reports `name`, found below `parent`, which the catalog does not know there.
pub(super) fn unknown(reader: &mut Reader<'_>, parent: &str, name: &str, key: Span, node: &Node<'_>) {
    let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
    let catalog = catalog();
    let aliased: Vec<_> = catalog.aliased(&path).chain(catalog.aliased(name).filter(|_| !parent.is_empty())).collect();
    let respelt = catalog.respelt(&path).map(|setting| &setting.key);
    let finding = if let Some((setting, alias)) = aliased.first() {
        renamed(reader, setting, alias, &path, key)
    } else if let Some(right) = respelt {
        reader.means(right);
        Finding::new(&MISPLACED_SETTING, key, format!("`{path}` is spelt `{right}`"))
            .label("spelt differently")
            .help(format!("write `{right}`"))
    } else if let Some(foreign) = catalog.foreign(&path).or_else(|| catalog.foreign(name)) {
        elsewhere(reader, foreign, &path, key)
    } else if reader.only_counted(&UNKNOWN_SETTING) {
        return;
    } else {
        not_known(reader, parent, name, &path, key)
    };
    reader.report(finding);
    // A wrong table often holds further wrong names that have a right one.
    if let Some(table) = node.get_ref().as_table() {
        for (member, key, node) in reader.sorted(table) {
            if catalog.aliased(&format!("{path}.{member}")).next().is_some() {
                unknown(reader, &path, member, key, node);
            }
        }
    }
}

/// Reports a name in quotes that would be several names without them, or none.
pub(super) fn quoted(reader: &mut Reader<'_>, parent: &str, name: &str, key: Span) {
    let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
    let is_known = catalog().find(&path).is_some_and(Setting::is_admin_setting);
    let finding = if name.is_empty() {
        Finding::new(&UNKNOWN_SETTING, key, "a setting without a name")
            .label("nothing in here")
            .help("remove this line")
    } else if is_known && !name.contains(['[', ']']) {
        reader.means(&path);
        let message = format!("in quotes `{name}` is one name, and no setting has a dot in its name");
        let help = format!("write `{name}` without the quotes");
        Finding::new(&MISPLACED_SETTING, key, message).label("one name").help(help)
    } else if let Some((setting, alias)) = catalog().aliased(&path).next() {
        renamed(reader, setting, alias, &path, key)
    } else if let Some(foreign) = catalog().foreign(name) {
        elsewhere(reader, foreign, &path, key)
    } else {
        not_known(reader, parent, name, &path, key)
    };
    reader.report(finding);
}

fn renamed(reader: &mut Reader<'_>, setting: &Setting, alias: &Alias, path: &str, key: Span) -> Finding {
    let (code, whose): (&'static Code, _) = match alias.from.as_str() {
        "guide" => (&GUIDE_SETTING, "Docker's hardening guide calls it so, and Docker Desktop does not know that name"),
        "user-settings" => (&MISPLACED_SETTING, "that is the name in the user's own settings"),
        "legacy" => (&MISPLACED_SETTING, "that is the name of Docker Desktop Enterprise, which ended in 2020"),
        _ => (&MISPLACED_SETTING, "that name does not exist there"),
    };
    let conversion = match alias.value.as_str() {
        "inverted" => "; its value is the opposite",
        "strings-to-objects" => "; its values are `{ path = \"…\" }`",
        "object-to-json-string" => "; the options go under `value`",
        "comma-string-to-list" => "; its value is a list",
        "kerberos-or-ntlm-means-true" => "; for `kerberos` and for `ntlm` its value is `true`",
        "wrap" | "unwrap" | "move" | "rename-fields" => "; its form differs",
        _ => "",
    };
    reader.means(&setting.key);
    let mut help = match setting.key.split_once("[].") {
        Some((list, member)) => format!("write `{member}` in each entry of `{list}`"),
        None => format!("write `{}`{conversion}", setting.key),
    };
    if let Some(note) = &alias.note {
        help.push_str(" (");
        help.push_str(note);
        help.push(')');
    }
    Finding::new(code, key, format!("`{path}` is `{}`: {whose}", setting.key)).label("wrong name").help(help)
}

fn elsewhere(reader: &mut Reader<'_>, foreign: &Foreign, path: &str, key: Span) -> Finding {
    let code: &'static Code = match foreign.kind {
        ForeignKind::UserSetting | ForeignKind::Undocumented => &USER_SETTING,
        ForeignKind::HomeOnly => &HOME_ONLY_SETTING,
        ForeignKind::SignIn | ForeignKind::Legacy => &MISPLACED_SETTING,
        ForeignKind::Invented | ForeignKind::Draft => &UNKNOWN_SETTING,
    };
    let help = match foreign.kind {
        ForeignKind::SignIn => {
            reader.lost.add("sign-in");
            "write the names under `[sign-in]` as `organizations = [\"…\"]`".to_owned()
        }
        ForeignKind::Undocumented => format!(
            "to pass it through on your own risk, move it to `[undocumented-settings]` as `{path} = {{ value = … }}`"
        ),
        _ => foreign.advice.clone(),
    };
    Finding::new(code, key, format!("`{path}` is not an administrator's setting"))
        .label("does not belong here")
        .help(help)
}

fn not_known(reader: &mut Reader<'_>, parent: &str, name: &str, path: &str, key: Span) -> Finding {
    let catalog = catalog();
    let sibling = nearest(name, catalog.members(parent));
    let help = match (sibling, nearest(path, settings::keys(catalog))) {
        (Some(sibling), _) => {
            reader.means(&settings::join(parent, sibling));
            format!("did you mean `{sibling}`?")
        }
        (None, Some(near)) => {
            // A long way there is near to many others.
            if near.rsplit('.').next().is_some_and(|last| nearest(name, [last]).is_some()) {
                reader.means(near);
            }
            format!("did you mean `{near}`?")
        }
        (None, None) => "`stanchion explain` lists every setting".to_owned(),
    };
    let message =
        format!("Docker Desktop has no setting `{path}`: below 4.43 it does not start, above it ignores the name");
    Finding::new(&UNKNOWN_SETTING, key, message).label("unknown").help(help)
}
