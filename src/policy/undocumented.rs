//! Names that are passed through unseen, because no vendor page documents them.

use toml::de::DeTable;

use super::layout::Form;
use super::reader::{Entries, Node, Reader};
use super::{meant, settings};
use crate::catalog::{ForeignKind, Shape, catalog};
use crate::finding::{Finding, VALUE_OUT_OF_RANGE, WRONG_SHAPE, nearest};
use crate::source::Span;
use crate::value::Value;

/// A name passed through although no vendor page documents it.
#[derive(Clone, Debug)]
pub struct Undocumented {
    /// The name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Whether it is enforced.
    pub locked: bool,
    /// Where its name stands.
    pub span: Span,
}

/// Reads the table of one layer.
pub(super) fn read(reader: &mut Reader<'_>, entries: &Entries<'_>) -> Vec<Undocumented> {
    let mut settings = Vec::new();
    let Some((key, node)) = entries.get("undocumented-settings") else { return settings };
    let Some(table) =
        reader.table(key, node, "[undocumented-settings]", "put the names below a line `[undocumented-settings]`")
    else {
        return settings;
    };
    let header = reader.header(key, node).map(|header| header.replace("undocumented-settings]", "settings]"));
    for (name, key, node) in reader.sorted(table) {
        if let Some(finding) = not_undocumented(reader, header.as_deref(), name, key, node) {
            reader.report(finding);
            continue;
        }
        let (value, locked) = reader.kept(|reader| match node.get_ref().as_table() {
            None => (reader.value(node, false), Some(true)),
            Some(table) => members(reader, name, key, table),
        });
        let (value, locked) = (value.unwrap_or(Value::Unread), locked.unwrap_or(true));
        settings.push(Undocumented { name: name.to_owned(), value, locked, span: key });
    }
    settings
}

/// What is wrong with a name that claims to be on no vendor page. `header` is that of the settings beside it.
fn not_undocumented(
    reader: &Reader<'_>,
    header: Option<&str>,
    name: &str,
    key: Span,
    node: &Node<'_>,
) -> Option<Finding> {
    let catalog = catalog();
    let right = catalog.respelt(name).map(|setting| (setting, None));
    let documented = right.or_else(|| catalog.aliased(name).next().map(|(setting, alias)| (setting, Some(alias))));
    if let Some((setting, _)) = documented.filter(|(setting, _)| setting.shape == Shape::Bare) {
        return Some(settings::written_anyway(setting, key));
    }
    if let Some((setting, alias)) = documented {
        let right = &setting.key;
        let under = if name == right { String::new() } else { format!(", as `{right}`") };
        let message = format!("`{name}` is documented{under}");
        let own = (reader.form(node) == Form::Value).then(|| reader.written_as(node).to_owned());
        let value = alias.and_then(|alias| meant::converted(reader, setting, alias, node)).or(own);
        let remark = alias.map_or(String::new(), |alias| meant::remark(setting, alias, node));
        let help = match (header, value) {
            (Some(header), Some(value)) if !right.contains("[]") => {
                format!("move it to `{header}` as `{right} = {value}`{remark}")
            }
            _ => format!("say `{right}` under `[settings]` instead, where its value is checked{remark}"),
        };
        return Some(Finding::new(&WRONG_SHAPE, key, message).label("belongs under `[settings]`").help(help));
    }
    if catalog.foreign(name).is_some_and(|foreign| foreign.kind == ForeignKind::SignIn) {
        let message = format!("`{name}` is no setting: who may sign in has a place of its own");
        let finding = Finding::new(&WRONG_SHAPE, key, message).label("belongs under `[sign-in]`");
        return Some(meant::sign_in(reader, finding, key, node));
    }
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let message = format!("`{name}` cannot be the name of a setting");
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, key, message).label("expected letters and digits");
        return Some(finding.help("remove this line, or spell the name as Docker Desktop does"));
    }
    None
}

fn members(reader: &mut Reader<'_>, name: &str, key: Span, table: &DeTable<'_>) -> (Option<Value>, Option<bool>) {
    let (mut value, mut locked, mut said) = (None, Some(true), false);
    for (member, at, node) in reader.sorted(table) {
        match member {
            "value" => (value, said) = (reader.value(node, false), true),
            "locked" => locked = reader.boolean(node, "`locked`"),
            _ => {
                let message = format!("`{name}` has `value` and `locked`, not `{member}`");
                let help = match nearest(member, ["value", "locked"]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "remove it".to_owned(),
                };
                reader.report(Finding::new(&WRONG_SHAPE, at, message).label("unknown").help(help));
            }
        }
    }
    if !said {
        let finding = Finding::new(&WRONG_SHAPE, key, format!("`{name}` has no `value`"));
        reader.report(finding.label("expected `{ value, locked }`").help("say its value, or remove this line"));
    }
    (value, locked)
}
