// SPDX-License-Identifier: MIT OR Apache-2.0
//! Logarithms: to base `e` unless a base is given, and null for numbers that have none.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::Result;
use datafusion::common::cast::as_float64_array;
use datafusion::logical_expr::{Expr, ScalarUDF};

use super::kernel::function;

const ONE: &[DataType] = &[DataType::Float64];
const TWO: &[DataType] = &[DataType::Float64, DataType::Float64];

pub(super) fn functions() -> [ScalarUDF; 5] {
    let double = DataType::Float64;
    [
        function("ln", &[ONE], double.clone(), |args| above(0.0, &args[0], f64::ln)),
        function("log", &[ONE, TWO], double.clone(), log),
        function("log10", &[ONE], double.clone(), |args| above(0.0, &args[0], f64::log10)),
        function("log1p", &[ONE], double.clone(), |args| above(-1.0, &args[0], f64::ln_1p)),
        function("log2", &[ONE], double, |args| {
            above(0.0, &args[0], |x| x.ln() / std::f64::consts::LN_2)
        }),
    ]
}

pub(crate) fn ln(number: Expr) -> Expr {
    let [ln, ..] = functions();
    ln.call(vec![number])
}

pub(crate) fn log10(number: Expr) -> Expr {
    let [.., log10, _, _] = functions();
    log10.call(vec![number])
}

pub(crate) fn log2(number: Expr) -> Expr {
    let [.., log2] = functions();
    log2.call(vec![number])
}

/// The function of every number, and null of those that are not above a limit.
fn above(limit: f64, numbers: &ArrayRef, function: fn(f64) -> f64) -> Result<ArrayRef> {
    let numbers = as_float64_array(numbers)?;
    let values =
        numbers.unary_opt::<_, Float64Type>(|x| (x > limit || x.is_nan()).then(|| function(x)));
    Ok(Arc::new(values))
}

/// `log(x)`, `log(base, x)`.
fn log(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [base, numbers] = args else { return above(0.0, &args[0], f64::ln) };
    let (base, numbers) = (as_float64_array(base)?, as_float64_array(numbers)?);
    let value = |(base, x): (Option<f64>, Option<f64>)| {
        let (base, x) = (base?, x?);
        (base > 0.0 && x > 0.0).then(|| x.ln() / base.ln())
    };
    Ok(Arc::new(base.iter().zip(numbers).map(value).collect::<Float64Array>()))
}
