//! Names and folders of files: where Docker Desktop looks, and the places beside it.

use crate::finding::{FILE_PATH, Finding};
use crate::platform::Platform;
use crate::source::SourceId;

/// The parts of a path, whichever system it was written for.
fn parts(path: &str) -> Vec<&str> {
    path.split(['/', '\\']).filter(|part| !part.is_empty()).collect()
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    parts(path).last().copied().unwrap_or_default()
}

/// What the folders of a path tell: the nearest one that is called after a platform, or that only one platform has.
pub(super) fn platform(path: &str) -> Option<Platform> {
    let parts = parts(path);
    let folders = &parts[..parts.len().saturating_sub(1)];
    if folders.windows(2).any(|pair| pair == ["share", "docker-desktop"]) {
        return Some(Platform::Linux);
    }
    folders.iter().rev().find_map(|folder| match folder.to_ascii_lowercase().as_str() {
        "programdata" | "dockerdesktop" => Some(Platform::Windows),
        "com.docker.docker" | "application support" | "application\\ support" => Some(Platform::Macos),
        name => Platform::from_name(name),
    })
}

/// Whether a `Registry.pol` lies in the half of a GPO that is for users.
pub(super) fn is_for_users(path: &str) -> bool {
    parts(path).iter().rev().nth(1).is_some_and(|folder| folder.eq_ignore_ascii_case("user"))
}

/// What is wrong with the name or the folder of a file that should be called `real`.
pub(super) fn check(path: &str, real: &'static str, source: SourceId) -> Option<Finding> {
    let name = file_name(path);
    let problem = if name != real && is_near(name, real) {
        format!("the file is called `{}`, and Docker Desktop looks for `{real}`", super::text::printable(name))
    } else {
        let folder = wrong_folder(path, real)?;
        format!("the file lies in {folder}, where Docker Desktop never looks")
    };
    let directory = match platform(path) {
        Some(Platform::Windows) => r"`C:\ProgramData\DockerDesktop\`",
        Some(Platform::Macos) => "`/Library/Application Support/com.docker.docker/`",
        Some(Platform::Linux) if real == "registry.json" => "`/usr/share/docker-desktop/registry/`",
        Some(Platform::Linux) => "`/usr/share/docker-desktop/`",
        None => {
            "`/Library/Application Support/com.docker.docker/`, `C:\\ProgramData\\DockerDesktop\\` or `/usr/share/docker-desktop/`"
        }
    };
    let message = format!("{problem}: nothing in it is enforced");
    let help = format!("it is `{real}` in {directory}; the scripts of a build put it there");
    Some(Finding::new(&FILE_PATH, source.span(0..0), message).help(help))
}

/// A slip of the hand or of an editor; a name that somebody gave to a copy is not.
fn is_near(name: &str, real: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(['_', ' '], "-");
    let (name, stem) = (plain(name), real.trim_end_matches(".json").trim_end_matches(".plist"));
    name == real
        || name == stem
        || [".txt", ".json", ".bak", ".jsonc", ".json5", ".yaml", ".yml"]
            .iter()
            .any(|end| name == format!("{real}{end}") || name == format!("{stem}{end}"))
        || (name.chars().count() <= 40 && strsim::damerau_levenshtein(&name, real) <= 2)
}

/// A folder beside the right one, which people and old pages name.
fn wrong_folder(path: &str, real: &str) -> Option<&'static str> {
    let parts: Vec<String> = parts(path).iter().map(|part| part.to_ascii_lowercase()).collect();
    let folders = &parts[..parts.len().saturating_sub(1)];
    let ends =
        |wanted: &[&str]| folders.len() >= wanted.len() && folders[folders.len() - wanted.len()..].iter().eq(wanted);
    if ends(&["programdata", "docker"]) {
        Some("the folder of the Windows engine")
    } else if ends(&["programdata", "docker desktop"]) {
        Some("a folder with a blank in its name")
    } else if path.contains(r"Application\ Support") {
        Some("a folder whose name has a backslash from a shell command in it")
    } else if ends(&["docker", "dockerdesktop"]) {
        Some("the folder of a product that ended in 2020")
    } else if real == "registry.json" && ends(&["share", "docker-desktop"]) {
        Some("the folder above `registry/`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources};

    #[test]
    fn names_near_the_right_one_are_slips_and_others_are_copies() {
        let source = Sources::default().add(Source::new("x", String::new()));
        let is_wrong = |path: &str, real| check(path, real, source).is_some();
        for slip in [
            "admin-settings",
            "admin-settings.json.txt",
            "admin_settings.json",
            "Admin-Settings.json",
            "admin-setting.json",
        ] {
            assert!(is_wrong(slip, "admin-settings.json"), "{slip}");
        }
        for copy in ["admin-settings.json", "macos/admin-settings.json", "berlin.json", "admin-settings-2025.json"] {
            assert!(!is_wrong(copy, "admin-settings.json"), "{copy}");
        }
        assert!(is_wrong("registery.json", "registry.json"));
        for folder in [
            r"C:\ProgramData\Docker\",
            r"C:\ProgramData\Docker Desktop\",
            r"/Library/Application\ Support/com.docker.docker/",
            "/Library/Application Support/Docker/DockerDesktop/",
        ] {
            assert!(is_wrong(&format!("{folder}admin-settings.json"), "admin-settings.json"), "{folder}");
        }
        assert!(is_wrong("/usr/share/docker-desktop/registry.json", "registry.json"));
        assert!(!is_wrong("/usr/share/docker-desktop/registry/registry.json", "registry.json"));
    }

    #[test]
    fn folders_tell_the_platform() {
        assert_eq!(platform("a/windows/admin-settings.json"), Some(Platform::Windows));
        assert_eq!(platform("windows/linux/x.json"), Some(Platform::Linux));
        assert_eq!(platform(r"C:\ProgramData\DockerDesktop\admin-settings.json"), Some(Platform::Windows));
        assert_eq!(platform("/Library/Application Support/com.docker.docker/x"), Some(Platform::Macos));
        assert_eq!(platform("/usr/share/docker-desktop/registry/registry.json"), Some(Platform::Linux));
        assert_eq!(platform("linux"), None);
        assert!(is_for_users("gpo/User/Registry.pol") && !is_for_users("gpo/Machine/Registry.pol"));
    }
}
