// SPDX-License-Identifier: MIT OR Apache-2.0
use firesteel_core::testing::check_decoder;

use super::*;

#[test]
fn names_and_objects_are_the_same() {
    for (name, _) in BY_NAME {
        let by_name = Initializer::from(*name);
        let by_object = Initializer::decode(&by_name.encode()).unwrap();
        let seed = Seed::new(3);
        assert_eq!(
            by_name.values(&[3, 4], seed).unwrap(),
            by_object.values(&[3, 4], seed).unwrap()
        );
    }
}

#[test]
fn unknown_names_are_refused() {
    let error = Initializer::from("glorot_unifrom").resolve().unwrap_err();
    assert!(error.is_unknown_name());
    assert!(error.to_string().contains("`glorot_uniform`"), "{error}");
}

#[test]
fn option_tables_hold() {
    for (_, decode) in BY_CLASS {
        check_decoder(decode, &[]).unwrap();
    }
}
