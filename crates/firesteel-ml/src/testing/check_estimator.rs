// SPDX-License-Identifier: MIT OR Apache-2.0
//! `check_estimator`: what every estimator promises, proved on a table.

use std::path::PathBuf;

use firesteel_core::testing::check_table;
use firesteel_core::{Error, ErrorKind, Json, Result};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::RecordBatch;

use super::tables::{Table, agree, rows_of};
use crate::persistence::{MlWriter, StageRegistry};
use crate::uid::Uid;
use crate::{Estimator, Pipeline, PipelineStage};

/// Proves on a table that an estimator keeps its promises; see [`EstimatorCheck`].
///
/// # Errors
/// The first promise that is broken.
pub fn check_estimator(estimator: impl Estimator, table: &DataFrame) -> Result<()> {
    EstimatorCheck::new(estimator).run(table)
}

/// The promises of an estimator:
///
/// - its option table passes [`check_table`], and fitting refuses an option out of its range by name;
/// - fitting changes neither the estimator nor the table, and fitting twice gives the same model;
/// - `transform_schema` foretells the columns;
/// - empty tables, single rows, nulls and NaN give a model or a clear error;
/// - partitions do not matter, unless said otherwise;
/// - a saved and loaded model predicts the same, and so does the model in a pipeline.
#[derive(Debug)]
pub struct EstimatorCheck {
    estimator: Box<dyn Estimator>,
    registry: StageRegistry,
    partitions_matter: bool,
}

impl EstimatorCheck {
    /// The check of an estimator.
    pub fn new(estimator: impl Estimator) -> Self {
        Self {
            estimator: Box::new(estimator),
            registry: StageRegistry::builtin(),
            partitions_matter: false,
        }
    }

    /// Leaves out the promise on partitions, for estimators that draw rows from each partition.
    #[must_use]
    pub fn partitions_matter(mut self) -> Self {
        self.partitions_matter = true;
        self
    }

    /// Says what loads the saved model, for classes of other crates.
    #[must_use]
    pub fn registry(mut self, registry: StageRegistry) -> Self {
        self.registry = registry;
        self
    }

    /// Runs all checks on a table of at least two rows that the estimator can learn from.
    ///
    /// # Errors
    /// The first promise that is broken.
    pub fn run(self, table: &DataFrame) -> Result<()> {
        let table = Table::of(table)?;
        let df = table.in_partitions(&table.rows, 1)?;
        let expected = self.predictions(&*self.estimator, &df)?;
        check_table(self.estimator.copy().options_mut())?;
        self.bad_options_are_refused(&df)?;
        self.fitting_changes_nothing(&df, &expected)?;
        self.schemas_are_foretold(&df)?;
        self.bad_tables_are_survived(&table)?;
        if !self.partitions_matter {
            for n in [2, 3] {
                let parts = table.in_partitions(&table.rows, n)?;
                let got = self.predictions(&*self.estimator, &parts)?;
                same(&format!("{n} partitions instead of one"), &expected, &got)?;
            }
        }
        self.saving_keeps_the_model(&df, &expected)?;
        let pipeline = Pipeline::new(vec![PipelineStage::Estimator(self.estimator.copy())]);
        same("a pipeline of the estimator alone", &expected, &self.predictions(&pipeline, &df)?)
    }

    fn predictions(&self, estimator: &dyn Estimator, df: &DataFrame) -> Result<RecordBatch> {
        let model = estimator.fit(df)?;
        rows_of(&model.transform(df)?)
    }

    fn bad_options_are_refused(&self, df: &DataFrame) -> Result<()> {
        for row in self.estimator.options().table() {
            for bad in row.bad_values() {
                let mut estimator = self.estimator.copy();
                if estimator.options_mut().set(row.name, &bad).is_err() {
                    // a bound of a list is one of its items
                    estimator.options_mut().set(row.name, &Json::from(vec![bad.clone()]))?;
                }
                self.refused(&*estimator, df, row.name, &bad)?;
            }
        }
        Ok(())
    }

    fn refused(
        &self,
        estimator: &dyn Estimator,
        df: &DataFrame,
        option: &str,
        bad: &Json,
    ) -> Result<()> {
        match estimator.fit(df) {
            Ok(_) => {
                Err(broken(format!("option `{option}` may not be {bad}, but a model was fitted")))
            }
            Err(error) if error.to_string().contains(option) && is_clear(&error) => Ok(()),
            Err(error) => Err(broken(format!("the error for `{option}` = {bad} does not say so"))
                .caused_by(error)),
        }
    }

    fn fitting_changes_nothing(&self, df: &DataFrame, expected: &RecordBatch) -> Result<()> {
        let (config, before) = (self.estimator.options().config(), rows_of(df)?);
        let again = self.predictions(&*self.estimator, df)?;
        same("fitting twice", expected, &again)?;
        same("the table before and after fitting", &before, &rows_of(df)?)?;
        if self.estimator.options().config() != config {
            return Err(broken("fitting changed the options of the estimator"));
        }
        Ok(())
    }

    fn schemas_are_foretold(&self, df: &DataFrame) -> Result<()> {
        let model = self.estimator.fit(df)?;
        let real = model.transform(df)?.schema();
        let by_model = model.transform_schema(&df.schema())?;
        if by_model != real {
            return Err(broken("the model foretells other columns than it makes")
                .expected(&by_model)
                .got(&real));
        }
        let by_estimator = self.estimator.transform_schema(&df.schema())?;
        let agree = by_estimator.fields().len() == real.fields().len()
            && by_estimator.fields().iter().zip(real.fields()).all(|(foretold, real)| {
                foretold.name() == real.name() && foretold.data_type() == real.data_type()
            });
        if !agree {
            return Err(broken("the estimator foretells other columns than its model makes")
                .expected(&by_estimator)
                .got(&real));
        }
        Ok(())
    }

    fn bad_tables_are_survived(&self, table: &Table) -> Result<()> {
        let mut tables = table.spoiled()?;
        tables.push(("a table without rows".to_owned(), table.first(0)?));
        tables.push(("a table of one row".to_owned(), table.first(1)?));
        for (what, df) in tables {
            match self.predictions(&*self.estimator, &df) {
                Err(error) if !is_clear(&error) => {
                    return Err(
                        broken(format!("the error for {what} is not clear")).caused_by(error)
                    );
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn saving_keeps_the_model(&self, df: &DataFrame, expected: &RecordBatch) -> Result<()> {
        let folder = Scratch::new();
        let model = self.estimator.fit(df)?;
        MlWriter::new(&*model).save(&folder.0)?;
        let again = MlWriter::new(&*model).save(&folder.0);
        if again.is_ok() {
            return Err(broken("saving replaced a folder without being told to"));
        }
        let PipelineStage::Transformer(loaded) = self.registry.clone().load(&folder.0)? else {
            return Err(broken("the saved model was loaded as an estimator"));
        };
        if loaded.uid() != model.uid() || loaded.options().config() != model.options().config() {
            return Err(broken("the loaded model has another uid or other options"));
        }
        same("the saved and loaded model", expected, &rows_of(&loaded.transform(df)?)?)?;
        MlWriter::new(&*self.estimator).overwrite().save(&folder.0)?;
        let PipelineStage::Estimator(loaded) = self.registry.clone().load(&folder.0)? else {
            return Err(broken("the saved estimator was loaded as a model"));
        };
        same("the saved and loaded estimator", expected, &self.predictions(&*loaded, df)?)
    }
}

/// A folder that goes when the check ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(Uid::default().of("firesteel_check")))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // nothing is lost when a folder of the check stays behind
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn same(what: &str, expected: &RecordBatch, got: &RecordBatch) -> Result<()> {
    let columns = expected.columns().iter().zip(got.columns());
    let all = columns.map(|(expected, got)| agree(expected, got)).collect::<Result<Vec<bool>>>()?;
    if expected.num_columns() == got.num_columns() && all.iter().all(|agree| *agree) {
        return Ok(());
    }
    Err(broken(format!("{what} gave other values")))
}

/// Errors that a user can act on.
fn is_clear(error: &Error) -> bool {
    !matches!(error.kind(), ErrorKind::Internal | ErrorKind::Engine)
}

fn broken(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, what).at("check_estimator")
}
