// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ColumnFunction`: what a fitted stage computes, as a function that a query plan can call.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use firesteel_core::Result;
use firesteel_data::datafusion::arrow::array::ArrayRef;
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use firesteel_data::datafusion::common::Result as PlanResult;
use firesteel_data::datafusion::error::DataFusionError;
use firesteel_data::datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

/// A column computed row by row from other columns.
pub(crate) trait ColumnFunction: Debug + Send + Sync + 'static {
    /// The column of the results, as long as the inputs.
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef>;
}

/// The expression that calls `function` on `inputs` and yields a column like `output`.
pub(crate) fn call(
    name: &str,
    function: Arc<dyn ColumnFunction>,
    output: Field,
    inputs: Vec<Expr>,
) -> Expr {
    let planned = PlannedFunction {
        name: format!("firesteel_ml_{name}"),
        function,
        signature: Signature::any(inputs.len(), Volatility::Immutable),
        output: Arc::new(output),
    };
    ScalarUDF::from(planned).call(inputs)
}

/// A function as the engine sees it; two are equal when they share the fitted stage and the output.
#[derive(Debug)]
struct PlannedFunction {
    name: String,
    function: Arc<dyn ColumnFunction>,
    signature: Signature,
    output: FieldRef,
}

impl PlannedFunction {
    fn identity(&self) -> *const () {
        Arc::as_ptr(&self.function).cast()
    }
}

impl PartialEq for PlannedFunction {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
            && self.name == other.name
            && self.output == other.output
    }
}

impl Eq for PlannedFunction {}

impl Hash for PlannedFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for PlannedFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> PlanResult<DataType> {
        Ok(self.output.data_type().clone())
    }

    fn return_field_from_args(&self, _args: ReturnFieldArgs<'_>) -> PlanResult<FieldRef> {
        Ok(Arc::clone(&self.output))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        let inputs = ColumnarValue::values_to_arrays(&args.args)?;
        let column = self.function.compute(&inputs);
        column.map(ColumnarValue::Array).map_err(|error| DataFusionError::External(Box::new(error)))
    }
}
