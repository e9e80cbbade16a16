// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions of one number that are doubles in Spark, whatever the number is.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::Result;
use datafusion::common::cast::as_float64_array;
use datafusion::logical_expr::{Expr, ScalarUDF};

use super::kernel::function;

const ONE: &[DataType] = &[DataType::Float64];

/// One function a line: its name and how it is computed.
macro_rules! numbers {
    ($($name:ident => $compute:expr;)+) => {
        pub(super) fn functions() -> Vec<ScalarUDF> {
            vec![$($name()),+, is_nan()]
        }

        $(
            pub(crate) fn $name() -> ScalarUDF {
                function(stringify!($name), &[ONE], DataType::Float64, |args| each(&args[0], $compute))
            }
        )+

    };
}

numbers! {
    // registry: sorted
    acos => f64::acos;
    acosh => f64::acosh;
    asin => f64::asin;
    asinh => f64::asinh;
    atan => f64::atan;
    atanh => f64::atanh;
    cbrt => f64::cbrt;
    cos => f64::cos;
    cosh => f64::cosh;
    degrees => f64::to_degrees;
    exp => f64::exp;
    radians => f64::to_radians;
    signum => |x| if x == 0.0 { x } else { x.signum() };
    sin => f64::sin;
    sinh => f64::sinh;
    sqrt => f64::sqrt;
    tan => f64::tan;
    tanh => f64::tanh;
    // registry: end
}

fn each(numbers: &ArrayRef, compute: fn(f64) -> f64) -> Result<ArrayRef> {
    let numbers = as_float64_array(numbers)?;
    Ok(Arc::new(numbers.unary::<_, Float64Type>(compute)))
}

/// Null is a number here.
fn is_nan() -> ScalarUDF {
    function("isnan", &[ONE], DataType::Boolean, |args| {
        let numbers = as_float64_array(&args[0])?;
        let flags = numbers.iter().map(|number| Some(number.is_some_and(f64::is_nan)));
        Ok(Arc::new(flags.collect::<BooleanArray>()))
    })
}

/// Whether the value is not a number.
pub(crate) fn isnan(number: Expr) -> Expr {
    is_nan().call(vec![number])
}
