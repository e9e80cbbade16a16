// SPDX-License-Identifier: MIT OR Apache-2.0
//! `size`: how many elements an array or map has; null of null.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, Int32Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

pub(super) fn function() -> ScalarUDF {
    ScalarUDF::new_from_impl(Size { signature: Signature::any(1, Volatility::Immutable) })
}

pub(crate) fn size(container: Expr) -> Expr {
    function().call(vec![container])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Size {
    signature: Signature,
}

impl ScalarUDFImpl for Size {
    fn name(&self) -> &str {
        "size"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types {
            [DataType::List(_) | DataType::Map(..)] => Ok(DataType::Int32),
            other => plan_err!("size takes an array or a map, got {other:?}"),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        make_scalar_function(sizes, Vec::new())(&args.args)
    }
}

fn sizes(args: &[ArrayRef]) -> Result<ArrayRef> {
    let containers = &args[0];
    let offsets = match containers.data_type() {
        DataType::Map(..) => containers.as_map().value_offsets(),
        _ => containers.as_list::<i32>().value_offsets(),
    };
    let size = |(row, ends): (usize, &[i32])| containers.is_valid(row).then(|| ends[1] - ends[0]);
    Ok(Arc::new(offsets.windows(2).enumerate().map(size).collect::<Int32Array>()))
}
