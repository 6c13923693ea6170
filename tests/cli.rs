//! The command as a person meets it: help, exit codes, and what wrong input does.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const NORTHWIND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles/northwind.toml");

/// The command in a folder, without anything in the environment that could change its output.
fn stanchion(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the binary runs")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stanchion"));
    command.args(arguments).current_dir(folder).env_clear().env("COLUMNS", "80");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn scratch() -> TempDir {
    TempDir::new().expect("a folder")
}

fn with_policy(policy: &[u8]) -> TempDir {
    let folder = scratch();
    fs::write(folder.path().join("policy.toml"), policy).expect("written");
    folder
}

const BASE: &str = "[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\noldest-version = \"4.72.0\"\n";

#[test]
fn the_help_of_every_verb_fits_the_terminal() {
    let mut all = String::new();
    for verb in ["", "init", "check", "build", "explain", "import", "verify", "sign", "schema", "completions"] {
        let arguments: Vec<&str> = [verb, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let output = stanchion(Path::new("."), &arguments);
        assert!(output.status.success(), "{verb}");
        all.push_str(&text(&output.stdout));
        all.push_str("\n----\n");
    }
    // A list of possible values is one word to clap.
    assert!(all.lines().all(|line| line.chars().count() <= 80 || line.contains("possible values")), "{all}");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("help", all);
    });
}

#[test]
fn bad_input_is_a_finding_and_nothing_is_written() {
    let org = |names: &str| format!("{BASE}[sign-in]\norganizations = [{names}]\n");
    let long = org(&format!("\"{}\"", "a".repeat(300)));
    let rows: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "missing-key"),
        ("not UTF-8", b"name = \"\xff\"".to_vec(), "not-utf8"),
        ("UTF-16", b"\xff\xfe[\0o\0".to_vec(), "not-utf8"),
        ("deep", "[".repeat(10 << 20).into_bytes(), "too-large"),
        ("deep but small", format!("a = {}", "[".repeat(3 << 20)).into_bytes(), "syntax"),
        ("itself", format!("extends = [\"./policy.toml\"]\n{BASE}").into_bytes(), "extends-cycle"),
        ("ring ../x", format!("{BASE}[rings.\"../x\"]\n").into_bytes(), "ring-name-invalid"),
        ("ring con", format!("{BASE}[rings.con]\n").into_bytes(), "ring-name-invalid"),
        ("ring A b", format!("{BASE}[rings.\"A b\"]\n").into_bytes(), "ring-name-invalid"),
        ("Acme", org("\"Acme\"").into_bytes(), "org-name-invalid"),
        ("acme labs", org("\"acme labs\"").into_bytes(), "org-name-invalid"),
        ("a;b", org("\"a;b\"").into_bytes(), "org-name-invalid"),
        ("no name", org("\"\"").into_bytes(), "org-name-invalid"),
        ("300 characters", long.into_bytes(), "org-name-invalid"),
        ("control", BASE.replace("Contoso", "Con\\u0007toso").into_bytes(), "control-character"),
        ("lock alone", format!("{BASE}[settings]\nanalyticsEnabled = {{ locked = true }}\n").into_bytes(), "locked-without-value"),
        ("latest", BASE.replace("4.72.0", "latest").into_bytes(), "value-out-of-range"),
        ("twice", format!("{BASE}oldest-version = \"4.73.0\"\n").into_bytes(), "syntax"),
        (
            "no such ring",
            format!("{BASE}[[exceptions]]\nid = \"A-1\"\nring = \"ghost\"\nsettings = {{}}\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-01-01\n").into_bytes(),
            "unknown-ring",
        ),
    ];
    for (name, policy, code) in rows {
        let folder = with_policy(&policy);
        let output = stanchion(folder.path(), &["build", "policy.toml"]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains(&format!("error[{code}]")), "{name}: {}", &said[..said.len().min(2000)]);
        assert!(said.ends_with("nothing was written\n"), "{name}");
        let left: Vec<_> = fs::read_dir(folder.path()).expect("readable").collect();
        assert_eq!(left.len(), 1, "{name} left something behind");
    }
}

/// Reading a pipe or a device could last for ever.
#[cfg(unix)]
#[test]
fn only_files_are_read_and_not_without_end() {
    use std::os::unix::fs::symlink;
    let folder = with_policy(format!("extends = [\"./endless.toml\"]\n{BASE}").as_bytes());
    symlink("/dev/zero", folder.path().join("endless.toml")).expect("linked");
    let fifo = Command::new("mkfifo").arg(folder.path().join("fifo")).status().expect("mkfifo runs");
    assert!(fifo.success());
    for endless in ["/dev/zero", "fifo", "."] {
        let output = stanchion(folder.path(), &["check", endless]);
        assert_eq!(output.status.code(), Some(2), "{endless}");
        assert!(text(&output.stderr).contains("not a regular file"), "{endless}: {}", text(&output.stderr));
    }
    let output = stanchion(folder.path(), &["check", "policy.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("error[extends-unknown]: cannot read `endless.toml`"));
}

/// The process itself, killed at many moments of its first run and of a later one.
#[test]
fn a_killed_build_is_finished_by_the_next() {
    let folder = with_policy(BASE.as_bytes());
    let wide = folder.path().join("wide.toml");
    fs::copy(NORTHWIND, &wide).expect("copied");
    let whole = |policy: &str| {
        let check = stanchion(folder.path(), &["build", policy, "--check"]);
        assert_eq!(check.status.code(), Some(0), "{}{}", text(&check.stdout), text(&check.stderr));
        let sums = fs::read_to_string(folder.path().join("dist/SHA256SUMS")).expect("readable");
        let mut files = Vec::new();
        walk(&folder.path().join("dist"), &mut files);
        assert_eq!(files.len(), sums.lines().count() + 1, "nothing is left that no list names");
    };
    // How long a build takes depends on the machine; the later moments fall into its writing.
    let start = std::time::Instant::now();
    assert!(stanchion(folder.path(), &["build", "wide.toml"]).status.success());
    let duration = start.elapsed();
    for moment in 1..=5 {
        for (policy, next) in [("policy.toml", "wide.toml"), ("wide.toml", "policy.toml")] {
            let mut child =
                command(folder.path(), &["build", policy]).stdout(Stdio::null()).spawn().expect("the binary runs");
            std::thread::sleep(duration * moment / 5);
            child.kill().expect("ours");
            child.wait().expect("ended");
            assert!(stanchion(folder.path(), &["build", next]).status.success(), "{policy} at {moment}");
            whole(next);
        }
        if moment % 2 == 0 {
            fs::remove_dir_all(folder.path().join("dist")).expect("removed");
        }
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

#[test]
fn a_byte_order_mark_is_accepted_and_noted() {
    let folder = with_policy(&[b"\xef\xbb\xbf", BASE.as_bytes()].concat());
    let output = stanchion(folder.path(), &["check", "policy.toml"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("note[utf8-bom]"));
}

#[test]
fn no_answer_is_two() {
    let folder = with_policy(BASE.as_bytes());
    fs::write(folder.path().join("theirs.txt"), "x").expect("written");
    let cases: &[&[&str]] = &[
        &[],
        &["check", "missing.toml"],
        &["build", "policy.toml", "-o", "."],
        &["build", "policy.toml", "--ring", "ghost"],
        &["build", "policy.toml", "--target", "ghost"],
        &["check", "policy.toml", "--today", "tomorrow"],
        &["explain", "noSuchSetting"],
        &["explain", "proxy.http", "--policy", "policy.toml", "--ring", "ghost"],
        &["explain", "--url", "ghcr.io"],
        &["explain", "ghcr.io", "--url", "ghcr.io", "--policy", "policy.toml"],
        &["init", "policy.toml"],
        &["verify"],
        &["verify", "--manifest", "policy.toml"],
        &["sign", "policy.toml"],
        &["sign", "policy.toml", "--cert", "policy.toml", "--key", "policy.toml"],
        &["completions", "cmd"],
    ];
    for arguments in cases {
        let output = stanchion(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stdout));
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_build_is_compared_with_a_folder() {
    let folder = scratch();
    let build = |more: &[&str]| stanchion(folder.path(), &[&["build", NORTHWIND], more].concat());
    let missing = build(&["--check"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stdout).contains("missing: manifest.json"));
    assert!(build(&[]).status.success());
    assert!(build(&["--check"]).status.success());
    assert!(build(&["--check", "--ring", "pilot", "--platform", "linux"]).status.success());
    let path = folder.path().join("dist/pilot/linux/registry.json");
    fs::write(&path, fs::read_to_string(&path).expect("there").replace("northwind\"", "southwind\"")).expect("written");
    let changed = build(&["--check"]);
    assert_eq!(changed.status.code(), Some(1));
    let diff = text(&changed.stdout);
    assert!(diff.contains("-    \"southwind\"") && diff.contains("+    \"northwind\""), "{diff}");
    let narrow = build(&["--ring", "pilot"]);
    assert_eq!(narrow.status.code(), Some(2), "a narrowed build would remove the rest");
}

#[test]
fn check_takes_several_policies_and_warnings_can_be_denied() {
    let folder = with_policy(format!("{BASE}[sign-in]\norganizations = [\"contoso-eu\"]\n").as_bytes());
    fs::write(folder.path().join("good.toml"), BASE).expect("written");
    let status = |arguments: &[&str]| stanchion(folder.path(), arguments).status.code();
    assert_eq!(status(&["check", "good.toml", "policy.toml"]), Some(0));
    assert_eq!(status(&["check", "good.toml", "policy.toml", "--deny", "warnings"]), Some(1));
    let output = stanchion(folder.path(), &["check", "good.toml", "policy.toml", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["ok"], true);
    assert_eq!(json["findings"][0]["code"], "org-name-unusual");
    assert_eq!(json["findings"][0]["file"], "policy.toml");
}

#[test]
fn the_day_decides_about_exceptions_and_never_about_a_build() {
    let folder = with_policy(
        format!("{BASE}[[exceptions]]\nid = \"A-1\"\nring = \"default\"\nsettings = {{ analyticsEnabled = true }}\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2026-12-31\n").as_bytes(),
    );
    let check = |day: &str| stanchion(folder.path(), &["check", "policy.toml", "--today", day]);
    assert_eq!(check("2026-11-01").status.code(), Some(0));
    assert!(text(&check("2026-12-15").stdout).contains("exception-expiring"));
    assert_eq!(check("2027-01-01").status.code(), Some(1));
    assert!(stanchion(folder.path(), &["build", "policy.toml"]).status.success());
}

#[test]
fn explain_shows_who_won_and_who_lost() {
    let output = stanchion(
        Path::new(env!("CARGO_MANIFEST_DIR")),
        &[
            "explain",
            "enableInference",
            "--policy",
            "profiles/northwind.toml",
            "--ring",
            "contractors",
            "--platform",
            "macos",
        ],
    );
    let setting = stanchion(Path::new("."), &["explain", "kubernetes"]);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("explain-decision", text(&output.stdout));
        insta::assert_snapshot!("explain-setting", text(&setting.stdout));
    });
}

/// What no table of settings shows: the organizations and the proxy, channel by channel.
#[test]
fn explain_shows_which_channel_carries_the_organizations() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = with_policy(
        format!("{BASE}[sign-in]\norganizations = [\"contoso\"]\nmacos = \"plist\"\nwindows = \"both\"\n").as_bytes(),
    );
    let mut all = String::new();
    let mut explain = |folder: &Path, policy: &str, channel: &str| {
        let output = stanchion(folder, &["explain", channel, "--policy", policy]);
        assert_eq!(output.status.code(), Some(0), "{channel}: {}", text(&output.stderr));
        all.extend(["$ stanchion explain ", channel, " --policy ", policy, "\n", &text(&output.stdout)]);
    };
    let lists = ["macos-profile", "desktop.plist", "windows-registry", "registry.json"];
    for list in lists.map(|store| format!("{store}:allowedOrgs")) {
        explain(root, "profiles/northwind.toml", &list);
        explain(folder.path(), "policy.toml", &list);
    }
    for channel in ["macos-profile:overrideProxyExclude", "admin-settings.json:(presence)", "sbx:allowedOrgs"] {
        explain(root, "profiles/northwind.toml", channel);
        explain(folder.path(), "policy.toml", channel);
    }
    assert!(!all.contains("users choose"), "{all}");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("explain-channels", all);
    });
}

#[test]
fn explain_says_what_becomes_of_a_url() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = String::new();
    for url in [
        "https://ghcr.io/v2/",
        "auth.docker.io",
        "registry.northwind.example:5000",
        "https://ghcr.io@evil.example",
        "http://localhost:8080",
        "https://evil.example",
    ] {
        let arguments = ["explain", "--url", url, "--policy", "tests/policies/registry-access.toml", "--ring", "pilot"];
        all.push_str(&text(&stanchion(root, &arguments).stdout));
    }
    let by_hand = format!(
        "{BASE}[settings.containersProxy]\nmode = \"manual\"\nembeddedPac = 'function FindProxyForURL(u, h) {{ return h == \"ghcr.io\" ? \"DIRECT\" : \"PROXY reject.docker.internal:1234\"; }}'\n"
    );
    let folder = with_policy(by_hand.as_bytes());
    for url in ["ghcr.io", "https://evil.example:8443/x"] {
        let arguments = ["explain", "--url", url, "--policy", "policy.toml", "--platform", "macos"];
        all.push_str(&text(&stanchion(folder.path(), &arguments).stdout));
    }
    let nothing = stanchion(root, &["explain", "--url", "ghcr.io", "--policy", NORTHWIND, "--platform", "linux"]);
    all.push_str(&text(&nothing.stdout));
    all.push_str(&text(&stanchion(root, &["explain", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"]).stdout));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("explain-url", all);
    });
}

#[test]
fn init_writes_a_policy_that_checks_clean_and_never_overwrites() {
    let folder = scratch();
    assert!(stanchion(folder.path(), &["init", "--preset", "hardened"]).status.success());
    let check = stanchion(folder.path(), &["check", "policy.toml"]);
    assert_eq!(text(&check.stderr), "policy.toml: no findings\n");
    assert!(stanchion(folder.path(), &["build", "policy.toml"]).status.success());
    assert_eq!(stanchion(folder.path(), &["init"]).status.code(), Some(2));
}

#[test]
fn a_machine_is_compared_with_its_manifest() {
    let folder = scratch();
    assert!(stanchion(folder.path(), &["build", NORTHWIND]).status.success());
    fs::create_dir_all(folder.path().join("image/usr/share")).expect("made");
    let arguments =
        ["verify", "--manifest", "dist/manifest.json", "--platform", "linux", "--root", "image", "--format", "json"];
    let output = stanchion(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["ok"], false);
    assert_eq!(json["policy"].as_str().map(str::len), Some(16));
}

#[test]
fn schema_and_completions_know_the_policy_and_the_verbs() {
    let schema = stanchion(Path::new("."), &["schema"]);
    let json: serde_json::Value = serde_json::from_slice(&schema.stdout).expect("JSON");
    assert!(json["definitions"]["settings"]["properties"]["linuxVM"]["properties"]["dockerDaemonOptions"].is_object());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&stanchion(Path::new("."), &["completions", shell]).stdout);
        for verb in ["init", "check", "build", "explain", "import", "verify", "sign", "schema", "completions"] {
            assert!(script.contains(verb), "{shell} does not complete {verb}");
        }
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = command(Path::new("."), &["explain"]).stdout(Stdio::piped()).spawn().expect("runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("ends").code(), Some(0));
}

/// The README's own commands, as it has them.
#[test]
fn the_example_policy_of_the_readme_is_a_policy() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("readable");
    let policy =
        readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the README has a policy");
    let folder = with_policy(policy.as_bytes());
    let check = stanchion(folder.path(), &["check", "policy.toml"]);
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stdout));
}
