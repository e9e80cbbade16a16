// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cache`: a table computed once and kept in memory.

use firesteel_core::Result;

use super::DataFrame;

impl DataFrame {
    /// Computes the table now and keeps it in memory, partition by partition; later queries read it from there.
    ///
    /// # Differences from Spark
    /// The table is computed at once, not by the first action, and lives as long as tables made from it.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn cache(&self) -> Result<Self> {
        let partitions = self.collect_partitions()?;
        let cached = self.session.from_partitions(self.schema(), partitions)?;
        // the table keeps the aliases that its columns had
        let columns = self.df_schema().iter().zip(cached.df_schema().columns());
        let exprs = columns.map(|((qualifier, field), column)| {
            let column = datafusion::logical_expr::Expr::Column(column);
            match qualifier {
                Some(_) => column.alias_qualified(qualifier.cloned(), field.name()),
                None => column,
            }
        });
        let exprs: Vec<_> = exprs.collect();
        cached.build(|builder| builder.project(exprs))
    }

    /// Another name for [`cache`](DataFrame::cache).
    ///
    /// # Errors
    /// As [`cache`](DataFrame::cache).
    pub fn persist(&self) -> Result<Self> {
        self.cache()
    }
}
