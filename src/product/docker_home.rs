//! What an administrator types into Docker Home beside the files: the list for Registry Access Management.

use crate::catalog::registries;
use crate::network::{Entry, Hosts, Network, Why};
use crate::state::{Console, ConsoleList};

/// Registry Access Management takes no more hosts.
/// <https://docs.docker.com/desktop/enterprise/hardened-desktop/registry-access-management/>
pub(crate) const MOST: usize = 100;

static REGISTRY_ACCESS: ConsoleList = ConsoleList {
    path: "docker-home/registry-access",
    columns: ["Registry address", "Registry nickname"],
    most: MOST,
    guide: "the registries of this policy, for Registry Access Management in Docker Home.",
    page: include_str!("../../templates/docker-home/registry-access.md"),
};

/// The list of a machine's registries; `None` when its policy has no list of registries.
pub(crate) fn console(network: &Network) -> Option<Console> {
    let rows: Vec<_> = addresses(network).map(|(address, about)| [address, about]).collect();
    (!rows.is_empty()).then_some(Console { list: &REGISTRY_ACCESS, rows })
}

/// The addresses that Registry Access Management needs, in the order of the policy, each with what it is for.
pub(crate) fn addresses(network: &Network) -> impl Iterator<Item = (String, String)> {
    let of_registry = |entry: &&Entry| matches!(entry.why, Why::Registry | Why::Companion(..));
    network.allow.iter().filter(of_registry).filter_map(|entry| {
        let address = match &entry.pattern.hosts {
            Hosts::Name(name) => name.clone(),
            // It works by name: a domain stands for all that is below it.
            Hosts::Below(domain) => domain.clone(),
            Hosts::All | Hosts::V4(..) | Hosts::V6(..) => return None,
        };
        let purpose = match &entry.why {
            Why::Companion(registry, companion) => format!("{registry}: {}", companion.role),
            _ => registries::registry(&address).map_or("registry", |found| &found.registry.title).to_owned(),
        };
        Some((address, purpose))
    })
}
