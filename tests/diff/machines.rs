//! What happens on machines besides.

use super::*;

#[test]
fn what_happens_on_machines_is_told() {
    let texts = |old: &str, new: &str| {
        let diff = compare(&manifest(old), &manifest(new));
        diff.effects.iter().map(|effect| format!("{} ({})", effect.text, effect.reach[0].text(3))).collect::<Vec<_>>()
    };
    let says = |texts: &[String], words: &str| {
        assert!(texts.iter().any(|text| text.contains(words)), "{words:?} is not in {texts:#?}");
    };
    let with = example::minimal("");
    let without = with.replace("[sign-in]\norganizations = [\"contoso\"]\n", "");
    let starts = texts(&without, &with);
    says(&starts, "sign-in starts being enforced for members");
    says(&starts, "`/usr/share/docker-desktop/registry/registry.json` appears (all machines on Linux)");
    assert!(starts.last().expect("some").starts_with("nothing above takes effect until users quit Docker Desktop"));
    let stops = texts(&with, &without);
    says(&stops, "the policy no longer enforces sign-in");
    says(&stops, "`/usr/share/docker-desktop/registry/registry.json` stays and goes on acting");
    says(&stops, "`allowedOrgs` in the configuration profile stays until you remove the profile");
    let with_file = example::minimal("[settings]\nanalyticsEnabled = false\n");
    says(&texts(&with_file, &with), "admin-settings.json` is removed");
    says(
        &texts(&without, &with_file.replace("[sign-in]\norganizations = [\"contoso\"]\n", "")),
        "because `admin-settings.json` is there",
    );
    let plist = with.replace("organizations = [\"contoso\"]\n", "organizations = [\"contoso\"]\nmacos = \"plist\"\n");
    says(&texts(&with, &plist), "desktop.plist` appears (all machines on macOS)");
    says(&texts(&plist, &with), "desktop.plist` is removed (all machines on macOS)");
    let two = with.replace("[sign-in]", "platforms = [\"macos\", \"linux\"]\n[sign-in]");
    says(&texts(&with, &two), "nothing is built any more, and the registry value");
}

/// The same policy can want something else of a machine, and that is never silent.
#[test]
fn a_state_that_differs_without_a_reason_is_told() {
    let proxy = "[settings.proxy]\nmode = \"manual\"\nhttp = \"http://proxy.example\"\n";
    let at = |oldest: &str| manifest(&example::minimal(proxy).replace("4.86.0", oldest));
    // From 4.48 the profile carries a locked proxy, and the file no longer does.
    let other_way = compare(&at("4.47"), &at("4.48"));
    let change = find(&other_way, "state");
    assert_eq!(change.direction, Neutral);
    assert!(
        change.lines.iter().any(|line| line == "+ `overrideProxyHTTP` in the configuration profile"),
        "{change:#?}"
    );
    assert_eq!(find(&other_way, "fleet.oldest-version").direction, Tightens);
    let mut other = at("4.48");
    other.machines[0].digest = "0".repeat(64);
    let other_stanchion = compare(&at("4.48"), &other);
    assert_eq!(find(&other_stanchion, "state").direction, Unclear);
    assert_eq!(other_stanchion.stopped().count(), 1);
}

#[test]
fn older_and_missing_clients_are_named() {
    let fleet = |oldest: &str, newest: &str, lines: &str| {
        let versions = format!("oldest-version = \"{oldest}\"\nnewest-version = \"{newest}\"");
        let text =
            example::minimal(&format!("[settings]\n{lines}\n")).replace("oldest-version = \"4.86.0\"", &versions);
        manifest(&text)
    };
    let strict = "portBindingBehavior = \"local-only-port-binding\"";
    let versions = |oldest, newest| {
        let diff = compare(&fleet(oldest, newest, ""), &fleet(oldest, newest, strict));
        find(&diff, "portBindingBehavior").versions.clone()
    };
    assert_eq!(versions("4.60", "4.86"), None);
    assert_eq!(
        versions("4.50", "4.86").as_deref(),
        Some("Docker Desktop 4.52.0 and newer; the fleet begins at 4.50.0")
    );
    assert_eq!(
        versions("4.50", "4.51").as_deref(),
        Some("Docker Desktop 4.52.0 and newer, which the fleet does not have")
    );
    let lowered = compare(&fleet("4.60", "4.86", strict), &fleet("4.50", "4.86", strict));
    let lines = &find(&lowered, "fleet.oldest-version").lines;
    assert_eq!(lines, &["+ clients before 4.52.0, which do not know portBindingBehavior"]);
}

#[test]
fn sign_in_that_ends_with_the_settings_file_stops_a_gate() {
    let policy = |rest: &str| {
        let text =
            example::minimal(rest).replace("[sign-in]\norganizations = [\"contoso\"]\n", "platforms = [\"macos\"]\n");
        manifest(&text)
    };
    let last = "useVirtualizationFrameworkRosetta = { value = true, locked = false }";
    for (with, without) in [
        (format!("[settings]\n{last}\n"), ""),
        (format!("[rings.pilot.settings]\n{last}\n"), "[rings.pilot]\n"),
        ("[settings]\nblockDockerLoad = { value = false, locked = false }\n".to_owned(), ""),
    ] {
        let (with, without) = (policy(&with), policy(without));
        assert_eq!(direction(&with, &without, "sign-in"), Loosens);
        assert_eq!(stopped(&with, &without), ["sign-in"]);
    }
}
