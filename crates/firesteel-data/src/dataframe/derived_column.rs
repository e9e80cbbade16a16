// SPDX-License-Identifier: MIT OR Apache-2.0
//! A column that a function of the caller computes, batch by batch.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::DataFusionError;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use firesteel_core::{Result, err};

use super::DataFrame;
use crate::functions::col;

/// A function from the columns of a batch to one column with as many rows.
pub type ColumnFunction = Arc<dyn Fn(&[ArrayRef]) -> Result<ArrayRef> + Send + Sync>;

impl DataFrame {
    /// The table with a column that a function computes from others, batch by batch, when the rows are asked
    /// for. The function runs in this process.
    ///
    /// # Errors
    /// `Schema` when an input column is not there; `Unsupported` on a cluster, which cannot call back.
    pub fn with_derived_column(
        &self,
        field: &FieldRef,
        inputs: impl IntoIterator<Item = impl Into<String>>,
        function: ColumnFunction,
    ) -> Result<Self> {
        if self.session().engine().is_remote() {
            return Err(err::unsupported("a column computed by a function of this process")
                .at(self.session().engine().name())
                .fix("collect the table first, or run it in an embedded session"));
        }
        let inputs: Vec<String> = inputs.into_iter().map(Into::into).collect();
        let derived = Derived {
            name: format!("derive_{}", field.name()),
            signature: Signature::any(inputs.len(), Volatility::Volatile),
            field: Arc::clone(field),
            function,
        };
        let arguments = inputs.iter().map(|input| col(input.as_str())).collect();
        self.with_column(field.name(), ScalarUDF::new_from_impl(derived).call(arguments))
    }
}

struct Derived {
    name: String,
    signature: Signature,
    field: FieldRef,
    function: ColumnFunction,
}

impl ScalarUDFImpl for Derived {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> datafusion::common::Result<DataType> {
        Ok(self.field.data_type().clone())
    }

    fn return_field_from_args(
        &self,
        _arguments: ReturnFieldArgs<'_>,
    ) -> datafusion::common::Result<FieldRef> {
        Ok(Arc::clone(&self.field))
    }

    fn invoke_with_args(
        &self,
        arguments: ScalarFunctionArgs,
    ) -> datafusion::common::Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let external = |error| DataFusionError::External(Box::new(error));
        (self.function)(&arrays).map(ColumnarValue::Array).map_err(external)
    }
}

impl PartialEq for Derived {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.function, &other.function) && self.field == other.field
    }
}

impl Eq for Derived {}

impl Hash for Derived {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl fmt::Debug for Derived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Derived").field("field", &self.field).finish_non_exhaustive()
    }
}
