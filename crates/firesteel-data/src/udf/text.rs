// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions on texts where the engine's differ from Spark's.

use datafusion::logical_expr::ScalarUDF;

pub(super) fn functions() -> Vec<ScalarUDF> {
    Vec::new()
}
