//! A second sign-in mechanism is safe only where Docker Desktop stops at the first one.

use super::Context;
use crate::finding::{Finding, SIGN_IN_OVERLAP, Severity};
use crate::platform::Platform;
use crate::policy::WindowsChannel;
use crate::version::Version;

/// 4.41 wanted a user to satisfy the registry key and `registry.json`, and lost identical lists too.
const BROKEN: Version = Version::new(4, 41);

const SAFE: Version = Version::new(4, 42);

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    let Some(sign_in) = &policy.sign_in else { return };
    let oldest = &policy.fleet.oldest;
    let on_windows = policy.fleet.platforms.contains(&Platform::Windows);
    if sign_in.windows != WindowsChannel::Both || !on_windows {
        return;
    }
    if oldest.value < SAFE && context.reaches(BROKEN) {
        let message = "the registry key and `registry.json` together keep users of Docker Desktop 4.41 from signing in";
        let finding = Finding::new(&SIGN_IN_OVERLAP, sign_in.windows_span, message)
            .label("two mechanisms")
            .related(oldest.span, "the oldest version in use")
            .help(format!("write `windows = \"registry-key\"`, or {}", context.raise(SAFE)));
        findings.push(finding);
    } else if oldest.value >= SAFE {
        let message = "where the registry key is read, `registry.json` beside it is not: only a per-user installation may need both";
        let mut finding = Finding::new(&SIGN_IN_OVERLAP, sign_in.windows_span, message)
            .label("two mechanisms")
            .help("write `windows = \"registry-key\"`, or allow the finding if there are per-user installations");
        finding.severity = Severity::Warning;
        findings.push(finding);
    }
}
