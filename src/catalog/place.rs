//! Whether two paths of directories are the same place, however it is spelt.

/// Under what a Windows drive shows up elsewhere: WSL, Docker's virtual machine, Cygwin.
const DRIVES_UNDER: &[&[&str]] = &[&["mnt"], &["host_mnt"], &["run", "desktop", "mnt", "host"], &["cygdrive"]];

/// Whether `path` is the place that a row of the catalog names, in which `*` stands for any one folder.
pub(super) fn matches(path: &[String], row: &[String]) -> bool {
    // Git Bash names a drive by its letter alone.
    let is_letter = |name: &str| matches!(name.as_bytes(), [b'c'..=b'z']);
    let is_drive =
        row.first().is_some_and(|first| is_letter(first)) && path.first().is_some_and(|first| is_letter(first));
    let mut folders = path.iter().zip(row).skip(usize::from(is_drive));
    path.len() == row.len() && folders.all(|(part, of_row)| of_row == "*" || part == of_row)
}

/// The folders of a path from the top, in the one spelling that stands for all others.
///
/// The letter case does not matter, nor do separators, dots, blanks at the end of a name, or which drive it is.
pub(crate) fn folders(path: &str) -> Vec<String> {
    let mut folders: Vec<String> = Vec::new();
    for part in path.to_lowercase().split(['/', '\\']) {
        // Windows drops dots and blanks at the end of a name.
        match (part, part.trim_end_matches(['.', ' '])) {
            ("..", _) => {
                // A home lies in a folder with all others.
                let above = folders.pop().filter(|last| last.ends_with(':') || last.starts_with('$'));
                folders.extend(above.map(|top| if top == "$home" { "users".to_owned() } else { top }));
            }
            (_, "") => {}
            (_, name) => folders.push(name.to_owned()),
        }
    }
    let starts_with = |folders: &[String], start: &[&str]| {
        folders.len() >= start.len() && folders.iter().zip(start).all(|(folder, name)| folder == name)
    };
    // The prefix of Windows for long paths, alone and before a server; what Apple links to the top.
    for prefix in [&["?"][..], &["unc"], &["system", "volumes", "data"]] {
        if starts_with(&folders, prefix) {
            folders.drain(..prefix.len());
        }
    }
    let links = ["etc", "tmp", "var"];
    if starts_with(&folders, &["private"]) && folders.get(1).is_some_and(|name| links.contains(&name.as_str())) {
        folders.remove(0);
    }
    let is_letter = |name: &str| name.len() == 1 && name.as_bytes()[0].is_ascii_alphabetic();
    let under = DRIVES_UNDER
        .iter()
        .find(|under| starts_with(&folders, under) && folders.get(under.len()).is_some_and(|name| is_letter(name)));
    let is_drive = |name: &String, sign: char| name.strip_suffix(sign).is_some_and(is_letter);
    let before_drive = match under {
        Some(under) => Some(under.len()),
        None if folders.first().is_some_and(|name| is_drive(name, ':')) => Some(0),
        // A drive as a share of a computer.
        None if folders.get(1).is_some_and(|name| is_drive(name, '$')) => Some(1),
        None => None,
    };
    if let Some(before) = before_drive {
        folders.splice(..=before, ["c:".to_owned()]);
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::{folders, matches};
    use crate::catalog::catalog;

    #[test]
    fn a_place_is_known_in_any_spelling() {
        for (path, row) in [
            ("//", "/"),
            ("/Users/", "/Users"),
            ("/Users/.", "/Users"),
            ("/Users/../", "/"),
            ("/System/Volumes/Data/Users", "/Users"),
            ("/System/Volumes/Data/", "/"),
            ("/private/var/", "/var"),
            ("$HOME/..", "/Users"),
            ("$HOME/src/../..", "/Users"),
            ("$TMP/", "$TMP"),
            ("$TMP/..", "$TMP"),
            ("/home//./", "/home"),
            ("D:\\", "C:"),
            ("d:/users", "C:\\Users"),
            ("D:/./", "C:"),
            ("C:\\..\\..", "C:"),
            ("C:\\Users. ", "C:\\Users"),
            (r"\\?\C:\Users", "C:\\Users"),
            (r"\\.\C:\", "C:"),
            (r"\\?\UNC\server\d$\Users", "C:\\Users"),
            (r"\\localhost\c$", "C:"),
            ("/mnt/c", "C:"),
            ("/mnt/d/Users/", "C:\\Users"),
            ("/d/", "/c"),
            ("/E/users", "/c/Users"),
            ("/host_mnt/c", "C:"),
            ("/run/desktop/mnt/host/c", "C:"),
            (r"\\wsl$\Ubuntu", r"\\wsl$\*"),
            ("//WSL.localhost/Debian/", r"\\wsl.localhost\*"),
        ] {
            assert!(matches(&folders(path), &folders(row)), "{path} is {:?}, not {:?}", folders(path), folders(row));
        }
        for (path, row) in [
            ("/Users/me", "/Users"),
            ("/Users/../srv", "/"),
            ("D:\\src", "C:"),
            ("$HOME", "$TMP"),
            ("$HOME", "/Users"),
            ("$HOME/..src", "/Users"),
            ("/mnt/data", "C:"),
            ("/a", "C:"),
            ("/a", "/c"),
            ("/data", "/c"),
            ("/mnt/data", "/mnt"),
            (r"\\server\share", "C:"),
            (r"\\wsl$\Ubuntu\home\me", r"\\wsl$\*"),
        ] {
            assert!(!matches(&folders(path), &folders(row)), "{path}");
        }
    }

    #[test]
    fn each_row_is_a_place_of_its_own() {
        let rows = &catalog().find("filesharingAllowedDirectories").expect("in the catalog").weak;
        for (at, row) in rows.iter().enumerate() {
            let first = rows.iter().position(|other| matches(&folders(&row.value), &folders(&other.value)));
            assert_eq!(first, Some(at), "{} is there already", row.value);
        }
    }
}
