//! The operating systems a policy reaches.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An operating system that Docker Desktop runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Apple macOS.
    Macos,
    /// Microsoft Windows.
    Windows,
    /// Linux with a desktop.
    Linux,
}

impl Platform {
    /// Every platform, in the order in which they are shown and built.
    pub const ALL: [Self; 3] = [Self::Macos, Self::Windows, Self::Linux];

    /// The word used in policies, paths and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Macos => "macos",
            Self::Windows => "windows",
            Self::Linux => "linux",
        }
    }

    /// The name its vendor gives it, for prose.
    pub fn title(self) -> &'static str {
        match self {
            Self::Macos => "macOS",
            Self::Windows => "Windows",
            Self::Linux => "Linux",
        }
    }

    /// The platform called `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.name() == name)
    }

    /// The platform that people or other tools call so.
    pub fn known_as(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "mac" | "macos" | "mac os" | "macosx" | "mac os x" | "osx" | "os x" | "darwin" | "apple" => {
                Some(Self::Macos)
            }
            "win" | "win32" | "win64" | "windows" | "microsoft" => Some(Self::Windows),
            "linux" | "ubuntu" | "debian" | "fedora" | "rhel" => Some(Self::Linux),
            _ => None,
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
