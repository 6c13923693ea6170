//! Exceptions: what they cover, and that none of them becomes permanent unseen.

use stanchion::platform::Platform;

use super::*;

#[test]
fn an_exception_does_not_become_permanent_silently() {
    let policy = |base: &str, ring: &str, exception: &str| {
        let exception = match exception {
            "" => String::new(),
            says => format!(
                "[[exceptions]]\nid = \"E-1\"\nring = \"pilot\"\nsettings.{says}\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n"
            ),
        };
        manifest(&example::minimal(&format!("[settings]\n{base}\n[rings.pilot.settings]\n{ring}\n{exception}")))
    };
    let key = "blockDockerLoad";
    let (safe, weak) = ("blockDockerLoad = true", "blockDockerLoad = false");
    let by_exception = policy(safe, "", weak);
    for (new, says) in
        [(policy(safe, weak, ""), "it no longer ends"), (policy(safe, weak, weak), "An exception hides it until")]
    {
        assert_eq!(direction(&by_exception, &new, key), Loosens);
        let diff = compare(&by_exception, &new);
        assert!(find(&diff, key).why.contains(says), "{}", find(&diff, key).why);
        assert!(diff.stopped().any(|change| change.key == key), "{:#?}", diff.changes);
    }
    // A folder says it as its policy does.
    let folder = Manifest::read(built(&example::minimal(&format!(
        "[settings]\n{safe}\n[rings.pilot]\n[[exceptions]]\nid = \"E-1\"\nring = \"pilot\"\nsettings.{weak}\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n"
    ))).to_string().as_bytes());
    assert_eq!(direction(&folder.expect("reads"), &policy(safe, weak, ""), key), Loosens);
    // An exception covers what it brings, and not what the policy does without it.
    let covered = compare(&policy(safe, "", ""), &by_exception);
    assert_eq!(find(&covered, key).covered_by.as_deref(), Some("E-1"));
    assert_eq!(covered.summary(), "2 loosen; 2 covered by a new exception");
    let weakened = compare(&policy(safe, safe, ""), &policy(safe, weak, weak));
    assert_eq!(find(&weakened, key).covered_by.as_deref(), None);
    assert!(weakened.stopped().any(|change| change.key == key));
    // Nothing is said where the policy itself says the same as before.
    assert_eq!(compare(&policy(safe, weak, weak), &policy(safe, weak, "")).stopped().count(), 0);
}

/// A group that the policy drops is still locked where an exception speaks of it, until that ends.
#[test]
fn the_lock_of_an_exception_hides_nothing() {
    let exception = "[[exceptions]]\nid = \"E-1\"\nring = \"pilot\"\nsettings = { kubernetes = { enabled = true } }\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n";
    let policy =
        |settings: &str| manifest(&example::minimal(&format!("[settings]\n{settings}\n[rings.pilot]\n{exception}")));
    let (old, new) = (policy("kubernetes.showSystemContainers = false"), policy(""));
    let diff = compare(&old, &new);
    let stopped: Vec<_> = diff.stopped().map(|change| (change.key.as_str(), change.reach[0].text(3))).collect();
    assert!(stopped.contains(&("kubernetes.showSystemContainers", "ring `pilot`".to_owned())), "{stopped:?}");
}

#[test]
fn an_exception_covers_what_it_lets_through() {
    let exception = |says: &str| {
        manifest(&tables(&format!(
            "[rings.pilot]\n[[exceptions]]\nid = \"N-1\"\nring = \"pilot\"\n{says}\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n"
        )))
    };
    let old = manifest(&tables("[rings.pilot]\n"));
    for (says, key) in [
        ("registry-access = { registries = [\"ghcr.io\", \"quay.io\"] }", "registry-access.registries"),
        ("container-network = { deny = [] }", "container-network.deny"),
        ("container-network = { block-host = false }", "container-network.block-host"),
        ("container-network = { ports = [] }", "container-network.ports"),
        ("container-network = { proxy = { upstream = \"http://192.0.2.8:3128\" } }", "container-network.proxy.for"),
        ("container-network = { proxy = false }", "container-network.proxy"),
        ("container-network = { proxy = false }", "container-network.proxy.for"),
    ] {
        let new = exception(says);
        let diff = compare(&old, &new);
        assert_eq!(find(&diff, key).covered_by.as_deref(), Some("N-1"), "{says}");
        assert_eq!(diff.stopped().count(), 0, "{says}: {:#?}", diff.changes);
        assert_eq!(find(&diff, "exceptions.N-1").direction, find(&diff, key).direction, "{says}");
        assert!(new.exceptions[0].settings.iter().any(|name| name == key), "{says}");
    }
    // What a known one brings besides was not approved with it.
    let wider = exception("registry-access = { registries = [\"ghcr.io\", \"quay.io\", \"mcr.microsoft.com\"] }");
    let narrow = exception("registry-access = { registries = [\"ghcr.io\", \"quay.io\"] }");
    assert_eq!(direction(&narrow, &wider, "registry-access.registries"), Loosens);
    assert_eq!(stopped(&narrow, &wider), ["exceptions.N-1", "registry-access.registries"]);
    let diff = compare(&narrow, &wider);
    let why = &find(&diff, "registry-access.registries").why;
    assert!(why.starts_with("Exception `N-1` is not new, and covers nothing"), "{why}");
}

#[test]
fn an_exception_of_a_network_does_not_become_permanent_silently() {
    let policy = |registries: &str, excepted: &str| {
        let exception = match excepted {
            "" => String::new(),
            says => format!(
                "[[exceptions]]\nid = \"N-1\"\nring = \"pilot\"\n{says}\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n"
            ),
        };
        let table = match registries {
            "" => String::new(),
            list => format!("[rings.pilot.registry-access]\nregistries = {list}\n"),
        };
        manifest(&example::minimal(&format!("[rings.pilot]\n{table}{exception}")))
    };
    let key = "registry-access.registries";
    let (narrow, wide) = ("[\"ghcr.io\"]", "[\"ghcr.io\", \"quay.io\"]");
    let lets = format!("registry-access = {{ registries = {wide} }}");
    let by_exception = policy(narrow, &lets);
    for (new, says) in [(policy(wide, ""), "it no longer ends"), (policy(wide, &lets), "An exception hides it until")] {
        assert_eq!(direction(&by_exception, &new, key), Loosens);
        let diff = compare(&by_exception, &new);
        let change = find(&diff, key);
        assert!(change.why.contains(says), "{}", change.why);
        assert_eq!((change.lines.join(""), change.covered_by.is_none()), ("+ quay.io".to_owned(), true));
        assert_eq!(stopped(&by_exception, &new), [key]);
    }
    // An exception that ends and changes nothing goes no way itself.
    assert_eq!(direction(&by_exception, &policy(wide, ""), "exceptions.N-1"), Neutral);
    // It does not cover a table that the policy weakens at the same time.
    assert_eq!(stopped(&policy(narrow, ""), &policy(wide, &lets)), [key]);
    assert_eq!(stopped(&policy(narrow, ""), &by_exception), [""; 0]);
    // The tables themselves can stand and fall with an exception.
    let only = policy("", &lets);
    assert_eq!(stopped(&policy("", ""), &only), [""; 0]);
    assert!(stopped(&policy(narrow, ""), &only).contains(&"container-network.default".to_owned()));
    assert_eq!(compare(&only, &policy(wide, "")).changes.iter().filter(|its| its.key == SCRIPT).count(), 0);
}

#[test]
fn a_known_exception_that_reaches_further_stops_a_gate() {
    let policy = |exception: &str| {
        manifest(&example::minimal(&format!(
            "[settings]\nblockDockerLoad = true\nenableCloud = false\nanalyticsEnabled = true\n[rings.pilot]\n[rings.other]\n[[exceptions]]\n{exception}\nreason = \"r\"\napproved-by = \"a\"\n"
        )))
    };
    let says = "id = \"E-1\"\nring = \"pilot\"\nplatform = \"macos\"\nexpires = 2035-12-31\nsettings = { blockDockerLoad = false }";
    let old = policy(says);
    assert_eq!(stopped(&policy(&says.replace("E-1", "E-0")), &old), [""; 0]);
    for (from, to, keys) in [
        ("2035-12-31", "2035-12-30", &[][..]),
        ("2035-12-31", "2036-01-01", &["exceptions.E-1"]),
        ("ring = \"pilot\"", "rings = [\"pilot\", \"other\"]", &["exceptions.E-1", "blockDockerLoad"]),
        ("platform = \"macos\"\n", "", &["exceptions.E-1", "blockDockerLoad"]),
        ("= false }", "= false, enableCloud = true }", &["exceptions.E-1", "enableCloud"]),
        // No more than what the policy says, until that is tightened.
        ("= false }", "= false, enableCloud = false }", &["exceptions.E-1"]),
    ] {
        assert!(says.contains(from), "{from}");
        let new = policy(&says.replacen(from, to, 1));
        assert_eq!(stopped(&old, &new), keys, "{from} → {to}");
        assert_eq!(direction(&old, &new, "exceptions.E-1"), if keys.is_empty() { Tightens } else { Loosens });
    }
    // One that is stricter than the policy is no risk for longer.
    let strict = says.replace("{ blockDockerLoad = false }", "{ analyticsEnabled = false }");
    let longer = strict.replace("2035", "2036");
    assert_eq!(direction(&policy(&strict), &policy(&longer), "exceptions.E-1"), Tightens);
}

/// Another exception decides the setting today, and ends first.
#[test]
fn a_known_exception_cannot_be_rewritten_under_another_one() {
    let exception = |id: &str, says: &str, until: &str| {
        format!(
            "[[exceptions]]\nid = \"{id}\"\nring = \"pilot\"\nsettings = {{ blockDockerLoad = {says} }}\nreason = \"r\"\napproved-by = \"a\"\nexpires = {until}\n"
        )
    };
    let policy = |a: &str, b: &str| {
        let a = exception("A", a, "2030-01-01");
        manifest(&example::minimal(&format!("[settings]\nblockDockerLoad = true\n[rings.pilot]\n{a}{b}")))
    };
    let b = exception("B", "true", "2029-12-31");
    let (mild, weak) = ("{ value = true, locked = false }", "false");
    for old in ["", b.as_str()] {
        let diff = compare(&policy(mild, old), &policy(weak, &b));
        let change = find(&diff, "exceptions.A");
        assert_eq!(change.direction, Loosens);
        assert!(diff.stopped().any(|stopped| stopped.key == "exceptions.A"), "{diff:#?}");
        assert!(
            change.lines.iter().any(|line| line.starts_with("+ blockDockerLoad: ") && line.contains("false")),
            "{change:#?}"
        );
    }
    assert_eq!(direction(&policy(weak, &b), &policy("true", &b), "exceptions.A"), Tightens);
    // A folder that does not say it cannot be compared.
    let text = example::minimal(&format!("[rings.pilot]\n{b}"));
    let mut json = built(&text);
    json["exceptions"][0].as_object_mut().expect("an object").remove("says");
    let error = Manifest::read(json.to_string().as_bytes()).expect_err("half an exception");
    assert!(error.contains("what each exception says"), "{error}");
}

/// The file that alone asks for sign-in stays for as long as an exception needs it, and goes with that.
#[test]
fn an_exception_does_not_hide_that_sign_in_ends_with_it() {
    let policy = |rest: &str| {
        let text = example::minimal(&format!("{rest}[rings.pilot]\n"));
        manifest(&text.replace("[sign-in]\norganizations = [\"contoso\"]\n", "platforms = [\"windows\"]\n"))
    };
    let exception = "[[exceptions]]\nid = \"N-1\"\nring = \"pilot\"\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-01-01\n\
                     settings = { displayedOnboarding = true }\n";
    let tables = policy("[container-network]\ndefault = \"deny\"\n");
    let old = policy("[rings.pilot.settings]\ndesktopTerminalEnabled = false\n");
    for old in [tables, old] {
        let new = policy(exception);
        let diff = compare(&old, &new);
        let sign_in: Vec<_> = diff.changes.iter().filter(|change| change.key == "sign-in").collect();
        let pilot =
            sign_in.iter().find(|change| change.reach.iter().any(|reach| reach.includes("pilot", Platform::Windows)));
        let pilot = pilot.unwrap_or_else(|| panic!("{diff:#?}"));
        assert_eq!((pilot.direction, &pilot.covered_by), (Loosens, &None));
        assert!(pilot.why.contains("until that ends"), "{}", pilot.why);
        assert!(stopped(&old, &new).contains(&"sign-in".to_owned()));
    }
}
