//! One policy file, read against the grammar: everything may be missing, nothing is wrong any more.

use toml::de::DeTable;

use super::grammar;
use super::reader::{Entries, Node, Reader};
use super::{Allow, Exception, Layer, MacosChannel, Ring, Scope, Undocumented, WindowsChannel};
use super::{identifiers, network, organizations, settings};
use crate::catalog::{ForeignKind, Setting, Shape, catalog};
use crate::finding::{
    Code, EXCEPTION_INCOMPLETE, Finding, UNKNOWN_CODE, VALUE_OUT_OF_RANGE, Verb, WRONG_SHAPE, nearest,
};
use crate::platform::Platform;
use crate::source::{Span, Spanned};
use crate::value::Value;
use crate::version::Version;

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
}

impl Document {
    /// Reads a parsed file.
    pub(super) fn read(reader: &mut Reader<'_>, root: &DeTable<'_>) -> Self {
        let mut document = Self::default();
        let top = reader.source.span(0..0);
        let entries = reader.known(&grammar::POLICY, top, root);
        document.extends = reader.texts(&entries, "extends").map(|list| list.value).unwrap_or_default();
        if let Some(table) = section(reader, &entries, "organization", &grammar::ORGANIZATION) {
            document.read_organization(reader, &table);
        }
        if let Some(table) = section(reader, &entries, "fleet", &grammar::FLEET) {
            document.read_fleet(reader, &table);
        }
        if let Some(table) = section(reader, &entries, "sign-in", &grammar::SIGN_IN) {
            document.read_sign_in(reader, &table);
        }
        document.read_layers(reader, &entries);
        if let Some((key, node)) = entries.get("rings") {
            document.read_rings(reader, key, node);
        }
        if let Some((_, node)) = entries.get("exceptions") {
            document.read_exceptions(reader, node);
        }
        if let Some(table) = section(reader, &entries, "targets", &grammar::TARGETS)
            && let Some(table) = section(reader, &table, "macos", &grammar::TARGETS_MACOS)
        {
            let mut switch = |name| table.get(name).and_then(|(_, node)| reader.boolean(node, &format!("`{name}`")));
            document.notifications = switch("notifications");
            document.one_setting_per_profile = switch("one-setting-per-profile");
            let places = reader.words(&table, "file-access");
            document.file_access = places.map(|places| places.into_iter().map(|place| place.value).collect());
        }
        if let Some(table) = section(reader, &entries, "check", &grammar::CHECK)
            && let Some((key, node)) = table.get("allow")
        {
            document.read_allow(reader, key, node);
        }
        document
    }

    fn note(&mut self, table: &Entries<'_>) {
        self.tables.push((table.span, table.grammar, table.lacking().collect()));
    }

    fn read_organization(&mut self, reader: &mut Reader<'_>, table: &Entries<'_>) {
        self.note(table);
        self.organization_name = reader.text(table, "name").and_then(|name| at_most(reader, name, 100));
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
        self.sign_in = Some(table.span);
        self.organizations = reader.texts(table, "organizations");
        if let Some(organizations) = &self.organizations {
            organizations::check(reader, organizations);
        }
        self.macos = reader
            .word(table, "macos")
            .map(|word| Spanned { value: MacosChannel::from_word(word.value), span: word.span });
        self.windows = reader
            .word(table, "windows")
            .map(|word| Spanned { value: WindowsChannel::from_word(word.value), span: word.span });
        reader.word(table, "linux");
    }

    /// `[settings]` and `[platforms.*]` of the file itself.
    fn read_layers(&mut self, reader: &mut Reader<'_>, entries: &Entries<'_>) {
        self.layers.extend(layer(reader, entries, Scope::Everywhere));
        if let Some(table) = section(reader, entries, "platforms", &grammar::PLATFORMS) {
            self.layers.extend(platform_layers(reader, &table, Scope::Platform));
        }
    }

    fn read_rings(&mut self, reader: &mut Reader<'_>, key: Span, node: &Node<'_>) {
        let Some(table) = reader.table(key, node, "[rings]", "put each ring below a line such as `[rings.pilot]`")
        else {
            return;
        };
        let mut layers = Vec::new();
        for (name, key, node) in reader.sorted(table) {
            if let Some(finding) = identifiers::not_a_ring(name, key) {
                reader.report(finding);
            }
            let Some(ring) = reader.entries(&grammar::RING, key, node) else { continue };
            let description = reader.text(&ring, "description").map(|text| text.value);
            self.rings.push(Ring { name: name.to_owned(), description, span: key });
            layers.extend(layer(reader, &ring, Scope::Ring(name.to_owned())));
            if let Some(table) = section(reader, &ring, "platforms", &grammar::PLATFORMS) {
                layers.extend(platform_layers(reader, &table, |platform| {
                    Scope::RingOnPlatform(name.to_owned(), platform)
                }));
            }
        }
        // Inside one file the narrower scope wins, so all rings come before what rings say about a platform.
        layers.sort_by_key(|layer| matches!(layer.scope, Scope::RingOnPlatform(..)));
        self.layers.extend(layers);
    }

    fn read_exceptions(&mut self, reader: &mut Reader<'_>, node: &Node<'_>) {
        let Some(list) = node.get_ref().as_array() else {
            reader.wrong_type(node, "[exceptions]", "a list of tables", "write `[[exceptions]]` with two brackets");
            return;
        };
        for item in list {
            let span = reader.span(item);
            let Some(table) = reader.entries(&grammar::EXCEPTION, span, item) else { continue };
            self.exceptions.extend(exception(reader, &table));
        }
    }

    fn read_allow(&mut self, reader: &mut Reader<'_>, key: Span, node: &Node<'_>) {
        let Some(table) = reader.table(
            key,
            node,
            "`allow`",
            "put each code below a line `[check.allow]`, with the reason after a `=`",
        ) else {
            return;
        };
        for (name, span, node) in reader.sorted(table) {
            let reason = reader.string(node, "a reason");
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
                    Finding::new(&UNKNOWN_CODE, span, format!("there is no finding `{name}`"))
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
            let Some(reason) = reason else { continue };
            if reason.value.trim().is_empty() {
                let message = format!("`{name}` is allowed without a reason");
                reader.report(
                    Finding::new(&VALUE_OUT_OF_RANGE, reason.span, message)
                        .label("no reason")
                        .help("say why, for whoever reads this next"),
                );
            }
            self.allow.push(Allow { code, reason: reason.value, span, last: span.source });
        }
    }
}

/// Names passed through unseen.
fn read_undocumented(reader: &mut Reader<'_>, entries: &Entries<'_>) -> Vec<Undocumented> {
    let mut settings = Vec::new();
    let Some((key, node)) = entries.get("undocumented-settings") else { return settings };
    let Some(table) =
        reader.table(key, node, "[undocumented-settings]", "put the names below a line `[undocumented-settings]`")
    else {
        return settings;
    };
    for (name, key, node) in reader.sorted(table) {
        if let Some(finding) = not_undocumented(name, key) {
            reader.report(finding);
            continue;
        }
        let (value, locked) = match node.get_ref().as_table() {
            None => (reader.value(node, false), Some(true)),
            Some(table) => undocumented(reader, name, key, table),
        };
        if let (Some(value), Some(locked)) = (value, locked) {
            settings.push(Undocumented { name: name.to_owned(), value, locked, span: key });
        }
    }
    settings
}

/// What is wrong with a name that claims to be on no vendor page.
fn not_undocumented(name: &str, key: Span) -> Option<Finding> {
    let catalog = catalog();
    let documented = catalog.respelt(name).or_else(|| catalog.aliased(name).next().map(|(setting, _)| setting));
    if let Some(setting) = documented.filter(|setting| setting.shape == Shape::Bare) {
        return Some(settings::written_anyway(setting, key));
    }
    if let Some(Setting { key: right, .. }) = documented {
        let under = if name == right { String::new() } else { format!(", as `{right}`") };
        let message = format!("`{name}` is documented{under}");
        let help = format!("say `{right}` under `[settings]` instead, where its value is checked");
        return Some(Finding::new(&WRONG_SHAPE, key, message).label("belongs under `[settings]`").help(help));
    }
    if catalog.foreign(name).is_some_and(|foreign| foreign.kind == ForeignKind::SignIn) {
        let help = "move the names to `[sign-in]`, as `organizations = [\"…\"]`";
        let message = format!("`{name}` is no setting: who may sign in has a place of its own");
        return Some(Finding::new(&WRONG_SHAPE, key, message).label("belongs under `[sign-in]`").help(help));
    }
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let message = format!("`{name}` cannot be the name of a setting");
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, key, message).label("expected letters and digits");
        return Some(finding.help("remove this line, or spell the name as Docker Desktop does"));
    }
    None
}

fn undocumented(reader: &mut Reader<'_>, name: &str, key: Span, table: &DeTable<'_>) -> (Option<Value>, Option<bool>) {
    let (mut value, mut locked, mut said) = (None, Some(true), false);
    for (member, at, node) in reader.sorted(table) {
        match member {
            "value" => (value, said) = (reader.value(node, false), true),
            "locked" => locked = reader.boolean(node, "`locked`"),
            _ => {
                let message = format!("`{name}` has `value` and `locked`, not `{member}`");
                let help = match nearest(member, ["value", "locked"]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "remove it".to_owned(),
                };
                reader.report(Finding::new(&WRONG_SHAPE, at, message).label("unknown").help(help));
            }
        }
    }
    if !said {
        let finding = Finding::new(&WRONG_SHAPE, key, format!("`{name}` has no `value`"));
        reader.report(finding.label("expected `{ value, locked }`").help("say its value, or remove this line"));
    }
    (value, locked)
}

fn section<'t>(
    reader: &mut Reader<'_>,
    entries: &Entries<'t>,
    name: &str,
    grammar: &'static grammar::Table,
) -> Option<Entries<'t>> {
    let (key, node) = entries.get(name)?;
    reader.entries(grammar, key, node)
}

fn platform(word: Spanned<&'static str>) -> Spanned<Platform> {
    let value = Platform::from_name(word.value).expect("the grammar lists the platforms");
    Spanned { value, span: word.span }
}

fn layer(reader: &mut Reader<'_>, entries: &Entries<'_>, scope: Scope) -> Option<Layer> {
    let settings = entries.get("settings").map(|(key, node)| settings::read(reader, key, node));
    let network = network::read(reader, entries);
    let undocumented = read_undocumented(reader, entries);
    let is_said = settings.is_some() || !network.is_empty() || !undocumented.is_empty();
    is_said.then(|| Layer {
        scope,
        key: entries.span,
        assignments: settings.unwrap_or_default(),
        network,
        undocumented,
    })
}

fn platform_layers(reader: &mut Reader<'_>, table: &Entries<'_>, scope: impl Fn(Platform) -> Scope) -> Vec<Layer> {
    let mut layers = Vec::new();
    for platform in Platform::ALL {
        if let Some(entries) = section(reader, table, platform.name(), &grammar::PLATFORM) {
            layers.extend(layer(reader, &entries, scope(platform)));
        }
    }
    layers
}

fn exception(reader: &mut Reader<'_>, table: &Entries<'_>) -> Option<Exception> {
    let id = reader.text(table, "id");
    let one = reader.text(table, "ring");
    let several = reader.texts(table, "rings");
    let platform = reader.word(table, "platform").map(platform);
    let reason = reader.text(table, "reason");
    let approved_by = reader.text(table, "approved-by");
    let expires = reader.date(table, "expires");
    let assignments = table.get("settings").map(|(key, node)| settings::read(reader, key, node));
    let network = network::read(reader, table);

    let for_nothing = assignments.is_none() && network.is_empty();
    let for_no_ring = table.get("ring").is_none()
        && several.as_ref().map_or(table.get("rings").is_none(), |list| list.value.is_empty());
    let lacking = table
        .lacking()
        .map(|key| (key.name, key.required.unwrap_or_default()))
        .chain(for_nothing.then_some(("settings", "{ … }")))
        .chain(for_no_ring.then_some(("ring", "\"pilot\"")));
    for (name, example) in lacking {
        let (span, to) = id.as_ref().map_or((table.span, "to it"), |id| (id.span, "beside it"));
        let message = format!(
            "the exception has no `{name}`: without it this is a change of policy that nobody approved or that never ends"
        );
        reader.report(
            Finding::new(&EXCEPTION_INCOMPLETE, span, message)
                .label("incomplete")
                .help(format!("add `{name} = {example}` {to}")),
        );
    }
    let rings: Vec<_> = one.into_iter().chain(several.map(|list| list.value).unwrap_or_default()).collect();
    if rings.is_empty() || for_nothing {
        return None;
    }
    Some(Exception {
        id: id?,
        rings,
        platform,
        reason: reason?.value,
        approved_by: approved_by?.value,
        expires: expires?,
        assignments: assignments.unwrap_or_default(),
        network,
    })
}

fn at_most(reader: &mut Reader<'_>, text: Spanned<String>, most: usize) -> Option<Spanned<String>> {
    if text.value.chars().count() > most {
        let message = format!("the text has more than {most} characters, which management consoles cut off");
        let finding = Finding::new(&VALUE_OUT_OF_RANGE, text.span, message).label("too long");
        reader.report(finding.help("shorten it"));
        return None;
    }
    Some(text)
}
