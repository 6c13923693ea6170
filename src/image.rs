//! References to images, as the [grammar of references](https://pkg.go.dev/github.com/distribution/reference) has them.

/// A reference, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Image<'a> {
    /// Everything before the tag and the digest.
    pub name: &'a str,
    /// The registry, with its port; Docker Hub when there is none.
    pub registry: Option<&'a str>,
    /// The repository at the registry.
    pub path: &'a str,
    /// The tag; `*` is any.
    pub tag: Option<&'a str>,
    /// The digest, as `sha256:…`.
    pub digest: Option<&'a str>,
}

/// The longest name, without tag and digest.
const LONGEST: usize = 255;

impl<'a> Image<'a> {
    /// Reads a reference. A `*` may stand for a tag, and in the path for anything.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        // A colon before the last slash belongs to the registry's port.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        let is_registry = |first: &&str| first.contains(['.', ':']) || *first == "localhost" || has_upper_case(first);
        let registry = name.split_once('/').map(|(first, _)| first).filter(is_registry);
        let path = registry.map_or(name, |registry| &name[registry.len() + 1..]);
        let fits = registry.is_none_or(is_host)
            && path.split('/').all(is_component)
            && name.len() <= LONGEST
            && !is_id(rest)
            && tag.is_none_or(|tag| tag == "*" || is_tag(tag))
            && digest.is_none_or(is_digest);
        fits.then_some(Self { name, registry, path, tag, digest })
    }
}

/// The names of Docker Hub.
const HUB: &[&str] = &["docker.io", "index.docker.io", "registry-1.docker.io"];

impl Image<'_> {
    /// Whether it comes from Docker Hub.
    pub(crate) fn is_of_hub(&self) -> bool {
        self.registry.is_none_or(|registry| HUB.contains(&registry))
    }

    /// Registry and repository, the same for each name of one: Docker Hub needs no name, nor does its `library`.
    pub(crate) fn repository(&self) -> (Option<&str>, &str) {
        if self.is_of_hub() {
            (None, self.path.strip_prefix("library/").unwrap_or(self.path))
        } else {
            (self.registry, self.path)
        }
    }
}

fn has_upper_case(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// A name or an address, and its port.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_label = |label: &str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_address = || {
        host.strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok())
    };
    let is_port =
        |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    (host.split('.').all(is_label) || is_address()) && port.is_none_or(is_port)
}

/// Lower-case letters and digits, between them a dot, one or two underscores, or dashes.
fn is_component(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'*';
    let mut between = text.split(|character: char| character.is_ascii() && is_word(character as u8));
    let is_separator = |text: &str| ["", ".", "_", "__"].contains(&text) || text.bytes().all(|byte| byte == b'-');
    !text.is_empty()
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().last().is_some_and(is_word)
        && between.all(is_separator)
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || byte == b'.' || byte == b'-')
}

/// What `docker image ls` prints instead of a name.
fn is_id(text: &str) -> bool {
    is_digest(text) || is_digest(&format!("sha256:{text}"))
}

/// An algorithm that registries know, and as many digits as it makes.
fn is_digest(text: &str) -> bool {
    let length = |algorithm| {
        [("sha256", 64), ("sha384", 96), ("sha512", 128)].into_iter().find(|(known, _)| *known == algorithm)
    };
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.split_once(':').is_some_and(|(algorithm, digits)| {
        length(algorithm).is_some_and(|(_, length)| digits.len() == length) && digits.bytes().all(is_digit)
    })
}

#[cfg(test)]
mod tests {
    use super::Image;

    #[test]
    fn a_reference_is_told_from_what_only_looks_like_one() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        for good in ["c:latest", "alpine", "a/b:*", "testcontainers/*:*", "*", "a--b/c__d/e.f", "r.example:5000/a"] {
            assert!(Image::read(good).is_some(), "{good}");
        }
        for good in ["localhost/a", "[::1]:5000/a:1", "Registry.Example/a", "a:1_2.3-RC"] {
            assert!(Image::read(good).is_some(), "{good}");
        }
        for good in [format!("a@{digest}"), format!("r.example/a:1@{digest}")] {
            assert!(Image::read(&good).is_some(), "{good}");
        }
        let long = "a".repeat(256);
        for bad in [
            "",
            "x:",
            "@",
            "a:b:c",
            ":1",
            "a//b",
            "/a",
            "a/",
            "A",
            "a/B",
            "a..b",
            "a___b",
            "-a",
            "a-",
            "a b",
            "a:1.*",
            "a@sha256:…",
            "a@sha256:0a",
            "a@md5:00",
            "a@",
            "https://r.example/a",
            "-r.example/a",
            "r.example:0/a",
            "r.example:x/a",
            "a:-1",
            &long,
        ] {
            assert_eq!(Image::read(bad), None, "{bad}");
        }
        for id in [digest.as_str(), &digest["sha256:".len()..], &format!("@{digest}")] {
            assert_eq!(Image::read(id), None, "{id}");
        }
        assert_eq!(Image::read(&format!("a@{}", digest.to_uppercase())), None);
    }

    #[test]
    fn docker_hub_has_several_names() {
        let same =
            |one, other| Image::read(one).expect(one).repository() == Image::read(other).expect(other).repository();
        assert!(same("k8s/a:1", "docker.io/k8s/a") && same("alpine", "index.docker.io/library/alpine:3"));
        assert!(!same("k8s/a", "mirror.example/k8s/a") && !same("library/a/b", "mirror.example/a/b"));
    }

    #[test]
    fn a_tag_is_not_a_port_and_a_namespace_is_no_registry() {
        let parts = |text| Image::read(text).map(|image| (image.registry, image.path, image.tag)).expect(text);
        assert_eq!(parts("r.example:5000/a"), (Some("r.example:5000"), "a", None));
        assert_eq!(parts("r.example:5000/a:1"), (Some("r.example:5000"), "a", Some("1")));
        assert_eq!(parts("library/alpine:3"), (None, "library/alpine", Some("3")));
        assert_eq!(parts("localhost/a"), (Some("localhost"), "a", None));
    }
}
