//! A list of organizations that an older Docker Desktop does not read enforces nothing there, without a word.

use super::Context;
use crate::catalog::catalog;
use crate::finding::{CHANNEL_TOO_NEW, Finding, MULTI_ORG_TOO_OLD, Severity};
use crate::platform::Platform;
use crate::policy::{MacosChannel, WindowsChannel};
use crate::version::Version;

/// The first Docker Desktop that takes more than one organization.
const SEVERAL: Version = Version::new(4, 36);

pub(super) fn channel(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(sign_in) = &context.policy.sign_in else { return };
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
    let oldest = context.policy.fleet.oldest;
    for (platform, key, span, word) in channels {
        let Some(key) = key.filter(|_| context.policy.fleet.platforms.contains(&platform)) else { continue };
        let channel = catalog().find(key).expect("every channel is in the catalog");
        let (Some(since), Some(general)) = (channel.since, channel.general) else {
            panic!("the catalog does not say since when {key} works")
        };
        let (severity, what) = if oldest.value < since {
            (Severity::Error, "does not read it, and enforces nothing")
        } else if oldest.value < general {
            (Severity::Warning, "reads it only where early access was switched on, and enforces nothing elsewhere")
        } else {
            continue;
        };
        let message = format!("on {}, `{word}` is too new: Docker Desktop {} {what}", platform.title(), oldest.value);
        let mut finding = Finding::new(&CHANNEL_TOO_NEW, span, message)
            .label(format!("since {since}, for everyone since {general}"))
            .related(oldest.span, "the oldest version in use")
            .help(format!(
                "write `{platform} = \"registry-json\"` under `[sign-in]`, or update the machines and raise \
                 `oldest-version` to {general}"
            ));
        finding.severity = severity;
        findings.push(finding);
    }
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
            .help(format!("list one organization, or update the machines and raise `oldest-version` to {SEVERAL}"));
        findings.push(finding);
    }
}
