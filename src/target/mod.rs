//! Targets: the management tools that bring a state about. Each is a function from a state to artifacts.
//!
//! A new one is a file with that function and a line in [`TARGETS`]; `--target`, the help and the golden tree follow.

mod files;
mod linux;
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

/// All targets. A tool that manages several platforms has a line for each, under one name.
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
    Target { name: "ansible", title: "Ansible", platforms: &[Linux], opt_in: false, emit: linux::ansible::emit },
    Target { name: "intune", title: "Intune", platforms: &[Linux], opt_in: false, emit: linux::intune::emit },
    Target { name: "fleet", title: "Fleet", platforms: &[Linux], opt_in: false, emit: linux::fleet::emit },
    Target {
        name: "cloud-init",
        title: "cloud-init",
        platforms: &[Linux],
        opt_in: true,
        emit: linux::cloud_init::emit,
    },
    Target { name: "puppet", title: "Puppet", platforms: &[Linux], opt_in: true, emit: linux::puppet::emit },
    Target { name: "intune", title: "Intune", platforms: &[Windows], opt_in: false, emit: windows::intune::emit },
    Target {
        name: "win32",
        title: "Intune, as a Win32 app",
        platforms: &[Windows],
        opt_in: false,
        emit: windows::win32::emit,
    },
    Target { name: "gpo", title: "Group Policy", platforms: &[Windows], opt_in: false, emit: windows::gpo::emit },
    Target { name: "reg", title: "The registry", platforms: &[Windows], opt_in: false, emit: windows::reg::emit },
];

/// The names of all targets, each once.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}
