//! `admin-settings.json`, and the JSON of people.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanchion_fuzz::import("admin-settings.json", bytes));
