// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Kernel`: a function of SQL that is one function over arrays.

use std::hash::{Hash, Hasher};

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};

/// Its name, the types that it takes, the one that it gives, and how it computes.
#[derive(Debug)]
pub(super) struct Kernel {
    name: &'static str,
    signature: Signature,
    result: DataType,
    compute: fn(&[ArrayRef]) -> Result<ArrayRef>,
}

/// The function that takes any of these lists of types.
pub(super) fn function(
    name: &'static str,
    takes: &[&[DataType]],
    result: DataType,
    compute: fn(&[ArrayRef]) -> Result<ArrayRef>,
) -> ScalarUDF {
    let takes = takes.iter().map(|types| TypeSignature::Exact(types.to_vec())).collect();
    let signature = Signature::one_of(takes, Volatility::Immutable);
    ScalarUDF::new_from_impl(Kernel { name, signature, result, compute })
}

/// There is one function of a name.
impl PartialEq for Kernel {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kernel {}

impl Hash for Kernel {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Kernel {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.result.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        make_scalar_function(self.compute, Vec::new())(&args.args)
    }
}
