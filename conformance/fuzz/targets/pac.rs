//! Proxy scripts that people wrote.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanchion_fuzz::pac(bytes));
