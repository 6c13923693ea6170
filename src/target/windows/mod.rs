//! Targets for Windows.

pub(super) mod gpo;
pub(super) mod intune;
pub(super) mod reg;
mod scripts;
mod template;
pub(super) mod win32;

use crate::format::registry::RegistryValue;
use crate::resolve::Machine;

/// The registry values of a state, in the form that writers of files take.
fn values(machine: &Machine) -> Vec<RegistryValue> {
    let value = |value: &crate::state::RegistryValue| RegistryValue {
        key: value.key.to_owned(),
        name: value.name.to_owned(),
        strings: value.strings.clone(),
    };
    machine.state.registry.iter().map(value).collect()
}

/// `DockerDesktop`: the product's name where blanks are not allowed.
fn compact_name(machine: &Machine) -> String {
    machine.state.product.name.replace(' ', "")
}

/// How an object of this ring is called in a console.
fn title(machine: &Machine) -> String {
    format!("{} policy ({})", machine.state.product.name, machine.state.ring)
}

/// What a console shows beside the name.
fn description(machine: &Machine) -> String {
    format!("ring={} policy={}", machine.state.ring, machine.digest.short())
}
