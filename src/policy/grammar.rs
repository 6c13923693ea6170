//! The tables and keys of a policy, once: the reader takes them from here and so does the JSON Schema.

/// A table and its keys.
#[derive(Debug)]
pub struct Table {
    /// Its name in messages, as it is written: `[fleet]`.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

impl Table {
    /// Whether the table has a key of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.keys.iter().any(|key| key.name == name)
    }
}

/// One key of a table.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// For a key that the finished policy must have: what to write, with `…` for what nobody else knows. An extended policy may provide it.
    pub required: Option<&'static str>,
    /// What it means, in one sentence.
    pub about: &'static str,
}

/// What a key holds.
#[derive(Debug)]
pub enum Kind {
    /// A line of text.
    Text,
    /// Lines of text.
    Texts,
    /// A Docker Desktop version.
    Version,
    /// A day.
    Date,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Some of these words.
    Words(&'static [&'static str]),
    /// `true` or `false`.
    Boolean,
    /// A table.
    Table(&'static Table),
    /// A table, or `false` to have none.
    TableOrNot(&'static Table),
    /// Tables under names that the user chooses.
    Named(&'static Table),
    /// A list of tables.
    List(&'static Table),
    /// `"*"`, or a list of ports.
    Ports,
    /// Settings, as the catalog knows them.
    Settings,
    /// Settings that no vendor page documents.
    Undocumented,
    /// A reason per finding code.
    Reasons,
}

/// Whether one of the tables has a key with this name.
pub(super) fn has_key(name: &str) -> bool {
    fn has(table: &Table, name: &str) -> bool {
        table.keys.iter().any(|key| {
            key.name == name
                || match key.kind {
                    Kind::Table(inner) | Kind::TableOrNot(inner) | Kind::Named(inner) | Kind::List(inner) => {
                        has(inner, name)
                    }
                    _ => false,
                }
        })
    }
    has(&POLICY, name)
}

/// The words that keys with this name take.
pub(super) fn words(name: &str) -> Vec<&'static str> {
    fn collect(table: &Table, name: &str, found: &mut Vec<&'static str>) {
        for key in table.keys {
            match key.kind {
                Kind::Word(words) | Kind::Words(words) if key.name == name => found.extend(words),
                Kind::Boolean if key.name == name => found.extend(["true", "false"]),
                Kind::Table(inner) | Kind::TableOrNot(inner) | Kind::Named(inner) | Kind::List(inner) => {
                    collect(inner, name, found);
                }
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    collect(&POLICY, name, &mut found);
    found
}

const fn required(name: &'static str, kind: Kind, example: &'static str, about: &'static str) -> Key {
    Key { name, kind, required: Some(example), about }
}

const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: None, about }
}

const ACCESS: Key = optional(
    "registry-access",
    Kind::Table(&REGISTRY_ACCESS),
    "The registries from which images may be pulled, as a proxy script that Docker Desktop obeys.",
);

const NETWORK: Key = optional(
    "container-network",
    Kind::Table(&CONTAINER_NETWORK),
    "What containers may reach, in the same proxy script.",
);

const UNDOCUMENTED: Key = optional(
    "undocumented-settings",
    Kind::Undocumented,
    "Names passed through although no vendor page documents them.",
);

const PLATFORM_NAMES: &[&str] = &["macos", "windows", "linux"];

/// The policy itself.
pub static POLICY: Table = Table {
    name: "the policy",
    about: "One organization's policy for Docker Desktop.",
    keys: &[
        optional(
            "extends",
            Kind::Texts,
            "Presets by name, or other policies as `./file.toml`. Later ones win, and this policy wins over all.",
        ),
        required(
            "organization",
            Kind::Table(&ORGANIZATION),
            "{ name = \"Your Organization\", id = \"com.example\" }",
            "Who the policy belongs to.",
        ),
        required("fleet", Kind::Table(&FLEET), "{ oldest-version = \"4.60.0\" }", "The machines it reaches."),
        optional("sign-in", Kind::Table(&SIGN_IN), "Who may use Docker Desktop."),
        optional(
            "settings",
            Kind::Settings,
            "Settings of every machine. A bare value is enforced; `{ value, locked = false }` is a default.",
        ),
        ACCESS,
        NETWORK,
        UNDOCUMENTED,
        optional("platforms", Kind::Table(&PLATFORMS), "What differs by platform."),
        optional(
            "rings",
            Kind::Named(&RING),
            "Deployment rings. `default` is always built: it is for machines in no ring.",
        ),
        optional("exceptions", Kind::List(&EXCEPTION), "Approved, dated departures. They win over everything else."),
        optional("targets", Kind::Table(&TARGETS), "What targets write beyond what every fleet needs."),
        optional("check", Kind::Table(&CHECK), "Which findings are intended."),
    ],
};

/// `[organization]`.
pub static ORGANIZATION: Table = Table {
    name: "[organization]",
    about: "Who the policy belongs to.",
    keys: &[
        required(
            "name",
            Kind::Text,
            "\"Your Organization\"",
            "Shown on the machine, in System Settings and in the management console.",
        ),
        required(
            "id",
            Kind::Text,
            "\"com.example\"",
            "Reverse DNS, such as `com.example`: the prefix of every profile identifier. Changing it makes every profile a new one.",
        ),
    ],
};

/// `[fleet]`.
pub static FLEET: Table = Table {
    name: "[fleet]",
    about: "The machines the policy reaches.",
    keys: &[
        required(
            "oldest-version",
            Kind::Version,
            "\"4.60.0\"",
            "The oldest Docker Desktop still in use. Settings and sign-in channels that it does not know are findings.",
        ),
        optional("newest-version", Kind::Version, "The newest Docker Desktop in use."),
        optional("platforms", Kind::Words(PLATFORM_NAMES), "What is built; all three unless said."),
        optional(
            "subscription",
            Kind::Word(&["personal", "pro", "team", "business"]),
            "The Docker subscription; `business` unless said. Settings need Docker Business.",
        ),
    ],
};

/// `[sign-in]`.
pub static SIGN_IN: Table = Table {
    name: "[sign-in]",
    about: "Who may use Docker Desktop.",
    keys: &[
        required(
            "organizations",
            Kind::Texts,
            "[\"your-org\"]",
            "Docker organizations, lower case. Only their members may use Docker Desktop; the first one's registry rules apply.",
        ),
        optional(
            "macos",
            Kind::Word(&["profile", "plist", "registry-json"]),
            "How the list reaches a Mac; `profile` unless said.",
        ),
        optional(
            "windows",
            Kind::Word(&["registry-key", "registry-json", "both"]),
            "How the list reaches Windows; `registry-key` unless said. `both` is for fleets with per-user installs.",
        ),
        optional("linux", Kind::Word(&["registry-json"]), "How the list reaches Linux; there is one way."),
    ],
};

/// `[platforms]` and `[rings.<ring>.platforms]`.
pub static PLATFORMS: Table = Table {
    name: "[platforms]",
    about: "What differs by platform.",
    keys: &[
        optional("macos", Kind::Table(&PLATFORM), "Only on macOS."),
        optional("windows", Kind::Table(&PLATFORM), "Only on Windows."),
        optional("linux", Kind::Table(&PLATFORM), "Only on Linux."),
    ],
};

/// `[platforms.<platform>]`.
pub static PLATFORM: Table = Table {
    name: "a platform",
    about: "What differs on one platform.",
    keys: &[optional("settings", Kind::Settings, "Settings of this platform."), ACCESS, NETWORK, UNDOCUMENTED],
};

/// `[rings.<ring>]`.
pub static RING: Table = Table {
    name: "a ring",
    about: "A deployment ring.",
    keys: &[
        optional("description", Kind::Text, "Who is in it."),
        optional("settings", Kind::Settings, "Settings of this ring."),
        ACCESS,
        NETWORK,
        UNDOCUMENTED,
        optional("platforms", Kind::Table(&PLATFORMS), "What differs by platform in this ring."),
    ],
};

/// `[[exceptions]]`.
pub static EXCEPTION: Table = Table {
    name: "an exception",
    about: "An approved, dated departure from the policy.",
    keys: &[
        required("id", Kind::Text, "\"…\"", "The ticket, such as `SEC-1432`."),
        optional("ring", Kind::Text, "The ring it holds for."),
        optional("rings", Kind::Texts, "The rings it holds for."),
        optional("platform", Kind::Word(PLATFORM_NAMES), "The platform it holds for; all unless said."),
        optional("settings", Kind::Settings, "The settings that differ."),
        ACCESS,
        NETWORK,
        required("reason", Kind::Text, "\"…\"", "Why the policy cannot hold here."),
        required("approved-by", Kind::Text, "\"…\"", "Who took the risk."),
        required("expires", Kind::Date, "2027-01-31", "The last day on which it holds, such as 2027-01-31."),
    ],
};

/// `[registry-access]`.
pub static REGISTRY_ACCESS: Table = Table {
    name: "[registry-access]",
    about: "The registries from which images may be pulled.",
    keys: &[optional(
        "registries",
        Kind::Texts,
        "Registries as images name them, such as `ghcr.io` or `registry.example:5000`. Hosts that a pull touches besides are added.",
    )],
};

/// `[container-network]`.
pub static CONTAINER_NETWORK: Table = Table {
    name: "[container-network]",
    about: "What containers may reach. Pulls obey it too.",
    keys: &[
        optional(
            "default",
            Kind::Word(&["deny", "allow"]),
            "What happens to a host that no entry names; `deny` unless said.",
        ),
        optional(
            "ports",
            Kind::Ports,
            "The TCP ports on which containers are judged: `\"*\"`, which is what holds unless said, or a list. On others they go where they like.",
        ),
        optional("allow", Kind::Texts, "Hosts, `*.domain`, addresses and networks, each with `:port` or without."),
        optional("deny", Kind::Texts, "The same, refused whatever else is said."),
        optional(
            "proxy",
            Kind::TableOrNot(&CONTAINER_PROXY),
            "The proxy through which the way out leads; directly unless said. `false` takes away that of an earlier layer.",
        ),
        optional(
            "block-host",
            Kind::Boolean,
            "Refuses the machine itself: `host.docker.internal`, `localhost` and their addresses.",
        ),
    ],
};

/// `[container-network.proxy]`.
pub static CONTAINER_PROXY: Table = Table {
    name: "[container-network] proxy",
    about: "The proxy through which the way out leads.",
    keys: &[
        optional("upstream", Kind::Text, "Such as `http://proxy.example:3128` or `socks5://proxy.example:1080`."),
        optional(
            "for",
            Kind::Texts,
            "The hosts that are reached through it; all unless said. A registry brings its further hosts. Belongs to this `upstream`: nothing of an earlier layer's proxy is kept.",
        ),
    ],
};

/// `[check]`.
pub static CHECK: Table = Table {
    name: "[check]",
    about: "Which findings are intended.",
    keys: &[optional("allow", Kind::Reasons, "A reason for each finding code that is intended.")],
};

/// `[targets]`.
pub static TARGETS: Table = Table {
    name: "[targets]",
    about: "What targets write beyond what every fleet needs.",
    keys: &[optional("macos", Kind::Table(&TARGETS_MACOS), "On macOS.")],
};

/// `[targets.macos]`.
pub static TARGETS_MACOS: Table = Table {
    name: "[targets.macos]",
    about: "Further profiles for macOS.",
    keys: &[
        optional("notifications", Kind::Boolean, "A profile that allows notifications without asking."),
        optional(
            "file-access",
            Kind::Words(&["all-files", "desktop", "documents", "downloads", "network-volumes", "removable-volumes"]),
            "A profile that allows these places without asking (TCC). It widens what the application can read.",
        ),
        optional("one-setting-per-profile", Kind::Boolean, "One profile for each key, for Workspace ONE."),
    ],
};
