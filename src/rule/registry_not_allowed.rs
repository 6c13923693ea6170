//! Settings that need images from a registry which the network refuses.

use super::{Context, Machine};
use crate::finding::{Finding, REGISTRY_NOT_ALLOWED};
use crate::network::{Answer, Destination};

/// Settings that hold images or where to find them.
const KEYS: &[&str] = &["enhancedContainerIsolation.dockerSocketMount.imageList.images", REPOSITORY];

/// Holds where images are instead of an image.
const REPOSITORY: &str = "kubernetes.imagesRepository";

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(network) = context.network(machine) else { return };
    for said in KEYS.iter().filter_map(|key| machine.said(key)) {
        for (image, span) in said.texts().filter(|(image, _)| !image.is_empty() && *image != "*") {
            let inside = if said.key == REPOSITORY { format!("{image}/") } else { image.to_owned() };
            let registry = registry_of(&inside);
            // Names of Docker Hub are the registry's nickname; the host behind it is another one.
            let host = if registry == "docker.io" { "registry-1.docker.io" } else { registry };
            let to = Destination::of_url(&format!("https://{host}"));
            if network.decide(to.as_ref()).answer == Answer::Refused {
                let message =
                    format!("`{}` needs images from `{registry}`, and pulls from there are refused", said.key);
                let finding = Finding::new(&REGISTRY_NOT_ALLOWED, span, message)
                    .label("refused")
                    .related(network.span, "does not let that registry through")
                    .help(format!("add \"{registry}\" to `registries` under `[registry-access]`"));
                findings.push(finding);
            }
        }
    }
}

/// The registry of an image or a repository: a first part with a dot or a port, or `localhost`; else Docker Hub.
fn registry_of(image: &str) -> &str {
    let (first, _) = image.split_once('/').unwrap_or((image, ""));
    let is_host = image.contains('/') && (first.contains(['.', ':']) || first == "localhost");
    if is_host { first } else { "docker.io" }
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
            ("ghcr.io/a/b@sha256:00", "ghcr.io"),
            ("registry.example:5000/a", "registry.example:5000"),
            ("localhost/a", "localhost"),
        ] {
            assert_eq!(registry_of(image), registry, "{image}");
        }
    }
}
