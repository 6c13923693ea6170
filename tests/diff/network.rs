//! `[registry-access]` and `[container-network]`, and what stands in the place of their script.

use super::*;

#[test]
fn tables_in_the_place_of_a_proxy_by_hand_are_never_let_through() {
    let by_hand =
        "[settings.containersProxy]\nmode = \"manual\"\nhttp = \"\"\nhttps = \"\"\ntransparentPorts = \"*\"\n";
    for excluded in ["exclude = []\n", "exclude = [\"ghcr.io\"]\n"] {
        let by_hand = manifest(&example::minimal(&format!("{by_hand}{excluded}")));
        for tables in [
            "[container-network]\ndefault = \"allow\"\n",
            "[container-network]\ndefault = \"deny\"\n",
            "[registry-access]\nregistries = [\"ghcr.io\"]\n[container-network]\ndefault = \"deny\"\nallow = [\"*.example\"]\n",
        ] {
            let tables = manifest(&example::minimal(tables));
            for (old, new) in [(&by_hand, &tables), (&tables, &by_hand)] {
                let diff = compare(old, new);
                assert!(diff.changes.iter().all(|change| change.direction == Unclear), "{:#?}", diff.changes);
                assert!(
                    stopped(old, new).iter().any(|key| key == "containersProxy.embeddedPac"),
                    "{:#?}",
                    diff.changes
                );
            }
        }
    }
}

#[test]
fn a_network_is_judged_by_its_tables() {
    let cases: &[(&str, &str, &str, Direction)] = &[
        (
            "registries = [\"ghcr.io\"]",
            "registries = [\"ghcr.io\", \"quay.io\"]",
            "registry-access.registries",
            Loosens,
        ),
        ("registries = [\"ghcr.io\"]", "registries = [\"quay.io\"]", "registry-access.registries", Unclear),
        ("allow = [\"a.example\"]", "allow = [\"a.example\", \"*.b.example\"]", "container-network.allow", Loosens),
        ("allow = [\"a.example\"]\n", "", "container-network.allow", Tightens),
        ("allow = [\"a.example\"]", "allow = [\"a.example\", \"ghcr.io:443\"]", "container-network.allow", Neutral),
        // A registry answers on the ports of the web, a host on all.
        ("allow = [\"a.example\"]", "allow = [\"a.example\", \"ghcr.io\"]", "container-network.allow", Loosens),
        ("deny = [\"10.0.0.0/8\"]", "deny = [\"10.0.0.0/8\", \"b.example\"]", "container-network.deny", Tightens),
        ("deny = [\"10.0.0.0/8\"]", "deny = []", "container-network.deny", Loosens),
        ("deny = [\"10.0.0.0/8\"]", "deny = [\"10.0.0.0/9\"]", "container-network.deny", Loosens),
        ("allow = [\"a.example\"]", "allow = [\"*.example\"]", "container-network.allow", Loosens),
        ("allow = [\"a.example\"]", "allow = [\"a.example:443\"]", "container-network.allow", Tightens),
        ("registries = [\"ghcr.io\"]", "registries = [\"ghcr.io:443\"]", "registry-access.registries", Tightens),
        ("[registry-access]\nregistries = [\"ghcr.io\"]\n", "", "registry-access.registries", Tightens),
        ("ports = [80, 443]", "ports = \"*\"", "container-network.ports", Tightens),
        ("ports = [80, 443]", "ports = [80]", "container-network.ports", Loosens),
        ("block-host = true", "block-host = false", "container-network.block-host", Loosens),
        ("block-host = true\n", "", "container-network.block-host", Loosens),
        ("192.0.2.8", "192.0.2.9", "container-network.proxy", Unclear),
        (", for = [\"ghcr.io\"]", "", "container-network.proxy.for", Unclear),
        (", for = [\"ghcr.io\"]", ", for = [\"a.example\"]", "container-network.proxy.for", Unclear),
    ];
    let text = tables("");
    let old = manifest(&text);
    for (from, to, key, expected) in cases {
        assert!(text.contains(from), "{from}");
        let new = manifest(&text.replacen(from, to, 1));
        assert_eq!(direction(&old, &new, key), *expected, "{from} → {to}");
        let diff = compare(&old, &new);
        assert_eq!(diff.changes.len(), 1, "{from} → {to}: {:#?}", diff.changes);
        assert_eq!(diff.stopped().count(), usize::from(expected.may_loosen()), "{from} → {to}");
    }
    // A list of registries beside `allow` is refused, hence without it.
    let hosts = text.replace("[registry-access]\nregistries = [\"ghcr.io\"]\n", "");
    let open = hosts.replace("default = \"deny\"", "default = \"allow\"");
    assert_eq!(direction(&manifest(&hosts), &manifest(&open), "container-network.default"), Loosens);
    // A list beside a default that lets everything through decides nothing.
    let without = manifest(&open.replace("allow = [\"a.example\"]\n", ""));
    assert_eq!(direction(&manifest(&open), &without, "container-network.allow"), Neutral);
    assert_eq!(direction(&manifest(&hosts), &without, "container-network.allow"), Neutral);
    assert_eq!(stopped(&manifest(&hosts), &without), ["container-network.default"]);
    let listed = manifest(&text);
    assert_eq!(direction(&listed, &without, "registry-access.registries"), Neutral);
    let none = manifest(&example::minimal(""));
    assert_eq!(direction(&none, &old, "container-network.default"), Tightens);
    assert_eq!(direction(&none, &manifest(&open), "container-network.default"), Neutral);
}

#[test]
fn a_network_of_one_ring_or_platform_changes_there_alone() {
    let old = manifest(&tables("[rings.pilot]\n"));
    let reach = |more: &str, key: &str| {
        let diff = compare(&old, &manifest(&tables(more)));
        assert_eq!(diff.changes.len(), 1, "{:#?}", diff.changes);
        let reach: Vec<String> = find(&diff, key).reach.iter().map(|reach| reach.text(3)).collect();
        reach.join("; ")
    };
    assert_eq!(
        reach("[rings.pilot.container-network]\nblock-host = false\n", "container-network.block-host"),
        "ring `pilot`"
    );
    assert_eq!(
        reach("[rings.pilot]\n[platforms.windows.registry-access]\nregistries = []\n", "registry-access.registries"),
        "all machines on Windows"
    );
    // The script names its ring, which is no change of what it decides.
    let came = compare(&manifest(&tables("")), &old);
    assert_eq!(came.changes.iter().map(|change| change.key.as_str()).collect::<Vec<_>>(), ["rings"]);
}

#[test]
fn a_script_is_silent_only_when_its_tables_tell_all() {
    let by_hand = "[settings.containersProxy]\nmode = \"manual\"\nembeddedPac = 'function FindProxyForURL(url, host) { return \"DIRECT\"; /* as it always was */ }'\n";
    let (by_hand, compiled) = (manifest(&example::minimal(by_hand)), manifest(&tables("")));
    assert_eq!(direction(&by_hand, &compiled, SCRIPT), Unclear);
    let diff = compare(&by_hand, &compiled);
    let lines = &find(&diff, SCRIPT).lines;
    assert!(lines[0].contains("as it always was"), "{lines:#?}");
    assert_eq!(lines[1..], ["+ made of the tables of the network"]);
    // Another stanchion may compile the same tables into another script.
    let mut json = built(&tables(""));
    let facts = json["facts"].as_array_mut().expect("a list");
    let script = facts.iter_mut().find(|fact| fact["key"] == SCRIPT).expect("the script is a fact");
    script["value"] =
        script["value"].as_str().expect("text").replacen("var allow = {", "var allow = {\"*\":1,", 1).into();
    let other = Manifest::read(json.to_string().as_bytes()).expect("reads");
    let diff = compare(&compiled, &other);
    assert_eq!(find(&diff, SCRIPT).direction, Unclear);
    assert_eq!(diff.stopped().count(), 1);
    assert!(report::text(&diff).lines().count() < 20);
}

/// What leaves the proxy of Docker Desktop is not called tighter, nor the same.
#[test]
fn traffic_that_leaves_the_proxy_stops_a_gate() {
    let proxy =
        "[settings.proxy]\nmode = \"manual\"\nhttp = \"http://p.example:3128\"\nhttps = \"http://p.example:3128\"\n";
    let old = manifest(&example::minimal(proxy));
    for direct in [
        "[container-network]\ndefault = \"allow\"\n",
        "[container-network]\ndefault = \"deny\"\n",
        "[registry-access]\nregistries = [\"ghcr.io\"]\n",
        "[settings.containersProxy]\nlocked = false\nmode = \"system\"\n",
        "[settings.containersProxy]\nmode = \"manual\"\ntransparentPorts = \"80\"\n",
    ] {
        let beside = manifest(&example::minimal(&format!("{direct}{proxy}")));
        let instead = manifest(&example::minimal(direct));
        for (old, new) in [(&old, &beside), (&beside, &old), (&old, &instead)] {
            let diff = compare(old, new);
            assert!(diff.stopped().next().is_some(), "{direct}: {:#?}", diff.changes);
            assert!(diff.changes.iter().all(|change| !change.why.contains("does the same")), "{:#?}", diff.changes);
        }
        // Whoever had no proxy leaves none.
        let why = |change: &Change| change.why.contains("that `proxy` names");
        assert!(!compare(&settings(""), &beside).changes.iter().any(why), "{direct}");
    }
}

/// A list that looks shorter can reach another machine.
#[test]
fn the_root_does_not_hold_other_machines() {
    let shares = |path: &str| settings(&format!("filesharingAllowedDirectories = ['{path}']"));
    assert_eq!(direction(&shares("/"), &shares(r"\\wsl$\Ubuntu"), "filesharingAllowedDirectories"), Unclear);
}
