//! Values that the catalog lists as weak, besides the opposite of a safer truth value.

use serde_json::Value as Json;

use crate::catalog::{Setting, Type, Weak};

/// Whether a value is, or a part of it is, among those that the catalog lists.
pub(super) fn is_listed(setting: &Setting, value: &Json) -> bool {
    setting.weak.iter().any(|weak| match setting.kind {
        Type::Json => holds_option(weak, value),
        Type::Directories => {
            let paths = || value.as_array().into_iter().flatten().filter_map(|entry| entry["path"].as_str());
            paths().any(|path| place(path) == place(&weak.value) || path.split(['/', '\\']).any(|part| part == ".."))
        }
        _ => *value == weak.value,
    })
}

/// Whether daemon options, which are text, hold a weak one.
fn holds_option(weak: &Weak, text: &Json) -> bool {
    let options: Json = text.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let option = options.get(&weak.value).filter(|option| !option.is_null() && **option != Json::Array(Vec::new()));
    option.is_some_and(|option| weak.holds.as_ref().is_none_or(|part| option.to_string().contains(part.as_str())))
}

/// A path without what its spelling may vary in: the drive, the letter case, the separators.
fn place(path: &str) -> String {
    let path = path.trim_end_matches(['/', '\\']).to_lowercase().replace('/', "\\");
    match path.as_bytes() {
        [drive, b':', ..] if drive.is_ascii_alphabetic() => format!("c{}", &path[1..]),
        _ => path,
    }
}
