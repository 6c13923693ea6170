//! Products: each lowers a policy into a state, and no target knows which one it was.

pub mod docker_desktop;
