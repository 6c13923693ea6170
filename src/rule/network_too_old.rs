//! A script in the file is read from 4.46 on; clients before that fall back to a proxy that refuses everything.

use std::collections::BTreeSet;

use super::Context;
use crate::catalog::catalog;
use crate::finding::{Finding, NETWORK_TOO_OLD};
use crate::product::containers_proxy::SCRIPT;
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy;
    let setting = catalog().find(SCRIPT).expect("in the catalog");
    let since = setting.since.expect("its first version is documented");
    let oldest = &policy.fleet.oldest;
    if oldest.value >= since {
        return;
    }
    // Rings may have tables of their own, and many share one.
    let tables: BTreeSet<Span> = policy.networks.iter().map(|network| network.table).collect();
    for table in tables {
        let message = format!(
            "Docker Desktop {} does not read the script of this table and refuses every pull: {since} is the first that does",
            oldest.value
        );
        let finding = Finding::new(&NETWORK_TOO_OLD, table, message)
            .label("becomes a proxy script")
            .related(oldest.span, "the oldest version in use")
            .help(format!("{}, or write `exclude` under `[settings.containersProxy]`", context.raise(since)));
        findings.push(finding);
    }
}
