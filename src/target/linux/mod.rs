//! Targets for Linux.

pub(super) mod ansible;
pub(super) mod cloud_init;
pub(super) mod fleet;
pub(super) mod intune;
pub(super) mod puppet;
