//! Before 4.44, Kubernetes from a mirror did not start under the isolation unless two images were excepted by hand.

use super::{Context, Machine};
use crate::finding::{ECI_KUBERNETES_IMAGES, Finding};
use crate::image::Image;
use crate::resolve::Resolved;
use crate::version::Version;

/// From here on Docker Desktop excepts them itself.
const SINCE: Version = Version::new(4, 44);

const IMAGE_LIST: &str = "enhancedContainerIsolation.dockerSocketMount.imageList.images";

const IMAGES: [&str; 2] = ["desktop-cloud-provider-kind", "desktop-containerd-registry-mirror"];

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    let oldest = context.policy.fleet.oldest;
    if oldest.value >= SINCE {
        return;
    }
    let is_off = |enabled: &Resolved<'_>| {
        enabled.value.is_partial() || enabled.value.as_bool() == Some(false) && machine.is_enforced(enabled)
    };
    if machine.get("kubernetes.enabled").map_or(!machine.lacks("kubernetes.enabled"), is_off) {
        return;
    }
    let Some(isolation) = machine.is("enhancedContainerIsolation.value", true) else { return };
    let repository = machine.said("kubernetes.imagesRepository").filter(|said| !said.is_empty());
    let Some((said, repository)) = repository.and_then(|said| Some((said, said.value.as_str()?))) else { return };
    let listed = machine.said(IMAGE_LIST);
    if listed.map_or(!machine.lacks(IMAGE_LIST), |listed| listed.value.is_partial()) {
        return;
    }
    let missing: Vec<String> = IMAGES
        .iter()
        .map(|image| format!("{}/{image}", repository.trim_end_matches('/')))
        .filter(|image| !listed.is_some_and(|said| said.texts().any(|(entry, _)| covers(entry, image))))
        .collect();
    if missing.is_empty() {
        return;
    }
    let message = format!(
        "Kubernetes does not start on Docker Desktop {}: under the isolation two images of this repository need the \
         engine's socket",
        oldest.value
    );
    let entries: Vec<String> = missing.iter().map(|image| format!("\"{image}:*\"")).collect();
    let finding = Finding::new(&ECI_KUBERNETES_IMAGES, said.span, message)
        .label("the mirror")
        .related(isolation.name, "the isolation is on")
        .related(oldest.span, "the oldest version in use")
        .help(format!("add {} to `imageList.images`, or {}", entries.join(" and "), context.raise(SINCE)));
    findings.push(finding);
}

/// Whether an entry of the list is this image, with any tag or digest.
fn covers(entry: &str, image: &str) -> bool {
    let is_same = |entry: Image<'_>| Image::read(image).is_some_and(|image| entry.repository() == image.repository());
    entry == "*" || Image::read(entry).is_some_and(is_same)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn an_image_is_covered_by_its_own_name_only() {
        let image = "mirror.example/k8s/desktop-cloud-provider-kind";
        let with = |end: &str| covers(&format!("{image}{end}"), image);
        assert!(["", ":*", ":v0.3.2"].into_iter().all(with) && covers("*", image));
        assert!(with(&format!("@sha256:{}", "0a".repeat(32))));
        assert!(covers("docker.io/k8s/desktop-cloud-provider-kind:*", "k8s/desktop-cloud-provider-kind"));
        assert!(!["-evil:1", "x:1", "/other:1"].into_iter().any(with));
    }
}
