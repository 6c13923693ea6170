//! What rules look at: the policy, the day, and what each of its machines gets, worked out once for all rules.

use crate::catalog::{Bug, Shape, Use, catalog};
use crate::date::Date;
use crate::finding::Finding;
use crate::network::Network;
use crate::platform::Platform;
use crate::policy::{Assignment, Lost, Policy, Ring};
use crate::resolve::{Origin, Resolved, overlay, settle};
use crate::source::{Sources, Span, Spanned};
use crate::value::Value;
use crate::version::Version;

/// A policy and what follows from it.
#[derive(Debug)]
pub struct Context<'p> {
    /// The policy.
    pub policy: &'p Policy,
    /// Its files.
    pub sources: &'p Sources,
    /// The day, when the calendar matters.
    pub today: Option<Date>,
    /// The line that decides the first of all settings; `None` when no machine gets any.
    pub first_setting: Option<Span>,
    /// One for each ring and platform, rings in policy order.
    pub machines: Vec<Machine<'p>>,
}

/// The machines of one ring and platform.
#[derive(Debug)]
pub struct Machine<'p> {
    /// The ring.
    pub ring: &'p Ring,
    /// The platform.
    pub platform: Platform,
    /// What they get, in catalog order.
    pub settings: Vec<Resolved<'p>>,
    /// Where in them each setting of the catalog is: rules ask for hundreds on each machine.
    places: Vec<Option<usize>>,
    /// What could not be read of the policy.
    lost: &'p Lost,
}

impl<'p> Context<'p> {
    /// Lays the layers of the policy over each other, once for each ring and platform.
    pub fn new(policy: &'p Policy, sources: &'p Sources, today: Option<Date>) -> Self {
        let machine = |ring: &'p Ring, platform| {
            let settings = settle(&overlay(policy, &ring.name, platform));
            let mut places = vec![None; catalog().settings().len()];
            settings.iter().enumerate().for_each(|(at, resolved)| places[resolved.setting.index] = Some(at));
            Machine { ring, platform, settings, places, lost: &policy.lost }
        };
        let platforms = || policy.fleet.platforms.iter().copied();
        let machines = policy.rings.iter().flat_map(|ring| platforms().map(move |platform| machine(ring, platform)));
        let machines: Vec<Machine<'p>> = machines.collect();
        let said = machines.iter().flat_map(|machine| &machine.settings).filter_map(|resolved| resolved.by);
        let undocumented =
            machines.iter().flat_map(|machine| policy.undocumented(&machine.ring.name, machine.platform));
        let undocumented = undocumented.map(|setting| (setting.value == Value::Unread, setting.span));
        let said = said.map(|said| (false, said.assignment.key));
        // A name that is passed through with a value that is none may be none either.
        let first_setting = said.chain(undocumented).min().map(|(_, span)| span);
        Self { policy, sources, today, first_setting, machines }
    }

    /// What pulls and containers of these machines may reach, if the policy says. The tables that do write the whole
    /// group `containersProxy`.
    pub fn network(&self, machine: &Machine<'_>) -> Option<&'p Network> {
        self.policy.network(&machine.ring.name, machine.platform)
    }

    /// Whether all that the policy says at `path`, such as `sign-in`, could be read: else nobody knows what is missing there.
    pub fn knows(&self, path: &str) -> bool {
        !self.policy.lost.touches(path)
    }

    /// Whether all could be read that lets hosts through: else what no line lets through may be let through after all.
    pub fn knows_what_passes(&self) -> bool {
        ["registry-access.registries", "container-network.allow", "container-network.default"]
            .into_iter()
            .all(|path| self.knows(path))
    }

    /// Whether the word could be read, if there is one, that chooses how a platform is told who may sign in.
    pub fn knows_channel(&self, platform: Platform) -> bool {
        let said = self.policy.sign_in.as_ref().is_some_and(|sign_in| match platform {
            Platform::Macos => sign_in.macos_span != sign_in.span,
            Platform::Windows => sign_in.windows_span != sign_in.span,
            Platform::Linux => true,
        });
        said || self.knows(&format!("sign-in.{platform}"))
    }

    /// Whether a line does on some machine what it is there for: then it is not the line that is wrong where it does not.
    pub fn works_somewhere(&self, said: &Decided<'_>, works: impl Fn(&Machine<'_>) -> bool) -> bool {
        let decides = |machine: &&Machine<'_>| machine.said(said.key).is_some_and(|its| its.name == said.name);
        self.machines.iter().filter(decides).any(works)
    }

    /// The oldest Docker Desktop in use.
    pub fn oldest(&self) -> Version {
        self.policy.fleet.oldest.value
    }

    /// A finding about something that the fleet does not have, with the line that says so.
    pub fn of_fleet(&self, finding: Finding) -> Finding {
        match self.policy.fleet.platforms_span {
            Some(span) => finding.related(span, "the platforms of the fleet"),
            None => finding,
        }
    }

    /// What to do where machines need `version`.
    pub fn raise(&self, version: Version) -> String {
        // One that could not be read is taken for the oldest, and is no line to raise.
        let is_said = |newest: &Spanned<Version>| newest.span != self.policy.fleet.oldest.span;
        let is_low = self.policy.fleet.newest.as_ref().is_some_and(is_said) && !self.reaches(version);
        let newest = if is_low { " and `newest-version`" } else { "" };
        format!("update the machines and raise `oldest-version`{newest} to {version}")
    }

    /// What comes before "add it", for something that needs `version`; empty when all machines have that.
    pub fn raise_first(&self, version: Version) -> String {
        if self.oldest() >= version { String::new() } else { format!("{} first, then ", self.raise(version)) }
    }

    /// The same for a setting.
    pub fn raise_first_for(&self, key: &str) -> String {
        let setting = catalog().find(key).unwrap_or_else(|| panic!("the catalog has no {key}"));
        setting.since.map_or(String::new(), |since| self.raise_first(since))
    }

    /// The first version, from `since` on, that has none of some known bugs on a platform.
    pub fn good_from(&self, since: Version, platform: Platform, is_meant: impl Fn(&Bug) -> bool) -> Version {
        let newest = self.policy.fleet.newest.map(|newest| newest.value);
        let oldest = self.oldest().max(since);
        let bugs =
            catalog().bugs().iter().filter(|bug| bug.affects(oldest, newest) && bug.platforms.contains(&platform));
        bugs.filter(|bug| is_meant(bug)).map(|bug| bug.before).max().map_or(since, |before| before.max(since))
    }

    /// Whether some machine may have this version or a later one.
    pub fn reaches(&self, version: Version) -> bool {
        self.policy.fleet.newest.as_ref().is_none_or(|newest| newest.value >= version)
    }
}

impl<'p> Machine<'p> {
    /// What the machine gets for a setting, if the policy says anything.
    pub fn get(&self, key: &str) -> Option<&Resolved<'p>> {
        let index = catalog().find(key).unwrap_or_else(|| panic!("the catalog has no {key}")).index;
        self.at(index)
    }

    /// The same for its place in the catalog.
    fn at(&self, index: usize) -> Option<&Resolved<'p>> {
        self.places[index].map(|at| &self.settings[at])
    }

    /// Whether the policy says nothing about a setting, not even anything that could not be read.
    pub fn lacks(&self, key: &str) -> bool {
        self.get(key).is_none() && (self.lost.is_empty() || !self.lost.touches(&format!("settings.{key}")))
    }

    /// The same for something with a place in the policy, which all has but the lock a group has by itself.
    pub fn said(&self, key: &str) -> Option<Decided<'_>> {
        self.get(key).and_then(Decided::of)
    }

    /// The text it gets; empty when there is none.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).and_then(|resolved| resolved.value.as_str()).unwrap_or_default()
    }

    /// The setting where it is this truth value.
    pub fn is(&self, key: &str, truth: bool) -> Option<Decided<'_>> {
        self.said(key).filter(|said| said.value.as_bool() == Some(truth))
    }

    /// Whether the setting is this truth value, or could be if it could be read.
    pub fn may_be(&self, key: &str, truth: bool) -> bool {
        self.said(key).is_some_and(|said| *said.value == Value::Unread || said.value.as_bool() == Some(truth))
    }

    /// Where the policy uses something on this machine, if it does.
    pub fn uses(&self, context: &Context<'_>, what: &Use) -> Option<Span> {
        let policy = context.policy;
        match what {
            Use::SignIn(mechanism) => {
                let sign_in = policy.sign_in.as_ref()?;
                let (its, at) = match self.platform {
                    Platform::Macos => (sign_in.macos.word(), sign_in.macos_span),
                    Platform::Windows => (sign_in.windows.word(), sign_in.windows_span),
                    Platform::Linux => ("registry-json", sign_in.span),
                };
                match mechanism {
                    None => Some(sign_in.span),
                    Some(mechanism) => (mechanism == its && context.knows_channel(self.platform)).then_some(at),
                }
            }
            Use::Organizations => Some(policy.sign_in.as_ref()?.organizations.get(1)?.span),
            Use::Settings => {
                let passes_some = || !policy.undocumented(&self.ring.name, self.platform).is_empty();
                context.first_setting.filter(|_| !self.settings.is_empty() || passes_some())
            }
            Use::Folder => {
                let registry_json = ["registry-json", "both"].map(|word| Use::SignIn(Some(word.to_owned())));
                [Use::Settings].iter().chain(&registry_json).find_map(|what| self.uses(context, what))
            }
            Use::Setting(key, None) => self.settings.iter().filter_map(Decided::of).find_map(|said| {
                let inside = || said.key.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with('.'));
                ((said.key == key || inside()) && !said.is_empty()).then_some(said.name)
            }),
            Use::Setting(key, Some(value)) => {
                let resolved = self.get(key).filter(|resolved| is(&resolved.value, value))?;
                // The lock that a group has by itself stands nowhere.
                Some(resolved.by.map_or(policy.start, |said| said.assignment.key))
            }
        }
    }

    /// Whether users surely cannot change it: its own lock, or its group's. A list has none and needs none.
    pub fn is_enforced(&self, resolved: &Resolved<'_>) -> bool {
        // A lock that could not be read is none that anybody can rely on.
        let has_lock = resolved.setting.shape == Shape::Setting || resolved.setting.lock.is_some();
        let of_group = || self.at(resolved.setting.lock?)?.value.as_bool();
        resolved.locked.or_else(of_group).unwrap_or(!has_lock)
    }
}

/// Whether a value is this truth value or this word.
fn is(value: &Value, word: &str) -> bool {
    match value {
        Value::Boolean(truth) => word == if *truth { "true" } else { "false" },
        Value::String(text) => text == word,
        _ => false,
    }
}

/// A setting that some line of the policy decides.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    /// Its key.
    pub key: &'static str,
    /// Its value.
    pub value: &'a Value,
    /// Where its name stands.
    pub name: Span,
    /// Where its value stands.
    pub span: Span,
    /// Where its lock stands; its value where nobody says a lock.
    pub lock: Span,
    /// Where the parts of its value stand.
    assignment: &'a Assignment,
    /// Whether an exception says so: an approved departure is no mistake.
    pub by_exception: bool,
}

impl<'a> Decided<'a> {
    /// The line that decided, unless it is the lock that a group has by itself.
    pub fn of(resolved: &'a Resolved<'_>) -> Option<Self> {
        let said = resolved.by?;
        Some(Self {
            key: &resolved.setting.key,
            value: &resolved.value,
            name: said.assignment.key,
            span: said.assignment.span,
            lock: said.assignment.lock,
            assignment: said.assignment,
            by_exception: matches!(said.origin, Origin::Exception(_)),
        })
    }

    /// Whether it says nothing: an empty text or list.
    pub fn is_empty(&self) -> bool {
        match self.value {
            Value::String(text) => text.trim().is_empty(),
            Value::List(list) => list.is_empty(),
            _ => false,
        }
    }

    /// Whether it is this truth value or this word.
    pub fn is(&self, value: &str) -> bool {
        is(self.value, value)
    }

    /// Where a part of its value stands: see [`Assignment::part`].
    pub fn part(&self, path: &[&str]) -> Span {
        self.assignment.part(path)
    }

    /// The text, or the elements of a list of texts, and where each stands.
    pub fn texts(&self) -> impl Iterator<Item = (&'a str, Span)> {
        let values =
            if let Value::List(list) = self.value { list.as_slice() } else { std::slice::from_ref(self.value) };
        let assignment = self.assignment;
        let place = move |at: usize| assignment.part(&[&at.to_string()]);
        values.iter().enumerate().filter_map(move |(at, value)| Some((value.as_str()?, place(at))))
    }
}
