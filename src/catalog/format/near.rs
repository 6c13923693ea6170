//! What was meant by a text that does not have its form.

use std::net::Ipv4Addr;

use super::{Format, path};
use crate::network::Pattern;

impl Format {
    /// A text in this form that can be pasted.
    pub fn example(self) -> &'static str {
        match self {
            Self::Url => "http://proxy.example:3128",
            Self::PacUrl => "https://pac.example/desktop.pac",
            Self::Pac => "function FindProxyForURL(url, host) { return \"PROXY proxy.example:3128\"; }",
            Self::Ports => "80,443",
            Self::Host => "*.corp.example",
            Self::Ipv4Slash24 => "192.168.65.0/24",
            Self::ImageRepository => "registry.example/k8s",
            Self::Image => "docker.io/testcontainers/ryuk:0.11.0",
            Self::Command => "push",
            Self::Origins => "https://app.example",
            Self::ContactUrl => "https://it.example",
            Self::Directory => "$HOME",
        }
    }

    /// What somebody probably meant who wrote this text, which does not have the form.
    pub fn near(self, text: &str) -> Option<String> {
        // Only in these lists a blank has no other meaning than to please the eye.
        let plain: String = match self {
            Self::Ports | Self::Origins => text.split_whitespace().collect(),
            _ => text.trim().to_owned(),
        };
        let bare = plain.split_once("://").map(|(_, rest)| rest.to_owned());
        let changed = match self {
            Self::Url if path(&plain).is_empty() => is_place(&plain).then(|| format!("http://{plain}")),
            Self::Url => plain.strip_suffix(path(&plain)).map(str::to_owned),
            Self::ContactUrl if plain.contains('@') => Some(format!("mailto:{plain}")),
            Self::ContactUrl => (is_place(&plain) && plain.contains('.')).then(|| format!("https://{plain}")),
            Self::Origins => Some(origins(&plain)),
            Self::ImageRepository => bare.or(Some(plain.clone())).map(|bare| lower_path(bare.trim_end_matches('/'))),
            Self::Image => bare.or(Some(plain.clone())).map(|bare| lower_path(&bare)),
            Self::Command => Some(plain.replace('\\', "").to_lowercase()),
            Self::Ipv4Slash24 => network_of(&plain),
            Self::Directory => Some(expanded(plain.trim_end_matches(['*', '/', '\\']))),
            Self::Host => Pattern::read(&plain).err().and_then(|wrong| wrong.instead),
            Self::Ports => Some(ports(&plain)),
            Self::PacUrl | Self::Pac => None,
        };
        [Some(plain), changed].into_iter().flatten().find(|near| !near.is_empty() && self.check(near).is_ok())
    }
}

/// Whether it begins with what can only be a host: a word such as `none` and `DIRECT` is none, nor is a variable.
fn is_place(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    host.contains(['.', ':']) && !host.contains(['$', '%', '{'])
}

/// Each port once, without zeros before it.
fn ports(text: &str) -> String {
    let mut ports: Vec<&str> = Vec::new();
    for port in text.split(',').map(|port| port.trim_start_matches('0')) {
        if !ports.contains(&port) {
            ports.push(port);
        }
    }
    ports.join(",")
}

/// Each origin with its scheme and without its path; `*` beside others would let everybody in.
fn origins(text: &str) -> String {
    let origin = |part: &str| {
        let whole = match part {
            _ if part.contains("://") => part.to_owned(),
            _ if is_place(part) || part == "localhost" => format!("https://{part}"),
            _ => part.to_owned(),
        };
        whole.strip_suffix(path(&whole)).unwrap_or(&whole).to_owned()
    };
    let parts: Vec<String> = text.split(',').filter(|part| !["", "*"].contains(part)).map(origin).collect();
    parts.join(",")
}

/// The network with the prefix `/24` in which an address lies.
fn network_of(text: &str) -> Option<String> {
    let address = text.split('/').next()?.parse::<Ipv4Addr>().ok()?;
    let [first, second, third, _] = address.octets();
    Some(format!("{first}.{second}.{third}.0/24"))
}

/// A path with the variables that Docker Desktop knows in place of what shells write.
fn expanded(path: &str) -> String {
    const SPELLINGS: &[(&str, &str)] = &[
        ("/Users/$USER", "$HOME"),
        ("/Users/${USER}", "$HOME"),
        ("/home/$USER", "$HOME"),
        ("/home/${USER}", "$HOME"),
        (r"C:\Users\%USERNAME%", "$HOME"),
        ("${HOME}", "$HOME"),
        ("${TMP}", "$TMP"),
        ("${TEMP}", "$TEMP"),
        ("${TMPDIR}", "$TMP"),
        ("$TMPDIR", "$TMP"),
        ("~", "$HOME"),
        ("%USERPROFILE%", "$HOME"),
        ("%HOME%", "$HOME"),
        ("%TMP%", "$TMP"),
        ("%TEMP%", "$TEMP"),
        ("$env:USERPROFILE", "$HOME"),
        ("$env:TMP", "$TMP"),
        ("$env:TEMP", "$TEMP"),
    ];
    let start = |spelling: &str| path.get(..spelling.len()).is_some_and(|start| start.eq_ignore_ascii_case(spelling));
    let found = SPELLINGS.iter().find(|(spelling, _)| start(spelling));
    found.map_or(path.to_owned(), |(spelling, name)| format!("{name}{}", &path[spelling.len()..]))
}

/// The name of an image with the repository in lower case; registries, tags and digests are as they are.
fn lower_path(text: &str) -> String {
    let name = text.find('@').unwrap_or(text.len());
    let name = text[..name].rfind(':').filter(|colon| !text[*colon..name].contains('/')).unwrap_or(name);
    let path = text[..name].find('/').filter(|slash| text[..*slash].contains(['.', ':'])).unwrap_or(0);
    format!("{}{}{}", &text[..path], text[path..name].to_lowercase(), &text[name..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_offered_where_it_is_plain() {
        for (format, text, near) in [
            (Format::Ports, "80, 443", Some("80,443")),
            (Format::Ports, "080, 80,443", Some("80,443")),
            (Format::Ports, "0", None),
            (Format::Url, "proxy.example:3128", Some("http://proxy.example:3128")),
            (Format::Url, "ftp://proxy.example", None),
            (Format::Url, "none", None),
            (Format::Url, "DIRECT", None),
            (Format::Url, "$http_proxy", None),
            (Format::Origins, "app.example", Some("https://app.example")),
            (Format::Origins, "*,https://a.example/x", Some("https://a.example")),
            (Format::Origins, "https://a.example/, b.example:80", Some("https://a.example,https://b.example:80")),
            (Format::Origins, "null", None),
            (Format::ContactUrl, "tel:1", None),
            (Format::ContactUrl, "it.example/help", Some("https://it.example/help")),
            (Format::ContactUrl, "it@example", Some("mailto:it@example")),
            (Format::ImageRepository, "https://registry.example/k8s", Some("registry.example/k8s")),
            (Format::Command, "Push", Some("push")),
            (Format::Command, r"container\*", Some("container*")),
            (Format::Ipv4Slash24, "192.168.65.0/16", Some("192.168.65.0/24")),
            (Format::Ipv4Slash24, "192.168.65.3/24", Some("192.168.65.0/24")),
            (Format::Ipv4Slash24, "here/24", None),
            (Format::Host, "a, b", None),
            (Format::Host, "c example", None),
            (Format::Host, "http://c.example/x", Some("c.example")),
            (Format::Url, "https://proxy.example:3128/x?y", Some("https://proxy.example:3128")),
            (Format::Image, " busybox", Some("busybox")),
            (Format::Image, "Registry.example/Team/Ryuk:1-RC", Some("Registry.example/team/ryuk:1-RC")),
            (Format::Image, "Ryuk", Some("ryuk")),
            (Format::Image, "x:", None),
            (Format::ImageRepository, "registry.example:5000/K8s/", Some("registry.example:5000/k8s")),
            (Format::Directory, "", None),
            (Format::Directory, "/srv ", Some("/srv")),
            (Format::Directory, "${HOME}/src", Some("$HOME/src")),
            (Format::Directory, "%USERPROFILE%", Some("$HOME")),
            (Format::Directory, "~/src/*", Some("$HOME/src")),
            (Format::Directory, "/Users/$USER/src", Some("$HOME/src")),
            (Format::Directory, r"C:\Users\%USERNAME%\src", Some(r"$HOME\src")),
            (Format::Directory, r"C:\src,D:\src", None),
            (Format::Directory, "src", None),
        ] {
            assert_eq!(format.near(text).as_deref(), near, "{format:?} {text}");
        }
    }
}
