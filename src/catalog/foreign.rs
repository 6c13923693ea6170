//! Names that people put into `admin-settings.json` although Docker Desktop has no such admin key.

use serde::Deserialize;

/// Where such a name belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignKind {
    /// The user's own `settings-store.json`.
    UserSetting,
    /// A sign-in channel.
    SignIn,
    /// Docker Desktop Enterprise, which ended in 2020.
    Legacy,
    /// Nowhere: somebody made it up.
    Invented,
    /// Docker Home only.
    HomeOnly,
    /// A documentation draft that was never released.
    Draft,
    /// Claimed to work, on no documented page.
    Undocumented,
}

/// A name that is no setting.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foreign {
    /// The name as it is met.
    pub name: String,
    /// Where it belongs.
    pub kind: ForeignKind,
    /// What its value would be, where known.
    #[serde(rename = "type")]
    pub value: Option<String>,
    /// What to do instead.
    pub advice: String,
}

pub(super) fn load() -> Vec<Foreign> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        foreign: Vec<Foreign>,
    }
    let file: File = toml::from_str(include_str!("foreign.toml")).expect("the catalog of foreign names is valid TOML");
    file.foreign
}
