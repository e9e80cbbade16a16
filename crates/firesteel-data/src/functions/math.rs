// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions on numbers.

use datafusion::functions::math::expr_fn;
use datafusion::logical_expr::{Expr, lit};
use datafusion_spark::expr_fn as spark;

use crate::ColumnOrName;
use crate::udf::logarithm;

column_functions! {
    /// The value without its sign.
    abs(column) => spark::abs;
    /// The inverse cosine, in radians.
    acos(column) => expr_fn::acos;
    /// The inverse sine, in radians.
    asin(column) => expr_fn::asin;
    /// The inverse tangent, in radians.
    atan(column) => expr_fn::atan;
    /// The angle of the point `(x, y)`, in radians.
    atan2(y, x) => spark::atan2;
    /// The cube root.
    cbrt(column) => expr_fn::cbrt;
    /// The smallest whole number that is not below.
    ceil(column) => spark::ceil;
    /// The cosine of an angle in radians.
    cos(column) => expr_fn::cos;
    /// The hyperbolic cosine.
    cosh(column) => expr_fn::cosh;
    /// An angle in radians as degrees.
    degrees(column) => expr_fn::degrees;
    /// `e` to this power.
    exp(column) => expr_fn::exp;
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
    radians(column) => expr_fn::radians;
    /// -1, 0 or 1.
    signum(column) => expr_fn::signum;
    /// The sine of an angle in radians.
    sin(column) => expr_fn::sin;
    /// The hyperbolic sine.
    sinh(column) => expr_fn::sinh;
    /// The square root; of a negative number NaN.
    sqrt(column) => expr_fn::sqrt;
    /// The tangent of an angle in radians.
    tan(column) => expr_fn::tan;
    /// The hyperbolic tangent.
    tanh(column) => expr_fn::tanh;
}

/// The value rounded to so many decimals, halves away from zero.
pub fn round(column: impl Into<ColumnOrName>, decimals: i32) -> Expr {
    spark::round(column.into().into_expr(), lit(decimals))
}
