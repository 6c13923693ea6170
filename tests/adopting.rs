//! `stanchion import` as a person meets it: every row of the table in `docs/adopting.md`, and what it refuses.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use stanchion::format::{registry, registry_pol};
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn stanchion(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stanchion"));
    command.args(arguments).current_dir(folder).env_clear().env("COLUMNS", "80").output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder with the files that the table names.
fn estate() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    };
    let fixture = |name: &str| fs::read(Path::new(ROOT).join("tests/import").join(name)).expect("a fixture");
    let mac = fixture("clean/macos/admin-settings.json");
    let windows = fixture("clean/windows/admin-settings.json");
    for (name, bytes) in [("admin-settings.json", &mac), ("macos/admin-settings.json", &mac), ("mac.json", &mac)] {
        put(name, bytes);
    }
    put("win.json", &windows);
    put("windows/admin-settings.json", &windows);
    put("broken.json", &fixture("json-not-strict--comments.json"));
    put("guide.json", &fixture("guide-setting.json"));
    put("enterprise.json", &fixture("legacy-format.json"));
    put("settings-store.json", &fixture("user-setting--store/settings-store.json"));
    put("registry.json", b"{ \"allowedOrgs\": [\"northwind\"] }\n");
    put("docker.mobileconfig", &fixture("clean/docker.mobileconfig"));
    put("signed.mobileconfig", &fixture("clean--signed.mobileconfig"));
    put("com.docker.config.plist", &fixture("org-encoding--binary.plist"));
    put("desktop.plist", &fixture("sign-in-overlap/macos/desktop.plist"));
    put("docker.reg", &fixture("clean/windows/docker.reg"));
    let value = registry::RegistryValue {
        key: r"Software\Policies\Docker\Docker Desktop".to_owned(),
        name: "allowedOrgs".to_owned(),
        strings: vec!["northwind".to_owned()],
    };
    put("Machine/Registry.pol", &registry_pol::write(&[registry::Change::set(&value)]));
    folder
}

/// What stands between backticks.
fn code(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_row_of_the_table_does_what_it_says() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/adopting.md")).expect("readable");
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.contains("`stanchion import"))
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .filter(|cells| cells.len() == 5)
        .collect();
    assert!(rows.len() >= 15, "the table has {} rows", rows.len());
    for row in rows {
        let folder = estate();
        let words: Vec<&str> = code(row[2])[0].split(' ').skip(1).collect();
        let output = stanchion(folder.path(), &words);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{row:?}: {}", text(&output.stderr));
        let written = folder.path().join("policy.toml");
        let policy = if written.exists() { fs::read(&written).expect("readable") } else { output.stdout };
        for wanted in code(row[3]) {
            assert!(text(&policy).contains(wanted), "{row:?} has no {wanted}:\n{}", text(&policy));
        }
        fs::write(&written, &policy).expect("written");
        let check = stanchion(folder.path(), &["check", "policy.toml"]);
        assert_eq!(check.status.code(), Some(0), "{row:?}: {}", text(&check.stdout));
        let built = stanchion(folder.path(), &["build", "policy.toml"]);
        assert!(built.status.success(), "{row:?}: {}", text(&built.stderr));
    }
}

#[test]
fn the_exit_status_says_whether_anything_was_wrong() {
    let folder = estate();
    let status = |arguments: &[&str]| stanchion(folder.path(), arguments).status.code();
    assert_eq!(status(&["import", "docker.mobileconfig", "docker.reg"]), Some(0));
    assert_eq!(status(&["import", "broken.json"]), Some(1));
    fs::write(folder.path().join("half.json"), "{").expect("written");
    assert_eq!(status(&["import", "half.json"]), Some(2));
    assert_eq!(status(&["import", "half.json", "docker.reg"]), Some(1));
    for arguments in
        [&["import"][..], &["import", "missing.json"], &["import", "."], &["import", "docker.reg", "--preset", "x"]]
    {
        assert_eq!(status(arguments), Some(2), "{arguments:?}");
    }
}

/// Without a policy the last lines say why, and programs still get one document.
#[test]
fn no_policy_is_no_answer() {
    let folder = estate();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
    put("harmless.sh", b"#!/bin/sh\n");
    let of = |change: registry::Change| registry_pol::write(&[change]);
    let key = r"Software\Policies\Docker\Docker Desktop".to_owned();
    put("takes-away.pol", &of(registry::Change::DeleteKey { key }));
    put("others.pol", &of(registry::Change::DeleteKey { key: r"Software\Policies\Others".to_owned() }));
    let wifi = fs::read_to_string(Path::new(ROOT).join("tests/import/payload-keys.mobileconfig")).expect("a fixture");
    put("wifi.mobileconfig", wifi.replace("com.docker.config", "com.apple.wifi.managed").as_bytes());
    for (name, why) in [
        ("harmless.sh", "nothing is imported from scripts"),
        ("takes-away.pol", "the file takes it away"),
        ("others.pol", "nothing in it is about Docker"),
        ("wifi.mobileconfig", "com.apple.wifi.managed: not about Docker Desktop's settings or sign-in"),
    ] {
        let output = stanchion(folder.path(), &["import", name]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(output.stdout.is_empty() && !stderr.contains("no findings"), "{name}: {stderr}");
        assert!(stderr.contains("nothing was written\n") && stderr.contains(why), "{name}: {stderr}");
        let output = stanchion(folder.path(), &["import", name, "--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&output.stderr).expect("JSON");
        assert_eq!((output.status.code(), &json["ok"]), (Some(2), &serde_json::Value::Bool(false)));
    }
}

#[test]
fn what_was_typed_wrong_is_said_with_what_to_type() {
    let folder = estate();
    fs::write(folder.path().join("a=b.json"), "{ \"allowedOrgs\": [\"northwind\"] }").expect("written");
    for (arguments, status, words) in [
        (&["mac=mac.json"][..], 2, "write `macos=mac.json`, `windows=mac.json` or `linux=mac.json`"),
        (&["macos="], 2, "write `macos=FILE`"),
        (&["nowhere.json"], 2, "cannot read nowhere.json: No such file"),
        (&["nowhere/a=b.json"], 2, "cannot read nowhere/a=b.json: No such file"),
        (&["a=b.json"], 0, ""),
        (&["macos=docker.reg"], 1, "type `windows=docker.reg`, or the file alone"),
        (&["windows=docker.mobileconfig"], 1, "type `macos=docker.mobileconfig`, or the file alone"),
        (&["mac.json", "--oldest-version", "99.1"], 2, "expected a version of Docker Desktop"),
        (
            &["mac.json", "--organization-id", "Northwind"],
            2,
            "letters, digits and hyphens with dots between, such as `\"com.northwind\"`",
        ),
        (&["mac.json", "--organization-name", "a\nb"], 2, "a line break where one line is expected"),
        (&["mac.json", "--organization-name", "O'Neil \"\u{e9}\"", "--organization-id", "com.oneil"], 0, ""),
    ] {
        let output = stanchion(folder.path(), &[&["import"], arguments].concat());
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {stderr}");
        let flat = stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "{arguments:?}: {stderr}");
    }
}

#[test]
fn nothing_is_overwritten_and_the_findings_can_be_read_by_programs() {
    let folder = estate();
    let output = stanchion(folder.path(), &["import", "broken.json", "-o", "docker.reg"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(output.stdout.is_empty());
    let output = stanchion(folder.path(), &["import", "broken.json", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stderr).expect("JSON");
    assert_eq!(json["ok"], false);
    assert_eq!(json["findings"][0]["code"], "json-not-strict");
    assert!(text(&output.stdout).contains("[settings]"));
}

/// A pipe would wait for a writer that never comes, and a huge file would fill the memory.
#[cfg(unix)]
#[test]
fn what_is_no_file_or_too_large_is_refused_at_once() {
    let folder = estate();
    let fifo = folder.path().join("pipe.json");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    let output = stanchion(folder.path(), &["import", "pipe.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("it is not a regular file"));
    let large = fs::File::create(folder.path().join("large.json")).expect("made");
    large.set_len(100 << 30).expect("sparse");
    let output = stanchion(folder.path(), &["import", "large.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("error[too-large]"));
}
