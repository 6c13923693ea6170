//! Products: each lowers a policy into a state, and no target knows which one it was.

pub(crate) mod containers_proxy;
pub mod docker_desktop;
pub(crate) mod docker_home;

use crate::state::Product;

/// The product with this name in paths and identifiers.
pub fn find(slug: &str) -> Option<&'static Product> {
    [&docker_desktop::PRODUCT].into_iter().find(|product| product.slug == slug)
}
