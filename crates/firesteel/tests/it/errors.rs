// SPDX-License-Identifier: MIT OR Apache-2.0
//! One message of every kind of error, as a user meets it: a change of wording is a change of `errors.txt`.
//!
//! A message says where, what was expected, what was given, and how to go on.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::TcpListener;
use std::path::Path;

use firesteel::prelude::*;
use firesteel::{ErrorKind, err};
use ndarray::Array2;

const EXPECTED: &str = include_str!("errors.txt");

type Case = fn(&Path) -> Result<()>;

/// Ways to meet each kind, in the order of kinds.
const CASES: &[Case] = &[
    |_| Dense::new(0).call(Input::new([4]).tensor()).map(drop),
    |_| Dense::new(3).activation("rleu").call(Input::new([4]).tensor()).map(drop),
    |_| network().predict(&Array2::<f32>::zeros((2, 5)), Predict::new().verbose(0)).map(drop),
    |_| numbers()?.first()?.map_or(Ok(()), |row| row.get_str("id").map(drop)),
    |_| {
        network()
            .fit((&Array2::<f32>::zeros((2, 4)), &Array2::<f32>::zeros((2, 1))), Fit::new())
            .map(drop)
    },
    |_| numbers()?.select(["idd"]).map(drop),
    |folder| load_model(folder.join("a.csv")).map(drop),
    |folder| load_model(folder.join("missing.keras")).map(drop),
    |_| numbers()?.sample(true, 0.5, 7).map(drop),
    |_| Session::builder().remote(format!("df://{}", nobody())).build().map(drop),
    |_| Session::builder().build()?.sql("SELECT arrow_cast(1, 'Nonsense')").map(drop),
    |_| Err(err::internal("the weights of layer `dense` are gone")),
];

fn network() -> Model {
    Sequential::from(layers![Input::new([4]), Dense::new(1)]).into_model()
}

fn numbers() -> Result<DataFrame> {
    Ok(Session::builder().build()?.range(0, 3))
}

/// An address at which nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// The message with names in the place of what differs from run to run and from system to system.
fn stable(message: &str, folder: &Path) -> String {
    let message = message.replace(&folder.display().to_string(), "FOLDER");
    let mut words = message.split(' ').map(|word| match word.strip_prefix("127.0.0.1:") {
        Some(_) => "HOST:PORT:",
        None => word,
    });
    let before = words.by_ref().take_while(|word| *word != "(os").collect::<Vec<_>>().join(" ");
    // of `(os error 111); start ..`
    let after = words.collect::<Vec<_>>().join(" ");
    match after.split_once(')') {
        Some((_, rest)) => before + rest,
        None => before,
    }
}

#[test]
fn every_kind_has_a_message_that_helps() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), "1,2\n").unwrap();
    let met = |(number, case): (usize, &Case)| match case(folder.path()) {
        Err(error) => error,
        Ok(()) => panic!("case {number} meets no error"),
    };
    let errors: Vec<Error> = CASES.iter().enumerate().map(met).collect();
    let text: String = errors
        .iter()
        .map(|error| format!("{:?}: {}\n", error.kind(), stable(&error.to_string(), folder.path())))
        .collect();
    assert_eq!(text, EXPECTED, "\n{text}");
    let mut kinds: Vec<ErrorKind> = errors.iter().map(Error::kind).collect();
    kinds.dedup();
    assert_eq!(kinds, ErrorKind::ALL);
    for error in &errors {
        let ways = ["; ", " must be ", ", expected "];
        let helps = ways.iter().any(|way| error.to_string().contains(way));
        assert!(helps, "{error}");
    }
}

#[test]
fn the_settings_of_a_cluster_are_checked() {
    let builder = Session::builder().remote(format!("df://{}", nobody())).reruns(1);
    assert!(builder.clone().build().unwrap_err().is_remote());
    let error = builder.grace(std::time::Duration::MAX).build().unwrap_err();
    let expected = "ClusterOptions: `grace` must be at most 31622400, got ";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn settings_of_a_cluster_need_a_cluster() {
    let minute = std::time::Duration::from_secs(60);
    let builder = Session::builder;
    for (name, builder) in [
        ("grace", builder().grace(minute)),
        ("reruns", builder().reruns(1)),
        ("deadline", builder().deadline(minute)),
    ] {
        let error = builder.build().unwrap_err();
        let expected = format!("Session: `{name}` must be left out without `remote`, ");
        assert!(error.is_invalid_argument() && error.to_string().starts_with(&expected), "{error}");
    }
}
