//! Where two files for the same machines contradict each other: which one is imported, and that the other is not.

use std::collections::BTreeMap;

use super::found::{Found, Said};
use super::merge::{Merge, group};
use super::text::printable;
use crate::finding::{DUPLICATE_IDENTITY, FILES_DISAGREE, Finding, PROXY_TWICE};
use crate::source::Span;

impl Merge<'_> {
    pub(super) fn disagree(&mut self, first: &Said, second: &Said) {
        if first.value != second.value {
            let message = format!("two files for the same machines give `{}` different values", first.key);
            let imported = ("the first file's value was imported", "another file's value was imported");
            self.differ((first.span, second.span), message, imported, &first.key);
        } else if first.locked != second.locked {
            let message = format!("two files for the same machines give `{}` different locks", first.key);
            let imported = ("the first file's lock was imported", "another file's lock was imported");
            let at = |said: &Said| said.lock.unwrap_or(said.name);
            self.differ((at(first), at(second)), message, imported, &first.key);
        }
    }

    /// One lock is for a whole group, so fields of the one file must not come under the lock of the other.
    pub(super) fn locks_disagree(&mut self, first: &Said, second: &Said) {
        let group = group(&first.key);
        let message = format!("two files for the same machines give `{group}` different locks");
        let imported =
            ("the whole group of the first file was imported", "the whole group of another file was imported");
        self.differ((first.span, second.span), message, imported, group);
    }

    /// Of two files the first wins. `imported` says so in the finding, then at the end of the policy.
    fn differ(&mut self, (first, second): (Span, Span), message: String, imported: (&str, &str), what: &str) {
        // A file for all platforms meets itself once for each.
        if self.findings.iter().any(|known| known.primary.span == second && known.code == &FILES_DISAGREE) {
            return;
        }
        let finding = Finding::new(&FILES_DISAGREE, second, message).label("left out of the policy");
        let help = format!(
            "{}; if the files are for different machines, import each by itself and make rings of them",
            imported.0
        );
        self.lose(finding.related(first, "imported").help(help), what, imported.1);
    }

    /// Leaves out what another file says otherwise, which both the finding and the end of the policy say.
    pub(super) fn lose(&mut self, finding: Finding, what: &str, why: &str) {
        self.draft.left_out.push((finding.primary.span, format!("{what}: {why}")));
        self.findings.push(finding);
    }

    pub(super) fn proxy_twice(&mut self, profile: &Found, file: &Found) {
        let at = |found: &Found| {
            found.settings.iter().flatten().find(|said| said.key.starts_with("proxy.")).map(|said| said.name)
        };
        let (Some(profile), Some(file)) = (at(profile), at(file)) else { return };
        let message = "the proxy is in the profile and in `admin-settings.json`: Docker's pages disagree on which one wins, and the profile locks the page";
        let finding = Finding::new(&PROXY_TWICE, profile, message).label("left out of the policy");
        let finding = finding.related(file, "imported").help("a build puts it into one place only");
        self.lose(finding, "the proxy of the profile", "that of the settings file was imported");
    }

    /// Profiles of two files with one identity: the later one to arrive on a machine takes the other's place.
    pub(super) fn identities(&mut self) {
        let mut seen: BTreeMap<(&str, &str), (usize, Span)> = BTreeMap::new();
        for (file, found) in self.used.iter().enumerate() {
            for (key, identity) in &found.identities {
                let (first, at) = *seen.entry((key, &identity.value)).or_insert((file, identity.span));
                if first == file {
                    continue;
                }
                let message =
                    format!("`{}` is in two files, and the one profile replaces the other", printable(&identity.value));
                let finding = Finding::new(&DUPLICATE_IDENTITY, identity.span, message).label("again");
                self.findings
                    .push(finding.related(at, "first here").help("a build gives every ring a profile of its own"));
            }
        }
    }
}
