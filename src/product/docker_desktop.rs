//! Docker Desktop: which files, registry values and preferences its policy becomes.
//!
//! Places and encodings are Docker's, from "Configure Settings Management with a JSON file" and "Methods to enforce
//! sign-in" in its documentation. Every channel wants the list of organizations in an encoding of its own.

use crate::catalog::Type;
use crate::format::json;
use crate::platform::Platform;
use crate::policy::{MacosChannel, Policy, SignIn, Undocumented, WindowsChannel};
use crate::product::docker_home;
use crate::resolve::Resolved;
use crate::state::{
    Absent, AbsentValue, File, MacApplication, MacPreference, Preference, Product, RegistryValue, State,
};
use crate::value::Value;
use crate::version::Version;

/// Docker Desktop.
pub static PRODUCT: Product = Product {
    name: "Docker Desktop",
    slug: "docker-desktop",
    takes_effect: "quit Docker Desktop and open it again; a restart from its menu is not enough",
    runbook: &[
        "Sign in before you judge a lock: until a member of a Docker Business organization is signed in, `admin-settings.json` does nothing but ask for that.",
        "Read the user's `settings-store.json`, not the dashboard: greyed-out controls do not show everything.",
        "A policy in Docker Home wins over these files, and nothing on the machine shows that there is one.",
        "Keep one test account per organization: a name that matches nobody signs everyone out.",
        "To stop enforcing, delete `admin-settings.json`: its mere presence asks for sign-in, even when it is empty.",
        "Docker Sandboxes (`sbx`) has a list of organizations of its own, which these files do not set.",
        "None of this holds against a user with root or administrator rights. Report drift, and repair it on a schedule.",
    ],
    docs: "https://docs.docker.com/desktop/enterprise/hardened-desktop/settings-management/",
    // Bundle identifiers and the requirement are what `codesign` and notification settings show for Docker Desktop.
    mac: MacApplication {
        title: "Docker.app",
        notifying_bundles: &["com.docker.docker", "com.electron.dockerdesktop"],
        bundle: "com.docker.docker",
        code_requirement: "identifier \"com.docker.docker\" and anchor apple generic and certificate \
            1[field.1.2.840.113635.100.6.2.6] /* exists */ and certificate leaf[field.1.2.840.113635.100.6.1.13] \
            /* exists */ and certificate leaf[subject.OU] = \"9BNSXJN65R\"",
        team: "9BNSXJN65R",
        daemons: &["com.docker.vmnetd", "com.docker.socket"],
        preferences: &[
            MacPreference { key: "macos-profile:allowedOrgs", pattern: Some("^[a-z0-9_-]+(;[a-z0-9_-]+)*$") },
            MacPreference { key: "macos-profile:overrideProxyHTTP", pattern: Some("^[a-z0-9]+://[^@]+$") },
            MacPreference { key: "macos-profile:overrideProxyHTTPS", pattern: Some("^[a-z0-9]+://[^@]+$") },
            MacPreference { key: "macos-profile:overrideProxyExclude", pattern: None },
            MacPreference { key: "macos-profile:overrideProxyPAC", pattern: Some("^/") },
            MacPreference { key: "macos-profile:overrideProxyEmbeddedPAC", pattern: Some("FindProxyForURL") },
        ],
    },
};

/// The preference domain that Docker Desktop reads.
pub const PREFERENCE_DOMAIN: &str = "com.docker.config";

/// The policy key that Docker Desktop reads, below `HKEY_LOCAL_MACHINE`.
pub const REGISTRY_KEY: &str = r"SOFTWARE\Policies\Docker\Docker Desktop";

pub(crate) const ALLOWED_ORGS: &str = "allowedOrgs";

/// Where Docker Desktop looks on one platform.
struct Places {
    parents: &'static [&'static str],
    directory: &'static str,
    /// Linux alone keeps `registry.json` one folder deeper.
    registry_directory: &'static str,
    separator: char,
}

fn places(platform: Platform) -> Places {
    match platform {
        Platform::Macos => Places {
            parents: &["/Library", "/Library/Application Support"],
            directory: "/Library/Application Support/com.docker.docker",
            registry_directory: "/Library/Application Support/com.docker.docker",
            separator: '/',
        },
        Platform::Windows => Places {
            parents: &[r"C:\ProgramData"],
            directory: r"C:\ProgramData\DockerDesktop",
            registry_directory: r"C:\ProgramData\DockerDesktop",
            separator: '\\',
        },
        Platform::Linux => Places {
            parents: &["/usr", "/usr/share"],
            directory: "/usr/share/docker-desktop",
            registry_directory: "/usr/share/docker-desktop/registry",
            separator: '/',
        },
    }
}

impl Places {
    fn file(&self, name: &str) -> String {
        let directory = if name == "registry.json" { self.registry_directory } else { self.directory };
        format!("{directory}{}{name}", self.separator)
    }
}

/// Lowers what a policy says about one ring and platform.
pub(crate) fn lower(policy: &Policy, ring: &str, platform: Platform, settings: &[Resolved<'_>]) -> State {
    let places = places(platform);
    let mut state = State {
        ring: ring.to_owned(),
        platform,
        product: &PRODUCT,
        parents: places.parents.to_vec(),
        directories: vec![places.directory],
        files: Vec::new(),
        registry: Vec::new(),
        preferences: Vec::new(),
        absent: Absent::default(),
        console: policy.network(ring, platform).and_then(docker_home::console),
    };
    if let Some(sign_in) = &policy.sign_in {
        enforce_sign_in(&mut state, &places, sign_in);
    }
    let mut settings = settings.to_vec();
    if let Some(preferences) = proxy_preferences(policy, platform, &settings) {
        state.preferences.extend(preferences);
        settings.retain(|resolved| !resolved.setting.key.starts_with("proxy."));
    }
    let admin_settings = places.file("admin-settings.json");
    let undocumented = policy.undocumented(ring, platform);
    if settings.is_empty() && undocumented.is_empty() {
        // A file left over from an older policy would go on forcing sign-in, whatever it says.
        state.absent.files.push(admin_settings);
    } else {
        let bytes = json::pretty(&admin_settings_json(&settings, &undocumented));
        state.files.insert(0, File { path: admin_settings, bytes });
    }
    if state.files.iter().any(|file| file.path.starts_with(places.registry_directory))
        && places.registry_directory != places.directory
    {
        state.directories.push(places.registry_directory);
    }
    state
}

/// One mechanism for each platform; what ranks beside it or below it must go, so that nobody has to satisfy two lists.
fn enforce_sign_in(state: &mut State, places: &Places, sign_in: &SignIn) {
    let organizations: Vec<String> = sign_in.organizations.iter().map(|name| name.value.clone()).collect();
    let registry_json = File {
        path: places.file("registry.json"),
        bytes: json::pretty(&Value::Table(vec![(ALLOWED_ORGS.to_owned(), list(&organizations))])),
    };
    let desktop_plist = || File { path: places.file("desktop.plist"), bytes: plist_of(&organizations) };
    match state.platform {
        Platform::Linux => state.files.push(registry_json),
        Platform::Macos => match sign_in.macos {
            MacosChannel::Profile => {
                let value = organizations.join(";");
                state.preferences.push(Preference { domain: PREFERENCE_DOMAIN, key: ALLOWED_ORGS, value });
                state.absent.files.extend([desktop_plist().path, registry_json.path]);
            }
            MacosChannel::Plist => {
                state.files.push(desktop_plist());
                state.absent.files.push(registry_json.path);
            }
            MacosChannel::RegistryJson => {
                state.absent.files.push(desktop_plist().path);
                state.files.push(registry_json);
            }
        },
        Platform::Windows => {
            let value = RegistryValue { key: REGISTRY_KEY, name: ALLOWED_ORGS, strings: organizations };
            match sign_in.windows {
                WindowsChannel::RegistryKey => {
                    state.registry.push(value);
                    state.absent.files.push(registry_json.path);
                }
                WindowsChannel::RegistryJson => {
                    state.absent.registry.push(AbsentValue { key: value.key, name: value.name });
                    state.files.push(registry_json);
                }
                WindowsChannel::Both => {
                    state.registry.push(value);
                    state.files.push(registry_json);
                }
            }
        }
    }
}

/// Why a proxy is not delivered by the profile, where Docker Desktop finds it before anybody has signed in; `None` when
/// it is.
///
/// The file then has none: vendor pages disagree on which of two proxies wins. Without a lock it stays in the file,
/// because any proxy key in the profile locks the page; so does a script at a URL, since the profile takes a path.
pub(crate) fn why_proxy_goes_by_file(
    policy: &Policy,
    platform: Platform,
    settings: &[Resolved<'_>],
) -> Option<&'static str> {
    const SINCE: Version = Version::new(4, 48);
    let by_profile = policy.sign_in.as_ref().is_some_and(|sign_in| sign_in.macos == MacosChannel::Profile);
    let says = |name: &str, wanted: &Value| value_of(settings, name) == Some(wanted);
    let script = value_of(settings, "proxy.pac").and_then(Value::as_str).unwrap_or_default();
    let fits = [
        (platform == Platform::Macos, "only macOS has profiles"),
        (by_profile, "no profile carries the sign-in list"),
        (policy.fleet.oldest.value >= SINCE, "Docker Desktop reads it from a profile since 4.48 only"),
        (says("proxy.mode", &"manual".into()), "`proxy.mode` is not `manual`"),
        (says("proxy.locked", &true.into()), "`proxy.locked` is not `true`, and the profile would lock it"),
        (script.is_empty() || script.starts_with("file://"), "`proxy.pac` is a URL, and the profile takes a path"),
    ];
    fits.into_iter().find(|(fits, _)| !fits).map(|(_, why)| why)
}

/// Whether a proxy is delivered by the profile.
pub(crate) fn proxy_goes_by_profile(policy: &Policy, platform: Platform, settings: &[Resolved<'_>]) -> bool {
    why_proxy_goes_by_file(policy, platform, settings).is_none()
}

fn value_of<'a>(settings: &'a [Resolved<'_>], key: &str) -> Option<&'a Value> {
    settings.iter().find(|resolved| resolved.setting.key == key).map(|resolved| &resolved.value)
}

fn proxy_preferences(policy: &Policy, platform: Platform, settings: &[Resolved<'_>]) -> Option<Vec<Preference>> {
    if !proxy_goes_by_profile(policy, platform, settings) {
        return None;
    }
    let value = |key: &str| value_of(settings, key);
    let text = |key: &str| value(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let script = text("proxy.pac");
    let exclude = value("proxy.exclude").and_then(Value::as_strings).unwrap_or_default().join(",");
    let keys = [
        ("overrideProxyHTTP", text("proxy.http")),
        ("overrideProxyHTTPS", text("proxy.https")),
        ("overrideProxyExclude", exclude),
        ("overrideProxyPAC", script.trim_start_matches("file://").to_owned()),
        ("overrideProxyEmbeddedPAC", text("proxy.embeddedPac")),
    ];
    let keys: Vec<_> = keys
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| Preference { domain: PREFERENCE_DOMAIN, key, value })
        .collect();
    (!keys.is_empty()).then_some(keys)
}

fn list(names: &[String]) -> Value {
    Value::List(names.iter().cloned().map(Value::String).collect())
}

/// `desktop.plist` wants an array of strings, unlike the profile, which wants one string.
fn plist_of(organizations: &[String]) -> Vec<u8> {
    let mut dictionary = plist::Dictionary::new();
    let names = organizations.iter().cloned().map(plist::Value::String).collect();
    dictionary.insert(ALLOWED_ORGS.to_owned(), plist::Value::Array(names));
    crate::format::property_list::xml(&plist::Value::Dictionary(dictionary))
}

/// The settings file: version first, because 4.40 does not start without it, then the order of the catalog.
fn admin_settings_json(settings: &[Resolved<'_>], undocumented: &[&Undocumented]) -> Value {
    let mut root = vec![("configurationFileVersion".to_owned(), Value::Integer(2))];
    for Resolved { setting, value, locked, .. } in settings {
        debug_assert!(setting.kind != Type::Presence, "{} is not a setting", setting.key);
        let value = match locked {
            Some(locked) => lockable(*locked, value.clone()),
            None => value.clone(),
        };
        insert(&mut root, &setting.key, value);
    }
    for Undocumented { name, value, locked, .. } in undocumented {
        root.push((name.clone(), lockable(*locked, value.clone())));
    }
    Value::Table(root)
}

fn lockable(locked: bool, value: Value) -> Value {
    Value::Table(vec![("locked".to_owned(), Value::Boolean(locked)), ("value".to_owned(), value)])
}

/// Puts `value` at the end of a dotted path, making the objects on the way.
fn insert(table: &mut Vec<(String, Value)>, path: &str, value: Value) {
    let Some((head, rest)) = path.split_once('.') else {
        table.push((path.to_owned(), value));
        return;
    };
    let at = table.iter().position(|(name, _)| name == head).unwrap_or_else(|| {
        table.push((head.to_owned(), Value::Table(Vec::new())));
        table.len() - 1
    });
    match &mut table[at].1 {
        Value::Table(inner) => insert(inner, rest, value),
        other => panic!("the catalog puts a member below {head}, which is {}", other.kind()),
    }
}
