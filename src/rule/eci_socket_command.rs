//! Exceptions from the isolation: what images with the engine's socket may do with it.

use super::eci_socket_image::{IMAGES, is_isolated};
use super::{Context, Machine};
use crate::catalog::{SocketCommand, catalog};
use crate::finding::{ECI_SOCKET_COMMAND, Finding, Severity, one_of};
use crate::source::Span;

const TYPE: &str = "enhancedContainerIsolation.dockerSocketMount.commandList.type";
const COMMANDS: &str = "enhancedContainerIsolation.dockerSocketMount.commandList.commands";

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    if !is_isolated(machine) {
        return;
    }
    let is_missing = machine.lacks(COMMANDS) || machine.said(COMMANDS).is_some_and(|said| said.is_empty());
    let commands = machine.said(COMMANDS).filter(|said| !said.is_empty());
    let images = machine.said(IMAGES).filter(|said| !said.is_empty() && !said.by_exception);
    if let (true, Some(images)) = (is_missing, images) {
        let message = "these images may do everything with the engine: no list says which commands they must not use";
        let help = format!(
            "{}add `commandList = {{ type = \"deny\", commands = [\"build*\", \"push\"] }}` beside `imageList`",
            context.raise_first_for(COMMANDS)
        );
        findings.push(Finding::new(&ECI_SOCKET_COMMAND, images.name, message).label("no list of commands").help(help));
    }
    let Some(commands) = commands else { return };
    let kind = machine.said(TYPE);
    if machine.lacks(TYPE) {
        let message = "without a `type` the list forbids: these commands are refused and all others work";
        let help = "write `commandList.type = \"allow\"` if the images need only these, or `\"deny\"` if they must not use them";
        findings
            .push(Finding::new(&ECI_SOCKET_COMMAND, commands.name, message).label("forbidden, or allowed?").help(help));
    }
    let allows = kind.is_some_and(|said| said.is("allow"));
    for (command, span) in commands.texts() {
        findings.extend(judge(command, span, allows));
    }
}

/// What is wrong with one word of the list.
fn judge(command: &str, span: Span, allows: bool) -> Option<Finding> {
    if command == "*" && allows {
        let message = "these images may do everything with the engine: the list allows every command";
        let finding = Finding::new(&ECI_SOCKET_COMMAND, span, message).label("every command");
        return Some(finding.help("name the commands that the images need"));
    }
    let all = catalog().socket_commands();
    // Forbidding something else than was meant leaves it open; allowing something else only stops a container.
    let (effect, severity) = if allows { ("allows", Severity::Warning) } else { ("forbids", Severity::Error) };
    let of = |message: String, label: &str| Finding::new(&ECI_SOCKET_COMMAND, span, message).label(label);
    match all.judge(command) {
        SocketCommand::Known => None,
        SocketCommand::Unsupported => {
            let message = format!("`{command}` does nothing here: the list does not know that command");
            Some(of(message, "not supported").help("remove it"))
        }
        SocketCommand::OtherForm(documented) => {
            let message =
                format!("`{command}` {effect} nothing that Docker documents: groups have a star, commands none");
            Some(of(message, "not documented").help(format!("write `\"{documented}\"`")))
        }
        SocketCommand::Unknown(Some(near)) => {
            let mut finding = of(format!("`{command}` {effect} nothing: it is no docker command"), "no such command");
            finding.severity = severity;
            Some(finding.help(format!("did you mean `{near}`?")))
        }
        SocketCommand::Unknown(None) => {
            let message = format!("`{command}` {effect} nothing that Docker documents: it is none of its commands");
            let groups: Vec<String> = all.groups().collect();
            let help = format!(
                "write a command as `docker --help` names it, or one of {}",
                one_of(groups.iter().map(String::as_str))
            );
            Some(of(message, "no such command").help(help))
        }
    }
}
