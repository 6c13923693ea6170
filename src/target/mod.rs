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
    /// Targets whose artifacts its own name by their path: whoever asks for it gets these too.
    pub needs: &'static [&'static str],
    /// Its artifacts; their paths are relative to the folder of the ring and platform.
    pub emit: fn(&Plan, &Machine) -> Vec<Artifact>,
}

/// All targets. A tool that manages several platforms has a line for each, under one name.
pub const TARGETS: &[Target] = &[
    target("files", "By hand", &Platform::ALL, files::emit),
    target("scripts", "Any tool that runs scripts", &[Macos, Linux], scripts::emit),
    target("mdm", "Any MDM", &[Macos], macos::mdm::emit),
    target("jamf", "Jamf Pro", &[Macos], macos::jamf::emit).needs(&["scripts"]),
    target("kandji", "Kandji (Iru)", &[Macos], macos::kandji::emit).needs(&["mdm"]),
    target("fleet", "Fleet", &[Macos], macos::fleet::emit).needs(&["mdm", "scripts"]),
    target("munki", "Munki", &[Macos], macos::munki::emit),
    target("intune", "Intune", &[Macos], macos::intune::emit).needs(&["mdm", "scripts"]),
    target("ansible", "Ansible", &[Linux], linux::ansible::emit),
    target("intune", "Intune", &[Linux], linux::intune::emit),
    target("fleet", "Fleet", &[Linux], linux::fleet::emit).needs(&["scripts"]),
    target("cloud-init", "cloud-init", &[Linux], linux::cloud_init::emit).on_request(),
    target("puppet", "Puppet", &[Linux], linux::puppet::emit).on_request(),
    target("intune", "Intune", &[Windows], windows::intune::emit),
    target("win32", "Intune, as a Win32 app", &[Windows], windows::win32::emit),
    target("gpo", "Group Policy", &[Windows], windows::gpo::emit),
    target("reg", "The registry", &[Windows], windows::reg::emit),
];

const fn target(
    name: &'static str,
    title: &'static str,
    platforms: &'static [Platform],
    emit: fn(&Plan, &Machine) -> Vec<Artifact>,
) -> Target {
    Target { name, title, platforms, opt_in: false, needs: &[], emit }
}

impl Target {
    const fn needs(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }

    const fn on_request(self) -> Self {
        Self { opt_in: true, ..self }
    }
}

/// The names of all targets, each once.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}
