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

/// Whether two paths are the same place, whatever the drive, the letter case or a separator at the end.
fn is_same(path: &str, broad: &str) -> bool {
    let plain = |path: &str| {
        let path = path.trim_end_matches(['/', '\\']).to_lowercase().replace('/', "\\");
        match path.as_bytes() {
            [drive, b':', ..] if drive.is_ascii_alphabetic() => format!("c{}", &path[1..]),
            _ => path,
        }
    };
    plain(path) == plain(broad)
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn a_place_is_known_in_any_spelling() {
        for (path, broad) in
            [("/", "/"), ("/Users/", "/Users"), ("D:\\", "C:"), ("d:/users", "C:\\Users"), ("$TMP/", "$TMP")]
        {
            assert!(is_same(path, broad), "{path}");
        }
        for (path, broad) in [("/Users/me", "/Users"), ("D:\\src", "C:"), ("$HOME", "$TMP")] {
            assert!(!is_same(path, broad), "{path}");
        }
    }
}
