//! Registration files.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanchion_fuzz::import("docker.reg", bytes));
