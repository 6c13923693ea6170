//! Renderers of findings, one file each, all over the same [`Finding`](crate::finding::Finding).

mod json;
mod text;

pub use json::json;
pub use text::{summary, text};
