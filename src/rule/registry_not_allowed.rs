//! Settings that need images from a registry which the network refuses.

use serde_json::Value as Json;

use super::machine::Decided;
use super::{Context, Machine};
use crate::finding::{Finding, REGISTRY_NOT_ALLOWED};
use crate::image::Image;
use crate::network::{Answer, Decision, Destination, Network, Pattern, Why};
use crate::source::Span;

const IMAGES: &str = "enhancedContainerIsolation.dockerSocketMount.imageList.images";
const REPOSITORY: &str = "kubernetes.imagesRepository";
const DAEMON_OPTIONS: &str = "linuxVM.dockerDaemonOptions";
const MIRRORS: &str = "registry-mirrors";

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(network) = context.network(machine) else { return };
    let mut needs = |registry: &str, to: Option<Destination>, span: Span, message: String| {
        let decision = network.decide(to.as_ref());
        if decision.answer == Answer::Refused && (decision.by.is_some() || context.knows_what_passes()) {
            let finding = Finding::new(&REGISTRY_NOT_ALLOWED, span, message).label("refused");
            findings.push(say_why(finding, network, &decision, registry));
        }
    };
    for (image, span) in machine.said(IMAGES).iter().flat_map(Decided::texts).filter(|(image, _)| *image != "*") {
        let registry = registry_of(image);
        let message = format!("`{IMAGES}` needs images from `{registry}`, and pulls from there are refused");
        needs(registry, pull(registry), span, message);
    }
    let repository = machine.said(REPOSITORY).filter(|said| !said.is_empty());
    let may_be_said = repository.is_some() || machine.get(REPOSITORY).is_none() && !machine.lacks(REPOSITORY);
    if let Some((text, span)) = repository.as_ref().and_then(|said| said.texts().next()) {
        let inside = format!("{text}/image");
        let registry = registry_of(&inside);
        let message = format!("`{REPOSITORY}` needs images from `{registry}`, and pulls from there are refused");
        needs(registry, pull(registry), span, message);
    } else if let Some(enabled) = machine.is("kubernetes.enabled", true).filter(|_| !may_be_said) {
        let message = format!(
            "Kubernetes takes its images from Docker Hub unless `{REPOSITORY}` names another place, and pulls from there are refused"
        );
        needs("docker.io", pull("docker.io"), enabled.span, message);
    }
    for (mirror, span) in machine.said(DAEMON_OPTIONS).iter().flat_map(mirrors) {
        let registry = mirror.split_once("://").map_or(&*mirror, |(_, rest)| rest).trim_end_matches('/');
        let message = format!("the mirror `{registry}` is refused, so it is never used: pulls go to Docker Hub itself");
        // What is no URL is no mirror either, and the engine says so.
        if let Some(to) = Destination::of_url(&mirror) {
            needs(registry, Some(to), span, message);
        }
    }
}

/// Where a pull from a registry begins.
fn pull(registry: &str) -> Option<Destination> {
    Pattern::read(registry).ok()?.pull()
}

/// Adds which line refuses the registry and what to do about it.
fn say_why(finding: Finding, network: &Network, decision: &Decision<'_>, registry: &str) -> Finding {
    match decision.by {
        None => finding
            .related(network.span, "does not let that registry through")
            .help(format!("add \"{registry}\" to `registries` under `[registry-access]`")),
        Some(by) => {
            let line = if matches!(by.why, Why::Machine) { "`block-host`" } else { "this entry of `deny`" };
            finding.related(by.span, "refuses it").help(format!(
                "{line} has to go, since refusing wins over `registries`; or take the images from elsewhere"
            ))
        }
    }
}

/// The mirrors of Docker Hub that the engine's options name, and where.
fn mirrors(options: &Decided<'_>) -> Vec<(String, Span)> {
    let json: Json = options.value.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let list = json[MIRRORS].as_array().into_iter().flatten().enumerate();
    list.filter_map(|(at, mirror)| Some((mirror.as_str()?.to_owned(), options.part(&[MIRRORS, &at.to_string()]))))
        .collect()
}

/// The registry of an image.
fn registry_of(image: &str) -> &str {
    Image::read(image).and_then(|image| image.registry).unwrap_or("docker.io")
}

#[cfg(test)]
mod tests {
    use super::registry_of;

    #[test]
    fn the_registry_of_an_image_is_found_as_docker_finds_it() {
        for (image, registry) in [
            ("alpine", "docker.io"),
            ("alpine:3.20", "docker.io"),
            ("library/alpine", "docker.io"),
            ("docker.io/testcontainers/ryuk:*", "docker.io"),
            ("ghcr.io/a/b:1", "ghcr.io"),
            ("registry.example:5000/a", "registry.example:5000"),
            ("localhost/a", "localhost"),
        ] {
            assert_eq!(registry_of(image), registry, "{image}");
        }
    }
}
