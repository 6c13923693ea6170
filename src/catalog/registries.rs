//! Registries and the further hosts of a pull from them, read from `registries.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// A registry, or a kind of registry of which there are many.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registry {
    /// Its name for people.
    pub title: String,
    /// How images name it; `<label>` stands for one label, or a part of one.
    pub names: Vec<String>,
    /// The host that answers pulls, where the names are nicknames of it; absent where each name is a host that does.
    pub host: Option<String>,
    /// Further hosts that a pull touches, in the same spelling.
    pub companions: Vec<Companion>,
    /// The page that lists them.
    pub source: String,
    /// The day on which that page was read.
    pub checked: toml::value::Datetime,
    /// How sure the list is: `medium` or `low`; absent when the vendor's own page lists every host.
    pub confidence: Option<String>,
    /// What an administrator must know.
    pub note: Option<String>,
}

/// A host of a pull that the name of an image does not show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companion {
    /// The host, or `*.domain`.
    pub host: String,
    /// What it does in a pull.
    pub role: String,
    /// Whether images can be pulled without it.
    #[serde(default)]
    pub optional: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    registry: Vec<Registry>,
}

static REGISTRIES: LazyLock<Vec<Registry>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("registries.toml"))
        .unwrap_or_else(|error| panic!("the catalog of registries is broken: {error}"));
    file.registry
});

/// All registries.
pub fn registries() -> &'static [Registry] {
    &REGISTRIES
}

/// A registry by one of its names, and what the `<labels>` of that name stand for.
pub fn registry(host: &str) -> Option<Found<'_>> {
    registries().iter().find_map(|registry| {
        let labels = registry.names.iter().find_map(|name| captures(name, host))?;
        Some(Found { registry, labels })
    })
}

impl Registry {
    /// Whether a host is one of those that its pulls touch besides.
    pub fn touches(&'static self, host: &str) -> bool {
        self.companions.iter().any(|companion| match companion.host.strip_prefix('*') {
            Some(domain) => host.ends_with(domain),
            None => captures(&companion.host, host).is_some(),
        })
    }
}

/// The host that answers pulls from a registry of this name.
pub fn answering(name: &str) -> &str {
    registry(name).and_then(|found| found.registry.host.as_deref()).unwrap_or(name)
}

/// A registry that was found by name.
#[derive(Debug)]
pub struct Found<'h> {
    /// The registry.
    pub registry: &'static Registry,
    labels: Vec<(&'static str, &'h str)>,
}

impl Found<'_> {
    /// The companions with the labels of the name put in.
    pub fn companions(&self) -> impl Iterator<Item = (String, &'static Companion)> {
        self.registry.companions.iter().map(|companion| {
            let fill = |host: String, (label, value): &(&str, &str)| host.replace(&format!("<{label}>"), value);
            (self.labels.iter().fold(companion.host.clone(), fill), companion)
        })
    }
}

/// What each `<label>` of `pattern` is in `host`; `None` when the host is not of that form.
fn captures<'h>(pattern: &'static str, host: &'h str) -> Option<Vec<(&'static str, &'h str)>> {
    let (mut labels, mut rest) = (Vec::new(), host.split('.'));
    for part in pattern.split('.') {
        let label = rest.next()?;
        match part.split_once('<').and_then(|(start, part)| Some((start, part.split_once('>')?))) {
            Some((start, (name, end))) => {
                let value = label.strip_prefix(start)?.strip_suffix(end);
                labels.push((name, value.filter(|value| !value.is_empty())?));
            }
            None if part == label => {}
            None => return None,
        }
    }
    rest.next().is_none().then_some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_a_name_stand_in_its_companions() {
        let found = registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com").expect("known");
        let hosts: Vec<String> = found.companions().map(|(host, _)| host).collect();
        assert_eq!(
            hosts,
            ["prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com", "api.ecr.eu-west-1.amazonaws.com"]
        );
        assert_eq!(registry("europe-docker.pkg.dev").expect("known").registry.title, "Google Artifact Registry");
        assert!(found.registry.touches("prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com"));
        let azure = registry("contoso.azurecr.io").expect("known").registry;
        assert!(azure.touches("contoso.westeurope.data.azurecr.io") && !azure.touches("contoso.azurecr.io"));
        assert!(registry("ecr.eu-west-1.amazonaws.com").is_none() && registry("a.b.azurecr.io").is_none());
    }

    #[test]
    fn every_registry_says_where_its_hosts_come_from() {
        for registry in registries() {
            assert!(registry.source.starts_with("https://"), "{}", registry.title);
            assert!(registry.confidence.as_deref().is_none_or(|word| ["medium", "low"].contains(&word)));
            assert!(registry.checked.date.is_some() && registry.checked.time.is_none(), "{}", registry.title);
            for text in registry.names.iter().chain(registry.companions.iter().map(|companion| &companion.host)) {
                assert!(text.is_ascii() && *text == text.to_lowercase(), "{text}");
            }
        }
    }
}
