//! Tables of the network that stop more than anybody meant, because a key was left out.

use super::{Context, Machine};
use crate::finding::{Finding, MISSING_KEY, Severity};
use crate::network::Network;

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(network) = context.network(machine) else { return };
    if context.knows("registry-access.registries") {
        nothing_listed(network, findings);
    }
    if context.knows_what_passes() {
        nothing_passes(network, findings);
    }
    if context.knows("container-network.default") && context.knows("container-network.ports") {
        containers_cut_off(network, findings);
    }
}

fn nothing_listed(network: &Network, findings: &mut Vec<Finding>) {
    if let Some(table) = network.without_list {
        let message = "`[registry-access]` has no `registries`: every pull would be refused";
        let help = "add `registries = [\"docker.io\"]` to it, or `registries = []` to refuse every pull";
        findings.push(Finding::new(&MISSING_KEY, table, message).label("incomplete").help(help));
    }
}

/// A table that only adds a restriction, such as `block-host`, stops everything: to leave `default` out is to refuse.
fn nothing_passes(network: &Network, findings: &mut Vec<Finding>) {
    let is_said = network.said.default.is_some() || network.said.registries.is_some();
    if network.judges_containers && network.allow.is_empty() && !is_said {
        let message =
            "`[container-network]` has no `default` and lets nothing through: every image pull would be refused";
        let finding = Finding::new(&MISSING_KEY, network.table, message).label("incomplete").help(
            "add `default = \"allow\"` to it, or list registries under `[registry-access]`; if nothing is to pass, write `default = \"deny\"`",
        );
        findings.push(finding);
    }
}

/// A list of registries leaves containers alone until the other table appears, be it for a proxy.
fn containers_cut_off(network: &Network, findings: &mut Vec<Finding>) {
    let is_said = network.said.default.is_some() || network.said.ports.is_some();
    if network.judges_containers && network.said.registries.is_some() && !is_said {
        let message = "containers reach only what the lists name: `[container-network]` judges every port unless `ports` says otherwise, and refuses the rest unless `default` does";
        let mut finding = Finding::new(&MISSING_KEY, network.table, message)
            .label("has neither `ports` nor `default`")
            .related(network.span, "meant for pulls")
            .help("add `ports = []` to it, which leaves containers alone; if they are to reach nothing else, `default = \"deny\"` instead");
        finding.severity = Severity::Warning;
        findings.push(finding);
    }
}
