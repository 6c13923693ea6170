//! All artifacts of one build, in memory.

use std::borrow::Cow;

use crate::console;
use crate::format::json;
use crate::guide::Guide;
use crate::manifest;
use crate::platform::Platform;
use crate::resolve::{Machine, Plan};
use crate::state::sha256;
use crate::target::{TARGETS, Target};

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its path in the bundle, with `/` between names.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where it goes and how, in the words of the tool that takes it; empty for a file that another one brings along.
    pub guide: Cow<'static, str>,
}

impl Artifact {
    /// An artifact at `path`, relative to the folder of its ring and platform.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>, guide: impl Into<Cow<'static, str>>) -> Self {
        Self { path: path.into(), bytes: bytes.into(), guide: guide.into() }
    }
}

/// Which part of a plan to build. An empty list means all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Rings by name.
    pub rings: Vec<String>,
    /// Platforms.
    pub platforms: Vec<Platform>,
    /// Targets by name. A target that is opt-in is built only when it is named.
    pub targets: Vec<String>,
}

impl Selection {
    /// Whether less than everything is asked for.
    pub fn is_narrow(&self) -> bool {
        !(self.rings.is_empty() && self.platforms.is_empty() && self.targets.is_empty())
    }

    fn takes(&self, machine: &Machine) -> bool {
        let state = &machine.state;
        (self.rings.is_empty() || self.rings.contains(&state.ring))
            && (self.platforms.is_empty() || self.platforms.contains(&state.platform))
    }

    fn takes_target(&self, target: &Target, platform: Platform) -> bool {
        let is_named = |its: &Target| self.targets.iter().any(|name| name == its.name);
        let is_needed = |other: &Target| {
            is_named(other) && other.platforms.contains(&platform) && other.needs.contains(&target.name)
        };
        target.platforms.contains(&platform)
            && if self.targets.is_empty() { !target.opt_in } else { is_named(target) || TARGETS.iter().any(is_needed) }
    }
}

/// The files of a build, sorted by path, each path once.
#[derive(Debug)]
pub struct Bundle {
    /// The files.
    pub artifacts: Vec<Artifact>,
}

/// The list of all other files with their digests, which `sha256sum -c` checks.
pub const SUMS: &str = "SHA256SUMS";

/// What every machine must hold, for programs.
pub const MANIFEST: &str = "manifest.json";

/// Builds what `selection` asks for.
pub fn build(plan: &Plan, selection: &Selection) -> Bundle {
    let machines: Vec<&Machine> = plan.machines.iter().filter(|machine| selection.takes(machine)).collect();
    let mut guide = Guide::new(plan, &machines);
    let mut artifacts = Vec::new();
    for machine in &machines {
        let platform = machine.state.platform;
        for target in TARGETS.iter().filter(|target| selection.takes_target(target, platform)) {
            for mut artifact in (target.emit)(plan, machine) {
                guide.add(machine, target, &artifact);
                artifact.path = format!("{}/{platform}/{}", machine.state.ring, artifact.path);
                artifacts.push(artifact);
            }
        }
    }
    for artifact in console::emit(&machines) {
        guide.console(&artifact);
        artifacts.push(artifact);
    }
    artifacts.push(Artifact::new("README.md", guide.text(), ""));
    artifacts.push(Artifact::new(MANIFEST, json::pretty(&manifest::Manifest::new(plan, &machines)), ""));
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    if let Some(pair) = artifacts.windows(2).find(|pair| pair[0].path.eq_ignore_ascii_case(&pair[1].path)) {
        panic!("two targets write {}", pair[0].path);
    }
    let sums: String =
        artifacts.iter().map(|artifact| format!("{}  {}\n", sha256(&artifact.bytes), artifact.path)).collect();
    artifacts.push(Artifact::new(SUMS, sums, ""));
    Bundle { artifacts }
}
