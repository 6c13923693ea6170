//! The policy a person writes: read from TOML with the place of everything, put together from the files it extends.

mod alternative;
mod assemble;
mod brackets;
mod broken;
mod daemon_options;
mod document;
mod exception;
mod extends;
mod graft;
pub mod grammar;
mod identifiers;
mod key;
mod layout;
mod lockable;
mod lost;
mod meant;
mod network;
mod organizations;
mod parts;
mod plain;
pub mod preset;
mod reader;
mod settings;
mod sign_in;
mod undocumented;
mod value;

pub use alternative::Alternative;
pub use exception::Exception;
pub use extends::{Fetch, LARGEST, read};
pub(crate) use identifiers::is_reverse_dns;
pub(crate) use lockable::locked_without_value;
pub use lost::Lost;
pub use network::NetworkLayer;
pub use parts::Parts;
pub use settings::Assignment;
pub use sign_in::{MacosChannel, SignIn, WindowsChannel};
pub use undocumented::Undocumented;

use std::collections::BTreeMap;

use crate::finding::{Code, Finding};
use crate::network::Network;
use crate::platform::Platform;
use crate::source::{SourceId, Sources, Span, Spanned};
use crate::version::Version;

/// What became of a policy file: the policy as far as it could be read, and everything that is wrong with it.
///
/// While a finding is an error the policy may hold stand-ins for what is missing; nothing may be built from it.
#[derive(Debug)]
pub struct Reading {
    /// All files, the policy itself first.
    pub sources: Sources,
    /// The policy; `None` when the file could not be read as TOML at all.
    pub policy: Option<Policy>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What the policy says where others count of those that stand for one thing; empty when nothing is there twice.
    pub alternatives: Vec<Alternative>,
}

/// One organization's policy, all layers in the order in which later ones win.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Who it belongs to.
    pub organization: Organization,
    /// The machines it reaches.
    pub fleet: Fleet,
    /// Who may use Docker Desktop; `None` when the policy does not say.
    pub sign_in: Option<SignIn>,
    /// The rings, with `default` always among them, in the order in which the policy names them.
    pub rings: Vec<Ring>,
    /// What each table of settings says; later ones win.
    pub layers: Vec<Layer>,
    /// Approved departures; they win over every layer, later ones over earlier ones.
    pub exceptions: Vec<Exception>,
    /// What targets write beyond what every fleet needs.
    pub macos: MacosOptions,
    /// Findings that are intended.
    pub allow: Vec<Allow>,
    /// What pulls and containers may reach, for each ring and platform of which the policy says so.
    pub networks: Vec<Network>,
    /// What could not be read; nothing in a policy without errors.
    pub lost: Lost,
    /// Where the policy begins, for findings about what is not there.
    pub start: Span,
}

impl Policy {
    /// What pulls and containers of one ring and platform may reach, if the policy says.
    pub fn network(&self, ring: &str, platform: Platform) -> Option<&Network> {
        self.networks.iter().find(|network| network.ring == ring && network.platform == platform)
    }

    /// What is passed through to the machines of one ring and platform, by name; later layers win.
    pub fn undocumented(&self, ring: &str, platform: Platform) -> Vec<&Undocumented> {
        // Most policies have none, and all rings are asked.
        let layers = self.layers.iter().filter(|layer| !layer.undocumented.is_empty());
        let layers = layers.filter(|layer| layer.scope.includes(ring, platform));
        let by_name = layers.flat_map(|layer| &layer.undocumented).map(|setting| (setting.name.as_str(), setting));
        by_name.collect::<BTreeMap<_, _>>().into_values().collect()
    }
}

/// Who the policy belongs to.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Shown on the machine.
    pub name: Spanned<String>,
    /// Reverse DNS; the prefix of every identifier.
    pub id: Spanned<String>,
}

/// The machines a policy reaches.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// The oldest Docker Desktop in use.
    pub oldest: Spanned<Version>,
    /// The newest Docker Desktop in use, if the policy says.
    pub newest: Option<Spanned<Version>>,
    /// What is built.
    pub platforms: Vec<Platform>,
    /// Where they are listed, if the policy says.
    pub platforms_span: Option<Span>,
    /// The Docker subscription, if the policy says.
    pub subscription: Option<Spanned<&'static str>>,
}

/// A deployment ring.
#[derive(Clone, Debug)]
pub struct Ring {
    /// Its name, also the name of its folder.
    pub name: String,
    /// Who is in it.
    pub description: Option<String>,
    /// Where the policy names it.
    pub span: Span,
}

/// The ring that is always built: what machines in no ring get.
pub const DEFAULT_RING: &str = "default";

/// Which machines a table of settings is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All.
    Everywhere,
    /// Those of one platform.
    Platform(Platform),
    /// Those of one ring.
    Ring(String),
    /// Those of one ring and platform.
    RingOnPlatform(String, Platform),
}

impl Scope {
    /// Whether a machine is meant.
    pub fn includes(&self, ring: &str, platform: Platform) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Platform(its) => *its == platform,
            Self::Ring(its) => its == ring,
            Self::RingOnPlatform(its_ring, its) => its_ring == ring && *its == platform,
        }
    }

    /// The platform it is limited to, if any.
    pub fn platform(&self) -> Option<Platform> {
        match self {
            Self::Platform(platform) | Self::RingOnPlatform(_, platform) => Some(*platform),
            Self::Everywhere | Self::Ring(_) => None,
        }
    }
}

/// One table of settings.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Which machines it is about.
    pub scope: Scope,
    /// Where the table stands.
    pub key: Span,
    /// What it says.
    pub assignments: Vec<Assignment>,
    /// What it says about registries and the network of containers.
    pub network: NetworkLayer,
    /// Names it passes through unseen.
    pub undocumented: Vec<Undocumented>,
}

/// Further profiles for macOS.
#[derive(Clone, Debug, Default)]
pub struct MacosOptions {
    /// Allow notifications without asking.
    pub notifications: bool,
    /// Places the application may read without asking.
    pub file_access: Vec<&'static str>,
    /// One profile for each preference.
    pub one_setting_per_profile: bool,
}

/// A finding that is intended, in the file that says so and in what that file extends.
#[derive(Clone, Debug)]
pub struct Allow {
    /// Its code.
    pub code: &'static Code,
    /// Why.
    pub reason: String,
    /// Where the policy says so.
    pub span: Span,
    /// The last of the files that its own file extends.
    pub last: SourceId,
}

impl Allow {
    /// Whether it speaks for findings in this file. A preset's word does not silence what its user writes.
    pub fn covers(&self, file: SourceId) -> bool {
        (self.span.source..=self.last).contains(&file)
    }
}
