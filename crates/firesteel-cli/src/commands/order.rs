// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which array is which input or output of a model: by name where an `.npz` has the model's names, else by position.

use firesteel::{Error, Result, err};
use ndarray::ArrayD;

use crate::arrays::Named;

/// How arrays find their places.
enum Match {
    ByName,
    ByPosition,
    /// Some names are the model's and some are not, and nobody knows what was meant.
    Unclear,
}

/// The arrays of an option, in the order of the model's inputs or outputs.
///
/// # Errors
/// `InvalidArgument` when only some of the arrays have names of the model.
pub(crate) fn in_order(
    command: &str,
    option: &str,
    mut arrays: Vec<Named>,
    wanted: &[String],
) -> Result<Vec<ArrayD<f32>>> {
    match find(&arrays, wanted) {
        Match::ByName => arrays
            .sort_by_key(|array| wanted.iter().position(|name| array.name.as_ref() == Some(name))),
        Match::ByPosition => {}
        Match::Unclear => return Err(unclear(command, option, &arrays, wanted)),
    }
    Ok(arrays.into_iter().map(|named| named.array).collect())
}

fn find(arrays: &[Named], wanted: &[String]) -> Match {
    let given: Option<Vec<&str>> = arrays.iter().map(|array| array.name.as_deref()).collect();
    // who lists single arrays has put them in order
    let Some(mut given) = given else { return Match::ByPosition };
    let mut wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    given.sort_unstable();
    wanted.sort_unstable();
    if given == wanted {
        return Match::ByName;
    }
    let one_for_one = given.len() == 1 && wanted.len() == 1;
    let foreign = given.iter().all(|name| is_numbered(name) || !wanted.contains(name));
    if one_for_one || foreign { Match::ByPosition } else { Match::Unclear }
}

/// Whether a name is one that NumPy gives to an array without a name.
fn is_numbered(name: &str) -> bool {
    name.strip_prefix("arr_").is_some_and(|number| number.parse::<usize>().is_ok())
}

fn unclear(command: &str, option: &str, arrays: &[Named], wanted: &[String]) -> Error {
    let list = |names: Vec<&str>| format!("`{}`", names.join("`, `"));
    let given = arrays.iter().filter_map(|array| array.name.as_deref()).collect();
    err::invalid_argument(command, option)
        .expected(format!("arrays named {}", list(wanted.iter().map(String::as_str).collect())))
        .got(list(given))
        .fix(format!(
            "rename them, or take single ones with `{option} FILE.npz:NAME`, in the model's order"
        ))
}
