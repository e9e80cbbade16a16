// SPDX-License-Identifier: MIT OR Apache-2.0
//! `explain`: how a query will run.

use datafusion::physical_plan::displayable;
use firesteel_core::Result;

use super::DataFrame;
use crate::failure;

impl DataFrame {
    /// The text that [`explain`](DataFrame::explain) prints: the engine's plans, under Spark's headings.
    ///
    /// # Errors
    /// `Engine` when the query cannot be planned.
    pub fn explain_string(&self, extended: bool) -> Result<String> {
        let optimized = self.optimized()?;
        let (state, plan) = (self.session.context().state(), optimized.clone());
        let physical = self.session.wait(async move {
            state
                .query_planner()
                .create_physical_plan(&plan, &state)
                .await
                .map_err(failure::of_planning)
        })?;
        let physical = displayable(physical.as_ref()).indent(false);
        if !extended {
            return Ok(format!("== Physical Plan ==\n{physical}\n"));
        }
        let (logical, optimized) = (self.plan.display_indent(), optimized.display_indent());
        Ok(format!(
            "== Analyzed Logical Plan ==\n{logical}\n\n== Optimized Logical Plan ==\n{optimized}\n\n\
             == Physical Plan ==\n{physical}\n"
        ))
    }

    /// Prints how the query will run; `extended` adds the logical plans.
    ///
    /// # Errors
    /// `Engine` when the query cannot be planned; `Io` when standard output cannot be written.
    pub fn explain(&self, extended: bool) -> Result<()> {
        crate::output::print(&self.explain_string(extended)?)
    }
}
