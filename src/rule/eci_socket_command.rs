//! Exceptions from the isolation: what images with the engine's socket may do with it.

use super::eci_socket_image::{IMAGES, is_isolated};
use super::machine::Decided;
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
        findings.push(no_list(context, machine, &images));
    }
    let Some(commands) = commands else { return };
    let kind = machine.said(TYPE);
    if machine.lacks(TYPE) {
        let message = "without a `type` the list forbids: these commands are refused and all others work";
        let help = format!(
            "{} if the images need only these, or `\"deny\"` if they must not use them",
            context.beside(commands.name, commands.key, TYPE, "\"allow\"")
        );
        findings
            .push(Finding::new(&ECI_SOCKET_COMMAND, commands.name, message).label("forbidden, or allowed?").help(help));
    }
    let allows = kind.is_some_and(|said| said.is("allow"));
    for (command, span) in commands.texts() {
        findings.extend(judge(command, span, allows));
    }
}

/// About images that no list of commands restricts: it is not there, or it is empty.
fn no_list(context: &Context<'_>, machine: &Machine<'_>, images: &Decided<'_>) -> Finding {
    const SOME: &str = "[\"build*\", \"push\"]";
    let message = "these images may do everything with the engine: no list says which commands they must not use";
    let kind = machine.said(TYPE);
    let (at, label, help) = match (machine.said(COMMANDS), kind) {
        (Some(commands), Some(kind)) if kind.is("allow") => {
            let message = "the list allows no command, and Docker does not say what that means: nothing, or everything";
            let help = "name the commands that the images need, or remove them from `images`";
            return Finding::new(&ECI_SOCKET_COMMAND, commands.span, message).label("empty").help(help);
        }
        (Some(commands), _) => (commands.span, "forbids nothing", context.instead(&commands, SOME)),
        (None, Some(kind)) => {
            (kind.name, "a type without commands", context.beside(kind.name, kind.key, COMMANDS, SOME))
        }
        (None, None) => {
            let list = COMMANDS.trim_end_matches(".commands");
            let value = format!("{{ type = \"deny\", commands = {SOME} }}");
            (images.name, "no list of commands", context.beside(images.name, images.key, list, &value))
        }
    };
    let help = format!("{}{help}", context.raise_first_for(COMMANDS));
    Finding::new(&ECI_SOCKET_COMMAND, at, message).label(label).help(help)
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
                "name a command as `docker --help` does, or one of {}",
                one_of(groups.iter().map(String::as_str))
            );
            Some(of(message, "no such command").help(help))
        }
    }
}
