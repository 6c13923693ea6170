//! Configuration profiles for any MDM: one payload of the product's own preference domain, in direct form.

use std::collections::BTreeMap;

use plist::{Dictionary, Value};

use super::profile::{Payload, Profile};
use crate::bundle::Artifact;
use crate::resolve::{Machine, Plan};

/// The profile with the managed preferences, if the state has any.
pub(in crate::target) fn emit(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let mut domains: BTreeMap<&'static str, Dictionary> = BTreeMap::new();
    for preference in &machine.state.preferences {
        let keys = domains.entry(preference.domain).or_default();
        keys.insert(preference.key.to_owned(), Value::String(preference.value.clone()));
    }
    if domains.is_empty() {
        return Vec::new();
    }
    let product = machine.state.product;
    let payloads =
        domains.into_iter().map(|(kind, keys)| Payload { kind, title: product.name.to_owned(), keys }).collect();
    let profile = Profile { plan, machine, role: "settings", title: "policy", payloads };
    let guide = "Upload as a custom configuration profile, device channel (Intune: Devices > macOS > Configuration > Custom; \
                 Kandji: Library > Custom Profile; Fleet: Controls > OS settings > Custom settings). Users cannot edit or remove it.";
    vec![Artifact::new(format!("mdm/{}.mobileconfig", product.slug), profile.xml(), guide)]
}
