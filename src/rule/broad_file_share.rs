//! A list of directories that holds nearly everything restricts nothing.

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::Type;
use crate::finding::{BROAD_FILE_SHARE, Finding};
use crate::resolve::Resolved;

pub(super) fn check(_: &Context<'_>, _: &Machine<'_>, resolved: &Resolved<'_>, findings: &mut Vec<Finding>) {
    if resolved.setting.kind != Type::Directories {
        return;
    }
    let Some(said) = Decided::of(resolved).filter(|said| !said.by_exception) else { return };
    for (path, span) in said.directories() {
        let Some(weak) = resolved.setting.weak.iter().find(|weak| is_same(path, &weak.value)) else { continue };
        let message = format!(
            "`{path}` {}, and containers can be given all of it; on the WSL 2 backend the list has no effect at all",
            weak.effect
        );
        let help = "list the folders that people work in, such as `$HOME` or `/Users/Shared/work`";
        findings.push(Finding::new(&BROAD_FILE_SHARE, span, message).label("too broad").help(help));
    }
}

/// Whether two paths are the same place, whatever the drive, the letter case, dots or separators.
fn is_same(path: &str, broad: &str) -> bool {
    plain(path) == plain(broad)
}

/// The folders of a path from the top. A home lies in a folder with all others, and one drive is as good as another.
fn plain(path: &str) -> Vec<String> {
    let lower = path.to_lowercase();
    let lower = lower.strip_prefix("$home").map_or(lower.clone(), |rest| format!("/users/$home{rest}"));
    let mut parts: Vec<String> = Vec::new();
    for (at, part) in lower.split(['/', '\\']).enumerate() {
        let is_top = parts.len() == 1;
        match (part, part.as_bytes()) {
            (_, [drive, b':']) if at == 0 && drive.is_ascii_alphabetic() => parts.push("c:".to_owned()),
            ("" | ".", _) if at > 0 => {}
            ("..", _) if is_top => {}
            ("..", _) => drop(parts.pop()),
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn a_place_is_known_in_any_spelling() {
        for (path, broad) in [
            ("/", "/"),
            ("/Users/", "/Users"),
            ("D:\\", "C:"),
            ("d:/users", "C:\\Users"),
            ("$TMP/", "$TMP"),
            ("/Users/.", "/Users"),
            ("/Users/../", "/"),
            ("$HOME/..", "/Users"),
            ("D:/.", "C:"),
            ("/home//./", "/home"),
        ] {
            assert!(is_same(path, broad), "{path}");
        }
        for (path, broad) in
            [("/Users/me", "/Users"), ("D:\\src", "C:"), ("$HOME", "$TMP"), ("$HOME", "/Users"), ("/Users/../srv", "/")]
        {
            assert!(!is_same(path, broad), "{path}");
        }
    }
}
