//! Encodings: those that no well-kept crate writes, and JSON and property lists with every byte decided.
//!
//! Nothing here knows what the bytes are for: registry values, scripts and policies come in, files go out. Writers
//! cannot fail; what they expect of their input is said on each and is made sure of when the policy is checked.
//! Readers take bytes from anybody and answer with an error instead of a panic. Clocks and randomness are
//! parameters, so that the same input gives the same bytes.

pub mod admx;
pub mod cms;
pub mod gpo_backup;
pub mod gpp_registry;
pub mod intunewin;
pub mod json;
pub mod lgpo;
pub mod property_list;
pub mod reg_file;
pub mod registry;
pub mod registry_pol;
pub mod scripts_ini;
pub mod utf16;
mod xml;
mod zip;
