//! Settings: which way a change of a value or of a lock goes.

use super::*;

/// A safer value, a weaker one, and which way the change from the one to the other goes, as TOML.
fn pairs(setting: &Setting) -> Vec<(String, String, Direction)> {
    let pair = |safer: &str, weaker: &str, direction| vec![(safer.to_owned(), weaker.to_owned(), direction)];
    match (setting.safer.as_ref().expect("asked for"), setting.kind) {
        (Safer::Boolean(safe), _) => pair(&safe.to_string(), &(!safe).to_string(), Loosens),
        // Without a list it restricts nothing either way; with one, both are judged together below.
        (Safer::Order(_), _) if setting.key.ends_with("commandList.type") => pair("\"allow\"", "\"deny\"", Unclear),
        (Safer::Order(words), _) => {
            words.windows(2).map(|pair| (format!("{:?}", pair[0]), format!("{:?}", pair[1]), Loosens)).collect()
        }
        (Safer::Rule(rule), kind) => match (rule.as_str(), kind) {
            ("subset", Type::Strings) => pair("[\"a\"]", "[\"a\", \"b\"]", Loosens),
            ("subset", Type::Directories) => pair("[\"/a\"]", "[\"/a\", \"/b\"]", Loosens),
            ("superset", Type::String) => pair("\"80,443\"", "\"80\"", Loosens),
            ("empty", Type::String) if setting.key == "enableInferenceCORS" => pair("\"\"", "\"*\"", Loosens),
            ("empty", Type::String) => pair("\"\"", "\"http://proxy.example\"", Loosens),
            ("depends", Type::Boolean) => pair("true", "false", Unclear),
            ("depends", Type::Integer) => pair("-1", "2375", Unclear),
            ("depends", Type::Enum) => {
                pair(&format!("{:?}", setting.values[0]), &format!("{:?}", setting.values[1]), Unclear)
            }
            // A list of commands that are denied, which is the default.
            ("depends", Type::Strings) => pair("[\"build\", \"push\"]", "[\"build\"]", Loosens),
            ("depends", Type::String) if setting.key.ends_with("mbeddedPac") => {
                let script = |way: &str| format!("'function FindProxyForURL(url, host) {{ return \"{way}\"; }}'");
                pair(&script("DIRECT"), &script("PROXY p.example:80"), Unclear)
            }
            ("depends", Type::String) if setting.key.ends_with("imagesRepository") => pair("\"a\"", "\"b\"", Unclear),
            ("depends", Type::String) => pair("\"https://a.example\"", "\"https://b.example\"", Unclear),
            // The lock is what counts; of the value only some options are known.
            ("locked", Type::Json) => pair("{ value = {} }", "{ value = { runtimes = {} } }", Unclear),
            (rule, kind) => panic!("{}: {rule} of {kind:?} is not tested", setting.key),
        },
    }
}

fn judged() -> impl Iterator<Item = &'static Setting> {
    let has_value = |setting: &&Setting| setting.takes_a_value() && setting.is_admin_setting();
    catalog().settings().iter().filter(has_value).filter(|setting| !setting.key.contains("[]"))
}

#[test]
fn every_setting_with_a_safer_value_is_judged_in_both_directions() {
    let mut count = 0;
    for setting in judged().filter(|setting| setting.safer.is_some()) {
        for (safer, weaker, expected) in pairs(setting) {
            let said = |value: &str| settings(&format!("{} = {value}", setting.key));
            assert_eq!(direction(&said(&safer), &said(&weaker), &setting.key), expected, "{}", setting.key);
            count += 1;
        }
    }
    assert!(count > 40, "only {count} settings were judged");
}

#[test]
fn a_lock_taken_away_loosens_unless_it_held_the_weaker_value() {
    for setting in judged().filter(|setting| setting.shape == Shape::Setting) {
        let values = if setting.safer.is_some() {
            let (safer, weaker, _) = pairs(setting).remove(0);
            let released = match setting.safer {
                Some(Safer::Boolean(_)) => Tightens,
                // Whoever is released from a value that the catalog lists may do better, and worse.
                _ if setting.weak.iter().any(|weak| weaker.contains(&weak.value)) && weaker.starts_with('"') => Unclear,
                _ => Loosens,
            };
            vec![(safer, Loosens), (weaker, released)]
        } else {
            let value = setting.default.as_ref().expect("a value to lock").to_string();
            let is_contact = setting.key.ends_with("ContactURL");
            vec![(if is_contact { "\"https://help.example\"".to_owned() } else { value }, Loosens)]
        };
        for (value, expected) in values {
            let value = value.trim_start_matches("{ value = ").strip_suffix(" }").unwrap_or(&value).to_owned();
            let said = |locked: bool| settings(&format!("{} = {{ value = {value}, locked = {locked} }}", setting.key));
            assert_eq!(direction(&said(true), &said(false), &setting.key), expected, "{} = {value}", setting.key);
        }
    }
}

/// What users were free to choose, what they are held to, the key, and which way that goes.
#[test]
fn a_lock_does_not_make_up_for_a_weak_value() {
    let options = "linuxVM.dockerDaemonOptions";
    let eci = "enhancedContainerIsolation";
    let proxy = "containersProxy";
    let directories = "filesharingAllowedDirectories";
    let cases: &[(&str, String, &str, Direction)] = &[
        ("", format!("{options} = {{ value = {{ hosts = [\"tcp://0.0.0.0:2375\"] }} }}"), options, Unclear),
        ("", format!("{options} = {{ value = {{ \"insecure-registries\" = [\"0.0.0.0/0\"] }} }}"), options, Unclear),
        ("", format!("{options} = {{ value = {{ \"no-new-privileges\" = true }} }}"), options, Tightens),
        (
            "linuxVM.dockerDaemonOptions = { value = { no-new-privileges = true }, locked = false }",
            format!("{options} = {{ value = {{ hosts = [\"tcp://0.0.0.0:1\"] }} }}"),
            options,
            Unclear,
        ),
        ("", "enableInferenceCORS = \"*\"".to_owned(), "enableInferenceCORS", Unclear),
        ("", "enableInferenceCORS = \"\"".to_owned(), "enableInferenceCORS", Tightens),
        (
            "containersProxy = { mode = \"manual\", transparentPorts = \"*\", locked = false }",
            format!("{proxy} = {{ mode = \"manual\", transparentPorts = \"80\", locked = true }}"),
            "containersProxy.transparentPorts",
            Unclear,
        ),
        (
            "containersProxy = { mode = \"manual\", locked = false }",
            format!("{proxy} = {{ mode = \"manual\", exclude = [\"*\"], locked = true }}"),
            "containersProxy.exclude",
            Unclear,
        ),
        (
            "containersProxy = { mode = \"system\", locked = false }",
            format!("{proxy} = {{ mode = \"system\", locked = true }}"),
            "containersProxy.locked",
            Unclear,
        ),
        (
            "enhancedContainerIsolation = { value = true, locked = false }",
            format!("{eci} = {{ value = true, locked = true, dockerSocketMount.imageList.images = [\"*\"] }}"),
            "enhancedContainerIsolation.dockerSocketMount.imageList.images",
            Unclear,
        ),
        (
            "portBindingBehavior = { value = \"local-only-port-binding\", locked = false }",
            "portBindingBehavior = \"default-local-port-binding\"".to_owned(),
            "portBindingBehavior",
            Unclear,
        ),
        ("", "portBindingBehavior = \"default-local-port-binding\"".to_owned(), "portBindingBehavior", Tightens),
        ("", "proxy = { mode = \"manual\", pac = \"https://proxy.example/x.pac\" }".to_owned(), "proxy.pac", Unclear),
        (
            "kubernetes = { enabled = true, locked = false }",
            "kubernetes = { enabled = true, imagesRepository = \"other.example/x\", locked = true }".to_owned(),
            "kubernetes.imagesRepository",
            Unclear,
        ),
        ("", format!("{directories} = [{{ path = \"/\", sharedByDefault = true }}]"), directories, Unclear),
        ("", format!("{directories} = [{{ path = \"/Users/Shared/../..\" }}]"), directories, Unclear),
        ("", format!("{directories} = [{{ path = \"/Users/Shared\" }}]"), directories, Tightens),
    ];
    for (free, held, key, expected) in cases {
        assert_eq!(direction(&settings(free), &settings(held), key), *expected, "{free} → {held}");
    }
}

#[test]
fn what_weak_value_reports_never_tightens() {
    let mut count = 0;
    for setting in judged().filter(|setting| setting.name() != "locked") {
        let (key, mut weak) = (&setting.key, Vec::new());
        if let Some(Safer::Boolean(safe)) = setting.safer {
            weak.push((!safe).to_string());
        }
        weak.extend(setting.weak.iter().map(|weak| match setting.kind {
            Type::Json => format!("{{ value = {{ {:?} = [\"x\"] }} }}", weak.value),
            Type::Directories => format!("[{{ path = {:?} }}]", weak.value.replace('*', "any")),
            Type::Strings => format!("[{:?}]", weak.value),
            _ => format!("{:?}", weak.value),
        }));
        for value in weak {
            let new = settings(&format!("{key} = {value}"));
            let old = settings("");
            for change in compare(&old, &new).changes.iter().filter(|change| change.key == *key) {
                assert!(change.direction.may_loosen(), "{key} = {value}: {:?}", change.direction);
                assert_eq!(find(&compare(&new, &old), key).direction, change.direction.flip());
                count += 1;
            }
        }
    }
    assert!(count > 30, "only {count} weak values");
}

#[test]
fn commands_are_judged_by_what_lists_them_too() {
    let commands = |said: &str| {
        let list =
            if said.is_empty() { String::new() } else { format!(", dockerSocketMount.commandList = {{ {said} }}") };
        settings(&format!("enhancedContainerIsolation = {{ value = true{list} }}"))
    };
    let list = "enhancedContainerIsolation.dockerSocketMount.commandList";
    for (old, new, expected) in [
        ("type = 'allow', commands = ['ps', 'info']", "type = 'allow', commands = ['ps']", Tightens),
        // It is not taken for a tighter one: it restricts nothing.
        ("type = 'allow', commands = ['ps']", "type = 'allow', commands = []", Unclear),
        ("type = 'deny', commands = ['build']", "type = 'deny', commands = ['build', 'push']", Tightens),
        ("type = 'deny', commands = ['build']", "type = 'allow', commands = ['ps']", Tightens),
        // What was denied is all that is allowed now.
        ("type = 'deny', commands = ['build']", "type = 'allow', commands = ['build']", Unclear),
        ("type = 'deny', commands = ['image*']", "type = 'allow', commands = ['ps']", Unclear),
        ("type = 'allow', commands = ['ps']", "", Loosens),
    ] {
        let (old, new) = (commands(old), commands(new));
        let changes = compare(&old, &new).changes;
        assert!(!changes.is_empty());
        for change in changes {
            assert!(change.key.starts_with(list), "{}", change.key);
            assert_eq!(direction(&old, &new, &change.key), expected, "{} {}", change.key, change.why);
        }
    }
}

#[test]
fn options_that_are_no_matter_of_safety_are_not_called_the_same() {
    let options = |said: &str| settings(&format!("linuxVM.dockerDaemonOptions = {{ value = {said} }}"));
    let diff = compare(&options("{}"), &options("{ log-driver = \"local\" }"));
    let change = find(&diff, "linuxVM.dockerDaemonOptions");
    assert_eq!(change.direction, Neutral);
    assert!(change.why.starts_with("The options differ in nothing that matters to safety."), "{}", change.why);
}

#[test]
fn a_star_takes_every_host_past_the_proxy() {
    let exclude = |hosts: &str| settings(&format!("containersProxy = {{ mode = \"manual\", exclude = [{hosts}] }}"));
    assert_eq!(direction(&exclude("\"a.example\""), &exclude("\"*\""), "containersProxy.exclude"), Loosens);
}

#[test]
fn options_written_differently_are_the_same() {
    let options = |said: &str| settings(&format!("linuxVM.dockerDaemonOptions = {{ value = {said} }}"));
    let diff = compare(&options("'{\"debug\": true, \"icc\":false}'"), &options("{ icc = false, debug = true }"));
    let change = find(&diff, "linuxVM.dockerDaemonOptions");
    assert_eq!((change.direction, change.lines.len()), (Neutral, 0));
    assert!(change.why.starts_with("The same, written differently."), "{}", change.why);
}

#[test]
fn an_empty_list_of_directories_is_not_understood() {
    let (nothing, empty) = (settings(""), settings("filesharingAllowedDirectories = []"));
    assert_eq!(direction(&nothing, &empty, "filesharingAllowedDirectories"), Unclear);
    let some = settings("filesharingAllowedDirectories = [\"/work\"]");
    assert_eq!(direction(&some, &empty, "filesharingAllowedDirectories"), Unclear);
}

/// Docker Desktop's own default counts for what is not said, unless some client in use has another.
#[test]
fn a_default_that_moved_is_not_relied_upon() {
    let at = |oldest: &str, lines: &str| {
        manifest(&example::minimal(&format!("[settings]\n{lines}\n")).replace("4.86.0", oldest))
    };
    let said = "extensionsEnabled = { value = false, locked = false }";
    assert_eq!(direction(&at("4.74", said), &at("4.74", ""), "extensionsEnabled"), Neutral);
    assert_eq!(direction(&at("4.73", said), &at("4.73", ""), "extensionsEnabled"), Unclear);
}

#[test]
fn logs_that_are_kept_no_more_loosen() {
    let driver =
        |name: &str| settings(&format!("linuxVM.dockerDaemonOptions = {{ value = {{ log-driver = \"{name}\" }} }}"));
    assert_eq!(direction(&driver("journald"), &driver("none"), "linuxVM.dockerDaemonOptions"), Loosens);
}
