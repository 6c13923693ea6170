//! What `check` has to say: one type for every rule, rendered by [`crate::report`].

mod code;
pub mod story;

pub(crate) use code::*;
pub use code::{ALL, Code, Verb};
pub use story::Story;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::platform::Platform;
use crate::reach::and;
use crate::redact::redact;
use crate::source::{Sources, Span};
use crate::visible::seen;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A machine breaks, or a control is silently void.
    Error,
    /// Weak or surprising.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word that is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place in a policy and what it has to do with the finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The characters.
    pub span: Span,
    /// A few words; may be empty.
    pub text: String,
}

/// One thing that is wrong with a policy, or worth knowing about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its stable code.
    pub code: &'static Code,
    /// How bad it is here; usually the code's own severity.
    pub severity: Severity,
    /// One sentence: what is wrong and what will happen on a machine.
    pub message: String,
    /// The offending characters.
    pub primary: Label,
    /// Other places that make them wrong.
    pub related: Vec<Label>,
    /// Which machines it is about; `None` for all, or where it is about no machine in particular.
    pub machines: Option<Machines>,
    /// What to type instead.
    ///
    /// What can be pasted stands in backquotes after a few fixed words that say where: ``write `X` `` in place of what is
    /// marked (of the whole entry, where `X` is `name = value`), ``add `X` beside it``, `to it` or ``under `[T]` ``,
    /// ``move it to `[T]` as `X` ``, ``did you mean `X`?`` in place of the marked name, `remove it` or `remove this line`.
    /// tests/help/ does it to the letter.
    pub help: Option<String>,
    /// The reason under which `[check] allow` silenced it.
    pub allowed: Option<String>,
    /// How many more of its code the file has. They are not kept: see [`MOST`].
    pub more: usize,
}

impl Finding {
    /// A finding of `code` at `span`.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: redact(message.into()),
            primary: Label { span, text: String::new() },
            related: Vec::new(),
            machines: None,
            help: None,
            allowed: None,
            more: 0,
        }
    }

    /// The same with words under the offending characters.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = redact(text.into());
        self
    }

    /// The same with another place that explains it.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: redact(text.into()) });
        self
    }

    /// The same with what to type.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(redact(text.into()));
        self
    }

    /// The same with what to type, where that is known.
    #[must_use]
    pub fn help_if(mut self, text: Option<String>) -> Self {
        self.help = text.map(redact).or(self.help);
        self
    }

    /// The machines in words, for people: platforms that the message names already are not repeated.
    pub(crate) fn machines_in_words(&self) -> Option<String> {
        let mut machines = self.machines.clone()?;
        if machines.platforms.iter().all(|platform| self.message.contains(platform.title())) {
            machines.platforms.clear();
        }
        Some(machines.to_string()).filter(|words| !words.is_empty())
    }

    /// Whether a build must not happen.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error && self.allowed.is_none()
    }

    /// Whether it is an unsilenced warning.
    pub fn is_warning(&self) -> bool {
        self.severity == Severity::Warning && self.allowed.is_none()
    }
}

/// The machines that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Machines {
    /// Their rings, in policy order; empty for all.
    pub rings: Vec<String>,
    /// Their platforms; empty for all.
    pub platforms: Vec<Platform>,
}

impl Machines {
    /// How many rings are named in a sentence; a policy may have hundreds.
    const NAMED: usize = 5;
}

/// "in the rings `a`, `b` and 98 more, on Windows".
impl fmt::Display for Machines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<String> = self.rings.iter().take(Self::NAMED).map(|ring| format!("`{ring}`")).collect();
        if self.rings.len() > Self::NAMED {
            names.push(format!("{} more", self.rings.len() - Self::NAMED));
        }
        let rings = match names.as_slice() {
            [] => None,
            [one] => Some(format!("in the ring {one}")),
            names => Some(format!("in the rings {}", and(names))),
        };
        let platforms: Vec<&str> = self.platforms.iter().map(|platform| platform.title()).collect();
        let platforms = (!platforms.is_empty()).then(|| format!("on {}", platforms.join(" and ")));
        f.write_str(&rings.into_iter().chain(platforms).collect::<Vec<_>>().join(", "))
    }
}

/// How many findings of one code in one file are kept. Nobody reads more, and one slip in a generated policy of megabytes
/// makes hundreds of thousands. At least one error is always left of many, so the verdict stays what it is.
pub const MOST: usize = 100;

/// Keeps at most [`MOST`] findings of one code in one file; the last of them says how many more there are.
pub(crate) fn bound(findings: &mut Vec<Finding>) {
    let key = |finding: &Finding| (finding.primary.span.source, finding.code.name);
    let mut counts: BTreeMap<_, (usize, usize)> = BTreeMap::new();
    findings.retain(|finding| {
        let (kept, more) = counts.entry(key(finding)).or_default();
        *more += finding.more;
        let keeps = *kept < MOST;
        *if keeps { kept } else { more } += 1;
        keeps
    });
    for finding in findings.iter_mut().rev() {
        finding.more = counts.remove(&key(finding)).map_or(0, |(_, more)| more);
    }
}

/// Puts findings in the order in which they are shown: by file, place and code, each once and not too many of a kind.
pub fn sort(findings: &mut Vec<Finding>, sources: &Sources) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| {
            let span = finding.primary.span;
            // The policy itself is the first source, and what the user is looking at.
            (span.source, span.start, finding.severity, finding.code.name, span.end)
        };
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    findings.dedup();
    bound(findings);
    debug_assert!(
        findings.iter().all(|finding| finding.primary.span.end <= sources.get(finding.primary.span.source).text.len())
    );
}

/// The candidate most like what is seen of `word`, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = seen(word).to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            // Of two that are as near, letters in the wrong order mean the one with all of them: `httsp` is `https`.
            let length = candidate.chars().count();
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (distance, length.abs_diff(lower.chars().count()), candidate)
        })
        .filter(|(distance, _, candidate)| distance * 3 <= candidate.chars().count().max(3))
        .min()
        .map(|(.., candidate)| candidate)
}

/// "`a`, `b` or `c`".
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut quoted = quoted(names);
    match quoted.pop() {
        None => String::new(),
        Some(last) if quoted.is_empty() => last,
        Some(last) => format!("{} or {last}", quoted.join(", ")),
    }
}

/// "`a`, `b` and `c`".
pub fn all_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    and(&quoted(names))
}

fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().map(|name| format!("`{name}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        assert_eq!(nearest("analyticEnabled", ["analyticsEnabled", "disableUpdate"]), Some("analyticsEnabled"));
        assert_eq!(nearest("rnigs", ["rings", "check"]), Some("rings"));
        assert_eq!(nearest("zebra", ["rings", "check"]), None);
    }

    #[test]
    fn names_are_listed_as_a_person_would() {
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(all_of(["to or from", "b"]), "`to or from` and `b`");
        assert_eq!(all_of(["a"]), "`a`");
    }

    #[test]
    fn machines_are_named_and_not_too_many() {
        let machines = |rings: usize, platforms: &[Platform]| {
            let rings = (1..=rings).map(|ring| format!("r{ring}")).collect();
            Machines { rings, platforms: platforms.to_vec() }.to_string()
        };
        assert_eq!(machines(1, &[]), "in the ring `r1`");
        assert_eq!(machines(2, &[Platform::Macos]), "in the rings `r1` and `r2`, on macOS");
        assert_eq!(machines(99, &[]), "in the rings `r1`, `r2`, `r3`, `r4`, `r5` and 94 more");
        assert_eq!(machines(0, &[Platform::Macos, Platform::Windows]), "on macOS and Windows");
    }

    #[test]
    fn codes_are_kebab_case_and_named_once() {
        let mut names: Vec<_> = ALL.iter().map(|code| code.name).collect();
        assert!(
            names.iter().all(|name| name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'))
        );
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
