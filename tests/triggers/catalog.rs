//! The cases of what the catalog says of each setting: since when, where, of which type, and which value is safer.

use stanchion::catalog::{Format, Requirement, Safer, Setting, Shape, Type, catalog};
use stanchion::platform::Platform;
use stanchion::version::Version;

use super::case::Case;

/// The first Docker Desktop that starts when a file holds a name it does not know.
const TOLERANT: Version = Version::new(4, 43);

/// Channels and versions about which there is nothing to say for an old fleet.
const OLD_CHANNELS: &str = r#"sign-in = { organizations = ["contoso"], macos = "registry-json", windows = "registry-json" } ; -settings.displayedOnboarding"#;

/// All of them, with the setting that each is about.
pub(crate) fn cases() -> Vec<(String, Case)> {
    let settings = catalog().settings().iter().filter(|its| its.takes_a_value() && is_admin_path(its));
    settings.flat_map(|its| of_setting(its).into_iter().map(|case| (its.key.clone(), case))).collect()
}

/// Whether a policy names it by its key.
fn is_admin_path(setting: &Setting) -> bool {
    setting.is_admin_setting() && !setting.key.contains("[]")
}

fn of_setting(setting: &Setting) -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(too_new(setting));
    cases.extend(wrong_platform(setting));
    cases.push(wrong_type(setting));
    cases.extend(out_of_range(setting));
    cases.extend(weak(setting));
    cases.extend(unlocked(setting));
    cases.extend(broad(setting));
    cases.extend(setting.requires.iter().filter_map(|requirement| without(setting, requirement)));
    cases.extend(setting.aliases.iter().map(|alias| misnamed(setting, &alias.name, &alias.from)));
    cases
}

/// Its entry in a table, with marks around its name.
fn named(table: &str, setting: &Setting, value: &str) -> String {
    match setting.key.rsplit_once('.') {
        Some((parents, name)) => format!("{table}.{parents}.«{name}» = {value}"),
        None => format!("{table}.«{}» = {value}", setting.key),
    }
}

/// A value that is right, and not the one that is there anyway.
fn good(setting: &Setting) -> String {
    let default = setting.default.as_ref();
    match setting.kind {
        Type::Boolean => (default.and_then(toml::Value::as_bool) != Some(true)).to_string(),
        Type::Integer => setting.range.map_or(1, |[_, most]| most).to_string(),
        Type::Enum => {
            let is_other = |word: &&String| default.and_then(toml::Value::as_str) != Some(word.as_str());
            format!("{:?}", setting.values.iter().rfind(is_other).expect("an enum has more than its default"))
        }
        Type::String => format!("'{}'", text(setting.format)),
        Type::Strings => format!("['{}']", text(setting.format)),
        Type::Directories => r#"["/work"]"#.to_owned(),
        Type::Json => "{ value = { debug = true } }".to_owned(),
        Type::Object | Type::Presence => panic!("{} takes no value", setting.key),
    }
}

/// A text of a form.
fn text(format: Option<Format>) -> &'static str {
    match format {
        Some(Format::Url) => "http://p.example:3128",
        Some(Format::PacUrl) => "https://p.example/x.pac",
        Some(Format::Pac) => r#"function FindProxyForURL(u, h) { return "DIRECT"; }"#,
        Some(Format::Ports) => "80,443",
        Some(Format::Host) => "a.example",
        Some(Format::Ipv4Slash24) => "192.168.66.0/24",
        Some(Format::ImageRepository) => "r.example/k8s",
        Some(Format::Image) => "r.example/tool:1",
        Some(Format::Command) => "push",
        Some(Format::Origins) => "https://a.example",
        Some(Format::ContactUrl) => "https://it.contoso.example",
        Some(Format::Directory) => "/work",
        None => "x",
    }
}

fn too_new(setting: &Setting) -> Option<Case> {
    let since = setting.since.filter(|since| *since > Version::new(4, 26))?;
    let severity = if since <= TOLERANT { "error" } else { "warning" };
    let minor: u16 = since.to_string().split('.').nth(1)?.parse().ok()?;
    let with = |oldest: String| {
        let entry = named("settings", setting, &good(setting));
        format!("{OLD_CHANNELS} ; {entry} ; fleet.oldest-version = \"{oldest}\"")
    };
    Some(Case::new("key-too-new", severity, &with(format!("4.{}.9", minor - 1)), &with(since.to_string())))
}

fn wrong_platform(setting: &Setting) -> Option<Case> {
    let unknown = Platform::ALL.iter().find(|platform| !setting.platforms.contains(platform))?;
    let on = |platform: &Platform| named(&format!("platforms.{platform}.settings"), setting, &good(setting));
    Some(Case::new("wrong-platform", "warning", &on(unknown), &on(setting.platforms.first()?)))
}

fn wrong_type(setting: &Setting) -> Case {
    // Options of the daemon may be a text or a table, and are anything but a number.
    let wrong = if matches!(setting.kind, Type::Integer) { "«true»" } else { "«7»" };
    let with = |value: &str| format!("settings.{} = {value}", setting.key);
    Case::new("wrong-type", "error", &with(wrong), &with(&good(setting)))
}

fn out_of_range(setting: &Setting) -> Vec<Case> {
    let with = |value: &str| format!("settings.{} = {value}", setting.key);
    let wrong = setting.range.iter().flat_map(|[least, most]| [format!("«{}»", least - 1), format!("«{}»", most + 1)]);
    let word = (setting.kind == Type::Enum).then(|| "«\"nonsense\"»".to_owned());
    let case = |wrong: String| Case::new("value-out-of-range", "error", &with(&wrong), &with(&good(setting)));
    wrong.chain(word).map(case).collect()
}

fn weak(setting: &Setting) -> Option<Case> {
    let Some(Safer::Boolean(safer)) = setting.safer else { return None };
    // An open lock is no weak value: below.
    let with = |value: &str| format!("settings.{} = {value}", setting.key);
    (setting.name() != "locked")
        .then(|| Case::new("weak-value", "warning", &with(&format!("«{}»", !safer)), &with(&safer.to_string())))
}

fn unlocked(setting: &Setting) -> Option<Case> {
    let (broken, mended) = match (&setting.safer, setting.shape) {
        (Some(Safer::Boolean(true)), _) if setting.name() == "locked" => {
            (format!("settings.{} = «false»", setting.key), format!("settings.{} = true", setting.key))
        }
        (Some(Safer::Boolean(safer)), Shape::Setting) => {
            let with = |lock: &str| format!("settings.{} = {{ value = {safer}, locked = {lock} }}", setting.key);
            (with("«false»"), with("true"))
        }
        _ => return None,
    };
    Some(Case::new("security-setting-unlocked", "warning", &broken, &mended))
}

fn broad(setting: &Setting) -> Vec<Case> {
    let rows = setting.weak.iter().filter(|_| setting.kind == Type::Directories);
    let with = |path: &str| format!("settings.{} = [{path}]", setting.key);
    let case = |path: &str| Case::new("broad-file-share", "warning", &with(path), &with("\"/work\""));
    rows.map(|row| case(&format!("«'{}'»", row.value.replace('*', "Debian")))).collect()
}

/// What needs several things at once stands in meeting.txt.
fn without(setting: &Setting, requirement: &Requirement) -> Option<Case> {
    let Requirement { when, key, value: wanted } = requirement;
    let needed = catalog().find(key)?;
    let wanted = wanted.as_deref().filter(|_| setting.requires.iter().all(|its| its.value.is_some()))?;
    let literal = |word: &str| if matches!(word, "true" | "false") { word.to_owned() } else { format!("{word:?}") };
    let other = match needed.kind {
        Type::Boolean => (wanted != "true").to_string(),
        _ => literal(needed.values.iter().find(|word| *word != wanted)?),
    };
    let value = when.as_deref().map_or_else(|| good(setting), literal);
    let with = |of_needed: &str| format!("settings.{key} = {of_needed} ; {}", named("settings", setting, &value));
    // A mode that leaves a field without effect has a rule of its own.
    let code = if needed.name() == "mode" { "proxy-fields-ignored" } else { "requirement-missing" };
    Some(Case::new(code, "warning", &with(&other), &with(&literal(wanted))))
}

fn misnamed(setting: &Setting, alias: &str, from: &str) -> Case {
    let code = if from == "guide" { "guide-setting" } else { "misplaced-setting" };
    // A group that is there is not what is wrong.
    let marked = match alias.rsplit_once('.') {
        Some((group, name)) if catalog().find(group).is_some() => format!("{group}.«{name}»"),
        _ => format!("«{alias}»"),
    };
    Case::new(
        code,
        "error",
        &format!("settings.{marked} = true"),
        &format!("settings.{} = {}", setting.key, good(setting)),
    )
}
