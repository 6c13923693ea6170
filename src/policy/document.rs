//! One policy file, read against the grammar: everything may be missing, nothing is wrong any more.

use toml::de::{DeTable, DeValue};

use super::grammar;
use super::lost::Lost;
use super::meant;
use super::reader::{Entries, Node, Reader};
use super::{Allow, Exception, Layer, MacosChannel, Ring, Scope, WindowsChannel};
use super::{exception, identifiers, network, organizations, settings, undocumented};
use crate::finding::{Code, Finding, UNKNOWN_CODE, VALUE_OUT_OF_RANGE, Verb, nearest};
use crate::platform::Platform;
use crate::source::{Span, Spanned};
use crate::version::Version;
use crate::visible::strange;

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) extends: Vec<Spanned<String>>,
    /// Each table that the file has, with the required keys that it lacks.
    pub(super) tables: Vec<(Span, &'static grammar::Table, Vec<&'static grammar::Key>)>,
    pub(super) organization_name: Option<Spanned<String>>,
    pub(super) organization_id: Option<Spanned<String>>,
    pub(super) oldest_version: Option<Spanned<Version>>,
    pub(super) newest_version: Option<Spanned<Version>>,
    pub(super) platforms: Option<Vec<Spanned<Platform>>>,
    pub(super) subscription: Option<Spanned<&'static str>>,
    pub(super) sign_in: Option<Span>,
    pub(super) organizations: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) macos: Option<Spanned<MacosChannel>>,
    pub(super) windows: Option<Spanned<WindowsChannel>>,
    pub(super) layers: Vec<Layer>,
    pub(super) rings: Vec<Ring>,
    pub(super) exceptions: Vec<Exception>,
    pub(super) notifications: Option<bool>,
    pub(super) file_access: Option<Vec<&'static str>>,
    pub(super) one_setting_per_profile: Option<bool>,
    pub(super) allow: Vec<Allow>,
    /// What could not be read.
    pub(super) lost: Lost,
}

impl Document {
    /// Reads a parsed file.
    pub(super) fn read(reader: &mut Reader<'_>, mut root: DeTable<'_>) -> Self {
        let mut document = Self::default();
        reader.settle(&mut root);
        let top = reader.source.span(0..0);
        let entries = reader.known(&grammar::POLICY, top, &root);
        document.extends = reader.texts(&entries, "extends").map(|list| list.value).unwrap_or_default();
        reader.section(&entries, "organization", &grammar::ORGANIZATION, |reader, table| {
            document.read_organization(reader, table);
        });
        reader.section(&entries, "fleet", &grammar::FLEET, |reader, table| document.read_fleet(reader, table));
        document.sign_in = entries.get("sign-in").map(|(key, _)| key);
        reader.section(&entries, "sign-in", &grammar::SIGN_IN, |reader, table| document.read_sign_in(reader, table));
        document.layers.extend(layer(reader, &entries, Scope::Everywhere));
        document.layers.extend(platform_layers(reader, &entries, Scope::Platform));
        if let Some((key, node)) = entries.get("rings") {
            document.read_rings(reader, key, node);
        }
        if let Some((_, node)) = entries.get("exceptions") {
            document.read_exceptions(reader, node);
        }
        reader.section(&entries, "targets", &grammar::TARGETS, |reader, table| {
            reader.section(table, "macos", &grammar::TARGETS_MACOS, |reader, table| {
                document.notifications = switch(reader, table, "notifications");
                document.one_setting_per_profile = switch(reader, table, "one-setting-per-profile");
                let places = reader.words(table, "file-access");
                document.file_access = places.map(|places| places.into_iter().map(|place| place.value).collect());
            });
        });
        reader.section(&entries, "check", &grammar::CHECK, |reader, table| {
            if let Some((key, node)) = table.get("allow") {
                document.read_allow(reader, key, node);
            }
        });
        // What a file would have said that cannot be named, nobody knows.
        if reader.lost.touches("extends") {
            reader.lost.add("");
        }
        document.lost = std::mem::take(&mut reader.lost);
        document
    }

    fn note(&mut self, table: &Entries<'_>) {
        self.tables.push((table.span, table.grammar, table.lacking().collect()));
    }

    fn read_organization(&mut self, reader: &mut Reader<'_>, table: &Entries<'_>) {
        self.note(table);
        self.organization_name = reader.text(table, "name");
        if let Some(name) = &self.organization_name {
            at_most(reader, name, 100);
        }
        let id = reader.text(table, "id");
        if let Some(finding) = id.as_ref().and_then(identifiers::not_an_identifier) {
            reader.report(finding);
        }
        self.organization_id = id;
    }

    fn read_fleet(&mut self, reader: &mut Reader<'_>, table: &Entries<'_>) {
        self.note(table);
        self.oldest_version = reader.version(table, "oldest-version");
        self.newest_version = reader.version(table, "newest-version");
        self.subscription = reader.word(table, "subscription");
        let platforms = reader.words(table, "platforms");
        self.platforms = platforms.map(|words| words.into_iter().map(platform).collect());
    }

    fn read_sign_in(&mut self, reader: &mut Reader<'_>, table: &Entries<'_>) {
        self.note(table);
        self.organizations = reader.texts(table, "organizations");
        if let Some(organizations) = &self.organizations {
            reader.within("organizations", |reader| organizations::check(reader, organizations));
        }
        self.macos = reader
            .word(table, "macos")
            .map(|word| Spanned { value: MacosChannel::from_word(word.value), span: word.span });
        self.windows = reader
            .word(table, "windows")
            .map(|word| Spanned { value: WindowsChannel::from_word(word.value), span: word.span });
        reader.word(table, "linux");
    }

    fn read_rings(&mut self, reader: &mut Reader<'_>, key: Span, node: &Node<'_>) {
        let Some(table) = reader.table(key, node, "[rings]", "put each ring below a line such as `[rings.pilot]`")
        else {
            return;
        };
        let mut layers = Vec::new();
        for (name, key, node) in reader.sorted(table) {
            if let Some(finding) = identifiers::not_a_ring(name, key) {
                reader.tell(finding);
            }
            // Its name is known, whatever it holds.
            let at = self.rings.len();
            self.rings.push(Ring { name: name.to_owned(), description: None, span: key });
            let Some(ring) = reader.entries(&grammar::RING, key, node) else { continue };
            let description =
                reader.within("rings", |reader| reader.within(name, |reader| reader.text(&ring, "description")));
            self.rings[at].description = description.map(|text| text.value);
            layers.extend(layer(reader, &ring, Scope::Ring(name.to_owned())));
            layers.extend(platform_layers(reader, &ring, |platform| Scope::RingOnPlatform(name.to_owned(), platform)));
        }
        // Inside one file the narrower scope wins, so all rings come before what rings say about a platform.
        layers.sort_by_key(|layer| matches!(layer.scope, Scope::RingOnPlatform(..)));
        self.layers.extend(layers);
    }

    fn read_exceptions(&mut self, reader: &mut Reader<'_>, node: &Node<'_>) {
        let DeValue::Array(items) = node.get_ref() else {
            let help = "write `[[exceptions]]` with two brackets";
            return reader.wrong_type(node, "[exceptions]", "a list of tables", help);
        };
        for item in items {
            let span = reader.span(item);
            let losses = reader.losses;
            let Some(table) = reader.entries(&grammar::EXCEPTION, span, item) else { continue };
            self.exceptions.push(exception::read(reader, &table, losses));
        }
    }

    fn read_allow(&mut self, reader: &mut Reader<'_>, key: Span, node: &Node<'_>) {
        let Some(table) = reader.table(key, node, "`allow`", &meant::reasons(node.get_ref())) else { return };
        for (name, span, node) in reader.sorted(table) {
            let reason = reader.reason(name, span, node);
            let Some(code) = Code::from_name(name) else {
                if reader.only_counted(&UNKNOWN_CODE) {
                    continue;
                }
                let of_check = crate::finding::ALL.iter().filter(|code| code.verb == Verb::Check);
                let near = nearest(name, of_check.map(|code| code.name));
                let help = near.map_or("`stanchion explain` lists every code".to_owned(), |near| {
                    format!("did you mean `{near}`?")
                });
                reader.report(
                    Finding::new(&UNKNOWN_CODE, span, format!("there is no finding `{name}`{}", strange(name)))
                        .label("unknown")
                        .help(help),
                );
                continue;
            };
            if !code.can_be_allowed {
                let message = match code.verb {
                    Verb::Check => format!("`{name}` cannot be allowed: no artifact could be right"),
                    verb => format!("`{name}` is reported by `{}` and cannot be allowed in a policy", verb.name()),
                };
                reader
                    .report(Finding::new(&UNKNOWN_CODE, span, message).label("has no effect").help("remove this line"));
                continue;
            }
            if let Some(reason) = reason.as_ref().filter(|reason| reason.value.trim().is_empty()) {
                let message = format!("`{name}` is allowed without a reason");
                reader.report(
                    Finding::new(&VALUE_OUT_OF_RANGE, reason.span, message)
                        .label("no reason")
                        .help("say why, for whoever reads this next"),
                );
            }
            let reason = reason.map(|reason| reason.value).unwrap_or_default();
            self.allow.push(Allow { code, reason, span, last: span.source });
        }
    }
}

/// The platform of a word of the grammar.
pub(super) fn platform(word: Spanned<&'static str>) -> Spanned<Platform> {
    let value = Platform::from_name(word.value).expect("the grammar lists the platforms");
    Spanned { value, span: word.span }
}

fn layer(reader: &mut Reader<'_>, entries: &Entries<'_>, scope: Scope) -> Option<Layer> {
    let (settings, network, undocumented) = reader.at_top(|reader| {
        let settings = settings::read(reader, entries);
        let network = network::read(reader, entries);
        let undocumented = reader.within("undocumented-settings", |reader| undocumented::read(reader, entries));
        (settings, network, undocumented)
    });
    let is_said = settings.is_some() || !network.is_empty() || !undocumented.is_empty();
    is_said.then(|| Layer {
        scope,
        key: entries.span,
        assignments: settings.unwrap_or_default(),
        network,
        undocumented,
    })
}

/// The layers under `platforms`. A table that cannot be read could say anything, so it loses everything.
fn platform_layers(reader: &mut Reader<'_>, entries: &Entries<'_>, scope: impl Fn(Platform) -> Scope) -> Vec<Layer> {
    let mut layers = Vec::new();
    let Some((key, node)) = entries.get("platforms") else { return layers };
    let Some(table) = reader.entries(&grammar::PLATFORMS, key, node) else { return layers };
    for platform in Platform::ALL {
        if let Some((key, node)) = table.get(platform.name())
            && let Some(entries) = reader.entries(&grammar::PLATFORM, key, node)
        {
            layers.extend(layer(reader, &entries, scope(platform)));
        }
    }
    layers
}

fn switch(reader: &mut Reader<'_>, table: &Entries<'_>, name: &str) -> Option<bool> {
    reader.key(table, name, |reader, node| reader.boolean(node, &format!("`{name}`")))
}

fn at_most(reader: &mut Reader<'_>, text: &Spanned<String>, most: usize) {
    if text.value.chars().count() > most {
        let message = format!("the text has more than {most} characters, which management consoles cut off");
        reader.report(Finding::new(&VALUE_OUT_OF_RANGE, text.span, message).label("too long").help("shorten it"));
    }
}
