//! The commands that can be taken from containers with the engine's socket, read from `socket-commands.toml`.

use serde::Deserialize;

use crate::finding::nearest;

/// What is known about the words of a command list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SocketCommands {
    groups: Vec<String>,
    commands: Vec<String>,
    unsupported: Vec<String>,
}

/// What becomes of a word of a command list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketCommand {
    /// It is one of those that Docker documents.
    Known,
    /// Docker says that the list does not know it.
    Unsupported,
    /// A group without its star, or a star behind something that is no group; how it is documented.
    OtherForm(String),
    /// It is none of them; the one that was probably meant.
    Unknown(Option<String>),
}

impl SocketCommands {
    pub(super) fn load() -> Self {
        toml::from_str(include_str!("socket-commands.toml"))
            .unwrap_or_else(|error| panic!("socket-commands.toml is broken: {error}"))
    }

    /// The words for groups, such as `container*`.
    pub fn groups(&self) -> impl Iterator<Item = String> {
        self.groups.iter().map(|group| format!("{group}*"))
    }

    /// What becomes of one word.
    pub fn judge(&self, word: &str) -> SocketCommand {
        let name = word.trim_end_matches('*');
        let all = || self.commands.iter().chain(&self.groups).map(String::as_str);
        let as_documented = |name: &str| {
            // `docker build` is a command and a group.
            let is_bare = name == "build" && !word.ends_with('*');
            let is_group = self.groups.iter().any(|group| group == name) && !is_bare;
            if is_group { format!("{name}*") } else { name.to_owned() }
        };
        if self.unsupported.iter().any(|known| known == name) {
            return SocketCommand::Unsupported;
        }
        match all().find(|known| *known == name).map(as_documented) {
            Some(documented) if documented == word => SocketCommand::Known,
            Some(documented) => SocketCommand::OtherForm(documented),
            None => SocketCommand::Unknown(nearest(name, all()).map(as_documented)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SocketCommand::{Known, OtherForm, Unknown, Unsupported};
    use crate::catalog::catalog;

    #[test]
    fn a_word_is_told_from_its_neighbours() {
        let meant = |word: &str| Unknown(Some(word.to_owned()));
        for (word, judged) in [
            ("push", Known),
            ("build", Known),
            ("build*", Known),
            ("container*", Known),
            ("container", OtherForm("container*".to_owned())),
            ("scout", Unsupported),
            ("compose*", Unsupported),
            ("pussh", meant("push")),
            ("push*", OtherForm("push".to_owned())),
            ("biuld*", meant("build*")),
            ("biuld", meant("build")),
            ("containers", meant("container*")),
            ("image**", OtherForm("image*".to_owned())),
            ("**", Unknown(None)),
            ("*", Unknown(None)),
            ("frobnicate", Unknown(None)),
        ] {
            assert_eq!(catalog().socket_commands().judge(word), judged, "{word}");
        }
    }

    #[test]
    fn no_word_is_both_known_and_not_supported() {
        let all = catalog().socket_commands();
        let known = || all.commands.iter().chain(&all.groups);
        assert!(all.unsupported.iter().all(|word| !known().any(|known| known == word)));
        assert!(known().all(|word| known().filter(|other| *other == word).count() == 1));
    }
}
