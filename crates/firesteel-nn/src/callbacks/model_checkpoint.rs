// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ModelCheckpoint`: saves the model while it trains.

use std::path::PathBuf;

use firesteel_core::{Options, Result, err};

use super::monitor::{MODES, Monitor};
use super::{Callback, CallbackCx, Logs};

/// Saves the model, or its weights, after every epoch, or only when it became better.
///
/// The path may hold `{epoch:02d}` and values of the epoch such as `{val_loss:.2f}`. An existing file stays until
/// the new one is complete. Folders that are not there are made.
///
/// # Differences from Keras
/// With `save_best_only` nothing is saved after an epoch that was not validated; Keras saves then.
///
/// # Source
/// Keras 3.15.1, `keras/src/callbacks/model_checkpoint.py`, class `ModelCheckpoint`.
#[derive(Clone, Debug, Options)]
pub struct ModelCheckpoint {
    /// Where the file is written; it ends in `.keras` or `.h5`, or with `save_weights_only` in `.weights.h5`.
    #[option(required)]
    filepath: String,
    /// The value that is watched.
    #[option(default = "val_loss")]
    monitor: String,
    /// Whether only the best model so far is kept.
    #[option(default = false)]
    save_best_only: bool,
    /// Whether the weights alone are saved.
    #[option(default = false)]
    save_weights_only: bool,
    /// Whether small or large is better.
    #[option(default = "auto", one_of = MODES)]
    mode: String,
    /// A value that the first saved model must beat.
    #[option(default = None)]
    initial_value_threshold: Option<f64>,
    #[option(skip)]
    watch: Option<Monitor>,
}

impl Callback for ModelCheckpoint {
    fn on_train_begin(&mut self, cx: &mut CallbackCx<'_>) -> Result<()> {
        self.validate()?;
        let is_weights = self.filepath.ends_with(".weights.h5");
        let is_model =
            !is_weights && [".keras", ".h5"].iter().any(|end| self.filepath.ends_with(end));
        if self.save_weights_only != is_weights || !(is_weights || is_model) {
            let ending = if self.save_weights_only { ".weights.h5" } else { ".keras" };
            return Err(err::invalid_argument("ModelCheckpoint", "filepath")
                .expected(format!("a path that ends in `{ending}`"))
                .got(format!("`{}`", self.filepath)));
        }
        let mut watch = Monitor::new("ModelCheckpoint", (&self.monitor, &self.mode, 0.0), cx);
        watch.best = self.initial_value_threshold;
        self.watch = Some(watch);
        Ok(())
    }

    fn on_epoch_end(
        &mut self,
        cx: &mut CallbackCx<'_>,
        epoch: usize,
        logs: &mut Logs,
    ) -> Result<()> {
        if self.save_best_only {
            let Some(watch) = &mut self.watch else { return Ok(()) };
            let Some(value) = watch.value(logs)? else { return Ok(()) };
            if !watch.improve(value) {
                return Ok(());
            }
        }
        let path = PathBuf::from(filled(&self.filepath, epoch + 1, logs)?);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| err::io(folder, error))?;
        }
        if self.save_weights_only { cx.model().save_weights(path) } else { cx.model().save(path) }
    }
}

/// The path with `{epoch:02d}` and `{val_loss:.2f}` filled in.
fn filled(path: &str, epoch: usize, logs: &Logs) -> Result<String> {
    let mut text = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((field, after)) = after.split_once('}') else { break };
        text += before;
        text += &field_text(field, epoch, logs)?;
        rest = after;
    }
    Ok(text + rest)
}

fn field_text(field: &str, epoch: usize, logs: &Logs) -> Result<String> {
    let (name, format) = field.split_once(':').unwrap_or((field, ""));
    if name == "epoch" {
        let width = number(field, format.trim_end_matches('d'))?.unwrap_or(0);
        let zeros = format.starts_with('0');
        return Ok(if zeros { format!("{epoch:0width$}") } else { format!("{epoch:width$}") });
    }
    let value = logs.get(name).ok_or_else(|| {
        err::unknown_name("value in `filepath`", name, logs.keys().map(String::as_str))
            .at("ModelCheckpoint")
    })?;
    let digits = number(field, format.trim_start_matches('.').trim_end_matches('f'))?;
    Ok(digits.map_or_else(|| value.to_string(), |digits| format!("{value:.digits$}")))
}

/// The width or precision that a field asks for, if it does. No text can be made of more than 65,535 signs.
fn number(field: &str, text: &str) -> Result<Option<usize>> {
    if text.is_empty() || !text.bytes().all(|sign| sign.is_ascii_digit()) {
        return Ok(None);
    }
    let too_long = |_| {
        err::invalid_argument("ModelCheckpoint", "filepath")
            .expected(format!("made of fields of at most {} signs", u16::MAX))
            .got(format!("`{{{field}}}`"))
    };
    text.parse::<u16>().map(|number| Some(number.into())).map_err(too_long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_filled_as_python_does() {
        let logs: Logs = [("val_loss".to_owned(), 0.125)].into_iter().collect();
        assert_eq!(
            filled("m-{epoch:02d}-{val_loss:.2f}.keras", 3, &logs).unwrap(),
            "m-03-0.12.keras"
        );
        assert_eq!(filled("plain.keras", 3, &logs).unwrap(), "plain.keras");
        let error = filled("{val_los}.keras", 1, &logs).unwrap_err();
        assert!(error.to_string().contains("did you mean `val_loss`?"), "{error}");
    }

    #[test]
    fn fields_of_endless_length_are_refused() {
        let logs: Logs = [("val_loss".to_owned(), 0.125)].into_iter().collect();
        assert_eq!(filled("{epoch:065535d}", 1, &logs).unwrap().len(), 65_535);
        for field in ["{epoch:070000d}", "{epoch:65536}", "{val_loss:.70000f}"] {
            let error = filled(field, 1, &logs).unwrap_err();
            assert!(error.is_invalid_argument(), "{error:?}");
            let text =
                format!("`filepath` must be made of fields of at most 65535 signs, got `{field}`");
            assert!(error.to_string().contains(&text), "{error}");
        }
    }
}
