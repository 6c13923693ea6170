//! What holds for every policy, not only for the ones somebody thought of.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod example;

use std::collections::BTreeSet;
use std::io;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::FileFailurePersistence;
use stanchion::bundle::{Bundle, Selection, build};
use stanchion::catalog::{Format, Setting, Shape, Type, catalog};
use stanchion::diff::{Change, Diff, compare, report};
use stanchion::format::utf16;
use stanchion::import;
use stanchion::manifest::Manifest;
use stanchion::platform::Platform;
use stanchion::policy::{self, Reading};
use stanchion::resolve::{overlay, resolve, settle};
use stanchion::rule;

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::with_cases(48)
    }
}

fn read(text: &[u8]) -> Reading {
    let mut reading = policy::read("p.toml", text, &|_| Err(io::ErrorKind::NotFound.into()));
    rule::check(&mut reading, None);
    reading
}

fn bundle(reading: Reading) -> Bundle {
    // What a person may take responsibility for can be built.
    let errors = reading.findings.iter().filter(|finding| finding.is_error() && !finding.code.can_be_allowed);
    assert_eq!(errors.count(), 0, "{:#?}", reading.findings);
    build(&resolve(&reading.policy.expect("no errors, so a policy")), &Selection::default())
}

/// Text without the characters that a policy refuses, rich in those that somebody's parser trips over.
fn awkward() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        select(vec![
            "'", "\"", "`", "$(id)", "$HOME", "\\", "%TEMP%", "{{ x }}", "]]>", "&amp;", "<b>", ";", " ", "//", "é",
            "😀", "‘", "\u{a0}"
        ]),
        "[a-zA-Z0-9._:/-]{1,6}".prop_map(|text| Box::leak(text.into_boxed_str()) as &str),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// A value of a setting, as TOML.
fn value_of(setting: &'static Setting) -> BoxedStrategy<String> {
    let quoted = |text: String| toml::Value::String(text).to_string();
    let text = match setting.format {
        None => awkward().boxed(),
        Some(Format::Url | Format::PacUrl) => "https?://[a-z]{1,8}\\.example(:[1-9][0-9]{1,3})?".boxed(),
        Some(Format::Pac) => {
            awkward().prop_map(|text| format!("function FindProxyForURL(u, h) {{ return {text:?}; }}")).boxed()
        }
        Some(Format::Ports) => select(vec!["*", "", "80", "80,443"]).prop_map(str::to_owned).boxed(),
        Some(Format::Ipv4Slash24) => (0u8..=255).prop_map(|octet| format!("192.168.{octet}.0/24")).boxed(),
        Some(Format::Directory) => awkward().prop_map(|text| format!("/{text}")).boxed(),
        Some(Format::ContactUrl) => awkward().prop_map(|text| format!("mailto:{text}")).boxed(),
        Some(Format::Origins) => select(vec!["*", "", "https://a.example"]).prop_map(str::to_owned).boxed(),
        Some(Format::Host | Format::ImageRepository | Format::Image) => "[a-z]{1,8}(\\.[a-z]{2,5})?".boxed(),
        // A word that is nearly a command is taken for one that is misspelt.
        Some(Format::Command) => {
            select(vec!["build", "push", "exec", "container*", "volume*"]).prop_map(str::to_owned).boxed()
        }
    };
    match setting.kind {
        Type::Boolean => any::<bool>().prop_map(|truth| truth.to_string()).boxed(),
        Type::Integer => {
            let [least, most] = setting.range.unwrap_or([0, 1000]);
            (least..=most).prop_map(|number| number.to_string()).boxed()
        }
        Type::String => text.prop_map(quoted).boxed(),
        Type::Enum => select(setting.values.clone()).prop_map(quoted).boxed(),
        Type::Strings => vec(text.prop_map(quoted), 0..4).prop_map(|items| format!("[{}]", items.join(", "))).boxed(),
        Type::Directories => vec(("/[a-z]{1,6}".prop_map(quoted), any::<bool>()), 0..3)
            .prop_map(|items| {
                // A directory that is listed twice is a mistake.
                let items: std::collections::BTreeMap<_, _> = items.into_iter().collect();
                let items: Vec<String> = items
                    .iter()
                    .map(|(path, shared)| format!("{{ path = {path}, sharedByDefault = {shared} }}"))
                    .collect();
                format!("[{}]", items.join(", "))
            })
            .boxed(),
        Type::Json => {
            vec((select(vec!["bridge", "data-root", "exec-root", "group"]), awkward().prop_map(quoted)), 0..3)
                .prop_map(|entries| {
                    let entries: std::collections::BTreeMap<_, _> = entries.into_iter().collect();
                    let entries: Vec<String> =
                        entries.iter().map(|(name, value)| format!("{name:?} = {value}")).collect();
                    format!("{{ value = {{ {} }} }}", entries.join(", "))
                })
                .boxed()
        }
        Type::Object | Type::Presence => unreachable!("no value"),
    }
}

/// A line of settings, `key = value`.
fn assignment() -> impl Strategy<Value = (&'static Setting, String)> {
    let settable: Vec<&'static Setting> = catalog()
        .settings()
        .iter()
        .filter(|setting| setting.takes_a_value() && setting.is_admin_setting() && !setting.key.contains("[]"))
        .collect();
    select(settable).prop_flat_map(|setting| {
        let value = value_of(setting);
        let lockable = setting.shape == Shape::Setting && setting.kind != Type::Json;
        (Just(setting), value, proptest::option::of(any::<bool>())).prop_map(move |(setting, value, lock)| match lock {
            Some(lock) if lockable => (setting, format!("{{ value = {value}, locked = {lock} }}")),
            _ => (setting, value),
        })
    })
}

/// The lines of one table of settings, each setting once.
fn settings() -> impl Strategy<Value = String> {
    vec(assignment(), 0..12).prop_map(|lines| {
        let lines: std::collections::BTreeMap<&str, String> =
            lines.into_iter().map(|(setting, value)| (setting.key.as_str(), value)).collect();
        lines.iter().map(|(key, value)| format!("{key} = {value}\n")).collect()
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn reading_never_panics_on_bytes(bytes in vec(any::<u8>(), 0..400)) {
        read(&bytes);
    }

    #[test]
    fn reading_never_panics_on_something_like_a_policy(cuts in vec((any::<prop::sample::Index>(), awkward()), 1..6)) {
        let mut text = include_str!("../profiles/northwind.toml").to_owned();
        for (at, insert) in cuts {
            let at = at.index(text.len());
            if text.is_char_boundary(at) {
                text.insert_str(at, &insert);
            }
        }
        let reading = read(text.as_bytes());
        stanchion::report::text(&reading.findings, &reading.sources, false);
        stanchion::report::json(reading.findings.iter().map(|finding| (finding, &reading.sources)), false);
        stanchion::report::sarif(reading.findings.iter().map(|finding| (finding, &reading.sources)), "/work");
        stanchion::report::github(&reading.findings, &reading.sources);
    }

    #[test]
    fn an_accepted_policy_builds_and_everything_in_it_can_be_read_back(
        everywhere in settings(), on_macos in settings(), in_ring in settings(), name in awkward(), ring in "[a-z][a-z0-9]{0,9}",
    ) {
        prop_assume!(!["con", "prn", "aux", "nul"].contains(&ring.as_str()) && !ring.starts_with("com") && !ring.starts_with("lpt"));
        let name = toml::Value::String(format!("N{name}"));
        let text = example::minimal("").replace("\"Contoso\"", &name.to_string())
            + &format!("[settings]\n{everywhere}[platforms.macos.settings]\n{on_macos}[rings.{ring}.settings]\n{in_ring}");
        let reading = read(text.as_bytes());
        let policy = reading.policy.as_ref().expect("a policy");
        let said = |ring: &str, platform| settle(&overlay(policy, ring, platform));
        let said: Vec<_> = ["default", ring.as_str()]
            .iter()
            .flat_map(|ring| Platform::ALL.map(|platform| (format!("{ring}/{platform}/admin-settings.json"), said(ring, platform))))
            .map(|(path, said)| (path, said.into_iter().map(|said| (said.setting, said.value, said.locked)).collect::<Vec<_>>()))
            .collect();
        let bundle = bundle(reading);
        for artifact in &bundle.artifacts {
            let path = &artifact.path;
            prop_assert!(path.split('/').all(|part| !part.is_empty() && part != "." && part != "..") && !path.contains(['\\', ':']));
            match path.rsplit('.').next() {
                Some("json") => {
                    prop_assert!(is_plain_json(&artifact.bytes));
                    let value: serde_json::Value = serde_json::from_slice(&artifact.bytes).expect("strict JSON");
                    if let Some((_, said)) = said.iter().find(|(its, _)| its == path) {
                        prop_assert_eq!(&value["configurationFileVersion"], 2);
                        // On a Mac a locked proxy is in the profile instead.
                        let by_profile = |setting: &Setting| setting.key.starts_with("proxy.") && value.get("proxy").is_none();
                        for (setting, wanted, locked) in said.iter().filter(|(setting, ..)| !by_profile(setting)) {
                            let found = value.pointer(&format!("/{}", setting.key.replace('.', "/"))).expect("every setting is there");
                            let found_value = if locked.is_some() { &found["value"] } else { found };
                            prop_assert_eq!(found_value, &serde_json::to_value(wanted).expect("JSON"), "{}", &setting.key);
                            prop_assert_eq!(found.get("locked").and_then(serde_json::Value::as_bool).filter(|_| locked.is_some()), *locked);
                        }
                        prop_assert_eq!(artifact.bytes.get(4..30), Some(&b"\"configurationFileVersion\""[..]));
                    }
                }
                Some("mobileconfig") if path.ends_with("/docker-desktop.mobileconfig") => prop_assert_eq!(strings_after(&artifact.bytes, "allowedOrgs"), ["contoso"]),
                Some("reg") if path.ends_with("/docker-desktop.reg") => prop_assert_eq!(multi_string(&artifact.bytes), ["contoso"]),
                _ => {}
            }
        }
    }

    #[test]
    fn what_a_policy_builds_is_imported_as_a_policy_that_builds_the_same(everywhere in settings(), on_macos in settings(), on_windows in settings()) {
        let passed = "[undocumented-settings]\nmemoryMiB = 1\n[platforms.windows.undocumented-settings]\ncpus = 2\n";
        let tables = format!("{passed}[settings]\n{everywhere}[platforms.macos.settings]\n{on_macos}[platforms.windows.settings]\n{on_windows}");
        let reading = read(example::minimal(&tables).as_bytes());
        // Of two engines that are both off an import keeps one: Docker Desktop would not start.
        prop_assume!(!reading.findings.iter().any(|finding| finding.code.name == "file-sharing-engines"));
        let first = resolve(&reading.policy.expect("a policy"));
        let files = build(&first, &Selection::default()).artifacts;
        let ours = ["admin-settings.json", "registry.json", "docker-desktop.reg", "mdm/docker-desktop.mobileconfig"];
        let files: Vec<import::File<'_>> = files
            .iter()
            .filter_map(|artifact| Some((artifact.path.strip_prefix("default/")?, &artifact.bytes)))
            .filter(|(path, _)| path.split_once('/').is_some_and(|(_, file)| ours.contains(&file)))
            .map(|(name, bytes)| import::File { name, platform: None, bytes })
            .collect();
        let oldest_version = Some("4.86.0".parse().expect("a version"));
        let import = import::import(&files, &import::Options { oldest_version, ..import::Options::default() });
        let policy = import.policy.expect("a policy");
        let reading = read(policy.as_bytes());
        prop_assert!(!reading.findings.iter().any(stanchion::finding::Finding::is_error), "{:?}\n{policy}", reading.findings);
        let second = resolve(&reading.policy.expect("a policy"));
        for (first, second) in first.machines.iter().zip(&second.machines) {
            prop_assert_eq!(&first.digest, &second.digest, "{}\n{}\n{}", tables, policy, first.state.platform);
        }
    }

    #[test]
    fn a_later_layer_wins_and_an_empty_one_changes_nothing(first in settings(), second in settings()) {
        let layered = format!("[settings]\n{first}[rings.a.settings]\n{second}[rings.b.settings]\n[rings.c.platforms.macos.settings]\n");
        let alone = format!("[settings]\n{second}");
        let (layered, alone) = (read(example::minimal(&layered).as_bytes()), read(example::minimal(&alone).as_bytes()));
        let (layered, alone) = (layered.policy.expect("a policy"), alone.policy.expect("a policy"));
        for platform in Platform::ALL {
            let in_a = settle(&overlay(&layered, "a", platform));
            for said in settle(&overlay(&alone, "default", platform)).iter().filter(|said| said.by.is_some()) {
                let same = in_a.iter().find(|resolved| resolved.setting.key == said.setting.key).expect("said in both");
                prop_assert_eq!((&same.value, same.locked), (&said.value, said.locked), "{}", said.setting.key);
            }
            let values = |ring| {
                let settled = settle(&overlay(&layered, ring, platform));
                settled.into_iter().map(|resolved| (resolved.setting.key.clone(), resolved.value, resolved.locked)).collect::<Vec<_>>()
            };
            prop_assert_eq!(values("default"), values("b"));
            prop_assert_eq!(values("default"), values("c"));
        }
    }

    /// Policies that extend each other in every way: number 0 is the policy, and each extends some with higher numbers.
    #[test]
    fn what_is_extended_counts_once_and_before_all_that_extend_it(lists in vec(vec(1_usize..7, 0..4), 7)) {
        let lists: Vec<Vec<usize>> = lists
            .into_iter()
            .enumerate()
            .map(|(file, list)| list.into_iter().filter(|other| *other > file).collect())
            .collect();
        let text = |file: usize| {
            let names: Vec<String> = lists[file].iter().map(|other| format!("\"./{other}.toml\"")).collect();
            let settings = "[settings]\nanalyticsEnabled = false\n";
            let rest = if file == 0 { example::minimal(settings) } else { settings.to_owned() };
            format!("extends = [{}]\n{rest}", names.join(", ")).into_bytes()
        };
        let number = |name: &str| name.trim_end_matches(".toml").parse::<usize>().expect("a number");
        let reading = policy::read("0.toml", &text(0), &|name| Ok(text(number(name))));
        let policy = reading.policy.expect("a policy");
        let said = overlay(&policy, "default", Platform::Linux);
        let order: Vec<usize> = said
            .values()
            .flatten()
            .map(|said| number(&reading.sources.get(said.assignment.key.source).name))
            .collect();
        prop_assert_eq!(order.last(), Some(&0), "the policy wins over all that it extends");
        let place = |file: usize| order.iter().position(|its| *its == file).expect("it was read");
        let mut is_as_listed = true;
        for &file in &order {
            prop_assert_eq!(order.iter().filter(|its| **its == file).count(), 1);
            prop_assert!(lists[file].iter().all(|other| place(*other) < place(file)));
            is_as_listed &= lists[file].is_sorted_by(|a, b| place(*a) < place(*b));
        }
        let is_told = reading.findings.iter().any(|finding| finding.code.name == "extends-no-effect");
        prop_assert_eq!(is_told, !is_as_listed, "{:?}", order);
    }

    #[test]
    fn the_order_of_lines_in_a_table_means_nothing(lines in vec(assignment(), 0..8)) {
        let lines: std::collections::BTreeMap<_, _> = lines.into_iter().map(|(setting, value)| (setting.key.clone(), value)).collect();
        let text = |lines: Vec<(&String, &String)>| {
            let lines: String = lines.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
            example::minimal(&format!("[settings]\n{lines}"))
        };
        let forth = bundle(read(text(lines.iter().collect()).as_bytes()));
        let back = bundle(read(text(lines.iter().rev().collect()).as_bytes()));
        prop_assert_eq!(forth.artifacts, back.artifacts);
    }
}

/// Part of a policy besides settings: organizations, ways, platforms, rings, versions, an exception, profiles.
fn surroundings() -> impl Strategy<Value = (String, String)> {
    let organizations =
        prop::option::of(prop::sample::subsequence(vec!["contoso", "fabrikam", "adventure"], 1..=3).prop_shuffle());
    let ways =
        (select(vec!["profile", "plist", "registry-json"]), select(vec!["registry-key", "registry-json", "both"]));
    let platforms = prop::sample::subsequence(vec!["macos", "windows", "linux"], 1..=3);
    let oldest = select(vec!["4.46.0", "4.60.0", "4.86.0"]);
    let exception = prop::option::of((select(vec!["A-1", "B-2"]), 0..4usize, select(vec!["2035-01-01", "2036-01-01"])));
    let names = (select(vec!["Contoso", "Fabrikam"]), select(vec!["com.contoso", "com.fabrikam"]));
    let ring = select(vec!["a", "b"]);
    (organizations, ways, platforms, oldest, exception, names, ring, any::<bool>()).prop_map(
        |(organizations, (macos, windows), platforms, oldest, exception, (name, id), ring, notifications)| {
            let sign_in = organizations.map_or(String::new(), |names| {
                format!("[sign-in]\norganizations = {names:?}\nmacos = {macos:?}\nwindows = {windows:?}\n")
            });
            let exception = exception.map_or(String::new(), |(id, says, expires)| {
                let says = [
                    "settings = { blockDockerLoad = true }",
                    "settings = { blockDockerLoad = false, kubernetes = { enabled = true } }",
                    "registry-access = { registries = [\"ghcr.io\", \"quay.io\"] }",
                    "container-network = { deny = [], block-host = false, ports = [80] }",
                ][says];
                format!(
                    "[[exceptions]]\nid = {id:?}\nring = {ring:?}\nreason = \"r\"\napproved-by = \"a\"\nexpires = {expires}\n\
                     {says}\n"
                )
            });
            let head = format!(
                "[organization]\nname = {name:?}\nid = {id:?}\n[fleet]\noldest-version = {oldest:?}\nplatforms = {platforms:?}\n\
                 {sign_in}[targets.macos]\nnotifications = {notifications}\n{exception}[rings.{ring}]\n"
            );
            (head, ring.to_owned())
        },
    )
}

/// The keys of `[registry-access]` and of `[container-network]`, either of which may be missing.
fn network() -> impl Strategy<Value = [Option<String>; 2]> {
    let hosts = || prop::sample::subsequence(vec!["ghcr.io", "a.example:5000", "10.0.0.7"], 0..=3);
    let registries = prop::option::of(hosts().prop_map(|hosts| format!("registries = {hosts:?}\n")));
    let keys = (select(vec!["", "default = \"deny\"\n"]), hosts(), hosts(), any::<bool>(), 0..4usize);
    let containers = keys.prop_map(|(default, allow, deny, block, more)| {
        let more = [
            "",
            "ports = [80]\n",
            "proxy = { upstream = \"http://10.0.0.8:3128\" }\n",
            "proxy = { upstream = \"http://10.0.0.8:3128\", for = [\"ghcr.io\"] }\n",
        ][more];
        format!("{default}allow = {allow:?}\ndeny = {deny:?}\nblock-host = {block}\n{more}")
    });
    prop::option::weighted(0.6, (registries, prop::option::of(containers)))
        .prop_map(|tables| tables.map_or([None, None], |(registries, containers)| [registries, containers]))
}

/// The tables of a network below some prefix.
fn under(prefix: &str, [registries, containers]: &[Option<String>; 2]) -> String {
    let table = |name: &str, keys: &Option<String>| {
        keys.as_ref().map_or(String::new(), |keys| format!("[{prefix}{name}]\n{keys}"))
    };
    table("registry-access", registries) + &table("container-network", containers)
}

/// The text of a policy that `check` accepts.
fn policy() -> impl Strategy<Value = String> {
    (surroundings(), settings(), settings(), network(), network()).prop_filter_map(
        "a policy with errors",
        |((head, ring), everywhere, in_ring, tables, ring_tables)| {
            let (network, ring_network) = (under("", &tables), under(&format!("rings.{ring}."), &ring_tables));
            let text =
                format!("{head}[rings.{ring}.settings]\n{in_ring}{ring_network}[settings]\n{everywhere}{network}");
            let reading = read(text.as_bytes());
            (!reading.findings.iter().any(stanchion::finding::Finding::is_error)).then_some(text)
        },
    )
}

/// What a change is about, without its direction: key, and what was and is said, and where.
fn about(change: &Change, is_back: bool) -> String {
    let (old, new) = if is_back { (&change.new, &change.old) } else { (&change.old, &change.new) };
    let mut places: Vec<String> = Platform::ALL
        .iter()
        .flat_map(|platform| ["default", "a", "b"].map(|ring| (ring, *platform)))
        .filter(|(ring, platform)| change.reach.iter().any(|reach| reach.includes(ring, *platform)))
        .map(|(ring, platform)| format!("{ring}/{platform}"))
        .collect();
    places.sort();
    let mut lines = change.lines.clone();
    if is_back {
        for line in &mut lines {
            let sign = match line.chars().next() {
                Some('+') => "-",
                Some('-') => "+",
                _ => continue,
            };
            line.replace_range(..1, sign);
        }
    }
    lines.sort();
    format!("{} {old:?} {new:?} {places:?} {lines:?}", change.key)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_global_rejects: 4096, ..config() })]

    #[test]
    fn a_difference_goes_the_other_way_back_and_is_never_silent(old in policy(), new in policy()) {
        let policy_of = |text: &str| read(text.as_bytes()).policy.expect("a policy");
        let (old, new) = (policy_of(&old), policy_of(&new));
        let (was, is) = (Manifest::of(&old), Manifest::of(&new));
        prop_assert!(compare(&was, &was).is_empty());
        let (there, back) = (compare(&was, &is), compare(&is, &was));
        let of = |diff: &Diff, is_back| {
            let directed = diff.changes.iter().map(|change| {
                let direction = if is_back { change.direction.flip() } else { change.direction };
                (about(change, is_back), direction)
            });
            directed.collect::<std::collections::BTreeMap<_, _>>()
        };
        prop_assert_eq!(of(&there, false), of(&back, true));
        // Whoever must hold something else is among the machines of a change, and so is every other artifact.
        let digests = |policy: &policy::Policy| {
            let plan = resolve(policy);
            plan.machines.iter().map(|machine| ((machine.state.ring.clone(), machine.state.platform), machine.digest.clone())).collect::<Vec<_>>()
        };
        let (before, after) = (digests(&old), digests(&new));
        for ((ring, platform), digest) in &after {
            let differs = before.iter().any(|(at, was)| *at == (ring.clone(), *platform) && was != digest);
            let is_told = there.changes.iter().any(|change| change.reach.iter().any(|reach| reach.includes(ring, *platform)));
            prop_assert!(!differs || is_told, "{ring} on {platform}: {there:#?}");
        }
        let same = build(&resolve(&old), &Selection::default()).artifacts == build(&resolve(&new), &Selection::default()).artifacts;
        prop_assert!(same || !there.changes.is_empty());
        let text = report::text(&there);
        prop_assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_global_rejects: 4096, ..config() })]

    /// Whatever weakens a policy apart from its exceptions stops a gate with them too, on the same machines.
    #[test]
    fn no_exception_hides_what_stays_without_it(old in policy(), new in policy()) {
        let manifest = |text: &str| Manifest::of(&read(text.as_bytes()).policy.expect("a policy"));
        let without = |text: &str| {
            let (start, rest) = text.split_once("[[exceptions]]").unwrap_or((text, ""));
            manifest(&format!("{start}{}", rest.find("[rings.").map_or("", |at| &rest[at..])))
        };
        let machines: BTreeSet<_> = [manifest(&old), manifest(&new)]
            .iter()
            .flat_map(|manifest| manifest.machines.iter().map(|machine| (machine.ring.clone(), machine.platform)).collect::<Vec<_>>())
            .collect();
        let stopped = |diff: &Diff| -> BTreeSet<(String, (String, Platform))> {
            let of = |change: &Change| {
                let is_meant = |(ring, platform): &&(String, Platform)| {
                    change.reach.is_empty() || change.reach.iter().any(|reach| reach.includes(ring, *platform))
                };
                machines.iter().filter(is_meant).map(|at| (change.key.clone(), at.clone())).collect::<Vec<_>>()
            };
            diff.stopped().flat_map(of).collect()
        };
        let apart = stopped(&compare(&without(&old), &without(&new)));
        let together = stopped(&compare(&manifest(&old), &manifest(&new)));
        prop_assert_eq!(apart.difference(&together).collect::<Vec<_>>(), Vec::<&(String, (String, Platform))>::new());
    }
}

/// Whoever says the value of a group says its lock; another field leaves the lock to whoever said it last.
/// A name that nobody documents reaches the machines that its table is about, and the narrower table wins.
#[test]
fn what_is_passed_through_follows_the_layers() {
    let text = r#"
        organization = { name = "Northwind", id = "com.northwind" }
        fleet = { oldest-version = "4.72.0", platforms = ["macos", "windows"] }
        [undocumented-settings]
        cpus = 1
        [platforms.windows.undocumented-settings]
        cpus = { value = 2, locked = false }
        [rings.pilot.undocumented-settings]
        memoryMiB = 3
        [rings.pilot.platforms.windows.undocumented-settings]
        cpus = 4
    "#;
    let reading = read(text.as_bytes());
    let policy = reading.policy.as_ref().expect("a policy");
    let passed = |ring, platform| {
        let settings = policy.undocumented(ring, platform);
        let shown = |value| serde_json::to_string(value).expect("JSON");
        settings.iter().map(|its| format!("{}={} {}", its.name, shown(&its.value), its.locked)).collect::<Vec<_>>()
    };
    assert_eq!(passed("default", Platform::Macos), ["cpus=1 true"]);
    assert_eq!(passed("default", Platform::Windows), ["cpus=2 false"]);
    assert_eq!(passed("pilot", Platform::Macos), ["cpus=1 true", "memoryMiB=3 true"]);
    assert_eq!(passed("pilot", Platform::Windows), ["cpus=4 true", "memoryMiB=3 true"]);
    let files: Vec<_> =
        bundle(reading).artifacts.into_iter().filter(|its| its.path.ends_with("/admin-settings.json")).collect();
    assert!(
        files
            .iter()
            .all(|file| String::from_utf8_lossy(&file.bytes).contains("memoryMiB") == file.path.starts_with("pilot/"))
    );
}

#[test]
fn the_lock_of_a_group_goes_with_its_value() {
    const BASE: &str = "[settings]\nenhancedContainerIsolation = { value = false, locked = false }\n\
        proxy = { mode = \"system\", locked = false }\n";
    let locks = |settings: &str| {
        let text = format!("extends = [\"./base.toml\"]\n{}", example::minimal(&format!("[settings]\n{settings}\n")));
        let mut reading = policy::read("p.toml", text.as_bytes(), &|_| Ok(BASE.as_bytes().to_vec()));
        rule::check(&mut reading, None);
        let settled = settle(&overlay(reading.policy.as_ref().expect("a policy"), "default", Platform::Linux));
        let lock = |group: &str| {
            let lock = settled.iter().find(|resolved| resolved.setting.key == format!("{group}.locked"));
            lock.and_then(|lock| lock.value.as_bool()).expect("a lock")
        };
        let is_told = reading.findings.iter().any(|finding| finding.code.name == "lock-inherited");
        (lock("enhancedContainerIsolation"), lock("proxy"), is_told)
    };
    assert_eq!(locks(""), (false, false, false));
    assert_eq!(locks("enhancedContainerIsolation = true"), (true, false, false));
    assert_eq!(locks("enhancedContainerIsolation.value = true"), (true, false, false));
    assert_eq!(locks("enhancedContainerIsolation = { value = true, locked = false }"), (false, false, false));
    assert_eq!(locks("enhancedContainerIsolation.dockerSocketMount.imageList.images = [\"*\"]"), (false, false, true));
    assert_eq!(locks("proxy.mode = \"system\""), (false, false, true));
    assert_eq!(locks("proxy = { mode = \"system\", locked = false }"), (false, false, false));
    assert_eq!(locks("proxy = { mode = \"system\", locked = true }"), (false, true, false));
}

/// ASCII, LF, one final newline.
fn is_plain_json(bytes: &[u8]) -> bool {
    bytes.is_ascii() && bytes.ends_with(b"}\n") && !bytes.contains(&b'\r')
}

/// What a second XML parser, which shares nothing with the writer, finds after a key of a property list.
fn strings_after(xml: &[u8], key: &str) -> Vec<String> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_reader(xml);
    let (mut texts, mut open, mut found) = (Vec::new(), String::new(), false);
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => tag.name().as_ref().clone_into(&mut open),
            Event::Text(text) => {
                let text = text.to_string();
                match open.as_str() {
                    "key" => found = text == key,
                    "string" if found => texts.extend(text.split(';').map(str::to_owned)),
                    _ => {}
                }
            }
            Event::End(_) => open.clear(),
            Event::Eof => return texts,
            _ => {}
        }
    }
}

/// The strings of the one `hex(7)` value of a `.reg` file, read without our own parser.
fn multi_string(file: &[u8]) -> Vec<String> {
    let text = utf16::decode(file.strip_prefix(&utf16::BYTE_ORDER_MARK).expect("a byte-order mark")).expect("UTF-16");
    let text = text.replace("\\\r\n  ", "");
    let hex = text.split("=hex(7):").nth(1).expect("a value").trim_end();
    let bytes: Vec<u8> = hex.split(',').map(|byte| u8::from_str_radix(byte, 16).expect("hex")).collect();
    let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let all = String::from_utf16(&units).expect("UTF-16");
    all.strip_suffix("\0\0").expect("two final NULs").split('\0').map(str::to_owned).collect()
}
