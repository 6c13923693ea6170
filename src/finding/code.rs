//! Every code, once. A new one is a line in [`codes!`] and a story in `story/<code>.md`.

use super::Severity;

/// The verb that reports a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `check`, and with it everything that reads a policy.
    Check,
    /// `import`, about existing files.
    Import,
    /// `diff`, about two versions of a policy.
    Diff,
}

impl Verb {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Check, Self::Import, Self::Diff];

    /// The word that is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Import => "import",
            Self::Diff => "diff",
        }
    }
}

/// The stable name of one kind of finding.
#[derive(PartialEq, Eq)]
pub struct Code {
    /// Kebab-case; never changes once released.
    pub name: &'static str,
    /// Who reports it first; `import` may also say what `check` says.
    pub verb: Verb,
    /// How bad it usually is.
    pub severity: Severity,
    /// Whether `[check] allow` may silence it. Where no artifact could be right, it may not.
    pub can_be_allowed: bool,
    /// What it means, in one sentence.
    pub summary: &'static str,
    /// The long story, in Markdown: see [`Story`](super::Story).
    pub story: &'static str,
}

/// Its name: the story would hide everything else.
impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Code {
    /// The code called `name`.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|code| code.name == name)
    }
}

/// What the makers below say about a code.
struct Kind(Severity, bool);

const fn error() -> Kind {
    Kind(Severity::Error, false)
}

/// An error that a person may take responsibility for, with a reason.
const fn break_glass() -> Kind {
    Kind(Severity::Error, true)
}

const fn warning() -> Kind {
    Kind(Severity::Warning, true)
}

const fn note() -> Kind {
    Kind(Severity::Note, true)
}

/// Only a policy has a table in which a finding can be allowed.
const fn can_be_allowed(verb: Verb, kind: &Kind) -> bool {
    matches!(verb, Verb::Check) && kind.1
}

macro_rules! codes {
    ($($verb:ident { $($id:ident = $make:ident($name:literal, $summary:literal);)* })*) => {
        $($(
            #[doc = $summary]
            pub(crate) static $id: Code = Code {
                name: $name,
                verb: Verb::$verb,
                severity: $make().0,
                can_be_allowed: can_be_allowed(Verb::$verb, &$make()),
                summary: $summary,
                story: include_str!(concat!("story/", $name, ".md")),
            };
        )*)*
        /// All codes, in the order of the documentation.
        pub static ALL: &[&Code] = &[$($(&$id,)*)*];
    };
}

codes! {
    // About a policy. Each has a policy that provokes it in tests/findings/.
    Check {
        // The file itself.
        NOT_UTF8 = error("not-utf8", "The policy is not UTF-8 text.");
        UTF8_BOM = note("utf8-bom", "The policy starts with a byte-order mark, which is ignored.");
        TOO_LARGE = error("too-large", "The policy is larger than a policy can be.");
        SYNTAX = error("syntax", "The policy is not TOML.");
        CONTROL_CHARACTER = error("control-character", "A text holds a character that no profile, script or XML file can carry.");

        // The grammar.
        UNKNOWN_KEY = error("unknown-key", "The policy has no such table or key.");
        MISSING_KEY = error("missing-key", "A table lacks a key that it must have.");
        WRONG_TYPE = error("wrong-type", "A value has the wrong type.");
        WRONG_SHAPE = error("wrong-shape", "A setting is given in a form that Docker Desktop ignores or stops at.");
        VALUE_OUT_OF_RANGE = error("value-out-of-range", "A value has the right type and is not allowed.");
        EXTENDS_UNKNOWN = error("extends-unknown", "`extends` names a preset or a file that is not there.");
        EXTENDS_CYCLE = error("extends-cycle", "A policy extends itself.");
        EXTENDS_TOO_DEEP = error("extends-too-deep", "More files extend each other in a row than anyone can follow.");
        EXTENDS_NO_EFFECT = warning("extends-no-effect", "`extends` names again what an earlier entry has below it.");
        ORGANIZATION_ID_INVALID = error("organization-id-invalid", "The organization's id is not a reverse DNS name.");
        RING_NAME_INVALID = error("ring-name-invalid", "A ring's name cannot be the name of a folder everywhere.");
        RING_NAME_NEAR = warning("ring-name-near", "A ring of settings alone, whose name is a slip away from another's.");
        UNKNOWN_RING = error("unknown-ring", "An exception names a ring that the policy does not have.");

        // Settings.
        UNKNOWN_SETTING = error("unknown-setting", "Docker Desktop has no such setting.");
        GUIDE_SETTING = error("guide-setting", "A name from Docker's hardening guide that Docker Desktop does not know.");
        MISPLACED_SETTING = error("misplaced-setting", "A setting under another name or in the wrong place.");
        USER_SETTING = error("user-setting", "A setting that belongs to the user, not to the administrator.");
        HOME_ONLY_SETTING = error("home-only-setting", "A setting that only Docker Home can set.");
        LOCKED_WITHOUT_VALUE = error("locked-without-value", "A lock without a value.");
        LOCKED_DEFAULTS = warning("locked-defaults", "A locked group in which nothing is set.");
        DEPRECATED_SETTING = warning("deprecated-setting", "A setting that no Docker Desktop in use reads any more.");
        LOCK_INHERITED = warning("lock-inherited", "A group stays a default because an extended policy said so.");
        WRONG_PLATFORM = warning("wrong-platform", "A setting for a platform that does not know it.");
        PLATFORM_UNUSED = warning("platform-unused", "Something for a platform that the fleet does not have.");
        UNDOCUMENTED_SETTING = note("undocumented-setting", "A name passed through although no vendor page documents it.");
        DAEMON_OPTION_UNKNOWN = warning("daemon-option-unknown", "An option of the daemon that stops the engine, or does nothing.");
        REQUIREMENT_MISSING = warning("requirement-missing", "A setting that does nothing without another one.");
        IMPLIED_SETTING = warning("implied-setting", "A setting that moves another one, which the policy leaves open.");
        FILE_SHARING_ENGINES = break_glass("file-sharing-engines", "Both file-sharing engines of macOS are off, or both are on.");
        ADDRESS_CLASH = warning("address-clash", "The network of Docker's own services has addresses that others have.");

        // Weak values.
        SECURITY_SETTING_UNLOCKED = warning("security-setting-unlocked", "A safer value that is only a default.");
        WEAK_VALUE = warning("weak-value", "A weaker value that every machine is held to.");
        BROAD_FILE_SHARE = warning("broad-file-share", "A directory that holds nearly everything may be shared.");
        ECI_COVERAGE = warning("eci-coverage", "Something runs outside Enhanced Container Isolation.");
        ECI_KUBERNETES_IMAGES = break_glass("eci-kubernetes-images", "Kubernetes from a mirror does not start under the isolation.");
        ECI_SOCKET_IMAGE = warning("eci-socket-image", "An image that may control the engine is not named closely enough.");
        ECI_SOCKET_COMMAND = warning("eci-socket-command", "What images with the engine's socket may do is not restricted.");

        // Versions.
        KEY_TOO_NEW = break_glass("key-too-new", "A setting, or its value, is newer than the oldest Docker Desktop in use.");
        CHANNEL_TOO_NEW = break_glass("channel-too-new", "A way of enforcing sign-in is newer than the fleet.");
        MULTI_ORG_TOO_OLD = break_glass("multi-org-too-old", "Several organizations, and a Docker Desktop that takes one.");
        KNOWN_BAD_VERSION = warning("known-bad-version", "A version in use fails with something that the policy uses.");
        SECURITY_FLOOR = warning("security-floor", "A version in use has a hole in what the policy relies on.");

        // Proxies.
        PROXY_CREDENTIALS = error("proxy-credentials", "A URL or another text holds a user name or a password.");

        PAC_NOT_ONE_LINE = error("pac-not-one-line", "A proxy script for a profile has line breaks, which upload tools remove.");
        MDM_VARIABLE = warning("mdm-variable", "A text of a profile holds what an MDM would replace.");
        PROXY_MISSING = warning("proxy-missing", "A proxy by hand that nobody names.");
        PROXY_NOT_LOCAL = warning("proxy-not-local", "Docker Desktop has no proxy of its own for the first sign-in.");
        PROXY_FIELDS_IGNORED = warning("proxy-fields-ignored", "A field of a proxy that another one outranks.");
        CONTAINERS_PROXY_OPEN = warning("containers-proxy-open", "A proxy for containers that no port leads through.");
        PAC_SOURCE = warning("pac-source", "A proxy script from where others can change it.");

        // Registries and the network of containers.
        CONTAINERS_PROXY_TWICE = error("containers-proxy-twice", "Settings by hand beside the tables that write them.");
        REGISTRY_ACCESS_VOID = error("registry-access-void", "A list of registries beside a network that lets every registry through.");
        NETWORK_TOO_OLD = error("network-too-old", "Clients that do not know proxy scripts refuse every pull.");
        NETWORK_ENTRY_VOID = warning("network-entry-void", "An entry of the network that can have no effect.");
        REGISTRY_INCOMPLETE = warning("registry-incomplete", "A registry that is let through without the hosts of its layers.");
        REGISTRY_NOT_ALLOWED = warning("registry-not-allowed", "A setting needs images from a registry that is refused.");
        PROXY_BLOCKED = note("proxy-blocked", "A proxy that containers cannot reach themselves.");
        CONTAINERS_PROXY_DIRECT = warning("containers-proxy-direct", "Docker Desktop has a proxy, and its pulls go round it.");
        REGISTRY_UNKNOWN = note("registry-unknown", "A registry of which no further hosts are known.");
        REGISTRIES_EMPTY = note("registries-empty", "An empty list of registries, which refuses every pull.");
        REGISTRY_LIST_LONG = note("registry-list-long", "More hosts than Docker Home takes.");
        PAC_BROKEN = break_glass("pac-broken", "A proxy script that Docker Desktop may not be able to follow.");
        PAC_BLOCKS_DOCKER = warning("pac-blocks-docker", "A proxy script that refuses hosts of Docker.");

        // Sign-in.
        ORG_NAME_INVALID = error("org-name-invalid", "An organization name that matches nobody and signs everybody out.");
        ORG_NAME_UNUSUAL = warning("org-name-unusual", "An organization name that Docker Hub would hardly give out.");
        ORG_PLACEHOLDER = break_glass("org-placeholder", "An organization that is still the one of a sample.");

        ORG_LIST_TOO_LONG = error("org-list-too-long", "A list of organizations that no registry value can hold.");
        SIGN_IN_OVERLAP = error("sign-in-overlap", "Two ways of enforcing sign-in at once, where older clients want both.");
        ADMIN_FILE_ENFORCES_SIGN_IN = warning("admin-file-enforces-sign-in", "The settings file alone makes everybody sign in, to any organization.");
        SIGN_IN_LEFT_ALONE = note("sign-in-left-alone", "The policy has no `[sign-in]`, so an older list stays in force.");
        SETTINGS_REMOVED = note("settings-removed", "Some machines get no settings, so an older file is removed.");
        PLAN_TOO_LOW = break_glass("plan-too-low", "The subscription does not include what the policy uses.");

        // What carries the files.
        SCRIPT_TOO_LARGE = error("script-too-large", "Files that do not fit into a script that Intune takes.");

        // Exceptions.
        EXCEPTION_INCOMPLETE = error("exception-incomplete", "An exception without an end or an approval is a policy change.");
        EXCEPTION_EXPIRED = break_glass("exception-expired", "An exception is still built into the artifacts after its last day.");
        EXCEPTION_EXPIRING = warning("exception-expiring", "An exception ends within 30 days.");
        EXCEPTION_NO_EFFECT = warning("exception-no-effect", "An exception changes nothing.");

        // The findings themselves.
        UNKNOWN_CODE = error("unknown-code", "`[check] allow` names a code that does not exist or cannot be allowed.");
        ALLOW_UNUSED = warning("allow-unused", "`[check] allow` names a code that is not found.");
    }

    // About files that others wrote. Each has a file that provokes it in tests/import/.
    Import {
        // Encoding and syntax.
        JSON_NOT_STRICT = error("json-not-strict", "JSON with something in it that only forgiving readers take.");
        NOT_WELL_FORMED = error("not-well-formed", "A file that cannot be read, or not in one way only.");
        FILE_PATH = error("file-path", "A file, key or value where Docker Desktop never looks.");
        LEGACY_FORMAT = error("legacy-format", "A file of Docker Desktop Enterprise, which ended in 2020.");
        UNSAFE_SCRIPT = warning("unsafe-script", "A script that breaks the files it writes, or lets users change them.");

        // Shape.
        MISSING_LOCK = warning("missing-lock", "A setting without a lock, which is a default only.");
        DAEMON_OPTIONS = error("daemon-options", "Options of the daemon that are not a JSON object as text.");
        FILE_VERSION = error("file-version", "`configurationFileVersion` is missing or not 2.");
        MIXED_FILES = error("mixed-files", "What belongs in the other of the two JSON files.");
        FILES_DISAGREE = error("files-disagree", "Two files for the same machines that contradict each other.");
        PROXY_TWICE = warning("proxy-twice", "A proxy in the macOS profile and in the settings file.");

        COMPILED_SCRIPT = warning("compiled-script", "A proxy script that a build compiled from tables of a policy.");
        PROXY_WITHOUT_SIGN_IN = warning("proxy-without-sign-in", "A proxy in a profile that a policy without sign-in moves elsewhere.");

        // Sign-in.
        ORG_ENCODING = error("org-encoding", "A list of organizations in an encoding that its place does not have.");
        SIGN_IN_NOT_CARRIED = warning("sign-in-not-carried", "A settings file without settings, which makes everybody sign in all the same.");
        ORG_LISTS_DIFFER = error("org-lists-differ", "Platforms with different lists of organizations.");
        INSTALLER_ORG = error("installer-org", "Installer switches about organizations that are refused or ignored.");

        // Profiles.
        SAMPLE_IDENTITY = error("sample-identity", "A profile with the identity of a sample.");
        DUPLICATE_IDENTITY = error("duplicate-identity", "An identity that two payloads share.");
        PAYLOAD_KEYS = error("payload-keys", "A profile or payload without the keys that it must have.");
    }

    // About two versions of a policy. tests/diff/ has a pair that provokes each.
    Diff {
        IDENTITY_CHANGED = warning("identity-changed", "A profile gets another identity, so the old one stays beside it.");
    }
}
