// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;

#[test]
fn every_available_set_is_found_by_its_name() {
    for isa in Isa::available() {
        assert_eq!(Isa::named(isa.name()).unwrap(), isa);
    }
}

#[test]
fn plain_rust_is_always_there_and_last() {
    assert_eq!(Isa::available().last(), Some(&Isa::portable()));
}

#[test]
fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
    let message = Isa::named("avx52").unwrap_err().to_string();
    assert!(message.contains(VARIABLE) && message.contains("did you mean"), "{message}");
}

#[test]
fn a_set_of_other_machines_is_an_error() {
    let other = if cfg!(target_arch = "x86_64") { "neon" } else { "avx2" };
    assert!(Isa::named(other).unwrap_err().to_string().contains("scalar"));
}
