//! The golden tree: what every example policy becomes, byte for byte, in `snapshots/<policy>/`.
//!
//! Each folder is a bundle as `stanchion build` writes it, so a reviewer sees what an administrator gets, and its
//! `SHA256SUMS` is the line per file that no editor can soften. To accept a change:
//! `UPDATE_SNAPSHOTS=1 cargo test --test golden`, then read the diff.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod example;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use stanchion::bundle::{Bundle, Selection, build};
use stanchion::folder;
use stanchion::format::utf16;
use stanchion::target::TARGETS;

fn snapshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots")
}

fn bundle_of(policy: &example::Example) -> Bundle {
    let targets = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    build(&policy.plan(), &Selection { targets, ..Selection::default() })
}

#[test]
fn the_golden_tree_is_what_the_policies_become() {
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut differences = Vec::new();
    for policy in example::all() {
        let (bundle, folder) = (bundle_of(&policy), snapshots().join(policy.name()));
        if update {
            folder::write(&folder, &bundle, false).expect("the golden tree is writable");
        }
        let changes = folder::check(&folder, &bundle, false).expect("the golden tree is readable");
        if !changes.is_empty() {
            differences.push(format!("{}: {changes:#?}", policy.name()));
        }
    }
    assert!(differences.is_empty(), "{}\nUPDATE_SNAPSHOTS=1 cargo test --test golden", differences.join("\n"));
    assert_eq!(strangers(), BTreeSet::new(), "files under snapshots/ that no policy makes");
}

/// Files of the golden tree that no policy makes any more.
fn strangers() -> BTreeSet<PathBuf> {
    let mut found = Vec::new();
    example::walk(&snapshots(), &mut found);
    let made = example::all().into_iter().flat_map(|policy| {
        let folder = snapshots().join(policy.name());
        bundle_of(&policy).artifacts.into_iter().map(move |artifact| folder.join(artifact.path))
    });
    let made: BTreeSet<PathBuf> = made.collect();
    found.into_iter().filter(|path| !made.contains(path)).collect()
}

/// A reviewer cannot read UTF-16 in a diff, so its text is kept beside the bytes.
#[test]
fn utf16_artifacts_are_readable() {
    for policy in example::all() {
        let mut text = String::new();
        for artifact in bundle_of(&policy).artifacts {
            if let Some(units) = artifact.bytes.strip_prefix(&utf16::BYTE_ORDER_MARK) {
                let decoded = utf16::decode(units).expect("UTF-16").replace("\r\n", "\n");
                text.extend(["== ", artifact.path.as_str(), "\n", decoded.as_str(), "\n"]);
            }
        }
        if text.is_empty() {
            continue;
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("utf16-{}", policy.name()), text);
        });
    }
}

/// An administrator must find a tool once, and every departure that is built in.
#[test]
fn the_readme_has_each_heading_once_and_every_exception() {
    for policy in example::all() {
        let plan = policy.plan();
        let bundle = bundle_of(&policy);
        let readme = bundle.artifacts.iter().find(|artifact| artifact.path == "README.md").expect("a README");
        let readme = std::str::from_utf8(&readme.bytes).expect("text");
        for section in readme.split("\n## ") {
            let headings: Vec<&str> = section.lines().filter(|line| line.starts_with("### ")).collect();
            let once: BTreeSet<&str> = headings.iter().copied().collect();
            assert_eq!(headings.len(), once.len(), "{}: {headings:?}", policy.name());
            let bullets: Vec<&str> = section.lines().filter(|line| line.starts_with("* ")).collect();
            let once: BTreeSet<&str> = bullets.iter().copied().collect();
            assert_eq!(bullets.len(), once.len(), "{}: {bullets:?}", policy.name());
        }
        for exception in &plan.exceptions {
            let row = readme.lines().find(|line| line.contains(&format!("| {} |", exception.id.value)));
            let row = row.unwrap_or_else(|| panic!("{}: {} is not named", policy.name(), exception.id.value));
            assert!(row.contains(&exception.expires.value.to_string()), "{row}");
            for said in exception.assignments.iter().filter(|said| !said.setting.key.ends_with(".locked")) {
                assert!(row.contains(&said.setting.key), "{row}");
            }
        }
    }
}

#[test]
fn two_builds_are_the_same_bytes() {
    for policy in example::all() {
        assert_eq!(bundle_of(&policy).artifacts, bundle_of(&policy).artifacts);
    }
}
