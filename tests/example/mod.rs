//! The example policies: `profiles/northwind.toml` and everything in `tests/policies/`.
#![allow(dead_code, reason = "each test uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};

use stanchion::policy::{self, Reading};
use stanchion::resolve::{Plan, resolve};
use stanchion::rule;

/// One example policy.
pub(crate) struct Example(pub(crate) PathBuf);

/// All of them, by name.
pub(crate) fn all() -> Vec<Example> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(root.join("tests/policies")).expect("the policies are there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.push(root.join("profiles/northwind.toml"));
    paths.sort();
    paths.into_iter().map(Example).collect()
}

impl Example {
    /// Its file's stem.
    pub(crate) fn name(&self) -> String {
        self.0.file_stem().expect("a file").to_string_lossy().into_owned()
    }

    /// What `build` reads.
    pub(crate) fn read(&self) -> Reading {
        let bytes = fs::read(&self.0).expect("readable");
        let mut reading = policy::read(&format!("{}.toml", self.name()), &bytes, &|name| fs::read(name));
        rule::check(&mut reading, None);
        reading
    }

    /// The plan of the policy, in which there is no error.
    pub(crate) fn plan(&self) -> Plan {
        let reading = self.read();
        let errors: Vec<_> = reading.findings.iter().filter(|finding| finding.is_error()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", self.name());
        resolve(&reading.policy.expect("a policy without errors"))
    }
}

/// Every file below a folder.
pub(crate) fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

/// A policy text around some settings, complete enough to build.
pub(crate) fn minimal(rest: &str) -> String {
    format!(
        "[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\noldest-version = \"4.86.0\"\n[sign-in]\norganizations = [\"contoso\"]\n{rest}"
    )
}
