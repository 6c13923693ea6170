//! Targets for Windows.

pub(super) mod reg;
