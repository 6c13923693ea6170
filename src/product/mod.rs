//! Products: each lowers a policy into a state, and no target knows which one it was.

pub(crate) mod containers_proxy;
pub mod docker_desktop;
pub(crate) mod docker_home;
