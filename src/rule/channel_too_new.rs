//! A list of organizations that an older Docker Desktop does not read enforces nothing there, without a word.

use super::Context;
use crate::catalog::{Bug, Use, catalog};
use crate::finding::{CHANNEL_TOO_NEW, Finding, MULTI_ORG_TOO_OLD, Severity};
use crate::platform::Platform;
use crate::policy::{MacosChannel, WindowsChannel};
use crate::source::Span;
use crate::version::Version;

/// The first Docker Desktop that takes more than one organization.
const SEVERAL: Version = Version::new(4, 36);

/// How a platform is told who may sign in.
struct Channel {
    platform: Platform,
    word: &'static str,
    span: Span,
    since: Version,
    general: Version,
}

/// The channels that the oldest version does not read, or not everywhere.
fn too_new<'c>(context: &'c Context<'c>) -> impl Iterator<Item = Channel> + use<'c> {
    let (policy, oldest) = (context.policy, context.oldest());
    policy.sign_in.iter().flat_map(move |sign_in| {
        let macos = match sign_in.macos {
            MacosChannel::Profile => Some("macos-profile:allowedOrgs"),
            MacosChannel::Plist => Some("desktop.plist:allowedOrgs"),
            MacosChannel::RegistryJson => None,
        };
        // With `both`, older clients read `registry.json`.
        let windows = (sign_in.windows == WindowsChannel::RegistryKey).then_some("windows-registry:allowedOrgs");
        let channels = [
            (Platform::Macos, macos, sign_in.macos_span, sign_in.macos.word()),
            (Platform::Windows, windows, sign_in.windows_span, sign_in.windows.word()),
        ];
        let channels = channels
            .into_iter()
            .filter(|(platform, ..)| policy.fleet.platforms.contains(platform) && context.knows_channel(*platform));
        channels.filter_map(move |(platform, key, span, word)| {
            let channel = catalog().find(key?).expect("every channel is in the catalog");
            let (Some(since), Some(general)) = (channel.since, channel.general) else {
                panic!("the catalog does not say since when {} works", channel.key)
            };
            (oldest < general).then_some(Channel { platform, word, span, since, general })
        })
    })
}

/// Whether this rule speaks about the channel of a platform: then a bug of the channel alone has no cure of its own.
pub(super) fn speaks_of(context: &Context<'_>, platform: Platform, bug: &Bug) -> bool {
    bug.uses.len() == 1 && too_new(context).any(|channel| channel.platform == platform && uses(bug, channel.word))
}

fn uses(bug: &Bug, word: &str) -> bool {
    bug.uses.iter().any(|what| matches!(what, Use::SignIn(Some(mechanism)) if mechanism == word))
}

pub(super) fn channel(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let oldest = context.policy.fleet.oldest;
    for Channel { platform, word, span, since, general } in too_new(context) {
        let (severity, what) = if oldest.value < since {
            (Severity::Error, "does not read it, and enforces nothing")
        } else {
            (Severity::Warning, "reads it only where early access was switched on, and enforces nothing elsewhere")
        };
        let message = format!("on {}, `{word}` is too new: Docker Desktop {} {what}", platform.title(), oldest.value);
        let instead = instead(word, oldest.value);
        let works = context.good_from(general, platform, |bug| uses(bug, word));
        let mut finding = Finding::new(&CHANNEL_TOO_NEW, span, message)
            .label(format!("since {since}, for everyone since {general}"))
            .related(oldest.span, "the oldest version in use")
            .help(format!("write `{platform} = \"{instead}\"` under `[sign-in]`, or {}", context.raise(works)));
        finding.severity = severity;
        findings.push(finding);
    }
}

/// A channel that this version reads on every machine.
fn instead(word: &str, oldest: Version) -> &'static str {
    let plist = catalog().find("desktop.plist:allowedOrgs").and_then(|channel| channel.general);
    let is_read = word == MacosChannel::Profile.word() && plist.is_some_and(|general| oldest >= general);
    if is_read { MacosChannel::Plist.word() } else { MacosChannel::RegistryJson.word() }
}

pub(super) fn several(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let oldest = context.policy.fleet.oldest;
    let organizations = context.policy.sign_in.as_ref().map(|sign_in| sign_in.organizations.as_slice());
    if let Some([_, second, ..]) = organizations
        && oldest.value < SEVERAL
    {
        let message = format!(
            "Docker Desktop {} takes one organization: given several it enforces nothing, without a word",
            oldest.value
        );
        let finding = Finding::new(&MULTI_ORG_TOO_OLD, second.span, message)
            .label("one too many")
            .related(oldest.span, "the oldest version in use")
            .help(format!("list one organization, or {}", context.raise(SEVERAL)));
        findings.push(finding);
    }
}
