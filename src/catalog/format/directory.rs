//! The form of a directory that users may share.

/// Whether it is one path that exists somewhere.
pub(super) fn is_directory(text: &str) -> bool {
    let is_drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
    let starts_with =
        |variable| text.strip_prefix(variable).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\']));
    let is_absolute = text.starts_with('/') || text.starts_with(r"\\") || is_drive;
    let is_plain = !text.contains('*') && text.trim() == text && !has_variable(text) && !is_joined(text);
    is_plain && (is_absolute || ["$HOME", "$TMP", "$TEMP"].into_iter().any(starts_with))
}

/// Whether a folder below the first is a variable of a shell, such as `$USER` and `%USERNAME%`; nobody replaces that.
fn has_variable(path: &str) -> bool {
    let is_variable = |folder: &str| {
        let name =
            folder.strip_prefix('$').is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '{'));
        name || folder.len() > 2 && folder.starts_with('%') && folder.ends_with('%')
    };
    path.split(['/', '\\']).skip(1).any(is_variable)
}

/// Whether it is several paths with commas or semicolons between them.
fn is_joined(path: &str) -> bool {
    path.split([',', ';']).skip(1).any(|part| is_directory(part.trim()))
}
