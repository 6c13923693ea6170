//! Makes a policy of the files that an estate has by now, and says what was wrong with them.
//!
//! ```text
//! file ──bytes decide the kind──▶ tree with places ──▶ Found ─┐
//! file ──────────────────────────────────────────▶ Found ─┴─merge──▶ Draft ──write──▶ policy.toml
//!                  │                                            ▲                        │
//!               findings                                        └── what `check` refuses ┘
//! ```
//!
//! Each reader knows the form of one kind of file and what is wrong with a form. Whether a value is allowed is not its
//! business: the finished policy is checked as any other, and what `check` says about a line is shown where the line came
//! from. What it refuses is taken out again, so that the policy that is handed over passes.

mod admin_settings;
mod binary_plist;
mod disagree;
mod draft;
mod file;
mod found;
mod group;
mod identity;
mod json;
mod json_file;
mod lockable;
mod merge;
mod organizations;
mod place;
mod preset;
mod profile;
mod property_list;
mod registry;
mod renamed;
mod script;
mod settle;
mod sign_in;
mod text;
mod toml_text;
mod tree;
mod unknown;
mod value;
mod write;

use std::collections::BTreeMap;

use self::found::Found;
use crate::finding::{self, Code, Finding, UNDOCUMENTED_SETTING};
use crate::platform::Platform;
use crate::policy::preset::Preset;
use crate::source::{Sources, Span};
use crate::version::Version;

/// More bytes than any of these files has.
pub const LARGEST: usize = 1024 * 1024;

/// A file that somebody has.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its path, as findings call it; name and folders tell a little about it.
    pub name: &'a str,
    /// Where it holds, if the user said so.
    pub platform: Option<Platform>,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What the user adds to the files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Extend this preset, and write only what differs from it.
    pub preset: Option<&'static Preset>,
    /// The organization's name.
    pub organization_name: Option<String>,
    /// The organization's reverse DNS name.
    pub organization_id: Option<String>,
    /// The oldest Docker Desktop in use.
    pub oldest_version: Option<Version>,
}

/// What became of the files.
#[derive(Debug)]
pub struct Import {
    /// The files as far as they are text, and the policy last.
    pub sources: Sources,
    /// The policy; `None` when nothing in the files could become one.
    pub policy: Option<String>,
    /// What was wrong with the files.
    pub findings: Vec<Finding>,
    /// Why nothing became a policy, as far as that is no finding; empty beside a policy, which says it itself.
    pub left_out: Vec<String>,
}

/// Reads the files and makes one policy of them.
pub fn import(files: &[File<'_>], options: &Options) -> Import {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let mut read = Vec::new();
    for file in files {
        read.push((file.name.to_owned(), file::read(file, options, &mut sources, &mut findings)));
    }
    let policy = merge::draft(&read, options, &mut findings).map(|mut draft| {
        let (text, mut about_policy) = settle::settle(&mut draft, &mut sources);
        let mut said: BTreeMap<Span, Vec<&Code>> = BTreeMap::new();
        for finding in &findings {
            said.entry(finding.primary.span).or_default().push(finding.code);
        }
        about_policy.retain(|finding| !is_said(&said, finding));
        findings.append(&mut about_policy);
        findings.extend(draft.lost_presence().map(sign_in::not_carried));
        text
    });
    finding::sort(&mut findings, &sources);
    let why = |(name, found): &(String, Found)| {
        let left_out = found.left_out.iter().map(|left| format!("{name}: {}: {}", left.what, left.why));
        left_out.collect::<Vec<_>>()
    };
    let left_out = if policy.is_some() { Vec::new() } else { read.iter().flat_map(why).collect() };
    Import { sources, policy, findings, left_out }
}

/// Whether a reader already said what `check` says about the same characters.
fn is_said(said: &BTreeMap<Span, Vec<&Code>>, new: &Finding) -> bool {
    // A name that is passed through was announced when it was met.
    let is_passed_through = new.code == &UNDOCUMENTED_SETTING;
    said.get(&new.primary.span).is_some_and(|codes| is_passed_through || codes.contains(&new.code))
}
