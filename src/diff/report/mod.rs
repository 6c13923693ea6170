//! Renderers of a difference, one file each, all over the same [`Diff`](super::Diff).

mod json;
mod markdown;
mod text;

pub use json::json;
pub use markdown::markdown;
pub use text::{stopped, text};
