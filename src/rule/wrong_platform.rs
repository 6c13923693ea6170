//! A setting said for one platform that this platform does not know is left out of its file.

use super::Context;
use crate::finding::{Finding, WRONG_PLATFORM, one_of};
use crate::platform::Platform;
use crate::policy::Assignment;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    for layer in &policy.layers {
        if let Some(platform) = layer.scope.platform() {
            unknown_there(&layer.assignments, platform, findings);
        }
    }
    for exception in &policy.exceptions {
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
