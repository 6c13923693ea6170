//! Exceptions from the isolation: which images may hold the engine's socket, and what they may do with it.

use super::{Context, Machine};
use crate::finding::{ECI_SOCKET_COMMAND, ECI_SOCKET_IMAGE, Finding};
use crate::version::Version;

const IMAGES: &str = "enhancedContainerIsolation.dockerSocketMount.imageList.images";
const DERIVED: &str = "enhancedContainerIsolation.dockerSocketMount.imageList.allowDerivedImages";
const COMMANDS_TYPE: &str = "enhancedContainerIsolation.dockerSocketMount.commandList.type";
const COMMANDS: &str = "enhancedContainerIsolation.dockerSocketMount.commandList.commands";

/// The first Docker Desktop that lets in what is built from a listed image.
const DERIVED_SINCE: Version = Version::new(4, 34);

/// Official images from which nearly everything is built.
const BASES: &[&str] = &[
    "alpine",
    "almalinux",
    "amazoncorretto",
    "amazonlinux",
    "busybox",
    "centos",
    "debian",
    "eclipse-temurin",
    "fedora",
    "golang",
    "node",
    "openjdk",
    "oraclelinux",
    "perl",
    "php",
    "python",
    "rockylinux",
    "ruby",
    "rust",
    "ubuntu",
];

/// Commands that the list takes without doing anything.
const UNSUPPORTED: &[&str] =
    &["compose", "dev", "extension", "feedback", "init", "manifest", "sbom", "scan", "scout", "trust"];

/// Commands that the list knows only from [`LATE_SINCE`] on.
const LATE: &[&str] = &["login", "plugin"];
const LATE_SINCE: Version = Version::new(4, 47);

fn is_isolated(machine: &Machine<'_>) -> bool {
    machine.is("enhancedContainerIsolation.value", true).is_some()
}

pub(super) fn images(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(images) = machine.said(IMAGES).filter(|said| is_isolated(machine) && !said.by_exception) else { return };
    for (image, span) in images.texts() {
        let (name, tag) = split(image);
        let problem = if image == "*" {
            Some(("any container may control the engine, and with it the VM", "every image"))
        } else if name.contains('*') {
            Some((
                "a wildcard for repositories stands in Docker's examples only; where it works, every image there may control the engine",
                "not one repository",
            ))
        } else if tag.is_none() {
            Some((
                "a name without a tag means `latest`, so whoever pushes that tag next may control the engine",
                "no tag",
            ))
        } else {
            None
        };
        if let Some((message, label)) = problem {
            let help = "name one image with its digest, as in `\"docker.io/testcontainers/ryuk@sha256:…\"`, or at least with a tag";
            findings.push(Finding::new(&ECI_SOCKET_IMAGE, span, message).label(label).help(help));
        }
        let derived = machine.said(DERIVED);
        // Where nobody says it, what is built from an image is let in as well.
        let is_open =
            derived.map_or(machine.lacks(DERIVED) && context.reaches(DERIVED_SINCE), |derived| derived.is("true"));
        if is_open && is_base(name) {
            let message = format!("every image that anyone builds from `{name}` may control the engine");
            let finding = Finding::new(&ECI_SOCKET_IMAGE, span, message).label("a base of everything").help(format!(
                "{}write `imageList.allowDerivedImages = false`, or name a base of your own",
                context.raise_first(DERIVED_SINCE)
            ));
            findings.push(match derived {
                Some(derived) => finding.related(derived.name, "and what is built from it"),
                None => finding.related(images.name, "without `allowDerivedImages`, which is on by default"),
            });
        }
    }
}

pub(super) fn commands(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let images = machine.said(IMAGES).filter(|said| !said.is_empty() && !said.by_exception);
    let Some(images) = images.filter(|_| is_isolated(machine)) else { return };
    let commands = machine.said(COMMANDS);
    if commands.is_none() && !machine.lacks(COMMANDS) {
        return;
    }
    let Some(commands) = commands.filter(|said| !said.is_empty()) else {
        let message = "these images may do everything with the engine: no list says which commands they must not use";
        let help = format!(
            "{}add `commandList = {{ type = \"deny\", commands = [\"build*\", \"push\"] }}` beside `imageList`",
            context.raise_first_for(COMMANDS)
        );
        findings.push(Finding::new(&ECI_SOCKET_COMMAND, images.name, message).label("no list of commands").help(help));
        return;
    };
    let oldest = context.policy.fleet.oldest;
    if machine.lacks(COMMANDS_TYPE) {
        let message = "without a `type` the list forbids: these commands are refused and all others work";
        let help = "write `commandList.type = \"allow\"` if the images need only these, or `\"deny\"` if they must not use them";
        findings
            .push(Finding::new(&ECI_SOCKET_COMMAND, commands.name, message).label("forbidden, or allowed?").help(help));
    }
    let allows = machine.said(COMMANDS_TYPE).is_some_and(|said| said.is("allow"));
    for (command, span) in commands.texts() {
        let name = command.trim_end_matches('*');
        if allows && name.is_empty() {
            let message = "these images may do everything with the engine: the list allows every command";
            let finding = Finding::new(&ECI_SOCKET_COMMAND, span, message).label("every command");
            findings.push(finding.help("name the commands that the images need"));
        }
        if UNSUPPORTED.contains(&name) {
            let message = format!("`{command}` does nothing here: the list does not know that command");
            findings.push(Finding::new(&ECI_SOCKET_COMMAND, span, message).label("not supported").help("remove it"));
        } else if LATE.contains(&name) && oldest.value < LATE_SINCE {
            let message = format!("`{command}` does nothing on Docker Desktop {}", oldest.value);
            let finding = Finding::new(&ECI_SOCKET_COMMAND, span, message)
                .label(format!("since {LATE_SINCE}"))
                .related(oldest.span, "the oldest version in use")
                .help(context.raise(LATE_SINCE));
            findings.push(finding);
        }
    }
}

/// An image's name without its tag or digest, and that.
fn split(image: &str) -> (&str, Option<&str>) {
    if let Some((name, digest)) = image.split_once('@') {
        return (name, Some(digest));
    }
    // A colon before the last slash belongs to the registry's port.
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (image, None),
    }
}

/// Whether it is one of Docker's official base images, under any of their names.
fn is_base(name: &str) -> bool {
    let hub = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];
    let name = hub.iter().find_map(|host| name.strip_prefix(host)).unwrap_or(name);
    BASES.contains(&name.strip_prefix("library/").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::{is_base, split};

    #[test]
    fn a_tag_is_not_a_port() {
        assert_eq!(split("registry.example:5000/a"), ("registry.example:5000/a", None));
        assert_eq!(split("registry.example:5000/a:1"), ("registry.example:5000/a", Some("1")));
        assert_eq!(split("a@sha256:00"), ("a", Some("sha256:00")));
    }

    #[test]
    fn official_images_are_bases_under_each_of_their_names() {
        assert!(["alpine", "library/alpine", "docker.io/library/alpine"].into_iter().all(is_base));
        assert!(["index.docker.io/library/alpine", "registry-1.docker.io/library/alpine"].into_iter().all(is_base));
        assert!(!["example/alpine", "quay.io/library/alpine", "ryuk"].into_iter().any(is_base));
    }
}
