//! The administrative template with which Group Policy and Intune show the registry values.

use super::{compact_name, values};
use crate::format::admx::{Category, Policy, Template};
use crate::resolve::{Machine, Plan};

/// The template. It defines where values go and not what they are, so it is the same for every ring.
pub(super) fn template(plan: &Plan, machine: &Machine) -> Template {
    let product = machine.state.product;
    let name = compact_name(machine);
    let policy = |value: crate::format::registry::RegistryValue| Policy {
        id: format!("{name}_{}", value.name),
        name: format!("{}: {}", product.name, value.name),
        explanation: format!(
            "One entry a line. Written to HKLM\\{} as {}, REG_MULTI_SZ.\n\nSee {}",
            value.key, value.name, product.docs
        ),
        label: value.name.clone(),
        key: value.key,
        value_name: value.name,
    };
    Template {
        namespace: format!("{}.Policies.{name}", plan.organization_id),
        prefix: name.to_lowercase(),
        category: Category { id: name.clone(), name: product.name.to_owned() },
        supported_on: format!("Windows with {}", product.name),
        policies: values(machine).into_iter().map(policy).collect(),
    }
}
