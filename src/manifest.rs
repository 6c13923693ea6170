//! `manifest.json`: every state of a bundle, for programs that compare machines with it.

use serde::Serialize;

use crate::policy::Ring;
use crate::resolve::{Machine, Plan};
use crate::state::State;

/// The version of the manifest's own form.
const FORM: u32 = 1;

/// What `manifest.json` holds.
#[derive(Serialize)]
pub(crate) struct Manifest<'a> {
    stanchion: u32,
    organization: Organization<'a>,
    rings: Vec<RingForm<'a>>,
    machines: Vec<MachineForm<'a>>,
}

#[derive(Serialize)]
struct Organization<'a> {
    name: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
struct RingForm<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[derive(Serialize)]
struct MachineForm<'a> {
    ring: &'a str,
    digest: &'a str,
    #[serde(flatten)]
    state: &'a State,
}

impl<'a> Manifest<'a> {
    /// The manifest of some machines of a plan.
    pub(crate) fn new(plan: &'a Plan, machines: &[&'a Machine]) -> Self {
        let is_built = |ring: &&Ring| machines.iter().any(|machine| machine.state.ring == ring.name);
        Self {
            stanchion: FORM,
            organization: Organization { name: &plan.organization, id: &plan.organization_id },
            rings: plan
                .rings
                .iter()
                .filter(is_built)
                .map(|ring| RingForm { name: &ring.name, description: ring.description.as_deref() })
                .collect(),
            machines: machines
                .iter()
                .map(|machine| MachineForm {
                    ring: &machine.state.ring,
                    digest: machine.digest.full(),
                    state: &machine.state,
                })
                .collect(),
        }
    }
}
