//! `verify` on images and with manifests that somebody prepared for it: a clear answer, and nothing outside is believed.
//!
//! Run by root every fault is reached. For others each image is already wrong because its folders are not root's.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod example;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use stanchion::platform::Platform;
use stanchion::resolve::{Machine, Plan};
use stanchion::verify::{Expected, Report, Verdict, look};
use tempfile::TempDir;

use crate::example::Example;

fn northwind() -> Plan {
    plan_of("profiles/northwind.toml")
}

fn plan_of(policy: &str) -> Plan {
    Example(Path::new(env!("CARGO_MANIFEST_DIR")).join(policy)).plan()
}

fn machine(plan: &Plan, platform: Platform) -> &Machine {
    plan.machines.iter().find(|machine| machine.state.platform == platform).expect("built for all platforms")
}

/// A folder `image` that holds the state, beside a folder `outside`.
fn image_of(machine: &Machine) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("outside")).expect("made");
    for file in &machine.state.files {
        let path = folder.path().join("image").join(&file.path[1..]);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
        fs::write(path, &file.bytes).expect("written");
    }
    let preferences = folder.path().join("image/Library/Managed Preferences");
    if let Some(first) = machine.state.preferences.first() {
        fs::create_dir_all(&preferences).expect("made");
        let keys =
            machine.state.preferences.iter().map(|its| (its.key.to_owned(), plist::Value::from(its.value.as_str())));
        let keys: plist::Dictionary = keys.collect();
        plist::Value::from(keys).to_file_xml(preferences.join(format!("{}.plist", first.domain))).expect("written");
    }
    folder
}

fn look_at(folder: &TempDir, machine: &Machine) -> Report {
    look(&Expected::of(machine), Some(&folder.path().join("image"))).expect("an answer")
}

/// What is wrong. Whoever is not root only sees that something is.
fn assert_says(folder: &TempDir, machine: &Machine, expected: &str) {
    let report = look_at(folder, machine);
    let faults: Vec<String> =
        report.faults.iter().map(|fault| format!("{} {}", fault.subject, fault.wrong.fault)).collect();
    if fs::metadata(folder.path()).expect("there").uid() == 0 {
        assert_eq!(faults.join("; "), expected);
    } else {
        assert!(!faults.is_empty());
    }
}

#[test]
fn no_link_leads_out_of_an_image() {
    let plan = northwind();
    for (platform, places) in [
        (
            Platform::Linux,
            &["/usr", "/usr/share", "/usr/share/docker-desktop", "/usr/share/docker-desktop/registry"][..],
        ),
        (Platform::Macos, &["/Library", "/Library/Application Support", "/Library/Managed Preferences"][..]),
    ] {
        let machine = machine(&plan, platform);
        let files = machine.state.files.iter().map(|file| file.path.as_str());
        for place in places.iter().copied().chain(files) {
            // What the link leads to is exactly as it should be, and must not count.
            let folder = image_of(machine);
            let (inside, outside) = (folder.path().join("image").join(&place[1..]), folder.path().join("outside/it"));
            fs::rename(&inside, &outside).expect("moved");
            symlink(&outside, &inside).expect("linked");
            let report = look_at(&folder, machine);
            let expected = match place {
                "/Library/Managed Preferences" => "comes from a folder that others than root can change",
                _ => "is a link",
            };
            assert!(
                report
                    .faults
                    .iter()
                    .any(|fault| fault.wrong.fault == expected || fault.wrong.fault == "does not belong to root"),
                "{place}: {:?}",
                report.faults
            );
            let below = format!("{place}/");
            assert!(report.faults.iter().all(|fault| !fault.subject.starts_with(&below)), "{:?}", report.faults);
        }
    }
}

#[test]
fn what_is_no_plain_file_is_not_opened_and_what_is_too_large_is_not_read() {
    let plan = northwind();
    for platform in [Platform::Linux, Platform::Macos] {
        let machine = machine(&plan, platform);
        let settings = machine.state.files[0].path.as_str();
        let folder = image_of(machine);
        let path = folder.path().join("image").join(&settings[1..]);

        fs::File::options().write(true).open(&path).expect("there").set_len(1 << 40).expect("sparse");
        assert_says(&folder, machine, &format!("{settings} has other content"));
        fs::remove_file(&path).expect("removed");
        assert!(Command::new("mkfifo").arg(&path).status().expect("runs").success());
        assert_says(&folder, machine, &format!("{settings} is not a plain file"));
        fs::remove_file(&path).expect("removed");
        fs::create_dir(&path).expect("made");
        assert_says(&folder, machine, &format!("{settings} is not a plain file"));
    }
}

#[test]
fn a_property_list_of_any_kind_gets_an_answer() {
    let plan = plan_of("tests/policies/baseline.toml");
    let machine = machine(&plan, Platform::Macos);
    let [preference] = &machine.state.preferences[..] else { panic!("one preference") };
    let folder = image_of(machine);
    let path = folder.path().join(format!("image/Library/Managed Preferences/{}.plist", preference.domain));
    let says = |fault: &str| {
        assert_says(&folder, machine, &format!("managed preference {} {} {fault}", preference.domain, preference.key));
    };
    let write = |keys: &str| {
        let head = r#"<?xml version="1.0" encoding="UTF-8"?><plist version="1.0">"#;
        fs::write(&path, format!("{head}<dict>{keys}</dict></plist>")).expect("written");
    };
    let key = &preference.key;
    write(&format!("<key>{key}</key><string>somebody-else</string>"));
    says("has another value");
    write(&format!("<key>{key}</key><array><string>{}</string></array>", preference.value));
    says("is not a string");
    write("");
    says("is missing");
    fs::write(&path, "no property list").expect("written");
    says("is in a property list that cannot be read");
    // Deeper than a stack is.
    let depth = 40_000;
    write(&format!("<key>{key}</key>{}{}", "<array>".repeat(depth), "</array>".repeat(depth)));
    says("is not a string");
    fs::File::options().write(true).open(&path).expect("there").set_len(1 << 40).expect("sparse");
    says("is missing");
    fs::remove_file(&path).expect("removed");
    assert!(Command::new("mkfifo").arg(&path).status().expect("runs").success());
    says("is missing");
}

#[test]
fn an_image_that_is_as_it_must_be_complies() {
    let plan = northwind();
    for platform in [Platform::Linux, Platform::Macos] {
        let machine = machine(&plan, platform);
        assert_says(&image_of(machine), machine, "");
    }
}

/// A program tells what is gone from what is changed, without reading sentences.
#[test]
fn each_fault_has_the_word_of_its_kind() {
    let plan = northwind();
    let machine = machine(&plan, Platform::Macos);
    if fs::metadata(image_of(machine).path()).expect("there").uid() != 0 {
        return; // To others than root, nothing belongs to the right one.
    }
    let page = include_str!("../docs/verify.md");
    let settings = "image/Library/Application Support/com.docker.docker/admin-settings.json";
    let unwanted = "image/Library/Application Support/com.docker.docker/registry.json";
    let kinds = |change: &dyn Fn(&Path)| {
        let folder = image_of(machine);
        change(folder.path());
        let report = look_at(&folder, machine);
        assert_eq!(report.verdict(), Verdict::Drift);
        let kinds = report.faults.iter().map(|fault| serde_json::to_value(fault.wrong.kind).expect("a word"));
        let kinds: Vec<String> = kinds.map(|kind| kind.as_str().expect("a word").to_owned()).collect();
        assert!(kinds.iter().all(|kind| page.contains(&format!("| `{kind}` |"))), "docs/verify.md: {kinds:?}");
        kinds
    };
    assert_eq!(kinds(&|at| fs::remove_file(at.join(settings)).expect("removed")), ["missing"]);
    assert_eq!(kinds(&|at| fs::write(at.join(unwanted), "{}").expect("written")), ["unwanted"]);
    assert_eq!(kinds(&|at| fs::write(at.join(settings), "{}").expect("written")), ["content"]);
    let mode = fs::Permissions::from_mode(0o666);
    assert_eq!(kinds(&|at| fs::set_permissions(at.join(settings), mode.clone()).expect("changed")), ["access"]);
    let link = |at: &Path| {
        fs::remove_file(at.join(settings)).expect("removed");
        symlink("/etc/hostname", at.join(settings)).expect("linked");
    };
    assert_eq!(kinds(&link), ["form"]);
}

/// A mount shows one owner and one mode for all of its files.
#[test]
fn a_mounted_windows_is_judged_by_its_bytes_alone() {
    let plan = northwind();
    let machine = machine(&plan, Platform::Windows);
    let folder = TempDir::new().expect("a folder");
    for file in &machine.state.files {
        let path = folder.path().join("image").join(file.path.trim_start_matches(r"C:\").replace('\\', "/"));
        fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
        fs::write(&path, &file.bytes).expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o777)).expect("changed");
    }
    let report = look_at(&folder, machine);
    assert_eq!(report.faults, []);
    assert_eq!(report.unseen.len(), 2, "the registry and the permissions: {:?}", report.unseen);
    fs::write(folder.path().join("image/ProgramData/DockerDesktop/admin-settings.json"), "{}").expect("written");
    assert_eq!(look_at(&folder, machine).faults[0].wrong.fault, "has other content");
}

/// `verify` with a manifest of these bytes.
fn verify_with(manifest: &[u8]) -> Output {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("manifest.json"), manifest).expect("written");
    Command::new(env!("CARGO_BIN_EXE_stanchion"))
        .args(["verify", "--manifest", "manifest.json", "--platform", "linux", "--root", "."])
        .current_dir(folder.path())
        .env_clear()
        .output()
        .expect("the binary runs")
}

/// A path such as `C:\ProgramData` names a file in any folder of a Unix, and that file says nothing about a Windows.
#[test]
fn another_platform_is_looked_at_only_in_an_image() {
    let folder = TempDir::new().expect("a folder");
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles/northwind.toml");
    let verify = |more: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_stanchion"))
            .arg("verify")
            .arg(&policy)
            .args(more)
            .current_dir(folder.path())
            .env_clear()
            .output()
            .expect("the binary runs")
    };
    for platform in Platform::ALL.map(Platform::name).into_iter().filter(|name| *name != std::env::consts::OS) {
        let output = verify(&["--platform", platform]);
        assert_eq!(output.status.code(), Some(2), "{platform}");
        assert!(output.stdout.is_empty());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(&format!("not {platform}; name where the image is mounted with --root")), "{said}");
        assert_eq!(
            verify(&["--platform", platform, "--root", "."]).status.code(),
            Some(1),
            "an image without any of it"
        );
    }
}

#[test]
fn a_manifest_that_no_build_wrote_is_refused() {
    let selection = stanchion::bundle::Selection::default();
    let bundle = stanchion::bundle::build(&northwind(), &selection);
    let manifest = &bundle.artifacts.iter().find(|artifact| artifact.path == "manifest.json").expect("built").bytes;
    assert_eq!(verify_with(manifest).status.code(), Some(1), "the folder has none of it");

    let refused = |bytes: &[u8], why: &str| {
        let output = verify_with(bytes);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(why) && !said.contains(['\u{1b}', '\0']), "{said}");
        assert!(output.stdout.is_empty());
    };
    for end in (0..manifest.len() - 2).step_by(499) {
        refused(&manifest[..end], "cut short");
    }
    refused(&b"[".repeat(1 << 20), "not a manifest");
    refused(&br#"{"stanchion":1,"machines":"#.repeat(1 << 16), "not a manifest");
    refused(br#"{"stanchion": 2, "machines": 0}"#, "form 2");
    refused(br#"{"stanchion": 1, "machines": []}"#, "none at all");

    let changed = |pointer: &str, value: Value| {
        let mut document: Value = serde_json::from_slice(manifest).expect("JSON");
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = value;
        serde_json::to_vec(&document).expect("JSON")
    };
    for path in ["/usr/../etc/passwd", "usr/share", "", "/", "//a", "/a/./b", "/a\u{0}b", "/\u{1b}[2J", "C:\\a"] {
        for pointer in ["/machines/2/files/0/path", "/machines/2/parents/0", "/machines/2/directories/0"] {
            refused(&changed(pointer, json!(path)), "no path on linux");
        }
    }
    refused(&changed("/machines/2/ring", json!("\u{1b}[2Jdefault")), "no name");
    refused(&changed("/machines/0/preferences/0/domain", json!("../../etc/x")), "no name");
    refused(&changed("/machines/2/platform", json!("\u{1b}[2J")), "not a manifest");
    for (pointer, value) in [
        ("/machines/2/files/0/sha256", json!("0".repeat(64))),
        ("/machines/2/files", json!([])),
        ("/machines/2/digest", json!("0".repeat(64))),
        ("/machines/2/digest", json!("")),
        ("/machines/2/digest", json!("é")),
    ] {
        refused(&changed(pointer, value), "somebody changed it");
    }
    for value in [json!(null), json!(1), json!({}), json!("x"), json!([1]), json!([[]])] {
        for pointer in ["/machines", "/machines/2", "/machines/2/files", "/machines/2/absent", "/machines/2/parents"] {
            refused(&changed(pointer, value.clone()), "");
        }
    }
}

#[test]
fn where_nothing_is_mounted_there_is_no_answer() {
    let plan = northwind();
    let machine = Expected::of(machine(&plan, Platform::Linux));
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("file"), "").expect("written");
    for root in ["missing", "file"] {
        assert!(look(&machine, Some(&folder.path().join(root))).is_err());
    }
}

/// What docs/verify.md says of either document is what programs get.
#[test]
fn the_documents_are_as_described() {
    let page = include_str!("../docs/verify.md");
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let example: Value = serde_json::from_str(example).expect("JSON");

    let image = TempDir::new().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_stanchion"))
        .args(["verify", "profiles/northwind.toml", "--ring", "pilot", "--platform", "windows", "--format", "json"])
        .arg("--root")
        .arg(image.path())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(1));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["verdict"], "absent");
    assert_eq!(keys(&document), keys(&example));
    assert_eq!(keys(&document["faults"][0]), keys(&example["faults"][0]));

    let manifest = include_str!("../snapshots/northwind/manifest.json");
    let manifest: Value = serde_json::from_str(manifest).expect("JSON");
    let section = page.split("`manifest.json` in a bundle").nth(1).expect("a section");
    let parts = [&manifest, &manifest["exceptions"][0], &manifest["machines"][0], &manifest["facts"][0]];
    for key in parts.into_iter().flat_map(keys) {
        assert!(section.contains(&format!("`{key}`")), "docs/verify.md says nothing of `{key}`");
    }
}
