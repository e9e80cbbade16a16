// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Stage`: what estimators, transformers and models have in common.

use std::any::Any;
use std::fmt::Debug;
use std::path::Path;

use firesteel_core::{Options, Result};
use firesteel_data::datafusion::arrow::datatypes::SchemaRef;

use crate::persistence::{MlWriter, StageContent};
use crate::pipeline::PipelineStage;

/// A part of a pipeline: an estimator, a transformer or a model.
///
/// A stage is a value: it is never changed by fitting or transforming, and may be used from any thread.
pub trait Stage: Any + Debug + Send + Sync {
    /// The name of this one stage, `StringIndexer_3f9a0c51e7d2`; a model has the name of its estimator.
    fn uid(&self) -> String;

    /// The options, by name.
    fn options(&self) -> &dyn Options;

    /// The options, to set one by name: `stage.options_mut().set("maxIter", &json!(5))`.
    fn options_mut(&mut self) -> &mut dyn Options;

    /// The columns that the stage, or the model it will become, makes of a table's columns.
    ///
    /// # Errors
    /// `Schema` for columns that are missing, of the wrong type or in the way.
    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef>;

    /// The stage as an element of a pipeline.
    fn into_stage(self: Box<Self>) -> PipelineStage;

    /// The name of the class in Spark, which stands in saved folders.
    fn spark_class(&self) -> &'static str;

    /// What is saved beside the options.
    ///
    /// # Errors
    /// `Unsupported` when the stage cannot be saved.
    fn content(&self) -> Result<StageContent<'_>> {
        Ok(StageContent::default())
    }

    /// A writer that saves the stage as real Spark saves it; `stage.write().overwrite().save(path)`.
    fn write(&self) -> MlWriter<'_>
    where
        Self: Sized,
    {
        MlWriter::new(self)
    }

    /// Saves the stage as a folder that real Spark loads too; refuses a folder that exists.
    ///
    /// # Errors
    /// `Io` when the folder exists or cannot be written.
    fn save(&self, path: impl AsRef<Path>) -> Result<()>
    where
        Self: Sized,
    {
        self.write().save(path)
    }
}

/// The parts of `Stage` that follow from the options: `uid`, `options`, `options_mut`, `spark_class`.
macro_rules! stage_basics {
    ($class:literal, $($path:ident).+) => {
        fn uid(&self) -> String {
            crate::stage::stage_basics!(@at self, $($path).+).uid()
        }

        fn options(&self) -> &dyn firesteel_core::Options {
            &crate::stage::stage_basics!(@at self, $($path).+)
        }

        fn options_mut(&mut self) -> &mut dyn firesteel_core::Options {
            &mut crate::stage::stage_basics!(@at self, $($path).+)
        }

        fn spark_class(&self) -> &'static str {
            $class
        }
    };
    ($class:literal) => {
        fn uid(&self) -> String {
            self.uid.of(firesteel_core::Options::type_name(self))
        }

        fn options(&self) -> &dyn firesteel_core::Options {
            self
        }

        fn options_mut(&mut self) -> &mut dyn firesteel_core::Options {
            self
        }

        fn spark_class(&self) -> &'static str {
            $class
        }
    };
    (@at $this:ident, $($path:ident).+) => {
        $this.$($path).+
    };
}

/// `load` for a type that stands in the registry.
macro_rules! loadable {
    ($type:ty) => {
        impl $type {
            /// Loads what [`save`](crate::Stage::save), or real Spark, has saved.
            ///
            /// # Errors
            /// `Io` for a missing folder, `Format` for a damaged one or one that holds another class.
            pub fn load(path: impl AsRef<std::path::Path>) -> firesteel_core::Result<Self> {
                crate::persistence::load_as(path.as_ref(), stringify!($type))
            }
        }
    };
}

/// The reader of a stage that is nothing but its options.
macro_rules! options_only_reader {
    ($type:ty) => {
        /// Reads a saved stage, for the registry.
        ///
        /// # Errors
        /// `Format` for options that do not fit.
        pub(crate) fn read(
            saved: &crate::persistence::SavedStage,
        ) -> firesteel_core::Result<crate::pipeline::PipelineStage> {
            Ok(crate::Stage::into_stage(Box::new(<$type>::restored(saved)?)))
        }
    };
}

/// `restored` for an option struct with a `uid`.
macro_rules! restorable {
    ($type:ty) => {
        impl $type {
            /// The options that a saved stage holds.
            pub(crate) fn restored(
                saved: &crate::persistence::SavedStage,
            ) -> firesteel_core::Result<Self> {
                let mut this = Self::new();
                saved.restore(&mut this)?;
                this.uid = crate::uid::Uid::Given(saved.uid().to_owned());
                Ok(this)
            }
        }
    };
}

pub(crate) use {loadable, options_only_reader, restorable, stage_basics};
