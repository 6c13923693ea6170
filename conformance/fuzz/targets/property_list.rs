//! Property lists, as XML and binary.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanchion_fuzz::import("com.docker.config.plist", bytes));
