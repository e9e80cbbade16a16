// SPDX-License-Identifier: MIT OR Apache-2.0
//! `RangeFunction`: the table `range(..)` of SQL.

use std::sync::Arc;

use datafusion::catalog::{TableFunction, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::Expr;
use firesteel_core::{Error, err};

use crate::range_table::RangeTable;

/// `range(end)`, `range(start, end)`, `range(start, end, step)` and `range(start, end, step, partitions)`: numbers in
/// column `id`.
///
/// # Source
/// Spark 4.3, table-valued function `range`.
#[derive(Debug)]
struct RangeFunction;

/// The function under its name.
pub(crate) fn table_function() -> Arc<TableFunction> {
    Arc::new(TableFunction::new("range".to_owned(), Arc::new(RangeFunction)))
}

impl TableFunctionImpl for RangeFunction {
    fn call_with_args(&self, args: TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>> {
        let partitions = args.session().config().target_partitions();
        let table = of_arguments(args.exprs(), partitions);
        Ok(Arc::new(table.map_err(|error| DataFusionError::External(Box::new(error)))?))
    }
}

fn of_arguments(given: &[Expr], default: usize) -> Result<RangeTable, Error> {
    let numbers = given.iter().map(whole_number).collect::<Result<Vec<_>, _>>()?;
    let partitions = |count: i64| usize::try_from(count).unwrap_or(0);
    match *numbers.as_slice() {
        [end] => RangeTable::try_new(0, end, 1, default),
        [start, end] => RangeTable::try_new(start, end, 1, default),
        [start, end, step] => RangeTable::try_new(start, end, step, default),
        [start, end, step, count] => RangeTable::try_new(start, end, step, partitions(count)),
        _ => Err(err::invalid_argument("range", "arguments")
            .expected("end; start, end; start, end, step; or start, end, step, partitions")
            .got(format!("{} of them", given.len()))),
    }
}

fn whole_number(argument: &Expr) -> Result<i64, Error> {
    let number = match argument {
        Expr::Literal(ScalarValue::Int8(number), _) => number.map(i64::from),
        Expr::Literal(ScalarValue::Int16(number), _) => number.map(i64::from),
        Expr::Literal(ScalarValue::Int32(number), _) => number.map(i64::from),
        Expr::Literal(ScalarValue::Int64(number), _) => *number,
        _ => None,
    };
    let wrong = || err::invalid_argument("range", "arguments").expected("whole numbers");
    number.ok_or_else(|| wrong().got(format!("`{argument}`")))
}
