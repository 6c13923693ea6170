//! `Registry.pol`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanchion_fuzz::import("Machine/Registry.pol", bytes));
