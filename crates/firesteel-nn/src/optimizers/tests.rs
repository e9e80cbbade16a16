// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;

#[test]
fn names_in_any_case_are_found() {
    for name in ["adam", "Adam", "SGD", "RMSprop"] {
        assert!(AnyOptimizer::from(name).resolve().is_ok(), "{name}");
    }
    let error = AnyOptimizer::from("adma").resolve().unwrap_err();
    assert!(error.to_string().contains("did you mean `adam`?"), "{error}");
}

#[test]
fn bad_options_are_refused() {
    let error = AnyOptimizer::from(Adam::new().beta_1(1.0)).resolve().unwrap_err();
    assert_eq!(error.to_string(), "Adam: `beta_1` must be below 1, got 1.0");
    let error = AnyOptimizer::from(SGD::new().clipnorm(0.0)).resolve().unwrap_err();
    assert_eq!(error.to_string(), "SGD: `clipnorm` must be above 0, got 0.0");
}

#[test]
fn configs_round_trip() {
    for (_, make) in BY_NAME {
        let mut optimizer = make();
        optimizer.set_learning_rate(0.25);
        optimizer.as_mut().as_mut().clipvalue = Some(3.0);
        let json = encode(optimizer.as_ref());
        let again = decode(&json).unwrap();
        assert_eq!(encode(again.as_ref()), json);
    }
}
