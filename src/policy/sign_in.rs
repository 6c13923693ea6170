//! Who may use Docker Desktop, and the ways in which a machine can be told.

use crate::source::{Span, Spanned};

/// Who may use Docker Desktop, and how each platform is told.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Docker organizations; the order is kept, since the first one's registry rules apply.
    pub organizations: Vec<Spanned<String>>,
    /// Where the list stands.
    pub organizations_span: Span,
    /// The way on macOS.
    pub macos: MacosChannel,
    /// Where the policy chooses it; the table when it does not.
    pub macos_span: Span,
    /// The way on Windows.
    pub windows: WindowsChannel,
    /// Where the policy chooses it; the table when it does not.
    pub windows_span: Span,
    /// Where the table begins.
    pub span: Span,
}

/// How the list of organizations reaches a Mac.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MacosChannel {
    /// A configuration profile, which users cannot remove.
    #[default]
    Profile,
    /// `desktop.plist`.
    Plist,
    /// `registry.json`.
    RegistryJson,
}

/// How the list of organizations reaches Windows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindowsChannel {
    /// The policy registry key.
    #[default]
    RegistryKey,
    /// `registry.json`, which per-user installs read.
    RegistryJson,
    /// The key and an identical `registry.json`.
    Both,
}

impl MacosChannel {
    /// The word in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Plist => "plist",
            Self::RegistryJson => "registry-json",
        }
    }

    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "plist" => Self::Plist,
            "registry-json" => Self::RegistryJson,
            _ => Self::Profile,
        }
    }
}

impl WindowsChannel {
    /// The word in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::RegistryKey => "registry-key",
            Self::RegistryJson => "registry-json",
            Self::Both => "both",
        }
    }

    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "registry-json" => Self::RegistryJson,
            "both" => Self::Both,
            _ => Self::RegistryKey,
        }
    }
}
