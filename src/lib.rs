//! One policy for Docker Desktop in; everything that Jamf, Intune, Group Policy and Ansible need out.
//!
//! ```text
//! policy.toml ──read──▶ Policy ──resolve──▶ Plan: one State per ring × platform ──targets──▶ Bundle ──folder──▶ dist/
//!                 │        │                            (nothing can fail from here on)
//!              findings   rules ──▶ findings
//! ```
//!
//! The library is pure: no clock, no environment, no randomness and no unordered maps. Only [`folder`] and [`verify`] touch
//! the disk, and [`verify`] starts the one program: on Windows, `reg.exe`, which tells what the registry holds.
//! Settings are data ([`catalog`]), rules are functions over a policy ([`rule`]), products lower into a [`state`] and
//! targets ([`target`]) read it; neither knows the other.
//!
//! A person's mistake is a [`finding`] with its place; trouble with the world is an [`std::io::Error`] that names the
//! path; our own bug is a panic with a sentence.

pub mod bundle;
pub mod catalog;
mod console;
pub mod date;
pub mod diff;
pub mod explain;
pub mod fact;
pub mod finding;
pub mod folder;
pub mod format;
mod guide;
mod identity;
mod image;
pub mod import;
pub mod literal;
pub mod manifest;
pub mod network;
pub mod pac;
pub mod platform;
pub mod policy;
pub mod product;
pub mod reach;
pub mod redact;
pub mod report;
pub mod resolve;
pub mod rule;
pub mod schema;
pub mod signing;
pub mod source;
pub mod state;
pub mod target;
pub mod template;
pub mod value;
pub mod verify;
pub mod version;
pub mod visible;
