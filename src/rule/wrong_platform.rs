//! A setting said for one platform that this platform does not know is left out of its file.

use serde_json::json;

use super::Context;
use crate::catalog::{Type, folders};
use crate::finding::{Finding, WRONG_PLATFORM, one_of};
use crate::platform::Platform;
use crate::policy::Assignment;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    for layer in &policy.layers {
        paths_of_others(context, &layer.assignments, findings);
        if let Some(platform) = layer.scope.platform() {
            unknown_there(&layer.assignments, platform, findings);
        }
    }
    for exception in &policy.exceptions {
        paths_of_others(context, &exception.assignments, findings);
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

/// A fleet without Windows has no drives, so a path on one shares nothing; a fleet of Windows alone has nothing else.
fn paths_of_others(context: &Context<'_>, assignments: &[Assignment], findings: &mut Vec<Finding>) {
    let fleet = &context.policy.fleet;
    if !context.knows("fleet.platforms") {
        return;
    }
    let (has_windows, only_windows) =
        (fleet.platforms.contains(&Platform::Windows), fleet.platforms == [Platform::Windows]);
    for assignment in assignments.iter().filter(|assignment| assignment.setting.kind == Type::Directories) {
        let entries = json!(assignment.value);
        for (at, entry) in entries.as_array().into_iter().flatten().enumerate() {
            let path = entry["path"].as_str().unwrap_or_default();
            let (message, label) = if is_of_windows(path) && !has_windows {
                (
                    format!("`{path}` shares nothing: it is a path of Windows, which the fleet does not have"),
                    "of Windows",
                )
            } else if path.starts_with('/') && !is_of_windows(path) && only_windows {
                (
                    format!("`{path}` shares nothing: it is no path of Windows, and the fleet has nothing else"),
                    "not of Windows",
                )
            } else {
                continue;
            };
            let finding = Finding::new(&WRONG_PLATFORM, assignment.part(&[&at.to_string()]), message).label(label);
            findings.push(context.of_fleet(finding.help("remove it")));
        }
    }
}

/// Whether it names a drive or a server, in whichever spelling.
fn is_of_windows(path: &str) -> bool {
    let first = folders(path).into_iter().next().unwrap_or_default();
    path.starts_with(r"\\")
        || path.starts_with("//")
        || first.ends_with(':')
        || path.starts_with('/') && first.len() == 1
}
