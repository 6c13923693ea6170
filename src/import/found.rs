//! What one file says, before it is laid beside what the others say.

use crate::finding::Finding;
use crate::platform::Platform;
use crate::source::{Span, Spanned};
use crate::value::Value;

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Where it holds; `None` when nothing tells.
    pub(super) platform: Option<Platform>,
    /// Whether it is a profile or the dictionary of one, which carries a few keys beside a settings file.
    pub(super) is_profile: bool,
    /// Where an `admin-settings.json` begins: by being there it makes every user sign in.
    pub(super) presence: Option<Span>,
    /// Settings of the catalog. `None` when this is no settings file.
    pub(super) settings: Option<Vec<Said>>,
    /// Names that no vendor page documents.
    pub(super) undocumented: Vec<Said>,
    /// Who may sign in, and by which mechanism the file says so.
    pub(super) organizations: Vec<Organizations>,
    /// What the policy cannot hold, in the file's order.
    pub(super) left_out: Vec<LeftOut>,
    /// Who the file belongs to.
    pub(super) organization_name: Option<Spanned<String>>,
    /// The prefix of the file's identifiers.
    pub(super) organization_id: Option<Spanned<String>>,
    /// Every identifier and UUID of the file, in lower case, each with the key that holds it.
    pub(super) identities: Vec<(&'static str, Spanned<String>)>,
    /// Identifiers of profiles that managed machines have by now.
    pub(super) identifiers: Vec<Spanned<String>>,
    /// What else its profile carries to those machines: payload types and preference domains.
    pub(super) foreign: Vec<String>,
}

/// One setting and its value.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// The setting's key, or the undocumented name.
    pub(super) key: String,
    pub(super) value: Value,
    /// The lock, for a setting that has its own.
    pub(super) locked: Option<bool>,
    /// Where that lock stands.
    pub(super) lock: Option<Span>,
    /// Where its name stands.
    pub(super) name: Span,
    /// Where its value stands.
    pub(super) span: Span,
    /// Where each element of a list stands, if each has a place of its own.
    pub(super) items: Vec<Span>,
    /// What was changed, and why.
    pub(super) remark: Option<String>,
    /// How surely the file means this; the surest wins.
    pub(super) certainty: Certainty,
}

/// How surely a file means a value, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// By its right name, in its right place.
    Said,
    /// By another name.
    Meant,
    /// It follows from something else, such as the lock of a group from that of a field.
    Implied,
}

/// A list of organizations.
#[derive(Clone, Debug)]
pub(super) struct Organizations {
    pub(super) channel: Channel,
    pub(super) names: Vec<Spanned<String>>,
    pub(super) span: Span,
    pub(super) remark: Option<String>,
}

/// How a list of organizations reaches a machine, in the order in which Docker Desktop looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Channel {
    /// A configuration profile on macOS.
    Profile,
    /// The policy key on Windows.
    RegistryKey,
    /// `desktop.plist` on macOS.
    Plist,
    /// `registry.json`.
    RegistryJson,
    /// A place where Docker Desktop never looks.
    Nowhere,
}

/// Something that the policy cannot hold.
#[derive(Clone, Debug)]
pub(super) struct LeftOut {
    pub(super) what: String,
    pub(super) why: String,
    pub(super) span: Span,
}

impl Found {
    /// Keeps a setting. When the file says it twice the surer one wins, else the first.
    pub(super) fn keep(&mut self, said: Said) {
        let settings = self.settings.get_or_insert_default();
        match settings.iter_mut().find(|known| known.key == said.key) {
            None => settings.push(said),
            Some(known) => {
                let (winner, loser) =
                    if said.certainty < known.certainty { (said, known.clone()) } else { (known.clone(), said) };
                if loser.certainty < Certainty::Implied && loser.value != winner.value {
                    self.left_out.push(LeftOut {
                        what: winner.key.clone(),
                        why: "the file gives it another value under another name".to_owned(),
                        span: loser.span,
                    });
                }
                *known = winner;
            }
        }
    }

    pub(super) fn leave_out(&mut self, what: impl Into<String>, why: impl Into<String>, span: Span) {
        self.left_out.push(LeftOut { what: what.into(), why: why.into(), span });
    }

    /// Whether a policy can be made from it.
    pub(super) fn is_empty(&self) -> bool {
        self.settings.is_none() && self.undocumented.is_empty() && self.organizations.is_empty()
    }
}

/// Puts what happens to a thing before what else there is to say.
pub(super) fn left_out(mut finding: Finding) -> Finding {
    let help = finding.help.take().map_or_else(|| LEFT_OUT.to_owned(), |help| format!("{LEFT_OUT}; {help}"));
    finding.help(help)
}

/// What happens to what a policy cannot hold.
pub(super) const LEFT_OUT: &str = "left out of the policy";

/// Where readers put what they find: one file's content, and what is wrong with it.
pub(super) struct Notes<'a> {
    pub(super) found: &'a mut Found,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl Notes<'_> {
    pub(super) fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Leaves something out, which both the finding and the end of the policy say.
    pub(super) fn refuse(&mut self, finding: Finding, what: impl Into<String>, why: impl Into<String>) {
        self.found.leave_out(what, why, finding.primary.span);
        self.report(left_out(finding));
    }
}
