//! Targets for macOS.

pub(super) mod fleet;
pub(super) mod intune;
pub(super) mod jamf;
pub(super) mod kandji;
pub(super) mod mdm;
pub(super) mod munki;
mod profile;
