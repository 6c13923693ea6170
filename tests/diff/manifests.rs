//! The sides of a comparison that are no policy: a built folder, an older one, none at all.

use super::*;

/// A folder and its policy are the same, and a folder compares like its policy.
#[test]
fn a_built_folder_says_what_its_policy_says() {
    let both: Vec<(Manifest, Manifest)> = example::all()
        .iter()
        .map(|example| {
            let policy = example.read().policy.expect("a policy");
            let bundle = bundle::build(&resolve(&policy), &Selection::default());
            let built = bundle.artifacts.iter().find(|artifact| artifact.path == bundle::MANIFEST).expect("written");
            (Manifest::of(&policy), Manifest::read(&built.bytes).expect("reads back"))
        })
        .collect();
    for (policy, built) in &both {
        assert!(compare(policy, built).is_empty() && compare(built, policy).is_empty());
        for (other, other_built) in &both {
            let of_policies = report::json(&compare(policy, other), true);
            assert_eq!(of_policies, report::json(&compare(built, other_built), true));
            assert_eq!(of_policies, report::json(&compare(policy, other_built), true));
        }
    }
}

/// Nothing is what machines have before there is a policy: everything in a new one appears, and a gate stops at what is
/// weaker than nothing.
#[test]
fn a_new_policy_is_compared_with_nothing() {
    let text = example::minimal("[settings]\nblockDockerLoad = true\n[rings.pilot.settings]\nenableCloud = false\n");
    let diff = compare(&Manifest::none(), &manifest(&text));
    assert_eq!(diff.changes.len(), 1, "{:#?}", diff.changes);
    let change = find(&diff, "fleet.platforms");
    assert_eq!((change.direction, &change.old.value), (Tightens, &None));
    let says = |line: &str| assert!(change.lines.iter().any(|its| its == line), "{line} is not in {:#?}", change.lines);
    says("+ blockDockerLoad: true, enforced");
    says("+ enableCloud: false, enforced (ring `pilot`)");
    assert_eq!(stopped(&Manifest::none(), &manifest(&text.replace("= true", "= false"))), ["fleet.platforms"]);
}

/// A manifest from before it held facts can still be read, by `verify`.
#[test]
fn an_older_manifest_can_be_read() {
    let mut json = built(&example::minimal(""));
    let object = json.as_object_mut().expect("an object");
    for key in ["fleet", "facts", "exceptions"] {
        object.remove(key);
    }
    let manifest = Manifest::read(json.to_string().as_bytes()).expect("reads");
    assert_eq!(manifest.fleet, None);
    assert_eq!(manifest.machines.len(), 3);
    json["stanchion"] = 2.into();
    assert!(Manifest::read(json.to_string().as_bytes()).is_err());
    // One that does not say what holds once an exception has ended cannot be compared.
    let mut json = built(&example::minimal(
        "[[exceptions]]\nid = \"E-1\"\nring = \"default\"\nsettings = { blockDockerLoad = false }\nreason = \"r\"\napproved-by = \"a\"\nexpires = 2035-12-31\n",
    ));
    assert!(Manifest::read(json.to_string().as_bytes()).is_ok());
    for fact in json["facts"].as_array_mut().expect("a list") {
        fact.as_object_mut().expect("an object").remove("afterwards");
    }
    let error = Manifest::read(json.to_string().as_bytes()).expect_err("half a fact");
    assert!(error.contains("what holds once an exception has ended"), "{error}");
}
