//! What the policy relies on can be got round below some version. One finding names the version that closes all.

use std::collections::BTreeMap;

use super::Context;
use crate::catalog::catalog;
use crate::finding::{Finding, SECURITY_FLOOR};
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let oldest = context.policy.fleet.oldest;
    let newest = context.policy.fleet.newest.map(|newest| newest.value);
    // By version, so that the label of the highest comes last.
    let mut open = BTreeMap::new();
    for floor in catalog().floors().iter().filter(|floor| floor.is_open(oldest.value, newest)) {
        let machines = context.machines.iter().filter(|machine| floor.platforms.contains(&machine.platform));
        let place = machines.into_iter().find_map(|machine| {
            let uses: Option<Vec<Span>> = floor.uses.iter().map(|what| machine.uses(context, what)).collect();
            uses?.first().copied()
        });
        if let Some(at) = place {
            open.insert((floor.before, &floor.id), (floor, at));
        }
    }
    let Some((highest, _)) = open.values().last() else { return };
    let others = match open.len() {
        1 => String::new(),
        2 => ", and one more hole below that".to_owned(),
        _ => format!(", and {} more holes below that", open.len() - 1),
    };
    let message = format!(
        "below Docker Desktop {} a control of this policy can be got round: {}{others}",
        highest.before, highest.hole
    );
    let mut finding = Finding::new(&SECURITY_FLOOR, oldest.span, message).label("the oldest version in use");
    for (floor, at) in open.values() {
        finding = finding.related(*at, format!("before {}: {}", floor.before, floor.hole));
    }
    findings.push(finding.help(context.raise(highest.before)));
}
