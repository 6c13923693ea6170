//! A list of registries beside a network that lets every registry through, and one that lets none through.

use super::{Context, Machine};
use crate::finding::{Finding, NETWORK_ENTRY_VOID, REGISTRIES_EMPTY, REGISTRY_ACCESS_VOID};
use crate::policy::Policy;

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(network) = context.network(machine) else { return };
    let is_empty = network.said.registries.is_some() && network.allow.is_empty();
    if is_empty && context.knows_what_passes() && !is_anything_listed(context.policy) {
        let message = "every pull is refused: the list of registries is empty, and nothing else lets one through";
        let finding = Finding::new(&REGISTRIES_EMPTY, network.span, message).label("names no registry");
        findings.push(finding.help("list what people pull from, as in `registries = [\"docker.io\"]`"));
    }
    if !network.lets_everything_through() || network.said.registries.is_none() {
        return;
    }
    if !network.registries.is_empty() || !context.knows("registry-access.registries") {
        let message = "every registry can be reached, whatever the list says: the script cannot tell a pull from what a container does";
        let finding = Finding::new(&REGISTRY_ACCESS_VOID, network.default, message)
            .label("lets everything through")
            .related(network.span, "this list then restricts nothing")
            .help("write `default = \"deny\"` and list under `allow` what containers need");
        findings.push(finding);
    } else if !is_anything_listed(context.policy) {
        let message =
            "`registries = []` refuses no pull here: with `default = \"allow\"` every registry can be reached";
        let finding = Finding::new(&NETWORK_ENTRY_VOID, network.span, message)
            .label("has no effect")
            .related(network.default, "lets everything through")
            .help(
                "write `default = \"deny\"` at the other mark and list under `allow` what containers need, or remove `[registry-access]`",
            );
        findings.push(finding);
    }
}

/// Whether some layer or exception lists a registry: then an empty list takes it away.
fn is_anything_listed(policy: &Policy) -> bool {
    let networks = policy.layers.iter().map(|layer| &layer.network);
    let mut networks = networks.chain(policy.exceptions.iter().map(|exception| &exception.network));
    networks.any(|network| network.registries.as_ref().is_some_and(|list| !list.value.is_empty()))
}
