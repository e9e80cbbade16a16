// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SparkCasts`: casts to text that write numbers and moments as Spark does.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Cast, Expr, ExprSchemable as _, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use crate::udf::text;

/// Runs after the engine's own casts are in place, so that those are regarded too.
#[derive(Debug)]
pub(crate) struct SparkCasts;

impl AnalyzerRule for SparkCasts {
    fn name(&self) -> &str {
        "spark_casts"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(rewritten)?.data)
    }
}

fn rewritten(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let schema = match &plan {
        LogicalPlan::TableScan(scan) => scan.projected_schema.as_ref().clone(),
        plan => merge_schema(&plan.inputs()),
    };
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let changed = expr.transform_up(|node| cast(node, &schema))?;
        Ok(changed.update_data(|expr| name.restore(expr)))
    })
}

fn cast(node: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match node {
        Expr::Cast(Cast { expr, field })
            if matches!(field.data_type(), DataType::Utf8 | DataType::Utf8View)
                && text::differs(&expr.get_type(schema)?) =>
        {
            let written = text::text_of(*expr);
            Ok(Transformed::yes(match field.data_type() {
                DataType::Utf8 => written,
                _ => Expr::Cast(Cast { expr: Box::new(written), field }),
            }))
        }
        other => Ok(Transformed::no(other)),
    }
}
