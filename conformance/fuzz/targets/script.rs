//! Scripts that carry our files.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanchion_fuzz::import("install.sh", bytes));
