//! Who may sign in: one list for a policy, whatever the files of each platform say.

use super::draft::{Line, Origin, Table};
use super::found::{Channel, Organizations};
use super::merge::Merge;
use crate::finding::{
    FILES_DISAGREE, Finding, ORG_LISTS_DIFFER, PROXY_WITHOUT_SIGN_IN, SIGN_IN_NOT_CARRIED, SIGN_IN_OVERLAP, Severity,
};
use crate::platform::Platform;
use crate::source::Span;
use crate::value::Value;

/// What is left out when two lists differ, and why.
const LIST: &str = "a list of organizations";
const OTHER_LIST: &str = "another one was imported, and a policy has one";

/// About a settings file that sets nothing and all the same makes everybody sign in.
pub(super) fn not_carried(file: Span) -> Finding {
    let message = "nothing in this file is a setting, but by being there it makes every user sign in, to any organization: a build of the policy takes it away, and then nobody has to";
    let help = "add `[sign-in]` with `organizations = [\"…\"]` to the policy: that enforces sign-in, and says to what";
    Finding::new(&SIGN_IN_NOT_CARRIED, file, message).label("not in the policy").help(help)
}

impl<'a> Merge<'a> {
    /// One list for the whole policy, and the way in which it reaches each platform.
    pub(super) fn sign_in(&mut self) {
        let mut chosen: Vec<(Platform, &'a Organizations)> = Vec::new();
        let mut silent = Vec::new();
        let mut on_windows = Vec::new();
        for platform in self.fleet.clone() {
            let files = self.about(platform, |found| !found.organizations.is_empty());
            let mut lists: Vec<&Organizations> = files.iter().flat_map(|found| &found.organizations).collect();
            lists.sort_by_key(|list| list.channel);
            let Some((first, rest)) = lists.split_first() else {
                silent.push(platform);
                continue;
            };
            for other in rest.iter().filter(|other| other.span != first.span) {
                self.overlap(platform, first, other);
            }
            if platform == Platform::Windows {
                on_windows = lists.iter().map(|list| list.channel).collect();
            }
            chosen.push((platform, first));
        }
        let Some(&(first_platform, first)) = chosen.first() else { return self.proxy_alone() };
        for &(platform, list) in &chosen[1..] {
            if values(list) != values(first) {
                self.lists_differ(first_platform, first, platform, list);
            }
        }
        if !silent.is_empty() {
            self.lists_missing(&silent, &chosen);
        }
        for name in &first.names {
            self.draft.lines.push(Line {
                table: Table::Organizations,
                key: String::new(),
                value: Value::String(name.value.clone()),
                locked: None,
                origin: Some(Origin { name: name.span, value: name.span }),
                items: Vec::new(),
                remark: first.remark.clone(),
                dropped: None,
            });
        }
        for (platform, list) in chosen {
            let word = match (platform, list.channel) {
                (Platform::Macos, Channel::Plist) => "plist",
                (Platform::Macos | Platform::Windows, Channel::RegistryJson) => "registry-json",
                (Platform::Windows, Channel::RegistryKey) if on_windows.contains(&Channel::RegistryJson) => "both",
                _ => continue,
            };
            self.draft.lines.push(Line {
                table: Table::SignIn,
                key: platform.name().to_owned(),
                value: word.into(),
                locked: None,
                origin: Some(Origin { name: list.span, value: list.span }),
                items: Vec::new(),
                remark: Some("the way in which the list gets there by now".to_owned()),
                dropped: None,
            });
        }
    }

    /// Some platforms have a list, and others none.
    fn lists_missing(&mut self, silent: &[Platform], chosen: &[(Platform, &Organizations)]) {
        let names: Vec<&str> = silent.iter().map(|platform| platform.title()).collect();
        let message =
            format!("no file says who may sign in on {}, and a policy has one list for all", names.join(" and "));
        let mut finding =
            Finding::new(&ORG_LISTS_DIFFER, chosen[0].1.span, message).label("becomes the list everywhere");
        finding.severity = Severity::Warning;
        let keep: Vec<String> = chosen.iter().map(|(platform, _)| format!("\"{platform}\"")).collect();
        let help =
            format!("if that is not wanted, make two policies: this one with `platforms = [{}]`", keep.join(", "));
        self.findings.push(finding.help(help));
    }

    /// A policy puts a proxy into the profile only where a profile is needed for sign-in.
    fn proxy_alone(&mut self) {
        let of_profiles = self.used.iter().filter(|found| found.is_profile);
        let Some(said) = of_profiles.flat_map(|found| found.settings.iter().flatten()).next() else { return };
        let message = "the profile carries a proxy and no organizations: a policy without `[sign-in]` puts it into `admin-settings.json`, whose presence makes everyone sign in";
        let finding = Finding::new(&PROXY_WITHOUT_SIGN_IN, said.name, message).label("moves into the file");
        self.findings.push(finding.help("add `[sign-in]` with your organizations, and the proxy stays in the profile"));
    }

    /// Docker Desktop stops at the first mechanism that is configured; 4.41 wanted all of them satisfied.
    fn overlap(&mut self, platform: Platform, first: &Organizations, other: &Organizations) {
        let is_same = values(first) == values(other);
        let is_known = self
            .findings
            .iter()
            .any(|known| known.primary.span == other.span && [&SIGN_IN_OVERLAP, &FILES_DISAGREE].contains(&known.code));
        // One mechanism in two encodings is still one, and a list where nobody looks has its own finding.
        if is_known || (is_same && (first.channel == other.channel || other.channel == Channel::Nowhere)) {
            return;
        }
        // For Windows a policy can say both; whether that is safe depends on the versions, and `check` knows.
        if is_same && platform == Platform::Windows {
            return;
        }
        if first.channel == other.channel {
            let message = "the same machines have two different lists of organizations";
            let finding = Finding::new(&FILES_DISAGREE, other.span, message).label("left out of the policy");
            let help = "the first one was imported; if the files are for different machines, make a policy of each";
            return self.lose(finding.related(first.span, "imported").help(help), LIST, OTHER_LIST);
        }
        let message = format!(
            "two lists of organizations on {}: the first mechanism wins, and the other is ignored",
            platform.title()
        );
        let label = if is_same { "the same list again" } else { "another list, left out of the policy" };
        let mut finding =
            Finding::new(&SIGN_IN_OVERLAP, other.span, message).label(label).related(first.span, "this one wins");
        finding.severity = if is_same { Severity::Warning } else { Severity::Error };
        let finding = finding.help("a build puts one mechanism in place and takes the other away");
        if is_same {
            self.findings.push(finding);
        } else {
            self.lose(finding, LIST, OTHER_LIST);
        }
    }

    fn lists_differ(&mut self, first: Platform, list: &Organizations, second: Platform, other: &Organizations) {
        let message = format!(
            "{} and {} have different lists of organizations, and a policy has one list for all",
            first.title(),
            second.title()
        );
        let finding = Finding::new(&ORG_LISTS_DIFFER, other.span, message).label("left out of the policy");
        let help = "if both are right, make two policies and give each its `platforms` under `[fleet]`";
        self.lose(finding.related(list.span, "imported").help(help), LIST, OTHER_LIST);
    }
}

fn values(list: &Organizations) -> Vec<&str> {
    list.names.iter().map(|name| name.value.as_str()).collect()
}
