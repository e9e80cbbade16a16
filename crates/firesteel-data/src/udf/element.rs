// SPDX-License-Identifier: MIT OR Apache-2.0
//! Elements of arrays and maps: `array[0]`, `get`, `element_at`, `try_element_at`.

use datafusion::arrow::array::{Array, ArrayRef, AsArray as _, UInt32Array};
use datafusion::arrow::compute::kernels::cmp::eq;
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::utils::take_function_args;
use datafusion::common::{Result, plan_err};
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use firesteel_core::Error;

use super::fault;

/// How an element is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Asked {
    /// counted from 0; an error outside
    Index,
    /// counted from 0; null outside
    Get,
    /// counted from 1, or from the end; an error outside
    At,
    /// counted from 1, or from the end; null outside
    TryAt,
}

const FUNCTIONS: [(&str, Asked); 4] = [
    ("array_index", Asked::Index),
    ("get", Asked::Get),
    ("element_at", Asked::At),
    ("try_element_at", Asked::TryAt),
];

pub(super) fn functions() -> impl Iterator<Item = ScalarUDF> {
    FUNCTIONS.into_iter().map(|(name, asked)| function(name, asked))
}

fn function(name: &'static str, asked: Asked) -> ScalarUDF {
    let signature = Signature::user_defined(Volatility::Immutable);
    ScalarUDF::new_from_impl(Element { name, asked, signature })
}

/// `array[index]`.
pub(crate) fn index(array: Expr, index: Expr) -> Expr {
    function("array_index", Asked::Index).call(vec![array, index])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Element {
    name: &'static str,
    asked: Asked,
    signature: Signature,
}

impl ScalarUDFImpl for Element {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let [container, key] = take_function_args(self.name, types)?;
        match container {
            DataType::List(_) if key.is_integer() || key.is_null() => {
                Ok(vec![container.clone(), DataType::Int64])
            }
            DataType::Map(entries, _) => match entries.data_type() {
                DataType::Struct(fields) => {
                    Ok(vec![container.clone(), fields[0].data_type().clone()])
                }
                _ => plan_err!("{} got a map without keys", self.name),
            },
            _ => plan_err!(
                "{} takes an array and a whole number, or a map and a key; got {container} and {key}",
                self.name
            ),
        }
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types {
            [DataType::List(field), _] => Ok(field.data_type().clone()),
            [DataType::Map(entries, _), _] => match entries.data_type() {
                DataType::Struct(fields) => Ok(fields[1].data_type().clone()),
                _ => plan_err!("{} got a map without values", self.name),
            },
            _ => plan_err!("{} takes an array or a map", self.name),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let asked = self.asked;
        let element = move |args: &[ArrayRef]| match args[0].data_type() {
            DataType::Map(..) => value_of(&args[0], &args[1]),
            _ => element(&args[0], &args[1], asked),
        };
        make_scalar_function(element, Vec::new())(&args.args)
    }
}

fn element(arrays: &ArrayRef, positions: &ArrayRef, asked: Asked) -> Result<ArrayRef> {
    let lists = arrays.as_list::<i32>();
    let positions = positions.as_primitive::<Int64Type>();
    let place = |row: usize| -> Result<Option<u32>> {
        if lists.is_null(row) || positions.is_null(row) {
            return Ok(None);
        }
        let (start, end) = (lists.value_offsets()[row], lists.value_offsets()[row + 1]);
        let (start, end) = (start as usize, end as usize);
        let found = place_of(asked, positions.value(row), end - start).map_err(fault::carried)?;
        Ok(found.and_then(|place| u32::try_from(start + place).ok()))
    };
    let places = (0..lists.len()).map(place).collect::<Result<UInt32Array>>()?;
    Ok(take(lists.values(), &places, None)?)
}

/// Where in an array of some length the element stands; none for null.
fn place_of(asked: Asked, position: i64, length: usize) -> Result<Option<usize>, Error> {
    let from_zero = match asked {
        Asked::Index | Asked::Get => position,
        Asked::At | Asked::TryAt if position == 0 => return Err(fault::element_zero()),
        Asked::At | Asked::TryAt if position > 0 => position - 1,
        Asked::At | Asked::TryAt => position.saturating_add(length as i64),
    };
    let found = usize::try_from(from_zero).ok().filter(|place| *place < length);
    match (found, asked) {
        (None, Asked::Index) => Err(fault::no_such_index(position, length)),
        (None, Asked::At) => Err(fault::no_such_element(position, length)),
        (found, _) => Ok(found),
    }
}

/// The value of each row's key in its map, null where it has none.
fn value_of(maps: &ArrayRef, keys: &ArrayRef) -> Result<ArrayRef> {
    let maps = maps.as_map();
    let offsets = maps.value_offsets();
    let rows = (0..maps.len()).flat_map(|row| {
        std::iter::repeat_n(row as u32, (offsets[row + 1] - offsets[row]) as usize)
    });
    let asked = take(keys, &rows.collect::<UInt32Array>(), None)?;
    let first = offsets[0] as usize;
    let equal = eq(&maps.keys().slice(first, asked.len()), &asked)?;
    let place = |row: usize| {
        let mut entries = offsets[row] as usize..offsets[row + 1] as usize;
        let found = entries.find(|entry| {
            maps.is_valid(row) && equal.is_valid(entry - first) && equal.value(entry - first)
        });
        found.and_then(|entry| u32::try_from(entry).ok())
    };
    let places = (0..maps.len()).map(place).collect::<UInt32Array>();
    Ok(take(maps.values(), &places, None)?)
}
