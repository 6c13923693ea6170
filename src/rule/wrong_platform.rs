//! A setting said for one platform that this platform does not know is left out of its file.

use serde_json::json;

use super::Context;
use crate::catalog::Type;
use crate::finding::{Finding, WRONG_PLATFORM, one_of};
use crate::platform::Platform;
use crate::policy::Assignment;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    for layer in &policy.layers {
        paths_of_windows(context, &layer.assignments, findings);
        if let Some(platform) = layer.scope.platform() {
            unknown_there(&layer.assignments, platform, findings);
        }
    }
    for exception in &policy.exceptions {
        paths_of_windows(context, &exception.assignments, findings);
        if let Some(platform) = &exception.platform {
            unknown_there(&exception.assignments, platform.value, findings);
        }
    }
}

fn unknown_there(assignments: &[Assignment], platform: Platform, findings: &mut Vec<Finding>) {
    for assignment in assignments.iter().filter(|assignment| !assignment.setting.platforms.contains(&platform)) {
        let setting = assignment.setting;
        let known = one_of(setting.platforms.iter().map(|platform| platform.title()));
        let message = format!(
            "`{}` does nothing on {}: Docker Desktop knows it on {} only",
            setting.key,
            platform.title(),
            known.replace('`', "")
        );
        let finding = Finding::new(&WRONG_PLATFORM, assignment.key, message).label("left out of the file");
        findings.push(finding.help("remove it here"));
    }
}

/// A fleet without Windows has no drives, so a path on one shares nothing.
fn paths_of_windows(context: &Context<'_>, assignments: &[Assignment], findings: &mut Vec<Finding>) {
    if context.policy.fleet.platforms.contains(&Platform::Windows) || !context.knows("fleet.platforms") {
        return;
    }
    for assignment in assignments.iter().filter(|assignment| assignment.setting.kind == Type::Directories) {
        let entries = json!(assignment.value);
        for (at, entry) in entries.as_array().into_iter().flatten().enumerate() {
            let path = entry["path"].as_str().unwrap_or_default();
            if path.starts_with(r"\\") || path.as_bytes().get(1) == Some(&b':') {
                let message =
                    format!("`{path}` shares nothing: it is a path of Windows, which the fleet does not have");
                let span = assignment.part(&[&at.to_string()]);
                findings.push(Finding::new(&WRONG_PLATFORM, span, message).label("of Windows").help("remove it"));
            }
        }
    }
}
