//! Registration files for a machine that is set up by hand: one that puts the values in place, one that removes them.

use super::values;
use crate::bundle::Artifact;
use crate::format::reg_file;
use crate::format::registry::Change;
use crate::resolve::{Machine, Plan};

/// The pair.
pub(in crate::target) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    let state = &machine.state;
    let values = values(machine);
    let unwanted = state.absent.registry.iter();
    let unwanted = unwanted.map(|value| Change::DeleteValue { key: value.key.to_owned(), name: value.name.to_owned() });
    let put: Vec<Change> = values.iter().map(Change::set).chain(unwanted.clone()).collect();
    // Also what only an older policy had.
    let take: Vec<Change> = values.iter().map(Change::delete).chain(unwanted).collect();
    let file = |suffix: &str, changes: &[Change], guide: &'static str| {
        let bytes = reg_file::write(reg_file::LOCAL_MACHINE, changes);
        (!changes.is_empty()).then(|| Artifact::new(format!("{}{suffix}.reg", state.product.slug), bytes, guide))
    };
    let put = file("", &put, "Double-click as an administrator, or `reg.exe import`, on one machine.");
    let take = file("-remove", &take, "The same way, to take the values away.");
    put.into_iter().chain(take).collect()
}
