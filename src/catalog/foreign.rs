//! Names that people put into `admin-settings.json` although Docker Desktop has no such admin key.

use serde::Deserialize;

/// Where such a name belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignKind {
    /// The user's own `settings-store.json`.
    UserSetting,
    /// The same file, where Docker Desktop keeps what it needs to remember.
    Remembered,
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
    /// One more thing worth knowing, as a clause.
    pub about: Option<String>,
    /// Where it is set in Docker Home.
    pub place: Option<String>,
    /// The name that can be passed through for it, where that is another.
    instead: Option<String>,
}

impl Foreign {
    /// What it is, to be read after its name.
    pub fn nature(&self) -> String {
        match self.kind {
            ForeignKind::UserSetting => "is a user's own setting, not an administrator's".to_owned(),
            ForeignKind::Remembered => "is what Docker Desktop keeps for itself".to_owned(),
            ForeignKind::SignIn => "is no setting: who may sign in has a place of its own".to_owned(),
            ForeignKind::Legacy => "is a name of Docker Desktop Enterprise, which ended in 2020".to_owned(),
            ForeignKind::Invented => "is a name that Docker Desktop never had".to_owned(),
            ForeignKind::HomeOnly => {
                let place = self.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
                format!("can only be set in Docker Home{place}")
            }
            ForeignKind::Draft => "is from a draft of Docker's pages, and was never released".to_owned(),
            ForeignKind::Undocumented => "is on no page for administrators".to_owned(),
        }
    }

    /// The name under which `[undocumented-settings]` can pass it through, where Docker Desktop may heed it.
    pub fn passes_as(&self) -> Option<&str> {
        let is_own = matches!(self.kind, ForeignKind::UserSetting | ForeignKind::Undocumented);
        self.instead.as_deref().or(is_own.then_some(&self.name))
    }
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
