//! Targets: the management tools that bring a state about. Each is a function from a state to artifacts.
//!
//! A new one is a file with that function and a line in [`TARGETS`]; `--target`, the help and the golden tree follow.

mod files;
mod macos;
mod scripts;
mod windows;

use crate::bundle::Artifact;
use crate::platform::Platform::{self, Linux, Macos, Windows};
use crate::resolve::{Machine, Plan};

/// A management tool, or a way of handing files to one.
#[derive(Debug)]
pub struct Target {
    /// The word for `--target`.
    pub name: &'static str,
    /// The heading in the bundle's README.
    pub title: &'static str,
    /// The platforms it manages.
    pub platforms: &'static [Platform],
    /// Whether it is built only when it is asked for by name.
    pub opt_in: bool,
    /// Its artifacts; their paths are relative to the folder of the ring and platform.
    pub emit: fn(&Plan, &Machine) -> Vec<Artifact>,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "files", title: "By hand", platforms: &Platform::ALL, opt_in: false, emit: files::emit },
    Target {
        name: "scripts",
        title: "Any tool that runs scripts",
        platforms: &[Macos, Linux],
        opt_in: false,
        emit: scripts::emit,
    },
    Target { name: "mdm", title: "Any MDM", platforms: &[Macos], opt_in: false, emit: macos::mdm::emit },
    Target { name: "jamf", title: "Jamf Pro", platforms: &[Macos], opt_in: false, emit: macos::jamf::emit },
    Target { name: "kandji", title: "Kandji (Iru)", platforms: &[Macos], opt_in: false, emit: macos::kandji::emit },
    Target { name: "fleet", title: "Fleet", platforms: &[Macos], opt_in: false, emit: macos::fleet::emit },
    Target { name: "munki", title: "Munki", platforms: &[Macos], opt_in: false, emit: macos::munki::emit },
    Target { name: "intune", title: "Intune", platforms: &[Macos], opt_in: false, emit: macos::intune::emit },
    Target { name: "reg", title: "The registry", platforms: &[Windows], opt_in: false, emit: windows::reg::emit },
];

/// The target called `name`.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
