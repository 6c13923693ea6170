//! Exceptions end: an expired one is still built in, so somebody has to decide.

use super::Context;
use super::exception_no_effect::is_overridden;
use crate::finding::{EXCEPTION_EXPIRED, EXCEPTION_EXPIRING, Finding};

/// How long before its last day an exception is announced.
const NOTICE_DAYS: i64 = 30;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(today) = context.today else { return };
    // One that a later one overrides is in no artifact, and has a finding that says so.
    for exception in context.policy.exceptions.iter().filter(|exception| !is_overridden(context, exception)) {
        let (title, last) = (exception.title(), exception.expires.value);
        let left = today.days_until(last);
        if left < 0 {
            let message = format!("{title} ended on {last} and is still built into the artifacts");
            let help = "remove it, or give it a new approval and a new `expires`";
            findings
                .push(Finding::new(&EXCEPTION_EXPIRED, exception.expires.span, message).label("has passed").help(help));
        } else if left <= NOTICE_DAYS {
            let days = match left {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                _ => format!("in {left} days"),
            };
            let message = format!("{title} ends {days}, on {last}; the next day `check` fails");
            let finding = Finding::new(&EXCEPTION_EXPIRING, exception.expires.span, message);
            let help = "by then remove it, or give it a new approval and a new `expires`";
            findings.push(finding.label(format!("ends {days}")).help(help));
        }
    }
}
