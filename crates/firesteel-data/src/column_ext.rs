// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ColumnExt`: the methods of Spark's `Column` that the engine's `Expr` lacks.

use datafusion::common::Column;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::functions::string;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, SortExpr, lit};
use datafusion_spark::expr_fn::substring;
use firesteel_core::Result;

use crate::spark_name::spark_name;
use crate::type_name;

/// Methods on column expressions, under their PySpark names.
///
/// # Examples
/// ```
/// use firesteel_data::ColumnExt as _;
/// use firesteel_data::functions::col;
///
/// let newest_first = col("year").desc();
/// let text = col("year").cast("string")?;
/// # Ok::<(), firesteel_core::Error>(())
/// ```
pub trait ColumnExt: Sized {
    /// Sorts ascending, nulls first.
    fn asc(self) -> SortExpr;
    /// Sorts ascending, nulls last.
    fn asc_nulls_last(self) -> SortExpr;
    /// Sorts descending, nulls last.
    fn desc(self) -> SortExpr;
    /// Sorts descending, nulls first.
    fn desc_nulls_first(self) -> SortExpr;
    /// The value as another type: `int`, `double`, `string`, `decimal(10,2)`.
    ///
    /// # Errors
    /// `UnknownName` for a type that is not known.
    fn cast(self, type_name: &str) -> Result<Expr>;
    /// Whether the text contains another.
    fn contains(self, part: &str) -> Expr;
    /// Whether the text starts with another.
    fn startswith(self, part: &str) -> Expr;
    /// Whether the text ends with another.
    fn endswith(self, part: &str) -> Expr;
    /// Whether the text fits a regular expression.
    fn rlike(self, pattern: &str) -> Expr;
    /// So many characters from a position on, counted from 1, or from the end if it is below 0.
    fn substr(self, position: i64, length: i64) -> Expr;
    /// Whether the value is one of these.
    fn isin(self, values: impl IntoIterator<Item = impl datafusion::logical_expr::Literal>)
    -> Expr;
    /// Equality under which two nulls are equal.
    fn eq_null_safe(self, other: Expr) -> Expr;
    /// A field of a struct.
    fn get_field(self, name: &str) -> Expr;
}

impl ColumnExt for Expr {
    fn asc(self) -> SortExpr {
        SortExpr::new(self, true, true)
    }

    fn asc_nulls_last(self) -> SortExpr {
        SortExpr::new(self, true, false)
    }

    fn desc(self) -> SortExpr {
        SortExpr::new(self, false, false)
    }

    fn desc_nulls_first(self) -> SortExpr {
        SortExpr::new(self, false, true)
    }

    fn cast(self, type_name: &str) -> Result<Expr> {
        Ok(datafusion::logical_expr::cast(self, type_name::parse(type_name)?))
    }

    fn contains(self, part: &str) -> Expr {
        string::expr_fn::contains(self, lit(part))
    }

    fn startswith(self, part: &str) -> Expr {
        string::expr_fn::starts_with(self, lit(part))
    }

    fn endswith(self, part: &str) -> Expr {
        string::expr_fn::ends_with(self, lit(part))
    }

    fn rlike(self, pattern: &str) -> Expr {
        binary(self, Operator::RegexMatch, lit(pattern))
    }

    fn substr(self, position: i64, length: i64) -> Expr {
        let name = format!("substr({}, {position}, {length})", spark_name(&self));
        substring(self, lit(position), lit(length)).alias(name)
    }

    fn isin(
        self,
        values: impl IntoIterator<Item = impl datafusion::logical_expr::Literal>,
    ) -> Expr {
        let values = values.into_iter().map(|value| value.lit()).collect();
        Expr::InList(InList::new(Box::new(self), values, false))
    }

    fn eq_null_safe(self, other: Expr) -> Expr {
        binary(self, Operator::IsNotDistinctFrom, other)
    }

    fn get_field(self, name: &str) -> Expr {
        match self {
            // resolved with the table, where case does not matter
            Expr::Column(Column { relation: None, name: base, .. }) => {
                Expr::Column(Column::new(Some(base), name))
            }
            other => get_field(other, name),
        }
    }
}

fn binary(left: Expr, op: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}
