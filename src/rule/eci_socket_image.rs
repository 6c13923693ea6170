//! Exceptions from the isolation: which images may hold the engine's socket.

use super::{Context, Machine};
use crate::finding::{ECI_SOCKET_IMAGE, Finding};
use crate::image::Image;
use crate::version::Version;

pub(super) const IMAGES: &str = "enhancedContainerIsolation.dockerSocketMount.imageList.images";
const DERIVED: &str = "enhancedContainerIsolation.dockerSocketMount.imageList.allowDerivedImages";

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

/// Whether the exceptions count at all.
pub(super) fn is_isolated(machine: &Machine<'_>) -> bool {
    machine.is("enhancedContainerIsolation.value", true).is_some()
}

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let Some(images) = machine.said(IMAGES).filter(|said| is_isolated(machine) && !said.by_exception) else { return };
    for (image, span) in images.texts() {
        let Some(parts) = Image::read(image) else { continue };
        let problem = if image == "*" {
            Some(("any container may control the engine, and with it the VM", "every image"))
        } else if parts.name.contains('*') {
            Some((
                "a wildcard for repositories stands in Docker's examples only; where it works, every image there may control the engine",
                "not one repository",
            ))
        } else if parts.tag.is_none() && parts.digest.is_none() {
            Some((
                "a name without a tag means `latest`, so whoever pushes that tag next may control the engine",
                "no tag",
            ))
        } else if parts.tag == Some("latest") && parts.digest.is_none() {
            Some(("whoever pushes `latest` next may control the engine", "a tag that moves"))
        } else {
            None
        };
        if let Some((message, label)) = problem {
            let help = "name one image with its digest, as in `\"docker.io/testcontainers/ryuk@sha256:…\"`, or at least with a tag that stays";
            findings.push(Finding::new(&ECI_SOCKET_IMAGE, span, message).label(label).help(help));
        }
        let derived = machine.said(DERIVED);
        // Where nobody says it, what is built from an image is let in as well.
        let is_open =
            derived.map_or(machine.lacks(DERIVED) && context.reaches(DERIVED_SINCE), |derived| derived.is("true"));
        if is_open && is_base(&parts) {
            let message = format!("every image that anyone builds from `{}` may control the engine", parts.name);
            let not_derived = match derived {
                Some(derived) => format!("{} at the other mark", context.instead(&derived, "false")),
                None => context
                    .beside(images.name, images.key, DERIVED, "false")
                    .replace("beside it", "beside the other mark"),
            };
            let finding = Finding::new(&ECI_SOCKET_IMAGE, span, message)
                .label("a base of everything")
                .help(format!("{}{not_derived}, or name a base of your own", context.raise_first(DERIVED_SINCE)));
            findings.push(match derived {
                Some(derived) => finding.related(derived.span, "and what is built from it"),
                None => finding.related(images.name, "without `allowDerivedImages`, which is on by default"),
            });
        }
    }
}

/// Whether it is one of Docker's official base images, under any of their names or from a mirror.
fn is_base(image: &Image<'_>) -> bool {
    let (registry, path) = image.repository();
    let name = if registry.is_none() { path } else { path.rsplit('/').next().unwrap_or_default() };
    BASES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::is_base;
    use crate::image::Image;

    #[test]
    fn official_images_are_bases_under_each_of_their_names() {
        let is_base = |text: &str| is_base(&Image::read(text).expect(text));
        assert!(["alpine", "library/alpine:3", "docker.io/library/alpine"].into_iter().all(is_base));
        assert!(["index.docker.io/library/alpine", "registry-1.docker.io/library/alpine"].into_iter().all(is_base));
        assert!(["mirror.example/alpine:3", "mirror.example:5000/hub/library/alpine:*"].into_iter().all(is_base));
        assert!(is_base(&format!("alpine@sha256:{}", "0a".repeat(32))));
        assert!(!["example/alpine", "mirror.example/ryuk", "ryuk"].into_iter().any(is_base));
    }
}
