//! macOS has two file-sharing engines, and Docker Desktop needs exactly one of them.

use super::{Context, Machine};
use crate::finding::{FILE_SHARING_ENGINES, Finding, Severity};

const VIRTIOFS: &str = "useVirtualizationFrameworkVirtioFS";
const GRPC_FUSE: &str = "useGrpcfuse";

/// Whether this rule speaks about a setting of these machines: it says more than that the value is a weak one.
pub(super) fn speaks_of(machine: &Machine<'_>, key: &str) -> bool {
    key == VIRTIOFS && machine.is(VIRTIOFS, false).is_some() && machine.may_be(GRPC_FUSE, false)
}

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    if let (Some(virtiofs), Some(fuse)) = (machine.is(VIRTIOFS, false), machine.is(GRPC_FUSE, false)) {
        let message = "both file-sharing engines are off, and Docker Desktop on macOS does not start";
        let finding = Finding::new(&FILE_SHARING_ENGINES, virtiofs.span, message)
            .label("off")
            .related(fuse.span, "off too")
            .help(context.instead(&virtiofs, "true"));
        findings.push(finding);
    }
    if let (Some(virtiofs), Some(fuse)) = (machine.is(VIRTIOFS, true), machine.is(GRPC_FUSE, true)) {
        let message = "both file-sharing engines are on: VirtioFS wins, and the other line does nothing";
        let mut finding = Finding::new(&FILE_SHARING_ENGINES, fuse.span, message)
            .label("does nothing")
            .related(virtiofs.span, "this one wins")
            .help(context.instead(&fuse, "false"));
        finding.severity = Severity::Note;
        findings.push(finding);
    }
}
