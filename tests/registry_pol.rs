//! Every `Registry.pol` of the golden tree, read and written again by a crate that nobody here wrote.
#![allow(clippy::disallowed_methods, reason = "a test may touch the world")]

mod example;

use std::path::Path;

#[test]
fn an_independent_crate_reads_registry_pol_and_writes_the_same_bytes() {
    let mut files = Vec::new();
    example::walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots"), &mut files);
    let policies: Vec<_> =
        files.iter().filter(|path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("pol"))).collect();
    assert!(policies.len() > 2, "the golden tree has Registry.pol files");
    for path in policies {
        let bytes = std::fs::read(path).expect("readable");
        let file = preg::PolicyFile::parse(&bytes).unwrap_or_else(|error| panic!("{}: {error:?}", path.display()));
        assert_eq!(file.to_bytes(), bytes, "{}", path.display());
        let mut broken = bytes.clone();
        broken[0] ^= 1;
        assert!(preg::PolicyFile::parse(&broken).is_err(), "a reader that accepts anything proves nothing");
    }
}
