//! Files as they were at a revision, asked of `git` without anything that could answer differently elsewhere.
//!
//! Only plumbing is used, by object name: no text conversion, filter, pager, hook or alias has a part in it. `GIT_*`
//! variables, which a hook sets, are not passed on, and objects that a partial clone lacks are not fetched.
#![expect(clippy::disallowed_methods, reason = "the binary may start git, and nothing but git")]

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use stanchion::manifest;

/// The tree of a repository at one revision.
#[derive(Debug)]
pub(crate) struct Revision<'a> {
    /// A folder in the work tree.
    folder: &'a Path,
    /// What the user called it.
    pub(crate) name: &'a str,
    /// The commit's object name.
    commit: String,
}

/// What a file was called that a revision does not have.
#[derive(Debug)]
pub(crate) enum Former {
    /// It had this path.
    Renamed(String),
    /// No file that is like it.
    New {
        /// The files that are there no more, and that no other file is like.
        gone: Vec<String>,
    },
}

impl<'a> Revision<'a> {
    /// Finds a revision in the repository that holds `folder`.
    pub(crate) fn find(folder: &'a Path, name: &'a str) -> io::Result<Self> {
        let inside = git(folder, &["rev-parse", "--is-inside-work-tree"])?;
        if !inside.status.success() {
            let folder = folder.display();
            return Err(io::Error::other(format!("{folder} is not in a Git repository: {}", complaint(&inside))));
        }
        not_of_a_submodule(folder, name)?;
        let wanted = format!("{name}^{{commit}}");
        // After --end-of-options a revision that begins with a hyphen is no option.
        let found = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        let commit = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        if !found.status.success() || commit.is_empty() || !commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(io::Error::other(format!(
                "Git knows no revision `{name}` here; in a shallow clone, fetch it first"
            )));
        }
        Ok(Self { folder, name, commit })
    }

    /// Where the repository has the folder: empty, or a path that ends in `/`.
    pub(crate) fn prefix(&self) -> io::Result<String> {
        let output = git(self.folder, &["rev-parse", "--show-prefix"])?;
        if !output.status.success() {
            return Err(io::Error::other(complaint(&output)));
        }
        let text = String::from_utf8(output.stdout).map_err(|_| io::Error::other("the folder's name is not UTF-8"))?;
        Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
    }

    /// The bytes of a file; the path counts from the root of the repository.
    pub(crate) fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let missing = |what: &str| io::Error::other(format!("{path} {what} at {}", self.name));
        if path.split('/').any(|part| part == "..") || path.starts_with('/') {
            return Err(io::Error::other(format!("{path} is outside the repository")));
        }
        let listed = git(self.folder, &["ls-tree", "-z", "-l", "--full-tree", &self.commit, "--", path])?;
        if !listed.status.success() {
            return Err(io::Error::other(complaint(&listed)));
        }
        // `<mode> <type> <object> <size>\t<path>\0`
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let Some((entry, _)) = listed.split_once('\t') else {
            self.not_in_a_submodule(path)?;
            let sentence = format!("{path} does not exist at {}", self.name);
            return Err(io::Error::new(io::ErrorKind::NotFound, sentence));
        };
        let fields: Vec<&str> = entry.split_ascii_whitespace().collect();
        let [mode, "blob", object, size] = fields[..] else { return Err(missing("is not a file")) };
        if mode == "120000" {
            return Err(missing("is a link, which is not followed,"));
        }
        if size.parse::<usize>().is_ok_and(|size| size > manifest::LARGEST) {
            return Err(missing("is too large"));
        }
        let blob = git(self.folder, &["cat-file", "blob", object])?;
        if blob.status.success() { Ok(blob.stdout) } else { Err(io::Error::other(complaint(&blob))) }
    }

    /// An error where a folder above the path is a submodule, of which the repository has nothing but a commit's name.
    fn not_in_a_submodule(&self, path: &str) -> io::Result<()> {
        for (end, _) in path.match_indices('/') {
            let folder = &path[..end];
            let listed = git(self.folder, &["ls-tree", "--full-tree", &self.commit, "--", folder])?;
            if listed.stdout.starts_with(b"160000 ") {
                return Err(io::Error::other(format!(
                    "{path} is in the submodule {folder}, of which this repository keeps no files; check out {} with its submodules in another folder, and name both policies: `stanchion diff OLD NEW`",
                    self.name
                )));
            }
        }
        Ok(())
    }

    /// What became of a file that the revision does not have: Git's index is asked, which holds what is committed or added.
    pub(crate) fn former(&self, path: &str) -> io::Result<Former> {
        const QUESTION: [&str; 9] = [
            "diff-index",
            "--cached",
            "-z",
            "--name-status",
            "--find-renames",
            "-l1000",
            "--diff-filter=RD",
            "--ignore-submodules",
            "--no-relative",
        ];
        let listed = git(self.folder, &[&QUESTION[..], &[&self.commit]].concat())?;
        if !listed.status.success() {
            return Err(io::Error::other(complaint(&listed)));
        }
        // `R<similarity>\0<old>\0<new>\0` or `D\0<old>\0`
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let mut words = listed.split_terminator('\0');
        let mut gone = Vec::new();
        while let (Some(status), Some(old)) = (words.next(), words.next()) {
            if !status.starts_with('R') {
                gone.push(old.to_owned());
            } else if words.next() == Some(path) {
                return Ok(Former::Renamed(old.to_owned()));
            }
        }
        Ok(Former::New { gone })
    }
}

/// An error where `folder` is in a submodule of the repository that holds the working directory: a revision has a meaning
/// in both, and not the same one.
fn not_of_a_submodule(folder: &Path, name: &str) -> io::Result<()> {
    let ask = |folder: &Path, question: &str| -> io::Result<Option<PathBuf>> {
        let output = git(folder, &["rev-parse", question])?;
        let path = String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned();
        Ok(Some(PathBuf::from(path)).filter(|path| output.status.success() && !path.as_os_str().is_empty()))
    };
    let Some(above) = ask(folder, "--show-superproject-working-tree")? else { return Ok(()) };
    let here = ask(Path::new("."), "--show-toplevel")?;
    let submodule = ask(folder, "--show-toplevel")?;
    let (Some(here), Some(submodule)) = (here, submodule) else { return Ok(()) };
    if !above.starts_with(&here) {
        return Ok(());
    }
    let place = submodule.strip_prefix(&above).unwrap_or(&submodule).display();
    Err(io::Error::other(format!(
        "{} is in the submodule {place}, where `{name}` is another commit than here; `git rev-parse {name}:{place}` prints the submodule's own: go into {place} and run `stanchion diff --base` there with that",
        folder.display()
    )))
}

fn git(folder: &Path, arguments: &[&str]) -> io::Result<Output> {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C").env("GIT_LITERAL_PATHSPECS", "1");
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
    command.args(["--no-pager", "--no-replace-objects", "--no-optional-locks", "-C"]).arg(folder).args(arguments);
    command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => io::Error::other("--base asks `git`, and there is none on the PATH"),
        _ => error,
    })
}

/// The first thing that git complained about.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let first = text.lines().next().unwrap_or("git failed without a word");
    first.trim_start_matches("fatal: ").to_owned()
}
