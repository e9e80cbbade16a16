// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions on numbers.

use datafusion::logical_expr::{Expr, lit};
use datafusion_spark::expr_fn as spark;

use crate::ColumnOrName;
use crate::udf::logarithm;
use crate::udf::number;

/// The functions of one number under their names, as what a table of functions takes.
mod own {
    use super::{Expr, number};

    macro_rules! of_one {
        ($($name:ident),+) => {
            $(
                pub(super) fn $name(value: Expr) -> Expr {
                    number::$name().call(vec![value])
                }
            )+
        };
    }

    of_one!(
        acos, asin, atan, cbrt, cos, cosh, degrees, exp, radians, signum, sin, sinh, sqrt, tan,
        tanh
    );
}

column_functions! {
    /// The value without its sign.
    abs(column) => spark::abs;
    /// The inverse cosine, in radians.
    acos(column) => own::acos;
    /// The inverse sine, in radians.
    asin(column) => own::asin;
    /// The inverse tangent, in radians.
    atan(column) => own::atan;
    /// The angle of the point `(x, y)`, in radians.
    atan2(y, x) => spark::atan2;
    /// The cube root.
    cbrt(column) => own::cbrt;
    /// The smallest whole number that is not below.
    ceil(column) => spark::ceil;
    /// The cosine of an angle in radians.
    cos(column) => own::cos;
    /// The hyperbolic cosine.
    cosh(column) => own::cosh;
    /// An angle in radians as degrees.
    degrees(column) => own::degrees;
    /// `e` to this power.
    exp(column) => own::exp;
    /// The largest whole number that is not above.
    floor(column) => spark::floor;
    /// The natural logarithm; null for numbers that are not above 0.
    log(column) => logarithm::ln;
    /// The logarithm to base 2.
    log2(column) => logarithm::log2;
    /// The logarithm to base 10.
    log10(column) => logarithm::log10;
    /// The first column to the power of the second.
    pow(base, exponent) => spark::pow;
    /// An angle in degrees as radians.
    radians(column) => own::radians;
    /// -1, 0 or 1.
    signum(column) => own::signum;
    /// The sine of an angle in radians.
    sin(column) => own::sin;
    /// The hyperbolic sine.
    sinh(column) => own::sinh;
    /// The square root; of a negative number NaN.
    sqrt(column) => own::sqrt;
    /// The tangent of an angle in radians.
    tan(column) => own::tan;
    /// The hyperbolic tangent.
    tanh(column) => own::tanh;
}

/// The value rounded to so many decimals, halves away from zero.
pub fn round(column: impl Into<ColumnOrName>, decimals: i32) -> Expr {
    spark::round(column.into().into_expr(), lit(decimals))
}
