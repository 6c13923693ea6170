//! A list of directories that holds nearly everything, or nothing, restricts nothing.

use serde_json::json;

use super::machine::Decided;
use super::{Context, Machine};
use crate::catalog::Type;
use crate::finding::{BROAD_FILE_SHARE, Finding};
use crate::resolve::Resolved;

pub(super) fn check(_: &Context<'_>, _: &Machine<'_>, resolved: &Resolved<'_>, findings: &mut Vec<Finding>) {
    if resolved.setting.kind != Type::Directories {
        return;
    }
    let Some(said) = Decided::of(resolved).filter(|said| !said.by_exception) else { return };
    if said.is_empty() {
        let message = "an empty list may restrict nothing: Docker does not say what it means here, and in the users' own \
                       settings it brings back the defaults, all homes among them (docker/desktop-feedback#515)";
        let finding = Finding::new(&BROAD_FILE_SHARE, said.span, message).label("empty");
        findings.push(
            finding.help("list one folder in which nothing is, such as `/Users/Shared/none`, or remove this line"),
        );
    }
    let list = json!(said.value);
    for found in resolved.setting.weaknesses(&list) {
        let [at, path] = found.path.as_slice() else { continue };
        let (entry, broad) = (at.parse().map_or(&list, |at: usize| &list[at]), said.part(&[at, path]));
        let message = format!(
            "`{}` {}, and containers can be given all of it; on the WSL 2 backend the list has no effect at all",
            entry["path"].as_str().unwrap_or_default(),
            found.weak.effect
        );
        let help = "list the folders that people work in, such as `$HOME` or `/Users/Shared/work`";
        let mut finding = Finding::new(&BROAD_FILE_SHARE, broad, message).label("too broad").help(help);
        if entry["sharedByDefault"] == json!(true) {
            finding = finding.related(said.part(&[at, "sharedByDefault"]), "and shared before anybody asks for it");
        }
        findings.push(finding);
    }
}
