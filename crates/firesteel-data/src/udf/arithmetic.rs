// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sums, differences, products, quotients and remainders that stop the query where there is none.
//!
//! The engine's own operators let whole numbers wrap around, and divide numbers with a point by zero.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray as _, Datum, new_null_array};
use datafusion::arrow::compute::concat;
use datafusion::arrow::compute::kernels::numeric::{add, div, mul, rem, sub};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float32Type, Float64Type};
use datafusion::arrow::error::ArrowError;
use datafusion::common::{Result, plan_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::type_coercion::binary::BinaryTypeCoercer;
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};
use datafusion::physical_expr_common::datum::apply;

use super::fault;
use crate::type_name;

/// The operators, the function that each becomes, and the one that gives null instead of an error.
const FUNCTIONS: &[(Operator, &str, Option<&str>)] = &[
    (Operator::Plus, "checked_add", Some("try_add")),
    (Operator::Minus, "checked_subtract", Some("try_subtract")),
    (Operator::Multiply, "checked_multiply", Some("try_multiply")),
    (Operator::Divide, "checked_divide", None),
    (Operator::Modulo, "checked_remainder", None),
];

pub(super) fn functions() -> Vec<ScalarUDF> {
    let both = FUNCTIONS.iter().flat_map(|(op, name, tolerant)| {
        let checked = Checked::new(*op, name, false);
        std::iter::once(checked).chain(tolerant.map(|name| Checked::new(*op, name, true)))
    });
    both.map(ScalarUDF::new_from_impl).collect()
}

/// `left op right`, which fails for values that have no result.
pub(crate) fn checked(left: Expr, op: Operator, right: Expr) -> Expr {
    match FUNCTIONS.iter().find(|(known, ..)| *known == op) {
        Some((_, name, _)) => {
            ScalarUDF::new_from_impl(Checked::new(op, name, false)).call(vec![left, right])
        }
        None => datafusion::logical_expr::binary_expr(left, op, right),
    }
}

/// Whether a function of this name stops at some values.
pub(crate) fn is_checked(name: &str) -> bool {
    FUNCTIONS.iter().any(|(_, known, _)| *known == name)
}

/// One operator on two columns.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    op: Operator,
    name: &'static str,
    /// whether there is null where there would be an error
    tolerant: bool,
    signature: Signature,
}

impl Checked {
    fn new(op: Operator, name: &'static str, tolerant: bool) -> Self {
        Self { op, name, tolerant, signature: Signature::user_defined(Volatility::Immutable) }
    }

    fn compute(&self, left: &dyn Datum, right: &dyn Datum) -> Result<ArrayRef, ArrowError> {
        match self.op {
            Operator::Plus => add(left, right),
            Operator::Minus => sub(left, right),
            Operator::Multiply => mul(left, right),
            Operator::Divide => div(left, right).and_then(|all| without_zero(right, all)),
            _ => rem(left, right).and_then(|all| without_zero(right, all)),
        }
    }

    /// The engine's error as Spark has it.
    fn fault(&self, error: ArrowError, data_type: &DataType) -> DataFusionError {
        let what = match (&error, self.op) {
            (ArrowError::DivideByZero, Operator::Modulo) => {
                return fault::carried(fault::remainder_by_zero());
            }
            (ArrowError::DivideByZero, _) => return fault::carried(fault::divide_by_zero()),
            (ArrowError::ArithmeticOverflow(text), _) => text,
            _ => return error.into(),
        };
        let tolerant = FUNCTIONS.iter().find(|(op, ..)| *op == self.op);
        let tolerant = tolerant.and_then(|(.., tolerant)| *tolerant);
        fault::carried(fault::overflow(what, &type_name::short(data_type), tolerant))
    }

    /// Row by row, null where there is no result.
    fn tolerantly(&self, args: &[ColumnarValue], result: &DataType) -> Result<ColumnarValue> {
        let args = ColumnarValue::values_to_arrays(args)?;
        let value = |row: usize| {
            let sum = self.compute(&args[0].slice(row, 1), &args[1].slice(row, 1));
            sum.unwrap_or_else(|_| new_null_array(result, 1))
        };
        let values: Vec<ArrayRef> = (0..args[0].len()).map(value).collect();
        let values: Vec<&dyn Array> = values.iter().map(AsRef::as_ref).collect();
        Ok(ColumnarValue::Array(concat(&values)?))
    }
}

/// The quotients, unless a number with a point was divided by zero.
fn without_zero(divisors: &dyn Datum, all: ArrayRef) -> Result<ArrayRef, ArrowError> {
    let (divisors, scalar) = divisors.get();
    let zero = |row: usize| {
        let row = if scalar { 0 } else { row };
        match divisors.data_type() {
            DataType::Float64 => divisors.as_primitive::<Float64Type>().value(row) == 0.0,
            DataType::Float32 => divisors.as_primitive::<Float32Type>().value(row) == 0.0,
            _ => false,
        }
    };
    // the quotient is null where one of the two is
    match divisors.data_type().is_floating()
        && (0..all.len()).any(|row| zero(row) && all.is_valid(row))
    {
        true => Err(ArrowError::DivideByZero),
        false => Ok(all),
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let [left, right] = types else {
            return plan_err!("{} takes two numbers, got {}", self.name, types.len());
        };
        let (left, right) = BinaryTypeCoercer::new(left, &self.op, right).get_input_types()?;
        Ok(vec![left, right])
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        let [left, right] = types else {
            return plan_err!("{} takes two numbers, got {}", self.name, types.len());
        };
        BinaryTypeCoercer::new(left, &self.op, right).get_result_type()
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<DataType> =
            args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        // a quotient may be null, as Spark has it
        let nullable = self.tolerant
            || matches!(self.op, Operator::Divide | Operator::Modulo)
            || args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.name, self.return_type(&types)?, nullable)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else {
            return plan_err!("{} takes two numbers, got {}", self.name, args.args.len());
        };
        let result = apply(left, right, |left, right| self.compute(left, right));
        match result {
            Ok(result) => Ok(result),
            Err(_) if self.tolerant => self.tolerantly(&args.args, args.return_type()),
            Err(DataFusionError::ArrowError(error, _)) => {
                Err(self.fault(*error, args.return_type()))
            }
            Err(error) => Err(error),
        }
    }
}
