//! Blocks of base64 between `-----BEGIN …-----` and `-----END …-----`, with anything around them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// One block.
pub(super) struct Block<'a> {
    /// What it is said to hold, as in `PRIVATE KEY`.
    pub(super) label: &'a str,
    body: &'a str,
}

impl Block<'_> {
    /// What it holds; `None` when it is damaged or encrypted in the way that has a header.
    pub(super) fn der(&self) -> Option<Vec<u8>> {
        let base64: String = self.body.split_ascii_whitespace().collect();
        STANDARD.decode(base64).ok()
    }

    /// Whether what it holds is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.label.contains("ENCRYPTED") || self.body.contains("ENCRYPTED")
    }
}

/// All blocks of a file, in order; none when the file is not text.
pub(super) fn blocks(bytes: &[u8]) -> Vec<Block<'_>> {
    let mut rest = std::str::from_utf8(bytes).unwrap_or_default();
    let mut blocks = Vec::new();
    while let Some((_, begun)) = rest.split_once("-----BEGIN ")
        && let Some((label, after)) = begun.split_once("-----")
    {
        match after.split_once(&format!("-----END {label}-----")) {
            Some((body, after)) => {
                blocks.push(Block { label, body });
                rest = after;
            }
            None => rest = after,
        }
    }
    blocks
}
