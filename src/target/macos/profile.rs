//! Configuration profiles: the keys that Apple requires around every payload, and identities that never change.
//!
//! [`TopLevel` and `CommonPayloadKeys`](https://developer.apple.com/documentation/devicemanagement/toplevel).

use plist::{Dictionary, Value};

use crate::format::property_list;
use crate::identity::uuid;
use crate::resolve::{Machine, Plan};

/// A profile of one ring: what it is called and what it carries.
pub(super) struct Profile<'a> {
    pub(super) plan: &'a Plan,
    pub(super) machine: &'a Machine,
    /// What tells it from the ring's other profiles; part of its identifier, so it must never change.
    pub(super) role: &'a str,
    /// The name in System Settings, after the product's.
    pub(super) title: &'a str,
    pub(super) payloads: Vec<Payload>,
}

/// One payload.
#[derive(Clone)]
pub(super) struct Payload {
    /// The payload type.
    pub(super) kind: &'static str,
    /// The last part of its identifier, which tells it from the profile's other payloads.
    pub(super) name: &'static str,
    pub(super) keys: Dictionary,
}

impl Profile<'_> {
    /// The profile, indented for people.
    pub(super) fn xml(&self) -> Vec<u8> {
        property_list::xml(&self.value())
    }

    /// The profile without white space between elements, for servers that would store it.
    pub(super) fn compact(&self) -> Vec<u8> {
        property_list::compact(&self.value())
    }

    fn value(&self) -> Value {
        let product = self.machine.state.product;
        let identifier =
            format!("{}.{}.{}.{}", self.plan.organization_id, product.slug, self.machine.state.ring, self.role);
        let title = format!("{} {}", product.name, self.title);
        let payloads = self.payloads.iter().map(|payload| {
            let mut keys = payload.keys.clone();
            self.common(&mut keys, payload.kind, &format!("{identifier}.{}", payload.name), &title);
            Value::Dictionary(keys)
        });
        let mut keys = Dictionary::new();
        keys.insert("PayloadContent".into(), Value::Array(payloads.collect()));
        keys.insert("PayloadDescription".into(), self.description().into());
        // Without a scope a profile stopped macOS 26.1, and some MDMs refuse to change it later.
        keys.insert("PayloadScope".into(), "System".into());
        // 5 is the Mac.
        keys.insert("TargetDeviceType".into(), 5.into());
        self.common(&mut keys, "Configuration", &identifier, &title);
        Value::Dictionary(keys)
    }

    fn common(&self, keys: &mut Dictionary, kind: &str, identifier: &str, title: &str) {
        keys.insert("PayloadDisplayName".into(), title.into());
        keys.insert("PayloadIdentifier".into(), identifier.into());
        keys.insert("PayloadOrganization".into(), self.plan.organization.clone().into());
        keys.insert("PayloadType".into(), kind.into());
        keys.insert("PayloadUUID".into(), uuid(&self.plan.organization_id, identifier).into());
        keys.insert("PayloadVersion".into(), 1.into());
    }

    /// What a person reads in System Settings, and where an administrator sees which policy is installed.
    fn description(&self) -> String {
        let Machine { state, digest, .. } = self.machine;
        format!("{} for {}, ring={} policy={}.", state.product.name, self.plan.organization, state.ring, digest.short())
    }
}
