//! What writing a bundle does to a folder, and what it must never do.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]
#![cfg(unix)]

mod example;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use stanchion::bundle::{Artifact, Bundle, MANIFEST, SUMS};
use stanchion::folder;
use stanchion::state::sha256;
use tempfile::TempDir;

fn bundle(files: &[(&str, &str)]) -> Bundle {
    let mut artifacts: Vec<Artifact> = files.iter().map(|(path, text)| Artifact::new(*path, *text, "")).collect();
    artifacts.push(Artifact::new(MANIFEST, "{\"stanchion\": 1}", ""));
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    let sums: String =
        artifacts.iter().map(|artifact| format!("{}  {}\n", sha256(&artifact.bytes), artifact.path)).collect();
    artifacts.push(Artifact::new(SUMS, sums, ""));
    Bundle { artifacts }
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).expect(path)
}

fn files(folder: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    example::walk(folder, &mut paths);
    let mut names: Vec<String> =
        paths.iter().map(|path| path.strip_prefix(folder).expect("inside").to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_second_build_touches_nothing() {
    let dir = TempDir::new().expect("a folder");
    let bundle = bundle(&[("a/b/c.txt", "one"), ("d.txt", "two")]);
    assert_eq!(folder::write(dir.path(), &bundle, false).expect("written").added.len(), 4);
    let before = fs::metadata(dir.path().join("a/b/c.txt")).expect("there").ino();
    assert!(folder::write(dir.path(), &bundle, false).expect("written").is_empty());
    assert_eq!(fs::metadata(dir.path().join("a/b/c.txt")).expect("there").ino(), before);
    assert!(folder::check(dir.path(), &bundle, false).expect("read").is_empty());
}

#[test]
fn what_left_the_bundle_goes_and_what_is_not_ours_stays() {
    let dir = TempDir::new().expect("a folder");
    let at = dir.path();
    folder::write(at, &bundle(&[("old/a.txt", "a"), ("old/b.txt", "b"), ("keep.txt", "k")]), false).expect("written");
    fs::write(at.join("old/b.txt"), "edited by hand").expect("written");
    fs::write(at.join("notes.md"), "somebody's own").expect("written");
    let changes = folder::write(at, &bundle(&[("keep.txt", "k")]), false).expect("written");
    assert_eq!((changes.removed, changes.kept), (vec!["old/a.txt".to_owned()], vec!["old/b.txt".to_owned()]));
    assert_eq!(files(at), [SUMS, "keep.txt", MANIFEST, "notes.md", "old/b.txt"]);
    assert_eq!(read(at, "old/b.txt"), "edited by hand");
}

#[test]
fn an_empty_folder_left_by_a_removal_goes_too() {
    let dir = TempDir::new().expect("a folder");
    folder::write(dir.path(), &bundle(&[("x/y/z.txt", "z")]), false).expect("written");
    folder::write(dir.path(), &bundle(&[]), false).expect("written");
    assert!(!dir.path().join("x").exists());
}

#[test]
fn somebody_elses_folder_is_refused() {
    let dir = TempDir::new().expect("a folder");
    fs::write(dir.path().join("thesis.tex"), "years of work").expect("written");
    let error = folder::write(dir.path(), &bundle(&[("a.txt", "a")]), false).expect_err("refused");
    assert!(error.to_string().contains("thesis.tex"), "{error}");
    assert_eq!(files(dir.path()), ["thesis.tex"]);
}

#[test]
fn a_release_folder_of_somebody_else_is_refused_and_kept() {
    let dir = TempDir::new().expect("a folder");
    fs::write(dir.path().join(MANIFEST), "{\"version\": 3}").expect("written");
    fs::write(dir.path().join("app.tar.gz"), "theirs").expect("written");
    let sums = format!("{}  app.tar.gz\n{}  {MANIFEST}\n", sha256(b"theirs"), sha256(b"{\"version\": 3}"));
    fs::write(dir.path().join(SUMS), sums).expect("written");
    folder::write(dir.path(), &bundle(&[("a.txt", "a")]), false).expect_err("refused");
    assert_eq!(files(dir.path()), [SUMS, "app.tar.gz", MANIFEST]);
}

#[test]
fn a_list_of_digests_cannot_name_files_outside() {
    let dir = TempDir::new().expect("a folder");
    let victim = dir.path().join("victim.txt");
    fs::write(&victim, "v").expect("written");
    let at = dir.path().join("dist");
    folder::write(&at, &bundle(&[]), false).expect("written");
    let digest = sha256(b"v");
    let sums = read(&at, SUMS)
        + &format!("{digest}  ../victim.txt\n{digest}  a/../../victim.txt\n{digest}  {}\n", victim.display());
    fs::write(at.join(SUMS), sums).expect("written");
    folder::write(&at, &bundle(&[("a.txt", "a")]), false).expect("written");
    assert_eq!(fs::read_to_string(victim).expect("still there"), "v");
}

/// Puts something in the way of a build.
type Plant<'a> = &'a dyn Fn(&Path);

#[test]
fn a_link_is_never_followed() {
    let outside = TempDir::new().expect("a folder");
    fs::write(outside.path().join("target.txt"), "theirs").expect("written");
    let cases: [(&str, Plant<'_>); 4] = [
        ("a linked file", &|at| symlink(outside.path().join("target.txt"), at.join("a/b.txt")).expect("linked")),
        ("a dangling link", &|at| symlink(outside.path().join("nothing"), at.join("a/b.txt")).expect("linked")),
        ("a linked folder", &|at| {
            fs::remove_dir(at.join("a")).expect("empty");
            symlink(outside.path(), at.join("a")).expect("linked");
        }),
        ("linked staging", &|at| symlink(outside.path(), at.join(".stanchion-staging")).expect("linked")),
    ];
    for (name, plant) in cases {
        let dir = TempDir::new().expect("a folder");
        folder::write(dir.path(), &bundle(&[("a/b.txt", "old")]), false).expect("written");
        fs::remove_file(dir.path().join("a/b.txt")).expect("there");
        plant(dir.path());
        let error = folder::write(dir.path(), &bundle(&[("a/b.txt", "ours")]), false).expect_err(name);
        assert!(error.to_string().contains("remove it"), "{name}: {error}");
        assert_eq!(files(outside.path()), ["target.txt"], "{name}");
        assert_eq!(read(outside.path(), "target.txt"), "theirs", "{name}");
    }
}

#[test]
fn a_linked_output_folder_is_refused() {
    let dir = TempDir::new().expect("a folder");
    fs::create_dir(dir.path().join("real")).expect("made");
    symlink(dir.path().join("real"), dir.path().join("dist")).expect("linked");
    let error = folder::write(&dir.path().join("dist"), &bundle(&[]), false).expect_err("refused");
    assert!(error.to_string().contains("not a plain folder"), "{error}");
    assert!(files(dir.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn two_builds_at_once_are_kept_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("dist");
    let (one, other) = (bundle(&[("a", "1"), ("b", "2")]), bundle(&[("a", "3"), ("c", "4")]));
    let refused = AtomicUsize::new(0);
    let watch = |_: &Path| {
        if at.exists() {
            let error = folder::write(&at, &other, false).expect_err("the first one is not done");
            assert!(error.to_string().contains("another build is writing into"), "{error}");
            refused.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    folder::write_watched(&at, &one, false, &watch).expect("written");
    assert!(refused.into_inner() > 3);
    assert!(folder::check(&at, &one, false).expect("readable").is_empty());
    folder::write(&at, &other, false).expect("the first one is done");
}

#[test]
fn what_an_interrupted_run_left_is_cleared() {
    let dir = TempDir::new().expect("a folder");
    fs::create_dir(dir.path().join(".stanchion-staging")).expect("made");
    fs::write(dir.path().join(".stanchion-staging/0"), "half a f").expect("written");
    folder::write(dir.path(), &bundle(&[("a.txt", "a")]), false).expect("written");
    assert_eq!(files(dir.path()), [SUMS, "a.txt", MANIFEST]);
}

/// Root ignores modes, so a full disk stands in: a file system of a few kilobytes is not to be had in a test, but a
/// path too long for one file fails in the same place, after others were staged.
#[test]
fn a_failure_while_staging_leaves_the_old_bundle_whole() {
    let dir = TempDir::new().expect("a folder");
    folder::write(dir.path(), &bundle(&[("a.txt", "old")]), false).expect("written");
    let too_long = "x".repeat(300);
    let next = bundle(&[("a.txt", "new"), (too_long.as_str(), "never")]);
    folder::write(dir.path(), &next, false).expect_err("the name is too long");
    assert_eq!(files(dir.path()), [SUMS, "a.txt", MANIFEST]);
    assert_eq!(read(dir.path(), "a.txt"), "old");
    assert!(folder::check(dir.path(), &bundle(&[("a.txt", "old")]), false).expect("read").is_empty());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let dir = TempDir::new().expect("a folder");
    let locked = dir.path().join("locked");
    fs::create_dir(&locked).expect("made");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("set");
    if fs::write(locked.join("probe"), "").is_ok() {
        return; // root may write anywhere; the command-line tests cover this as a user
    }
    let error = folder::write(&locked, &bundle(&[]), false).expect_err("refused");
    assert!(error.to_string().contains("locked"), "{error}");
}

#[test]
fn a_narrowed_build_does_not_replace_a_wider_one() {
    let dir = TempDir::new().expect("a folder");
    let wide = bundle(&[("pilot/a.txt", "a"), ("broad/a.txt", "a")]);
    folder::write(dir.path(), &wide, false).expect("written");
    let narrow = bundle(&[("pilot/a.txt", "a")]);
    let error = folder::write(dir.path(), &narrow, true).expect_err("refused");
    assert!(error.to_string().contains("wider bundle"), "{error}");
    assert!(folder::check(dir.path(), &wide, false).expect("read").is_empty());
    assert!(folder::check(dir.path(), &narrow, true).expect("read").is_empty());
}

#[test]
fn a_final_slash_does_not_make_a_link_a_folder() {
    let dir = TempDir::new().expect("a folder");
    fs::create_dir(dir.path().join("real")).expect("made");
    symlink(dir.path().join("real"), dir.path().join("dist")).expect("linked");
    for name in ["dist/", "dist//", "dist/."] {
        let error = folder::write(&dir.path().join(name), &bundle(&[]), false).expect_err(name);
        assert!(error.to_string().contains("not a plain folder"), "{name}: {error}");
        folder::check(&dir.path().join(name), &bundle(&[]), false).expect_err(name);
    }
    assert!(files(dir.path()).is_empty());
}

#[test]
fn somebody_elses_file_in_the_staging_folder_is_left_alone() {
    let dir = TempDir::new().expect("a folder");
    fs::create_dir(dir.path().join(".stanchion-staging")).expect("made");
    fs::write(dir.path().join(".stanchion-staging/thesis.tex"), "years of work").expect("written");
    let error = folder::write(dir.path(), &bundle(&[("a.txt", "a")]), false).expect_err("refused");
    assert!(error.to_string().contains("thesis.tex"), "{error}");
    assert_eq!(files(dir.path()), [".stanchion-staging/thesis.tex"]);
}

/// How a run ends before it is done.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Killed: nothing more happens, no clearing up either.
    Killed,
    /// One step fails, as when the disk is full for a moment.
    OneFailure,
    /// Every step from there on fails, as when the disk is gone.
    Gone,
}

/// Builds and stops before step `stop`; true if there were fewer steps.
fn build_until(at: &Path, bundle: &Bundle, stop: usize, end: End) -> bool {
    let steps = AtomicUsize::new(0);
    let watch = |_: &Path| {
        let now = steps.fetch_add(1, Ordering::SeqCst);
        match end {
            End::Killed if now >= stop => resume_unwind(Box::new("killed")),
            End::OneFailure if now == stop => Err(io::ErrorKind::StorageFull.into()),
            End::Gone if now >= stop => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
            _ => Ok(()),
        }
    };
    let ended = catch_unwind(AssertUnwindSafe(|| folder::write_watched(at, bundle, false, &watch)));
    let is_whole = steps.load(Ordering::SeqCst) <= stop;
    // What fails must say so; only clearing up may fail in silence, and the next run does that again.
    assert!(!is_whole || ended.is_ok_and(|written| written.is_ok()), "{end:?} at {stop}");
    is_whole
}

/// Every file with its text, and every empty folder.
fn tree(at: &Path) -> BTreeMap<String, String> {
    fn walk(at: &Path, name: &str, tree: &mut BTreeMap<String, String>) {
        let entries: Vec<_> = fs::read_dir(at).expect("readable").map(|entry| entry.expect("readable")).collect();
        if entries.is_empty() {
            tree.insert(format!("{name}/"), String::new());
        }
        for entry in entries {
            let name = format!("{name}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &name, tree);
            } else {
                tree.insert(name, fs::read_to_string(entry.path()).expect("text"));
            }
        }
    }
    let mut tree = BTreeMap::new();
    walk(at, "", &mut tree);
    tree
}

fn tree_of(bundle: &Bundle, others: &[(&str, &str)]) -> BTreeMap<String, String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    let ours = bundle.artifacts.iter().map(|artifact| (format!("/{}", artifact.path), text(&artifact.bytes)));
    ours.chain(others.iter().map(|(path, text)| (format!("/{path}"), (*text).to_owned()))).collect()
}

/// The bundles of three policies: a ring goes, a ring comes, a file changes.
fn generations() -> [Bundle; 3] {
    [
        bundle(&[("a/x/one.txt", "1"), ("a/x/two.txt", "2"), ("all.txt", "a")]),
        bundle(&[("a/x/two.txt", "2"), ("b/three.txt", "3"), ("all.txt", "b")]),
        bundle(&[("c/four.txt", "4"), ("all.txt", "c")]),
    ]
}

#[test]
fn a_first_run_may_stop_anywhere() {
    for end in [End::Killed, End::OneFailure, End::Gone] {
        for stop in 0.. {
            let dir = TempDir::new().expect("a folder");
            let at = &dir.path().join("dist");
            let [first, second, _] = generations();
            let is_whole = build_until(at, &first, stop, end);
            let is_there = at.exists() && tree(at) == tree_of(&first, &[]);
            let told = folder::check(at, &first, false).expect("readable");
            assert_eq!(told.is_empty(), is_there, "{end:?} at {stop}: {told:?}");
            folder::write(at, &second, false).unwrap_or_else(|error| panic!("{end:?} at {stop}: {error}"));
            assert_eq!(tree(at), tree_of(&second, &[]), "{end:?} at {stop}");
            if is_whole {
                break;
            }
        }
    }
}

/// Two runs that stop one after the other, each at every step, among files that are not ours.
#[test]
fn later_runs_may_stop_anywhere() {
    let others = [("notes.md", "somebody's own"), ("a/x/notes.md", "somebody's own"), ("a/x/one.txt", "edited")];
    for end in [End::Killed, End::OneFailure, End::Gone] {
        for stop in 0.. {
            let mut is_whole = false;
            // Being killed twice is tried at every pair of steps; the others differ only in how they clear up.
            let again = if matches!(end, End::Killed) { 0..=usize::MAX } else { stop..=stop };
            for stop_again in again {
                let dir = TempDir::new().expect("a folder");
                let at = dir.path();
                let [first, second, third] = generations();
                folder::write(at, &first, false).expect("written");
                for (path, text) in others {
                    fs::write(at.join(path), text).expect("written");
                }
                is_whole = build_until(at, &second, stop, end);
                let place = format!("{end:?} at {stop} and {stop_again}");
                let is_there = tree(at) == tree_of(&second, &others);
                let told = folder::check(at, &second, false).expect("readable");
                assert!(!is_there || told.is_empty() || told.kept == ["a/x/one.txt"], "{place}: {told:?}");
                assert!(is_there || !told.is_empty(), "{place}: {:?}", tree(at));
                let is_whole_again = build_until(at, &third, stop_again, end);
                folder::write(at, &second, false).unwrap_or_else(|error| panic!("{place}: {error}"));
                assert_eq!(tree(at), tree_of(&second, &others), "{place}");
                let told = folder::check(at, &second, false).expect("readable");
                assert!(told.is_empty(), "{place}: {told:?}");
                if is_whole_again {
                    break;
                }
            }
            if is_whole {
                break;
            }
        }
    }
}
