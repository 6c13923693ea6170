//! A registration file for a machine that is set up by hand.

use crate::bundle::Artifact;
use crate::format::reg_file;
use crate::format::registry::{Change, Data};
use crate::resolve::{Machine, Plan};

/// The registry values, and the removal of those that must not be there.
pub(in crate::target) fn emit(_: &Plan, machine: &Machine) -> Vec<Artifact> {
    let state = &machine.state;
    let set = state.registry.iter().map(|value| Change::Set {
        key: value.key.to_owned(),
        name: value.name.to_owned(),
        data: Data::MultiString(value.strings.clone()),
    });
    let delete = state
        .absent
        .registry
        .iter()
        .map(|value| Change::DeleteValue { key: value.key.to_owned(), name: value.name.to_owned() });
    let changes: Vec<Change> = set.chain(delete).collect();
    if changes.is_empty() {
        return Vec::new();
    }
    let guide = "Double-click as an administrator, or run `reg.exe import` with it, on one machine.";
    vec![Artifact::new(
        format!("{}.reg", state.product.slug),
        reg_file::write(reg_file::LOCAL_MACHINE, &changes),
        guide,
    )]
}
