//! What a reader sees.

use super::*;

/// The first line too is no wider than a terminal.
#[test]
fn a_long_count_is_wrapped() {
    let mut diff = compare(&settings("blockDockerLoad = true"), &settings("blockDockerLoad = false"));
    let change = Change { covered_by: Some("E-1".to_owned()), ..diff.changes[0].clone() };
    for direction in [Loosens, Unclear, Tightens, Neutral] {
        diff.changes.extend((0..100).map(|_| Change { direction, ..change.clone() }));
    }
    assert!(diff.summary().len() > 80, "{}", diff.summary());
    assert!(report::text(&diff).lines().all(|line| line.chars().count() <= 80));
}

/// The reviewer of a hundred rings sees what changes, not a hundred rings.
#[test]
fn a_hundred_rings_read_like_one() {
    let rings: String = (0..100).map(|ring| format!("[rings.team-{ring}]\n")).collect();
    let policy = |value: bool, special: bool| {
        let special = format!("[rings.team-7.settings]\nenableCloud = {special}\n");
        let rings = rings.replace("[rings.team-7]\n", &special);
        manifest(&example::minimal(&format!("[settings]\nblockDockerLoad = {value}\n{rings}")))
    };
    let text = report::text(&compare(&policy(true, false), &policy(false, true)));
    assert!(text.lines().count() < 20, "{text}");
    assert!(text.contains("blockDockerLoad (all machines)") && text.contains("enableCloud (ring `team-7`)"), "{text}");
    // A network adds what its tables say, and not a script for each ring.
    let network = "[registry-access]\nregistries = [\"ghcr.io\"]\n[container-network]\nallow = [\"a.example\"]\n";
    let [old, new] = ["", network].map(|tables| manifest(&example::minimal(&format!("{tables}{rings}"))));
    for diff in [compare(&old, &new), compare(&new, &old)] {
        assert_eq!(diff.changes.len(), 4, "{:#?}", diff.changes);
    }
    let come = compare(&manifest(&example::minimal("")), &old);
    assert_eq!((come.changes.len(), find(&come, "rings").lines.len()), (1, 100));
}

/// Nothing that stands in a policy or a manifest can act on a terminal or break out of a comment.
#[test]
fn hostile_values_stay_values() {
    let hostile = "`</details>\u{1b}[31m<script>alert(1)</script>\n\n# @team [x](javascript:alert(1)) ~~~ ``` \u{202e}";
    let mut json = built(&example::minimal("[settings]\nblockDockerLoad = true\n"));
    json["facts"] = serde_json::json!([
        { "key": hostile, "value": hostile },
        { "key": "linuxVM.dockerDaemonOptions", "value": format!("{{{hostile:?}:1}}"), "locked": true },
        { "key": "proxy.embeddedPac", "value": hostile.repeat(2) },
    ]);
    json["organization"]["name"] = hostile.into();
    json["rings"][0]["description"] = hostile.into();
    // A ring's name has no line ends and no slashes; its machines hold what their digest says.
    let ring = hostile.replace(['/', '\n', '\u{1b}'], "");
    json["rings"][0]["name"] = ring.as_str().into();
    for machine in json["machines"].as_array_mut().expect("a list") {
        machine["ring"] = ring.as_str().into();
    }
    let new = Manifest::read(json.to_string().as_bytes()).expect("reads");
    let diff = compare(&settings(""), &new);
    let text = report::text(&diff);
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()) && !text.contains('\u{202e}'));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let markdown = report::markdown(&diff);
    assert!(markdown.chars().all(|character| character == '\n' || !character.is_control()));
    for line in markdown.lines().filter(|line| line.contains("script>")) {
        let code = line.split('`').skip(1).step_by(2).collect::<String>();
        assert!(
            code.matches("script>").count() == line.matches("script>").count() || line.starts_with("  +"),
            "{line}"
        );
    }
    insta::with_settings!({ snapshot_path => "../snapshots/diff", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("hostile-markdown", markdown);
    });
}

/// At the edge of what is short enough to stand in a sentence, nothing is left out.
#[test]
fn a_changed_value_is_always_shown() {
    let long = |letter: &str| format!("http://{}.example:3128", letter.repeat(59 - 20));
    let proxy = |url: &str| settings(&format!("proxy = {{ mode = \"manual\", http = \"{url}\" }}"));
    let shows = |old: &Manifest, new: &Manifest, what: &str| {
        let diff = compare(old, new);
        for shown in [report::text(&diff), report::markdown(&diff)] {
            assert!(shown.replace(['\n', ' '], "").contains(what), "{what} is not in {shown}");
        }
    };
    shows(&proxy(&long("a")), &proxy(&long("b")), &long("b"));
    let name = |name: &str| manifest(&example::minimal("").replace("Contoso", name));
    shows(&name("N"), &name(&"`a".repeat(10)), &r"\u0060a".repeat(10));
}
