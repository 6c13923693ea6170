//! What `import` makes of files: for every code a file that provokes it, with the policy and the message as reviewed.
//!
//! `tests/import/<code>.<ext>`, `<code>--<face>.<ext>`, or a folder of that name whose files are imported together.
//! `clean…` has no errors. Whatever the files were, the policy passes `check`.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod example;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stanchion::finding::{ALL, Finding, Severity, Verb};
use stanchion::import::{File, Import, Options, import};
use stanchion::platform::Platform;
use stanchion::policy::{self, preset};
use stanchion::resolve::{Plan, resolve};
use stanchion::{report, rule};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import")
}

/// The names of all fixtures.
fn fixtures() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the fixtures are there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "documented-shapes.json");
    names.sort();
    names
}

/// The files of a fixture, named from inside of it, so that their folders tell what they would on a machine.
fn files(fixture: &str) -> Vec<(String, Vec<u8>)> {
    let root = folder().join(fixture);
    if root.is_file() {
        return vec![(fixture.to_owned(), fs::read(root).expect("readable"))];
    }
    let mut paths = Vec::new();
    example::walk(&root, &mut paths);
    paths.sort();
    let name = |path: &Path| path.strip_prefix(&root).expect("inside").to_string_lossy().replace('\\', "/");
    paths.iter().map(|path| (name(path), fs::read(path).expect("readable"))).collect()
}

fn import_all(files: &[(String, Vec<u8>)], options: &Options) -> Import {
    let files: Vec<File<'_>> = files.iter().map(|(name, bytes)| File { name, platform: None, bytes }).collect();
    import(&files, options)
}

fn code_of(fixture: &str) -> &str {
    fixture.split("--").next().unwrap_or(fixture).split('.').next().unwrap_or(fixture)
}

fn shown(import: &Import) -> String {
    let findings = report::text(&import.findings, &import.sources, false);
    let policy = import.policy.as_deref().unwrap_or("no policy\n");
    format!("{findings}----\n{policy}")
}

/// The plan of a policy, which passes `check`.
fn plan(policy: &str) -> Plan {
    let mut reading = policy::read("policy.toml", policy.as_bytes(), &|_| Err(io::ErrorKind::NotFound.into()));
    rule::check(&mut reading, None);
    let errors: Vec<&Finding> = reading.findings.iter().filter(|finding| finding.is_error()).collect();
    assert!(errors.is_empty(), "{}\n{policy}", report::text(&reading.findings, &reading.sources, false));
    resolve(&reading.policy.expect("a policy without errors"))
}

#[test]
fn every_fixture_provokes_its_code_and_its_policy_passes() {
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let import = import_all(&files(&fixture), &Options::default());
        let codes: BTreeSet<&str> = import.findings.iter().map(|finding| finding.code.name).collect();
        let is_right = match code_of(&fixture) {
            "clean" => import.findings.iter().all(|finding| finding.severity != Severity::Error),
            code => codes.contains(code),
        };
        if !is_right {
            wrong.push(format!("{fixture}: {codes:?}"));
        }
        if let Some(policy) = &import.policy {
            plan(policy);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_import_has_a_fixture_and_every_fixture_a_code() {
    let fixtures = fixtures();
    let shown: BTreeSet<&str> = fixtures.iter().map(|name| code_of(name)).filter(|code| *code != "clean").collect();
    let of_import: BTreeSet<&str> = ALL.iter().filter(|code| code.verb == Verb::Import).map(|code| code.name).collect();
    let all: BTreeSet<&str> = ALL.iter().map(|code| code.name).collect();
    assert!(of_import.is_subset(&shown), "{:?}", of_import.difference(&shown));
    assert!(shown.is_subset(&all), "{:?}", shown.difference(&all));
}

#[test]
fn policies_and_messages_are_as_reviewed() {
    for fixture in fixtures() {
        let import = import_all(&files(&fixture), &Options::default());
        insta::with_settings!({
            snapshot_path => "snapshots/import", prepend_module_to_snapshot => false, omit_expression => true
        }, {
            insta::assert_snapshot!(fixture.as_str(), shown(&import));
        });
    }
}

/// The shapes that Docker's pages print, one file each: what is in one is in the policy, and nothing is wrong with it.
#[test]
fn every_documented_shape_is_imported_without_loss() {
    let text = fs::read(folder().join("documented-shapes.json")).expect("readable");
    let shapes: Vec<serde_json::Value> = serde_json::from_slice(&text).expect("JSON");
    assert!(shapes.len() > 70);
    for shape in &shapes {
        let (key, example) = (shape["key"].as_str().expect("a key"), &shape["example"]);
        let (name, bytes) = file_with(key, example);
        let import = import_all(&[(name.clone(), bytes)], &Options::default());
        let errors: Vec<_> = import.findings.iter().filter(|finding| finding.is_error()).collect();
        assert!(errors.is_empty(), "{key}: {}", shown(&import));
        if key == "configurationFileVersion" {
            continue;
        }
        let plan = plan(import.policy.as_deref().expect(key));
        let machine = plan.machines.iter().find(|machine| knows(key, machine.state.platform)).expect("a machine");
        let built = example_of(key, machine);
        assert!(holds(&built, example), "{key}: {built} instead of {example}");
    }
}

/// A file that holds one documented shape.
fn file_with(key: &str, example: &serde_json::Value) -> (String, Vec<u8>) {
    let plist = |name: &str| {
        let mut dictionary = plist::Dictionary::new();
        dictionary.insert(name.to_owned(), property_list(example));
        let mut bytes = Vec::new();
        plist::Value::Dictionary(dictionary).to_writer_xml(&mut bytes).expect("XML");
        bytes
    };
    if let Some(name) = key.strip_prefix("macos-profile:") {
        return ("com.docker.config.plist".to_owned(), plist(name));
    }
    if let Some(name) = key.strip_prefix("desktop.plist:") {
        return ("desktop.plist".to_owned(), plist(name));
    }
    if key.starts_with("windows-registry:") {
        use stanchion::format::{reg_file, registry};
        let strings = serde_json::from_value(example.clone()).expect("a list");
        let key = r"SOFTWARE\Policies\Docker\Docker Desktop".to_owned();
        let value = registry::RegistryValue { key, name: "allowedOrgs".to_owned(), strings };
        return ("docker.reg".to_owned(), reg_file::write(reg_file::LOCAL_MACHINE, &[registry::Change::set(&value)]));
    }
    if key.starts_with("registry.json:") {
        return ("registry.json".to_owned(), serde_json::to_vec(example).expect("JSON"));
    }
    let path = key.replace("[]", "");
    let is_element = key.contains("[]");
    let (parents, name) = path.rsplit_once('.').map_or(("", path.as_str()), |(parents, name)| (parents, name));
    let mut value = serde_json::json!({ name: example });
    if is_element {
        value["path"] = value.get("path").cloned().unwrap_or_else(|| "$HOME".into());
        value = serde_json::json!([value]);
    }
    for parent in parents.split('.').rev().filter(|parent| !parent.is_empty()) {
        value = serde_json::json!({ parent: value });
    }
    value["configurationFileVersion"] = 2.into();
    let group = parents.split('.').next().unwrap_or_default();
    if ["proxy", "containersProxy", "kubernetes", "scout", "enhancedContainerIsolation"].contains(&group)
        && value[group].get("locked").is_none()
    {
        value[group]["locked"] = true.into();
    }
    if key == "enhancedContainerIsolation.locked" {
        value["enhancedContainerIsolation"]["value"] = true.into();
    }
    ("admin-settings.json".to_owned(), serde_json::to_vec_pretty(&value).expect("JSON"))
}

fn property_list(value: &serde_json::Value) -> plist::Value {
    match value {
        serde_json::Value::Array(items) => plist::Value::Array(items.iter().map(property_list).collect()),
        text => plist::Value::String(text.as_str().expect("text").to_owned()),
    }
}

fn knows(key: &str, platform: Platform) -> bool {
    stanchion::catalog::catalog().find(key).is_none_or(|setting| setting.platforms.contains(&platform))
}

/// What a machine gets for a documented shape.
fn example_of(key: &str, machine: &stanchion::resolve::Machine) -> serde_json::Value {
    use serde_json::{Value, json};
    let state = &machine.state;
    let file = |name: &str| state.files.iter().find(|file| file.name() == name).map(|file| file.bytes.as_slice());
    let settings = || -> Value { serde_json::from_slice(file("admin-settings.json").expect("a file")).expect("JSON") };
    if let Some(name) = key.strip_prefix("macos-profile:") {
        let preference = state.preferences.iter().find(|preference| preference.key == name);
        return match (preference, name) {
            (Some(preference), _) => json!(preference.value),
            // Without organizations there is no profile, and a finding says so.
            (None, "overrideProxyHTTP") => settings()["proxy"]["http"].clone(),
            (None, "overrideProxyHTTPS") => settings()["proxy"]["https"].clone(),
            (None, "overrideProxyEmbeddedPAC") => settings()["proxy"]["embeddedPac"].clone(),
            (None, "overrideProxyPAC") => {
                settings()["proxy"]["pac"].as_str().expect("text").replace("file://", "").into()
            }
            (None, _) => {
                let list: Vec<String> = serde_json::from_value(settings()["proxy"]["exclude"].clone()).expect("a list");
                list.join(",").into()
            }
        };
    }
    if key.starts_with("desktop.plist:") {
        let bytes = file("desktop.plist").expect("a file");
        let plist = plist::Value::from_reader_xml(bytes).expect("a property list");
        let list = plist.as_dictionary().and_then(|keys| keys.get("allowedOrgs")).and_then(plist::Value::as_array);
        return list.expect("a list").iter().map(|name| name.as_string().expect("text")).collect::<Vec<_>>().into();
    }
    if key.starts_with("windows-registry:") {
        return json!(state.registry[0].strings);
    }
    if key.starts_with("registry.json:") {
        return serde_json::from_slice(file("registry.json").expect("a file")).expect("JSON");
    }
    settings().pointer(&format!("/{}", key.replace("[]", ".0").replace('.', "/"))).cloned().unwrap_or_default()
}

/// Whether everything of `wanted` is in `built`, which may have more, such as the lock that a group always gets.
fn holds(built: &serde_json::Value, wanted: &serde_json::Value) -> bool {
    match (built, wanted) {
        (serde_json::Value::Object(built), serde_json::Value::Object(wanted)) => {
            wanted.iter().all(|(name, value)| built.get(name).is_some_and(|its| holds(its, value)))
        }
        (built, wanted) => built == wanted,
    }
}

/// The files of one ring of a bundle, named as in the folder of the ring.
fn files_of(bundle: &stanchion::bundle::Bundle, ring: &str) -> Vec<(String, Vec<u8>)> {
    let ours = [
        "admin-settings.json",
        "registry.json",
        "desktop.plist",
        "docker-desktop.reg",
        "mdm/docker-desktop.mobileconfig",
    ];
    let artifact = |artifact: &stanchion::bundle::Artifact| {
        let path = artifact.path.strip_prefix(ring)?.strip_prefix('/')?;
        let (_, file) = path.split_once('/')?;
        ours.contains(&file).then(|| (path.to_owned(), artifact.bytes.clone()))
    };
    bundle.artifacts.iter().filter_map(artifact).collect()
}

fn options(plan: &Plan) -> Options {
    Options {
        organization_name: Some(plan.organization.clone()),
        organization_id: Some(plan.organization_id.clone()),
        oldest_version: Some("4.72.0".parse().expect("a version")),
        preset: None,
    }
}

#[test]
fn every_example_and_preset_comes_back_from_its_own_files() {
    for example in example::all() {
        let plan = example.plan();
        let bundle = stanchion::bundle::build(&plan, &stanchion::bundle::Selection::default());
        for ring in &plan.rings {
            for preset in [None, preset::find("hardened"), preset::find("baseline")] {
                let options = Options { preset, ..options(&plan) };
                let import = import_all(&files_of(&bundle, &ring.name), &options);
                let policy = import.policy.as_deref().expect("a policy");
                let again = self::plan(policy);
                for machine in &again.machines {
                    let is_meant = |its: &&stanchion::resolve::Machine| {
                        its.state.ring == ring.name && its.state.platform == machine.state.platform
                    };
                    let first = plan.machines.iter().find(is_meant).expect("the machine");
                    // A preset adds what the files do not have; only where it is their own does nothing change.
                    let is_whole = preset.is_none()
                        || !["the preset also sets", "the preset sets is new"]
                            .iter()
                            .any(|words| policy.to_lowercase().contains(words));
                    if is_whole {
                        assert_eq!(machine.digest, first.digest, "{} {} {policy}", example.name(), ring.name);
                    }
                }
                let name = example.name();
                if preset.is_some_and(|preset| preset.name == name) {
                    assert!(!policy.contains("[settings]"), "{policy}");
                }
            }
        }
    }
}

/// What a policy that was imported builds is imported as the same policy, to the byte.
#[test]
fn import_is_a_fixed_point() {
    for fixture in fixtures() {
        let first = import_all(&files(&fixture), &Options::default());
        let Some(policy) = &first.policy else { continue };
        let build = |policy: &str| {
            let plan = plan(policy);
            let bundle = stanchion::bundle::build(&plan, &stanchion::bundle::Selection::default());
            (options(&plan), files_of(&bundle, "default"), plan)
        };
        let (options, files, plan_of_first) = build(policy);
        if files.is_empty() {
            continue;
        }
        let second = import_all(&files, &options).policy.expect("a policy");
        let (options, files, plan_of_second) = build(&second);
        let third = import_all(&files, &options).policy.expect("a policy");
        assert_eq!(second, third, "{fixture}");
        for machine in &plan_of_second.machines {
            let its = |other: &&stanchion::resolve::Machine| other.state.platform == machine.state.platform;
            let first = plan_of_first.machines.iter().find(its).expect("the machine");
            assert_eq!(machine.digest, first.digest, "{fixture}\n{policy}\n{second}");
        }
    }
}

#[test]
fn registry_changes_count_in_their_order() {
    let file = |changes: &str| {
        let text = format!(
            "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Docker\\Docker Desktop]\n{changes}"
        );
        import_all(&[("docker.reg".to_owned(), text.into_bytes())], &Options::default())
    };
    // REG_MULTI_SZ lists of one name.
    let (old, new) = (
        "\"allowedOrgs\"=hex(7):6f,00,6c,00,64,00,31,00,00,00,00,00\n",
        "\"allowedOrgs\"=hex(7):6e,00,65,00,77,00,31,00,00,00,00,00\n",
    );
    let lists = |changes: &str| {
        let policy = file(changes).policy.unwrap_or_default();
        policy.lines().find(|line| line.starts_with("organizations = ")).map(|line| line[..24].to_owned())
    };
    assert_eq!(lists(&format!("{old}{new}")).as_deref(), Some("organizations = [\"new1\"]"));
    assert_eq!(lists(&format!("\"allowedOrgs\"=-\n{new}")).as_deref(), Some("organizations = [\"new1\"]"));
    for gone in [
        "\"AllowedOrgs\"=-\n",
        "[-HKLM\\SOFTWARE\\Policies\\Docker\\Docker Desktop]\n",
        "[-HKEY_LOCAL_MACHINE\\software\\policies\\docker]\n",
    ] {
        assert_eq!(lists(&format!("{old}{gone}")), None, "{gone}");
    }
    let other = "[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Docker\\Docker]\n";
    assert_eq!(lists(&format!("{old}{other}")).as_deref(), Some("organizations = [\"old1\"]"));
}

#[test]
fn many_faults_on_one_line_are_told_by_the_first_of_them() {
    let names: String = (0..3000).map(|at| format!(",\"k{at}\":{{\"locked\":true,\"value\":{at}}}")).collect();
    let file = format!("{{\"configurationFileVersion\":2{names}}}");
    let import = import_all(&[("admin-settings.json".to_owned(), file.into_bytes())], &Options::default());
    assert!(import.findings.len() < 300, "{} findings", import.findings.len());
    assert!(import.findings.iter().map(|finding| finding.more).sum::<usize>() > 2000);
}

/// What a preset adds is told for each platform, and where it brings the first settings.
#[test]
fn a_preset_says_what_it_adds_to_each_platform() {
    let mut given = files("clean");
    given.retain(|(name, _)| name.starts_with("macos/") || name == "windows/docker.reg");
    let options = Options { preset: preset::find("hardened"), ..Options::default() };
    let policy = import_all(&given, &options).policy.expect("a policy");
    assert!(policy.contains("The preset also sets what no file has: "), "{policy}");
    assert!(
        policy.contains("useVirtualizationFrameworkVirtioFS") && !policy.contains("exposeDockerAPIOnTCP2375"),
        "{policy}"
    );
    assert!(policy.contains("No file has settings for Windows: there, all that the preset sets is new."), "{policy}");
    let file = |value: &str| {
        let text =
            format!("{{\"configurationFileVersion\":2,\"disableUpdate\":{{\"locked\":true,\"value\":{value}}}}}");
        text.into_bytes()
    };
    let both = [
        ("macos/admin-settings.json".to_owned(), file("true")),
        ("windows/admin-settings.json".to_owned(), file("true")),
    ];
    let policy = import_all(&both, &options).policy.expect("a policy");
    let lines: Vec<&str> = policy.lines().collect();
    for line in [
        "# On macOS, the preset also sets useGrpcfuse, useVirtualizationFrameworkVirtioFS.",
        "# On Windows, the preset also sets exposeDockerAPIOnTCP2375, windowsContainers.dockerDaemonOptions.",
        "# One value of the files is as in the preset, and not repeated here.",
    ] {
        assert!(lines.contains(&line), "{line}\n{policy}");
    }
}

#[test]
fn an_organization_that_is_refused_is_replaced() {
    let (name, bytes) = files("clean").swap_remove(0);
    let bytes = String::from_utf8(bytes).expect("XML").replace("Northwind Traders", "North\u{1b}[2Jwind").into_bytes();
    let import = import_all(&[(name, bytes)], &Options::default());
    assert!(import.findings.iter().any(|finding| finding.code.name == "control-character"));
    assert_eq!(plan(import.policy.as_deref().expect("a policy")).organization, "Example");
}

#[test]
fn an_older_fleet_makes_what_stops_it_an_error() {
    let severity = |fixture: &str, code: &str, oldest: &str| {
        let options = Options { oldest_version: Some(oldest.parse().expect("a version")), ..Options::default() };
        let import = import_all(&files(fixture), &options);
        import.findings.iter().find(|finding| finding.code.name == code).expect("a finding").severity
    };
    assert_eq!(severity("utf8-bom.json", "utf8-bom", "4.57.0"), Severity::Error);
    assert_eq!(severity("utf8-bom.json", "utf8-bom", "4.58.0"), Severity::Warning);
    assert_eq!(severity("file-version--missing.json", "file-version", "4.40.0"), Severity::Error);
    assert_eq!(severity("file-version--missing.json", "file-version", "4.72.0"), Severity::Warning);
}

#[test]
fn hostile_files_get_an_answer() {
    let wrap = |body: String| format!("<plist version=\"1.0\">{body}</plist>").into_bytes();
    let members = |count: usize| (0..count).map(|at| format!("\"k{at}\":{at},")).collect::<String>();
    let long_key =
        format!("Windows Registry Editor Version 5.00\n[HKEY_LOCAL_MACHINE\\docker{}]\n", "k".repeat(500_000));
    let rows: Vec<(&str, Vec<u8>)> = vec![
        ("deep.json", b"[".repeat(900_000)),
        ("deep-objects.json", b"{\"a\":".repeat(150_000)),
        ("wide.json", format!("{{{}\"z\":1}}", members(60_000)).into_bytes()),
        ("long-name.json", format!("{{\"configurationFileVersion\":2,\"{}\":true}}", "n".repeat(900_000)).into_bytes()),
        ("large.json", vec![b' '; 2 << 20]),
        ("comments.json", b"/**/".repeat(200_000)),
        ("nul.json", vec![0; 1000]),
        ("deep.plist", wrap("<array>".repeat(100_000))),
        ("wide.plist", wrap(format!("<array>{}</array>", "<true/>".repeat(100_000)))),
        ("entity.plist", b"<!DOCTYPE x [<!ENTITY a \"aa\">]><plist><string>&a;</string></plist>".to_vec()),
        ("unknown-entity.plist", wrap("<dict><key>a</key><string>&b;</string></dict>".to_owned())),
        ("long-key.reg", format!("{long_key}{}", "\"x\"=-\n".repeat(50_000)).into_bytes()),
        ("many.pol", [b"PReg\x01\0\0\0".to_vec(), b"[\0".repeat(200_000)].concat()),
        ("signed.mobileconfig", [&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF][..], &[0x06; 100]].concat()),
    ];
    for (name, bytes) in rows {
        let started = std::time::Instant::now();
        let import = import_all(&[(name.to_owned(), bytes)], &Options::default());
        assert!(import.findings.iter().any(Finding::is_error), "{name}");
        assert!(started.elapsed().as_secs() < 20, "{name} took {:?}", started.elapsed());
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config {
        failure_persistence: Some(Box::new(proptest::test_runner::FileFailurePersistence::Off)),
        ..proptest::test_runner::Config::with_cases(96)
    })]

    #[test]
    fn no_bytes_make_import_panic(
        bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300),
        start in proptest::sample::select(vec![&b""[..], b"{", b"bplist00", b"PReg\x01\0\0\0", b"<plist>", b"\xFF\xFE{\0", b"\x30\x80"]),
        name in proptest::sample::select(vec!["admin-settings.json", "a.mobileconfig", "User/Registry.pol", "a.ps1", "x"]),
    ) {
        let import = import_all(&[(name.to_owned(), [start, &bytes].concat())], &Options::default());
        shown(&import);
    }

    /// Every kind of file, with bytes changed, taken out and put in.
    #[test]
    fn no_damage_makes_import_panic_or_its_policy_fail(
        which: proptest::sample::Index,
        cuts in proptest::collection::vec(
            (proptest::prelude::any::<proptest::sample::Index>(), 0_usize..4, proptest::sample::select(
                vec![&b""[..], b"{", b"}", b"[", b"\"", b"'", b"\\", b"\n#", b"null", b"\0", b"\xFF", b"<", b"&", b"1e999", "\u{202e}".as_bytes(), "\u{201c}".as_bytes()],
            )),
            1..5,
        ),
    ) {
        let fixtures = fixtures();
        let mut files = files(&fixtures[which.index(fixtures.len())]);
        for (at, length, insert) in cuts {
            let count = files.len();
            let bytes = &mut files[at.index(count)].1;
            let start = at.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, insert.iter().copied());
        }
        let import = import_all(&files, &Options::default());
        shown(&import);
        report::json(import.findings.iter().map(|finding| (finding, &import.sources)), false);
        if let Some(policy) = &import.policy {
            plan(policy);
        }
    }
}
