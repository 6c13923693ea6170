//! Every setting and every key of a policy, written wrongly in each way in which people do.

use stanchion::catalog::{Setting, Shape, Type, catalog};
use stanchion::policy::grammar::{self, Kind, Table};
use stanchion::value::Value;

pub(crate) const HEAD: &str = "[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\noldest-version = \"4.86.0\"\n[sign-in]\norganizations = [\"contoso\"]\n";

/// Settings with several wrong names for parts of one, and what must be there when each of them got its help.
pub(crate) const TOGETHER: &[(&str, &[&str])] = &[
    (
        "[settings]\nenhancedContainerIsolation = true\neciAllowedImages = [\"a/b:1\"]\n",
        &["enhancedContainerIsolation.value = true", "dockerSocketMount.imageList.images = [\"a/b:1\"]"],
    ),
    (
        "[settings]\nenhancedContainerIsolation = true\neciAllowedImages = [\"a/b:1\"]\neciAllowedCommands = [\"push\"]\n",
        &["enhancedContainerIsolation.value = true", "commandList.commands = [\"push\"]", "images = [\"a/b:1\"]"],
    ),
    (
        "[settings]\nallowUserToEditProxySettings = false\nproxySettings = { mode = \"manual\", httpProxy = \"http://a:1\" }\n",
        &["proxy = { locked = true, mode = \"manual\", http = \"http://a:1\" }"],
    ),
    (
        "[settings]\nallowUserToEditProxySettings = false\n[settings.proxySettings]\nmode = \"manual\"\nnoProxy = \"a,b\"\n",
        &["[settings.proxy]\nlocked = true\nmode = \"manual\"\nexclude = [\"a\", \"b\"]"],
    ),
    (
        "[settings]\nallowUserToEditProxySettings = false\nproxySettings.mode = \"manual\"\nproxySettings.noProxy = \"a,b\"\n",
        &["proxy.locked = true\nproxy.mode = \"manual\"\nproxy.exclude = [\"a\", \"b\"]"],
    ),
    ("[settings]\nkubernetes = false\nallowKubernetes = false\n", &["[settings]\nkubernetes.enabled = false\n"]),
    (
        "[settings]\nscout = false\nenableSBOMIndexing = false\n",
        &["scout.useBackgroundIndexing = true", "scout.sbomIndexing = false"],
    ),
    (
        "[settings]\nlinuxVM = { wslEngineEnabled = true }\ndockerDaemonOptions = \"{}\"\n",
        &["linuxVM = { dockerDaemonOptions = \"{}\", wslEngineEnabled = true }"],
    ),
    (
        "[settings.daemonConfigFile]\nlocked = true\n[settings.daemonConfigFile.value]\ndebug = false\n",
        &["[settings.linuxVM.dockerDaemonOptions]", "[settings.linuxVM.dockerDaemonOptions.value]\ndebug = false"],
    ),
    ("[settings]\ndaemonConfigFile.debug = false\n", &["linuxVM.dockerDaemonOptions.value.debug = false"]),
    (
        "[settings]\nallowECIConfiguration.value = false\nallowECIConfiguration.locked = true\n",
        &["[settings]\nenhancedContainerIsolation.locked = true\n"],
    ),
    (
        "[settings]\nAnalyticsEnabled = false\nsendUsageStatistics = false\nanalyticEnabled = false\n",
        &["[settings]\nanalyticsEnabled = false\n"],
    ),
    (
        "[settings]\nproxySettings = { mode = \"manual\", httpProxy = \"http://a:1\" }\nOverrideProxyHTTP = \"http://a:1\"\n",
        &["[settings]\nproxy = { mode = \"manual\", http = \"http://a:1\" }\n"],
    ),
    ("[settings.extensions]\nenabled = false\n", &["[settings]\nextensionsEnabled = false\n"]),
    (
        "[settings]\norganizations = [\"contoso\", \"fabrikam\"]\n",
        &["organizations = [\"contoso\", \"fabrikam\"]\n[settings]\n"],
    ),
    ("[settings]\noldest-version = \"4.60.0\"\n", &["oldest-version = \"4.86.0\"\n"]),
    (
        "[settings.proxy]\nlocked = true\n[settings.proxy.value]\nmode = \"manual\"\n",
        &["[settings.proxy]\nmode = \"manual\"\nlocked = true\n"],
    ),
    (
        "[settings]\nallowExtensions.value = false\nallowExtensions.locked = true\n",
        &["extensionsEnabled.value = false\nextensionsEnabled.locked = true\n"],
    ),
];

/// Values of each type, and what people write for one of another.
const VALUES: &[&str] = &[
    "0",
    "1",
    "443",
    "1.5",
    "12434.0",
    "true",
    "\"true\"",
    "\" TRUE \"",
    "\"yes\"",
    "\"443\"",
    "\" 443\"",
    "\"Enabled\"",
    "\"Always Disabled\"",
    "\"\"",
    "\"Manual\"",
    "\"a.example, b.example\"",
    "\"${HOME}/src\"",
    "\"192.168.65.7/24\"",
    "\"https://registry.example/k8s\"",
    "2027-01-31",
    "[]",
    "[1]",
    "[true]",
    "[443, 80]",
    "[\"a b\"]",
    "[[\"contoso\"]]",
    "[\"4.86.0\"]",
    "\">=4.86.0 (204649)\"",
    "[{ path = \"~\", locked = true }]",
    "{ enabled = true }",
    "{ valeu = true }",
    "{ locked = true }",
    "{ locked = \"true\", value = 1 }",
    "{ value = [\"/srv\"], locked = true }",
    "{ value = [1], locked = true }",
    "{ value = \"x\", locked = false }",
    "{ x = 1 }",
    "{}",
];

/// Policies in which one setting is written wrongly, or rightly: which of the two, the program must know.
pub(crate) fn settings() -> Vec<String> {
    let mut policies = Vec::new();
    let catalog = catalog();
    let named = |setting: &&Setting| setting.is_admin_setting() && !setting.key.contains("[]");
    for setting in catalog.settings().iter().filter(named) {
        for value in VALUES {
            policies.extend(written(&setting.key, value));
        }
        if matches!(setting.shape, Shape::Object | Shape::Section | Shape::Bare) {
            continue;
        }
        let value = &good(setting);
        let (parent, name) = setting.key.rsplit_once('.').unwrap_or(("", &setting.key));
        let join = |name: &str| if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
        let dropped = format!("{}{}", &name[..2], &name[3..]);
        for wrong in [join(&dropped), join(&name.to_uppercase()), format!("kubernetes.{name}"), name.to_owned()] {
            policies.extend(written(&wrong, value));
        }
        if let Some((outer, _)) = parent.rsplit_once('.') {
            policies.extend(written(&format!("{outer}.{name}"), value));
        }
        policies.push(format!("{HEAD}[settings]\n\"{}\" = {value}\n", setting.key));
        for alias in &setting.aliases {
            policies.extend(written(&alias.name, value));
            policies.push(format!("{HEAD}[settings]\n[undocumented-settings]\n{} = {value}\n", alias.name));
        }
    }
    for (name, value) in
        [("cpus", "4"), ("imageAccessManagement", "true"), ("proxy.noProxy", "\"a.example,b.example\"")]
    {
        policies.extend(written(name, value));
    }
    for group in catalog.settings().iter().filter(|setting| matches!(setting.shape, Shape::Group | Shape::Section)) {
        for member in ["enabled", "value", "locked", "locke", "http"] {
            policies.extend(written(&format!("{}.{member}", group.key), "true"));
        }
    }
    policies
}

/// A value that the setting takes.
fn good(setting: &Setting) -> String {
    let default = || setting.default.as_ref().filter(|default| default.as_str() != Some("")).map(ToString::to_string);
    let example = || setting.format.map(|format| format!("'{}'", format.example()));
    match setting.kind {
        Type::Strings => format!("[{}]", example().unwrap_or_default()),
        Type::Directories => "[\"/srv\"]".to_owned(),
        Type::Json => "{ value = { debug = false } }".to_owned(),
        Type::Object => "{ locked = true }".to_owned(),
        _ => default().or_else(example).unwrap_or("true".to_owned()),
    }
}

/// An entry with dots in its name, below a header and in braces.
fn written(path: &str, value: &str) -> Vec<String> {
    let names: Vec<&str> = path.split('.').collect();
    let braces = names.iter().rev().fold(value.to_owned(), |inner, name| format!("{{ {name} = {inner} }}"));
    let inner = braces.trim_start_matches("{ ").strip_suffix(" }").unwrap_or_default();
    let mut policies = vec![format!("{HEAD}[settings]\n{path} = {value}\n"), format!("{HEAD}[settings]\n{inner}\n")];
    if let Some((table, name)) = path.rsplit_once('.') {
        policies.push(format!("{HEAD}[settings]\n[settings.{table}]\n{name} = {value}\n"));
    }
    // A table as lines below a header of its own.
    if let Some(members) = value.strip_prefix("{ ").and_then(|value| value.strip_suffix(" }"))
        && !members.contains('{')
    {
        policies.push(format!("{HEAD}[settings]\n[settings.{path}]\n{}\n", members.replace(", ", "\n")));
    }
    policies
}

/// A value that the key takes.
fn good_for(kind: &Kind) -> String {
    match kind {
        Kind::Text => "\"http://proxy.example:3128\"".to_owned(),
        Kind::Texts => "[\"contoso\"]".to_owned(),
        Kind::Version => "\"4.86.0\"".to_owned(),
        Kind::Date => "2027-01-31".to_owned(),
        Kind::Word(words) => format!("{:?}", words[0]),
        Kind::Words(words) => format!("[{:?}]", words[0]),
        Kind::Boolean => "true".to_owned(),
        Kind::Ports => "\"*\"".to_owned(),
        Kind::TableOrNot(_) => "false".to_owned(),
        Kind::Table(_) | Kind::Named(_) | Kind::Settings | Kind::Undocumented | Kind::Reasons => "{}".to_owned(),
        Kind::List(_) => "[]".to_owned(),
    }
}

const EXCEPTION: &str = "id = \"SEC-1\"\nring = \"default\"\nsettings = { disableUpdate = true }\nreason = \"a trial\"\napproved-by = \"ciso\"\nexpires = 2027-01-31\n";

/// Policies in which something known stands in a table where it does not belong, or is called as elsewhere.
pub(crate) fn places() -> Vec<String> {
    let setting = [
        "analyticsEnabled = true",
        "proxy.mode = \"system\"",
        "proxy = { mode = \"system\" }",
        "sendUsageStatistics = false",
        "AnalyticsEnabled = false",
        "enableECI = { value = true, locked = false }",
        "ProxyHTTPMode = \"system\"",
        "proxySettings = { mode = \"system\" }",
        "autoStart = true",
    ];
    let mut policies = Vec::new();
    for table in ["rings.pilot", "platforms.macos", "rings.pilot.platforms.macos"] {
        for line in setting {
            policies.push(format!("{HEAD}[{table}]\n{line}\n"));
            policies.push(format!("{HEAD}[{table}.settings]\ndisableUpdate = true\n[{table}]\n{line}\n"));
            policies.push(format!("{HEAD}[{table}]\n{line}\nsettings = {{ disableUpdate = true }}\n"));
            policies.push(format!("{HEAD}[{table}.registry-access]\n{line}\n"));
        }
        policies.push(format!("{HEAD}[{table}.proxy]\nmode = \"system\"\n"));
        policies.push(format!("{HEAD}[{table}]\nregistries = [\"ghcr.io\"]\n"));
    }
    policies.push(format!("{HEAD}[[exceptions]]\n{EXCEPTION}registries = [\"ghcr.io\"]\n"));
    let without_settings = EXCEPTION.replace("settings = { disableUpdate = true }\n", "");
    for line in setting {
        policies.push(format!("{HEAD}[[exceptions]]\n{EXCEPTION}{line}\n"));
        policies.push(format!("{HEAD}[[exceptions]]\n{without_settings}{line}\n"));
        policies.push(format!("{HEAD}{line}\n"));
        policies.push(format!("{line}\n{HEAD}"));
    }
    for (key, other) in [
        ("oldest-version", "min-version"),
        ("oldest-version", "minimumVersion"),
        ("organizations", "allowedOrgs"),
        ("organizations", "orgs"),
        ("organizations", "org"),
    ] {
        policies.push(HEAD.replace(key, other));
    }
    for (key, other) in [("id", "ticket"), ("id", "ID"), ("expires", "until"), ("approved-by", "approvedBy")] {
        let exception = EXCEPTION.replace(&format!("{key} ="), &format!("{other} ="));
        policies.push(format!("{HEAD}[[exceptions]]\n{exception}"));
    }
    // What is there already.
    for line in [
        "analyticsEnabled = false",
        "analyticsEnabled = true",
        "proxy = { mode = \"system\" }",
        "proxy.mode = \"system\"",
    ] {
        for table in ["fleet", "sign-in", "check", "targets"] {
            let policy = format!("{HEAD}[settings]\nanalyticsEnabled = false\nproxy = {{ mode = \"manual\" }}\n");
            policies.push(match policy.split_once(&format!("[{table}]\n")) {
                Some((before, after)) => format!("{before}[{table}]\n{line}\n{after}"),
                None => format!("{policy}[{table}]\n{line}\n"),
            });
        }
        policies.push(format!("{line}\n{HEAD}[settings]\nanalyticsEnabled = false\nproxy = {{ mode = \"manual\" }}\n"));
        for platform in ["mac", "darwin", "windows"] {
            policies.push(format!("{HEAD}[{platform}]\n{line}\n"));
            policies.push(format!("{HEAD}[rings.pilot.{platform}]\n{line}\n"));
            policies.push(format!("{HEAD}[platforms.{platform}]\n{line}\n"));
        }
    }
    // Who may sign in is said once.
    for table in ["settings", "rings.pilot.settings", "platforms.macos.settings", "rings.pilot", "platforms.macos"] {
        for organizations in ["[\"contoso\"]", "[\"contoso\", \"fabrikam\"]", "[\"fabrikam\"]"] {
            for name in ["organizations", "allowedOrgs", "orgs"] {
                policies.push(format!("{HEAD}[{table}]\n{name} = {organizations}\n"));
            }
            policies.push(format!("{HEAD}[{table}.sign-in]\norganizations = {organizations}\n"));
            policies.push(format!("{HEAD}[{table}]\nsign-in = {{ organizations = {organizations} }}\n"));
        }
        policies.push(format!("{HEAD}[{table}.fleet]\nnewest-version = \"4.86.0\"\n"));
        policies.push(format!("{HEAD}[{table}.sign-in]\nmacos = \"plist\"\n"));
    }
    policies.push(format!("{HEAD}[[exceptions]]\n{}", EXCEPTION.replace("disableUpdate", "organizations")));
    policies.push(format!("settings = {{ organizations = [\"fabrikam\"] }}\n{HEAD}"));
    for table in ["settings", "rings.pilot", "check"] {
        for line in ["extends = [\"hardened\"]", "notifications = true", "registries = [\"ghcr.io\"]"] {
            policies.push(format!("{HEAD}[{table}]\n{line}\n"));
        }
    }
    for name in ["mac", "darwin", "osx"] {
        policies.push(format!("{HEAD}[platforms.{name}.settings]\nuseGrpcfuse = false\n"));
        policies.push(format!("{HEAD}[rings.pilot.platforms.{name}]\nsettings = {{ useGrpcfuse = false }}\n"));
        policies.push(format!("{HEAD}[targets.{name}]\nnotifications = true\n"));
    }
    policies.push(format!("{HEAD}[check]\nweak-value = \"a trial\"\n"));
    policies
}

/// Policies in which one key of the grammar has a value of another type, or a name with a letter too few.
pub(crate) fn keys() -> Vec<String> {
    let tables: &[(&str, &str, &Table)] = &[
        ("organization", "", &grammar::ORGANIZATION),
        ("fleet", "", &grammar::FLEET),
        ("sign-in", "", &grammar::SIGN_IN),
        ("rings.pilot", "", &grammar::RING),
        ("platforms.macos", "", &grammar::PLATFORM),
        ("targets.macos", "", &grammar::TARGETS_MACOS),
        ("[exceptions]", EXCEPTION, &grammar::EXCEPTION),
        ("registry-access", "", &grammar::REGISTRY_ACCESS),
        ("container-network", "", &grammar::CONTAINER_NETWORK),
        ("container-network.proxy", "upstream = \"http://proxy.example:3128\"\n", &grammar::CONTAINER_PROXY),
    ];
    let mut policies = Vec::new();
    for (name, more, table) in tables {
        let (before, after) = match HEAD.split_once(&format!("[{name}]\n")) {
            Some((before, rest)) => {
                let (own, after) =
                    rest.split_once("\n[").map_or((rest, String::new()), |(own, after)| (own, format!("\n[{after}")));
                (format!("{before}[{name}]\n{own}"), after)
            }
            None => (format!("{HEAD}[{name}]\n{}", more.trim_end()), "\n".to_owned()),
        };
        for key in table.keys {
            // What a key says already is replaced.
            let own: Vec<&str> = before.lines().filter(|line| line.split(" = ").next() != Some(key.name)).collect();
            let own = own.join("\n");
            if !matches!(key.kind, Kind::Settings) {
                for value in VALUES {
                    policies.push(format!("{own}\n{} = {value}{after}", key.name));
                }
            }
            let typo = format!("{}{}", &key.name[..1], &key.name[2..]);
            policies.push(format!("{own}\n{typo} = {}{after}", good_for(&key.kind)));
        }
    }
    policies
}

/// Policies with a name that says the opposite of the setting, in each form, and what that setting must become.
pub(crate) fn inverted() -> Vec<(String, String)> {
    let mut policies = Vec::new();
    let aliases = catalog().settings().iter().flat_map(|setting| setting.aliases.iter().map(move |its| (setting, its)));
    for (setting, alias) in aliases.filter(|(_, alias)| alias.value == "inverted") {
        for (said, right) in [("false", true), ("\"false\"", true), ("0", true), ("\"no\"", true), ("true", false)] {
            let line = format!("{} = {right}\n", setting.key);
            let value = format!("{{ value = {said}, locked = true }}");
            let mut forms: Vec<String> = [said, &value].iter().flat_map(|value| written(&alias.name, value)).collect();
            forms.extend(written(&format!("{}.value", alias.name), said));
            forms.push(format!("{HEAD}[settings]\n[undocumented-settings]\n{} = {said}\n", alias.name));
            policies.extend(forms.into_iter().map(|form| (form, line.clone())));
        }
    }
    policies
}

/// Policies in which names that lead to a setting are none of its own, and something is missing beside it.
pub(crate) fn led_astray() -> Vec<String> {
    let mut policies = Vec::new();
    let lines = [
        "proxy.value.http = \"http://a:1\"",
        "proxy.value.http = \"http://a:1\"\nproxy.value.mode = \"manual\"",
        "proxySettings.http = \"http://a:1\"",
        "proxy.value.mode = \"manual\"",
        "proxy.value = { http = \"http://a:1\" }",
        "proxy = { value = { http = \"http://a:1\" } }",
        "containersProxy.value.http = \"http://a:1\"\ncontainersProxy.value.mode = \"manual\"",
    ];
    for line in lines {
        policies.push(format!("{HEAD}[settings]\n{line}\n"));
        policies.push(format!("{HEAD}[rings.pilot.settings]\n{line}\n"));
        policies.push(format!("{HEAD}[rings.pilot]\nsettings.{}\n", line.replace('\n', "\nsettings.")));
        policies.push(format!("settings.{}\n{HEAD}", line.replace('\n', "\nsettings.")));
    }
    for lines in [
        "value.http = \"http://a:1\"",
        "value = { http = \"http://a:1\" }",
        "value.http = \"http://a:1\"\nvalue.mode = \"manual\"",
    ] {
        policies.push(format!("{HEAD}[settings.proxy]\n{lines}\n"));
    }
    policies.push(format!("{HEAD}[settings.proxy.value]\nhttp = \"http://a:1\"\n"));
    policies
}

/// Policies with names in quotes that only look like the right ones, and what must be there after each help.
pub(crate) fn disguised() -> Vec<(String, String)> {
    let lines = [
        ("settings", "analyticsEnabled", "false"),
        ("settings", "portBindingBehavior", "\"local-only-port-binding\""),
        ("settings", "proxy", "{ mode = \"system\" }"),
        ("settings.proxy", "mode", "\"system\""),
        ("settings.linuxVM", "wslEngineEnabled", "false"),
        ("check.allow", "weak-value", "\"why\""),
        ("platforms.macos.settings", "useGrpcfuse", "true"),
    ];
    let disguises: [fn(&str) -> String; 6] = [
        |name| format!("{name}\u{200b}"),
        |name| format!("\u{feff}{name}"),
        |name| format!("{}\u{a0}{}", &name[..3], &name[3..]),
        |name| name.replace('e', "\u{435}"),
        |name| name.replace('o', "\u{3bf}").replace('a', "\u{430}").replace('i', "\u{456}"),
        |name| name.replace('e', "\u{435}").replace('a', "\u{430}").replace('-', "\u{2011}"),
    ];
    let mut policies = Vec::new();
    for (table, name, value) in lines {
        for other in disguises.map(|disguise| disguise(name)) {
            if other != name {
                let right = format!("{name}\" = {value}\n");
                policies.push((format!("{HEAD}[{table}]\n\"{other}\" = {value}\n"), right.clone()));
            }
        }
    }
    policies
}

/// Policies in which a reason, or the table of reasons, is written wrongly.
pub(crate) fn reasons() -> Vec<String> {
    let said = format!("{HEAD}[settings]\nanalyticsEnabled = true\n");
    let tables = [
        "[check.allow]\nweak-value = [\"why\"]\n",
        "[check.allow]\nweak_value = \"why\"\n",
        "[check.allow]\nWEAK-VALUE = \"why\"\n",
        "[check.allow]\nweak-valeu = \"why\"\n",
        "[check.allow]\n\"weak-value.\" = \"why\"\n",
        "[check.allow]\nplan-too-low = \"why\"\nweak_value = \"why\"\n",
        "[allow]\nweak-value = \"why\"\n",
        "[check.allow]\neci-coverage = \"why\"\n",
        "[check.allow]\nweak-value = { reason = \"why\" }\n",
        "[check.allow]\nweak-value.reason = \"why\"\n",
        "[check.allow.weak-value]\nreason = \"why\"\n",
        "[check]\nallow.weak-value.because = \"why\"\n",
        "[check]\nallow = { weak-value = [\"why\"] }\n",
        "[check.ignore]\nweak-value = \"why\"\n",
        "[check]\nsuppress = { weak-value = \"why\" }\n",
        "[check]\nskip.weak-value = \"why\"\n",
        "[disable]\nweak-value = \"why\"\n",
    ];
    tables.iter().map(|table| format!("{said}{table}")).collect()
}

/// Policies in which a line for all machines stands so that a setting for some of them does nothing, each with that line.
pub(crate) fn for_some() -> Vec<(String, String)> {
    let mut policies = Vec::new();
    let has_value = |setting: &&Setting| !matches!(setting.shape, Shape::Object | Shape::Section | Shape::Bare);
    let named = |setting: &&Setting| setting.is_admin_setting() && !setting.key.contains("[]");
    for setting in catalog().settings().iter().filter(named).filter(has_value) {
        for requirement in setting.requires.iter().filter(|its| its.when.is_none()) {
            let otherwise = match requirement.value.as_deref() {
                Some("true") => "false",
                Some("false") => "true",
                _ => continue,
            };
            let value = match setting.default_value() {
                Some(Value::Boolean(truth)) => (!truth).to_string(),
                Some(Value::Integer(_)) => "4711".to_owned(),
                _ if setting.key.ends_with("images") => "[\"a/b:1\"]".to_owned(),
                _ if setting.kind == Type::Strings => "[\"push\"]".to_owned(),
                _ if setting.key.ends_with("type") => "\"allow\"".to_owned(),
                _ => "\"https://it.example\"".to_owned(),
            };
            let (needed, key) = (format!("[settings]\n{} = {otherwise}\n", requirement.key), &setting.key);
            let head = format!("{HEAD}{needed}");
            let platform = setting.platforms[0];
            let on = format!("platforms.{platform}");
            for table in ["rings.pilot".to_owned(), format!("rings.pilot.{on}"), on] {
                policies.push((format!("{head}[{table}.settings]\n{key} = {value}\n"), needed.clone()));
                policies.push((format!("{head}[{table}]\nsettings = {{ {key} = {value} }}\n"), needed.clone()));
                policies.push((format!("{head}[{table}]\nsettings.{key} = {value}\n"), needed.clone()));
            }
        }
    }
    policies
}

/// Policies with each name that circulates and is no setting, in the forms in which people write it.
pub(crate) fn circulating() -> Vec<String> {
    let mut policies = Vec::new();
    for foreign in catalog().foreign_names() {
        let value = match foreign.value.as_deref() {
            _ if foreign.name == "allowedOrgs" => "[\"contoso\", \"fabrikam\"]",
            Some("integer") => "4",
            Some("string" | "enum") => "\"kind\"",
            Some("strings") => "[\"Ubuntu\"]",
            _ => "false",
        };
        policies.extend(in_each_form(&foreign.name, value));
    }
    for (setting, alias) in
        catalog().settings().iter().flat_map(|its| its.aliases.iter().map(move |alias| (its, alias)))
    {
        let value = match alias.value.as_str() {
            "inverted" | "true-means-system" | "per-directory" => "true",
            "comma-string-to-list" => "\"a.example,b.example\"",
            "object-to-json-string" => "{ debug = false }",
            "strings-to-objects" => "[\"/srv\"]",
            "kerberos-or-ntlm-means-true" => "\"kerberos\"",
            _ if alias.name == "kubernetes.value" => "{ enabled = false }",
            _ if alias.name == "scout.value" => "{ sbomIndexing = true }",
            "rename-fields" | "unwrap" => "{ mode = \"manual\", http = \"http://a.example:1\" }",
            _ if alias.name == "imageList" => "{ images = [\"a/b:1\"] }",
            _ if alias.name == "commandList" => "{ type = \"deny\", commands = [\"push\"] }",
            _ if alias.name == "dockerSocketMount" => "{ imageList = { images = [\"a/b:1\"] } }",
            _ if alias.name == "windows" || alias.name == "windowContainters" => {
                "{ dockerDaemonOptions = { value = { debug = false } } }"
            }
            _ => &good(setting),
        };
        policies.extend(in_each_form(&alias.name, value));
    }
    policies
}

/// An entry for all machines and for some, as a value and with a lock.
fn in_each_form(name: &str, value: &str) -> Vec<String> {
    let mut policies = written(name, value);
    if !value.starts_with('{') {
        policies.extend(written(name, &format!("{{ value = {value}, locked = true }}")));
        policies.push(format!("{HEAD}[settings]\n{name}.value = {value}\n{name}.locked = true\n"));
    }
    policies.push(format!("{HEAD}[rings.pilot.settings]\n{name} = {value}\n"));
    policies.push(format!("settings = {{ {name} = {value} }}\n{HEAD}"));
    policies.push(format!("settings.{name} = {value}\n{HEAD}"));
    let exception = EXCEPTION.replace("disableUpdate = true", &format!("{name} = {value}"));
    policies.push(format!("{HEAD}[[exceptions]]\n{exception}"));
    policies
}
