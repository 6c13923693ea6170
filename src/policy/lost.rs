//! What a policy may say although it could not be read: of that, nobody can say that it is missing.

use std::collections::BTreeSet;

/// The places at which something could not be read.
///
/// A value that could not be read stands in its layer as [`Value::Unread`](crate::value::Value::Unread). What is here is
/// what has no such place: a name that nobody knows, a key of the policy's own tables, a whole file.
#[derive(Clone, Debug, Default)]
pub struct Lost {
    /// Names joined by dots, from the top, such as `sign-in.macos`; the empty one stands for everything.
    paths: BTreeSet<String>,
    /// Names of which the place is not known.
    anywhere: BTreeSet<String>,
}

impl Lost {
    /// Whether something at `path`, around it or inside it could not be read.
    pub fn touches(&self, path: &str) -> bool {
        !self.is_empty() && self.touches_any(path)
    }

    /// Whether all could be read.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.anywhere.is_empty()
    }

    fn touches_any(&self, path: &str) -> bool {
        let ends = path.match_indices('.').map(|(end, _)| end).chain([0, path.len()]);
        let is_around = ends.map(|end| &path[..end]).any(|outer| self.paths.contains(outer));
        let inside = format!("{path}.");
        let is_inside = || self.paths.range(inside.clone()..).next().is_some_and(|lost| lost.starts_with(&inside));
        is_around || is_inside() || path.split('.').any(|name| self.anywhere.contains(name))
    }

    /// Remembers that something at `path` could not be read.
    pub(super) fn add(&mut self, path: &str) {
        if !self.paths.contains(path) {
            self.paths.insert(path.to_owned());
        }
    }

    /// Remembers that something with this name could not be read, wherever it is.
    pub(super) fn add_anywhere(&mut self, name: &str) {
        self.anywhere.insert(name.to_owned());
    }

    /// Adds what another file has lost.
    pub(super) fn append(&mut self, mut other: Self) {
        self.paths.append(&mut other.paths);
        self.anywhere.append(&mut other.anywhere);
    }
}

#[cfg(test)]
mod tests {
    use super::Lost;

    #[test]
    fn a_loss_is_felt_around_it_and_inside_it_and_not_beside_it() {
        let mut lost = Lost::default();
        lost.add("settings.proxy.http");
        lost.add_anywhere("rings");
        for touched in ["settings", "settings.proxy", "settings.proxy.http", "settings.proxy.http.x", "rings.a"] {
            assert!(lost.touches(touched), "{touched}");
        }
        for whole in ["settings.proxy.https", "settings.proxy.mode", "settings.proxyX", "sign-in", "set"] {
            assert!(!lost.touches(whole), "{whole}");
        }
        lost.add("");
        assert!(lost.touches("sign-in.macos"));
    }
}
