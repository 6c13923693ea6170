//! Targets for macOS.

pub(super) mod mdm;
mod profile;
