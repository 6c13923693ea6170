//! The presets that are part of this program.

/// A policy that another one extends by name.
#[derive(Debug)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// All presets, from the mildest to the strictest.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "developer",
        about: "Docker's own defaults with the few locks that nobody misses.",
        text: include_str!("../../profiles/developer.toml"),
    },
    Preset {
        name: "baseline",
        about: "Sensible for everyone: no open API, no beta code, updates decided by the organization.",
        text: include_str!("../../profiles/baseline.toml"),
    },
    Preset {
        name: "hardened",
        about: "Docker's hardening recommendations: isolation on and locked, extensions and AI off.",
        text: include_str!("../../profiles/hardened.toml"),
    },
    Preset {
        name: "air-gapped",
        about: "The hardened preset, and containers reach no network.",
        text: include_str!("../../profiles/air-gapped.toml"),
    },
];

/// The preset called `name`.
pub fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}
