// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables under names that SQL knows.

use std::sync::Arc;

use datafusion::catalog::view::ViewTable;
use firesteel_core::{IndexSet, Result, err};

use super::DataFrame;
use crate::{failure, spelling};

impl DataFrame {
    /// Makes the table known to SQL under a name, whatever the name meant before.
    ///
    /// # Errors
    /// `Schema` when two columns have one name.
    pub fn create_or_replace_temp_view(&self, name: &str) -> Result<()> {
        self.reject_twins(name)?;
        let plan = spelling::lower(self.plan.clone())?;
        let view = Arc::new(ViewTable::new(plan, None));
        let name = name.to_lowercase();
        let context = self.session.context();
        context.deregister_table(name.as_str()).map_err(failure::of_planning)?;
        context.register_table(name.as_str(), view).map_err(failure::of_planning)?;
        Ok(())
    }

    /// Makes the table known to SQL under a name that must be new.
    ///
    /// # Errors
    /// `InvalidArgument` when the name is taken, `Schema` when two columns have one name.
    pub fn create_temp_view(&self, name: &str) -> Result<()> {
        if self.session.table_exists(name)? {
            let taken = err::invalid_argument("create_temp_view", "name").expected("a new name");
            return Err(taken.got(format!("`{name}`")).fix("use `create_or_replace_temp_view`"));
        }
        self.create_or_replace_temp_view(name)
    }

    fn reject_twins(&self, view: &str) -> Result<()> {
        let mut seen = IndexSet::new();
        let twin = self.columns().into_iter().find(|name| !seen.insert(name.clone()));
        twin.map_or(Ok(()), |name| {
            let what = format!("view `{view}`: the table has two columns `{name}`");
            Err(err::schema(what).fix("rename or drop one of them"))
        })
    }
}
