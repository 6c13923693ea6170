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
    let help = |arguments: &[&str]| {
        let output = stanchion(Path::new("."), arguments);
        assert!(output.status.success(), "{arguments:?}");
        text(&output.stdout)
    };
    let top = help(&["--help"]);
    let verbs = top.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let verbs =
        verbs.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|verb| !["", "help"].contains(verb));
    let mut all = String::new();
    for help in [top.clone()].into_iter().chain(verbs.map(|verb| help(&[verb, "--help"]))) {
        all.push_str(&help);
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
        for verb in [&["check"][..], &["verify", "--manifest"]] {
            let output = stanchion(folder.path(), &[verb, &[endless]].concat());
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{verb:?} {endless}");
            assert!(said.contains(&format!("cannot read {endless}: it is not a regular file")), "{verb:?}: {said}");
        }
    }
    let output = stanchion(folder.path(), &["check", "policy.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("error[extends-unknown]: cannot read `endless.toml`"));
}

#[test]
fn an_unknown_ring_is_answered_the_same_everywhere() {
    let folder = with_policy(format!("{BASE}[rings.pilot]\n[rings.laboratory]\n").as_bytes());
    for verb in ["build", "verify", "explain"] {
        let setting = (verb == "explain").then_some("analyticsEnabled");
        let policy = if setting.is_some() { ["--policy", "policy.toml"].as_slice() } else { &["policy.toml"] };
        for (ring, help) in
            [("pilto", "did you mean `pilot`?"), ("zebra", "it has `default`, `pilot` and `laboratory`")]
        {
            let arguments = [&[verb], setting.as_slice(), policy, &["--ring", ring]].concat();
            let output = stanchion(folder.path(), &arguments);
            assert_eq!(output.status.code(), Some(2), "{verb}");
            let said = text(&output.stderr);
            assert!(said.ends_with(&format!("the policy has no ring `{ring}`; {help}\n")), "{verb}: {said}");
        }
    }
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
        &["diff", "policy.toml"],
        &["diff", "policy.toml", "missing.toml"],
        &["diff", "policy.toml", "."],
        &["diff", "policy.toml", "policy.toml", "policy.toml"],
        &["diff", "policy.toml", "policy.toml", "--fail-on", "tightens"],
        &["diff", "--base", "HEAD", "policy.toml"],
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
fn every_policy_that_cannot_be_read_is_named_and_no_document_printed() {
    let folder = with_policy(BASE.as_bytes());
    for format in ["text", "json", "sarif", "github"] {
        let arguments = ["check", "one.toml", "policy.toml", "t\u{1b}[2J\nwo.toml", "--format", format];
        let output = stanchion(folder.path(), &arguments);
        assert_eq!((output.status.code(), &*output.stdout), (Some(2), &b""[..]), "{format}");
        let said = text(&output.stderr);
        let lines: Vec<&str> = said.lines().collect();
        assert!(lines[0].starts_with("stanchion: cannot read one.toml: "), "{said}");
        assert!(lines[1].starts_with("stanchion: cannot read t\\u001b[2J\\u000awo.toml: "), "{said}");
        assert_eq!(lines.len(), 2, "{said}");
    }
}

#[cfg(unix)]
#[test]
fn the_name_of_a_file_cannot_act_on_a_terminal() {
    let folder = with_policy(b"");
    fs::rename(folder.path().join("policy.toml"), folder.path().join("a\n::error::\u{1b}[2J")).expect("renamed");
    let output = stanchion(folder.path(), &["check", "a\n::error::\u{1b}[2J"]);
    for stream in [text(&output.stdout), text(&output.stderr)] {
        assert!(stream.contains("a\\u000a::error::\\u001b[2J"), "{stream}");
        assert!(!stream.contains('\u{1b}'), "{stream}");
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
    let unusual =
        json["findings"].as_array().and_then(|all| all.iter().find(|finding| finding["code"] == "org-name-unusual"));
    assert_eq!(unusual.expect("found")["file"], "policy.toml");
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
        "https://0x0a.0.0.1",
        "fd00::5",
        "ghcr.io:65536",
        "https://bücher.example",
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
    for fields in [
        "mode = \"system\"\nembeddedPac = 'function FindProxyForURL() { return \"DIRECT\"; }'",
        "mode = \"manual\"\npac = \"https://pac.northwind.example/docker.pac\"",
        "mode = \"manual\"\nhttps = \"\"\nexclude = [\"GHCR.io\"]",
        "mode = \"manual\"\nhttps = \"\"\nexclude = [\"quay.io\"]",
        "mode = \"manual\"\nhttps = \"http://proxy.northwind.example:3128\"",
    ] {
        let folder = with_policy(format!("{BASE}[settings.containersProxy]\n{fields}\n").as_bytes());
        let arguments = ["explain", "--url", "ghcr.io", "--policy", "policy.toml", "--platform", "macos"];
        all.push_str(&text(&stanchion(folder.path(), &arguments).stdout));
    }
    for (url, platform) in [("", "macos"), ("ftp://ghcr.io", "macos"), ("http://a b", "macos"), ("ghcr.io", "windows")]
    {
        let policy = "tests/policies/registry-access.toml";
        let answer = stanchion(root, &["explain", "--url", url, "--policy", policy, "--platform", platform]);
        assert_eq!(answer.status.code(), Some(2), "{url} {platform}");
        all.push_str(&text(&answer.stderr));
    }
    let nothing = stanchion(root, &["explain", "--url", "ghcr.io", "--policy", NORTHWIND, "--platform", "linux"]);
    all.push_str(&text(&nothing.stdout));
    all.push_str(&text(&stanchion(root, &["explain", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"]).stdout));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("explain-url", all);
    });
}

#[test]
fn init_writes_a_policy_with_nothing_to_mend_but_the_organization_and_never_overwrites() {
    for preset in ["developer", "baseline", "hardened", "air-gapped"] {
        let folder = scratch();
        assert!(stanchion(folder.path(), &["init", "--preset", preset]).status.success());
        let check = stanchion(folder.path(), &["check", "policy.toml"]);
        assert_eq!(check.status.code(), Some(1), "{preset}: {}", text(&check.stdout));
        // The note is about crash reports of the versions that the starter assumes.
        assert_eq!(text(&check.stderr), "policy.toml: 1 error, 1 warning, 1 note\n", "{preset}");
        assert_eq!(text(&check.stdout).matches("[org-placeholder]").count(), 2, "{preset}");
        let answer =
            stanchion(folder.path(), &["init", "ours.toml", "--preset", preset, "--organization", "northwind"]);
        assert!(answer.status.success(), "{}", text(&answer.stderr));
        assert!(stanchion(folder.path(), &["build", "ours.toml"]).status.success());
        assert_eq!(stanchion(folder.path(), &["init"]).status.code(), Some(2));
        let file = folder.path().join("policy.toml");
        let filled = fs::read_to_string(&file).expect("the starter");
        let filled = filled.replace("com.example", "com.northwind").replace("your-docker-org", "northwind");
        fs::write(&file, filled).expect("the policy");
        let check = stanchion(folder.path(), &["check", "policy.toml", "--deny", "warnings"]);
        assert_eq!(check.status.code(), Some(0), "{preset}: {}", text(&check.stdout));
    }
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
        for verb in ["init", "check", "build", "diff", "explain", "import", "verify", "sign", "schema", "completions"] {
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

/// Git in a folder, with an identity and without anybody's configuration.
fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=T", "-c", "user.email=t@example.com"]).args(arguments).current_dir(folder);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = git.output().expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
}

/// A repository whose first commit has a policy in a folder, which extends one beside that folder; and an edit of both.
fn repository() -> TempDir {
    let folder = scratch();
    let path = folder.path();
    fs::create_dir(path.join("team")).expect("made");
    let write = |name: &str, content: &str| fs::write(path.join(name), content).expect("written");
    let policy = |lines: &str| format!("extends = [\"../base.toml\"]\n{BASE}[settings]\n{lines}");
    git(path, &["init", "--quiet", "--initial-branch=main"]);
    write("base.toml", "[settings]\nblockDockerLoad = true\n");
    write("team/policy.toml", &policy("analyticsEnabled = true\n"));
    git(path, &["add", "."]);
    git(path, &["commit", "--quiet", "--message=one"]);
    write("base.toml", "[settings]\nblockDockerLoad = false\n");
    write("team/policy.toml", &policy("analyticsEnabled = false\n"));
    folder
}

#[test]
fn a_policy_is_compared_with_what_it_was_at_a_revision() {
    let repository = repository();
    let path = repository.path();
    let diff = |folder: &str, more: &[&str]| command(&path.join(folder), &[&["diff", "--base"], more].concat());
    let run =
        |mut command: Command| command.env("PATH", std::env::var_os("PATH").expect("set")).output().expect("runs");
    let expected = "\
1 loosens, 1 tightens

loosens    blockDockerLoad (all machines)
           true, enforced → false, enforced
           `true` is safer. Images must then come from a registry, where they
           can be scanned and restricted.

tightens   analyticsEnabled (all machines)
           true, enforced → false, enforced
           `false` is safer. Less data leaves the machine.

on the machines
  * nothing above takes effect until users quit Docker Desktop and open it
    again; a restart from its menu is not enough (all machines)
";
    for (folder, policy) in [(".", "team/policy.toml"), ("team", "policy.toml"), ("team", "../team/policy.toml")] {
        let output = run(diff(folder, &["main", policy]));
        assert_eq!(
            (text(&output.stdout).as_str(), output.status.code()),
            (expected, Some(0)),
            "{}",
            text(&output.stderr)
        );
    }
    // In a hook Git says in the environment which repository it means; another one must not answer.
    let mut hooked = diff(".", &["HEAD", "team/policy.toml"]);
    hooked.env("GIT_DIR", "/nowhere").env("GIT_EXTERNAL_DIFF", "false").env("GIT_PAGER", "false");
    assert_eq!(text(&run(hooked).stdout), expected);
    // Text conversion is for people; what is compared is what the commit holds.
    fs::write(path.join(".gitattributes"), "*.toml diff=shout filter=shout\n").expect("written");
    git(path, &["config", "diff.shout.textconv", "false"]);
    git(path, &["config", "filter.shout.smudge", "false"]);
    assert_eq!(text(&run(diff(".", &["HEAD", "team/policy.toml"])).stdout), expected);

    let gate = run(diff(".", &["HEAD", "team/policy.toml", "--fail-on", "loosens"]));
    assert_eq!(gate.status.code(), Some(1));
    assert!(text(&gate.stderr).ends_with("  blockDockerLoad: loosens, all machines\n"), "{}", text(&gate.stderr));

    fs::write(path.join("new.toml"), BASE).expect("written");
    fs::write(path.join("climbs.toml"), format!("extends = [\"../../base.toml\"]\n{BASE}")).expect("written");
    git(path, &["add", "climbs.toml"]);
    git(path, &["commit", "--quiet", "--message=two"]);
    for (arguments, complaint) in [
        (&["nowhere", "team/policy.toml"][..], "Git knows no revision `nowhere` here"),
        (&["--output=x", "team/policy.toml"], "unexpected argument '--output'"),
        (&["HEAD:team", "team/policy.toml"], "Git knows no revision `HEAD:team`"),
        (&["", "team/policy.toml"], "Git knows no revision `` here"),
        (&["HEAD", "nowhere.toml"], "nowhere.toml does not exist at HEAD"),
        (&["HEAD", "new.toml", "team/policy.toml"], "new.toml does not exist at HEAD"),
        (&["HEAD", "team"], "team/manifest.json does not exist at HEAD"),
        (&["HEAD", "climbs.toml"], "climbs.toml at HEAD has errors"),
        (&["HEAD"], "required arguments"),
    ] {
        let output = run(diff(".", arguments));
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(complaint), "{arguments:?}: {}", text(&output.stderr));
    }
    let injected = run(command(path, &["diff", "--base=--output=x", "team/policy.toml"]));
    assert_eq!(injected.status.code(), Some(2));
    assert!(text(&injected.stderr).contains("Git knows no revision `--output=x`"), "{}", text(&injected.stderr));
    assert!(!path.join("x").exists());
    let mut without = diff(".", &["HEAD", "team/policy.toml"]);
    let output = without.env("PATH", path).output().expect("runs");
    assert!(text(&output.stderr).contains("none on the PATH"), "{}", text(&output.stderr));
}

/// A policy that a revision does not have is a renamed one, or a new one, or nobody knows.
#[test]
fn a_policy_that_is_new_at_a_revision_is_compared() {
    let repository = repository();
    let path = repository.path();
    git(path, &["checkout", "--quiet", "--", "."]);
    let run = |arguments: &[&str]| {
        let mut diff = command(path, &[&["diff", "--fail-on", "loosens", "--base", "main"], arguments].concat());
        let output = diff.env("PATH", std::env::var_os("PATH").expect("set")).output().expect("runs");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    fs::write(path.join("new.toml"), BASE).expect("written");
    let (status, new, note) = run(&["new.toml"]);
    assert_eq!(
        (status, note.as_str()),
        (Some(0), "note: new.toml is new since main: it is compared with machines that have no policy\n")
    );
    assert!(new.starts_with("1 tightens\n\ntightens   fleet.platforms\n           not said → "), "{new}");
    // Git finds a renamed file by what it holds, be it committed or added.
    git(path, &["checkout", "--quiet", "-b", "change"]);
    git(path, &["mv", "team", "crew"]);
    let renamed = fs::read_to_string(path.join("crew/policy.toml")).expect("there").replace("= true", "= false");
    fs::write(path.join("crew/policy.toml"), renamed).expect("written");
    git(path, &["add", "crew"]);
    let (status, changed, note) = run(&["crew/policy.toml"]);
    assert_eq!((status, note.as_str()), (Some(0), "note: crew/policy.toml was team/policy.toml at main\n"));
    assert!(changed.starts_with("1 tightens\n\ntightens   analyticsEnabled"), "{changed}");
    // One that has nothing in common with the policy that is gone may replace it all the same.
    git(path, &["rm", "--quiet", "--force", "crew/policy.toml"]);
    fs::write(path.join("new.toml"), format!("{}{BASE}", "# Another file.\n".repeat(50))).expect("written");
    git(path, &["add", "new.toml"]);
    git(path, &["commit", "--quiet", "--message=two"]);
    let (status, _, complaint) = run(&["new.toml"]);
    assert_eq!(status, Some(2));
    assert!(complaint.contains("the policy team/policy.toml, which does, is gone"), "{complaint}");
    assert!(complaint.contains("stanchion diff --base main team/policy.toml new.toml`"), "{complaint}");
    let (status, changed, note) = run(&["team/policy.toml", "new.toml"]);
    assert_eq!(
        (status, note.lines().next()),
        (Some(1), Some("--fail-on loosens: these loosen or may loosen, and no new exception covers them"))
    );
    assert!(changed.contains("loosens    blockDockerLoad"), "{changed}");
}

/// A revision means another commit in a submodule, and the repository around it has none of its files.
#[test]
fn a_submodule_is_not_compared_by_the_revisions_around_it() {
    let (inner, outer) = (repository(), scratch());
    let path = outer.path();
    git(path, &["init", "--quiet", "--initial-branch=main"]);
    let source = inner.path().to_str().expect("UTF-8");
    git(path, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", source, "sub"]);
    fs::write(path.join("policy.toml"), format!("extends = [\"./sub/base.toml\"]\n{BASE}")).expect("written");
    git(path, &["add", "."]);
    git(path, &["commit", "--quiet", "--message=one"]);
    let run = |folder: &str, arguments: &[&str]| {
        let mut diff = command(&path.join(folder), &[&["diff", "--base"], arguments].concat());
        let output = diff.env("PATH", std::env::var_os("PATH").expect("set")).output().expect("runs");
        let words: Vec<String> = text(&output.stderr).split_whitespace().map(str::to_owned).collect();
        (output.status.code(), words.join(" "))
    };
    for policy in ["sub/team/policy.toml", "sub/base.toml"] {
        let (status, complaint) = run(".", &["HEAD", policy]);
        assert_eq!(status, Some(2), "{complaint}");
        assert!(complaint.contains("`git rev-parse HEAD:sub` prints the submodule's own"), "{complaint}");
    }
    let (status, complaint) = run(".", &["HEAD", "policy.toml"]);
    assert_eq!(status, Some(2));
    assert!(complaint.contains("sub/base.toml is in the submodule sub"), "{complaint}");
    assert_eq!(run("sub", &["HEAD", "team/policy.toml"]), (Some(0), String::new()));
}

#[cfg(unix)]
#[test]
fn a_link_at_a_revision_is_not_followed() {
    let repository = repository();
    let path = repository.path();
    std::os::unix::fs::symlink("team/policy.toml", path.join("link.toml")).expect("linked");
    git(path, &["add", "link.toml"]);
    git(path, &["commit", "--quiet", "--message=link"]);
    let mut diff = command(path, &["diff", "--base", "HEAD", "link.toml"]);
    let output = diff.env("PATH", std::env::var_os("PATH").expect("set")).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("link.toml is a link, which is not followed, at HEAD"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn built_folders_are_compared_if_they_are_as_they_were_built() {
    let folder = scratch();
    let path = folder.path();
    let edited =
        fs::read_to_string(NORTHWIND).expect("there").replace("enableInference = false", "enableInference = true");
    fs::write(path.join("edited.toml"), edited).expect("written");
    assert!(stanchion(path, &["build", NORTHWIND, "-o", "old"]).status.success());
    assert!(stanchion(path, &["build", "edited.toml", "-o", "new"]).status.success());
    assert!(stanchion(path, &["build", "edited.toml", "-o", "part", "--ring", "pilot"]).status.success());
    let diff = |old: &str, new: &str| stanchion(path, &["diff", old, new, "--format", "json", "--fail-on", "loosens"]);
    let answer = diff("old", "new");
    assert_eq!(answer.status.code(), Some(1));
    for (old, new) in [(NORTHWIND, "edited.toml"), ("old", "edited.toml"), (NORTHWIND, "new")] {
        assert_eq!(diff(old, new).stdout, answer.stdout);
    }
    let json: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    let change = &json["changes"][0];
    assert_eq!(json["ok"], false);
    assert_eq!((&change["key"], &change["direction"]), (&"enableInference".into(), &"loosens".into()));
    assert_eq!(change["old"], serde_json::json!({ "value": false, "enforced": true }));
    assert_eq!(change["machines"], serde_json::json!([{ "rings": ["contractors"] }]));
    assert_eq!(text(&stanchion(path, &["diff", "old", NORTHWIND]).stdout), "nothing changes\n");
    assert!(text(&diff("old", "part").stderr).contains("built with --ring or --platform"));
    let manifest = path.join("new/manifest.json");
    fs::write(&manifest, fs::read_to_string(&manifest).expect("there").replace("true", "false")).expect("written");
    let changed = diff("old", "new");
    assert_eq!(changed.status.code(), Some(2));
    assert!(text(&changed.stderr).contains("somebody changed manifest.json"), "{}", text(&changed.stderr));
}

/// The README's own commands, as it has them.
#[test]
fn the_example_policy_of_the_readme_is_a_policy() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("readable");
    let policy =
        readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the README has a policy");
    let folder = with_policy(policy.as_bytes());
    let check = stanchion(folder.path(), &["check", "policy.toml", "--deny", "warnings"]);
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stdout));
}

#[cfg(unix)]
#[test]
fn sign_reads_no_device() {
    let dir = TempDir::new().expect("a folder");
    fs::write(dir.path().join("p.mobileconfig"), "<?xml").expect("written");
    let output = stanchion(dir.path(), &["sign", "p.mobileconfig", "--cert", "/dev/zero", "--key", "p.mobileconfig"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("cannot read /dev/zero: it is not a regular file"),
        "{}",
        text(&output.stderr)
    );
}
