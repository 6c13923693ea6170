//! Signed profiles: DER around a profile.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanchion_fuzz::import("signed.mobileconfig", bytes));
