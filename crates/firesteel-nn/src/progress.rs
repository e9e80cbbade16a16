// SPDX-License-Identifier: MIT OR Apache-2.0
//! What training, evaluation and prediction show: a bar on a terminal, one line elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use firesteel_core::options::mismatch;
use firesteel_core::{Json, OptionValue, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::callbacks::{Callback, CallbackCx, Logs};

/// What a training shows, an evaluation or a prediction; one of these has one epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbose {
    /// A bar on a terminal, a line an epoch elsewhere.
    #[default]
    Auto,
    /// Nothing.
    Silent,
    /// A bar.
    Bar,
    /// One line an epoch.
    Line,
}

/// Keras' numbers: 0 nothing, 1 a bar, 2 one line an epoch.
impl From<i32> for Verbose {
    fn from(verbose: i32) -> Self {
        match verbose {
            0 => Self::Silent,
            1 => Self::Bar,
            2 => Self::Line,
            _ => Self::Auto,
        }
    }
}

/// `"auto"`, or Keras' number.
impl OptionValue for Verbose {
    const EXPECTS: &'static str = "\"auto\", 0, 1 or 2";

    fn encode(&self) -> Json {
        match self {
            Self::Auto => Json::from("auto"),
            Self::Silent => Json::from(0),
            Self::Bar => Json::from(1),
            Self::Line => Json::from(2),
        }
    }

    fn decode(json: &Json) -> Result<Self> {
        let all = [Self::Auto, Self::Silent, Self::Bar, Self::Line];
        all.into_iter().find(|one| one.encode() == *json).ok_or_else(|| mismatch::<Self>(json))
    }
}

/// How often the numbers beside the bar are computed anew.
const REFRESH: Duration = Duration::from_millis(100);

/// The display of a training, an evaluation or a prediction.
#[derive(Debug)]
pub(crate) struct Progress {
    verbose: Verbose,
    started: Instant,
    shown: Instant,
    steps: u64,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn new(verbose: Verbose) -> Self {
        let verbose = match verbose {
            Verbose::Auto if std::io::stdout().is_terminal() => Verbose::Bar,
            Verbose::Auto => Verbose::Line,
            given => given,
        };
        let now = Instant::now();
        Self { verbose, started: now, shown: now, steps: 0, bar: None }
    }

    /// Starts the clock, and the bar, for so many steps.
    pub(crate) fn begin(&mut self, steps: Option<usize>) {
        (self.started, self.steps) = (Instant::now(), 0);
        if self.verbose == Verbose::Bar {
            self.bar = Some(bar(steps));
        }
    }

    /// Counts a step; `logs` are what is known so far.
    pub(crate) fn step(&mut self, logs: impl FnOnce() -> Logs) {
        self.steps += 1;
        if self.bar.is_some() && self.shown.elapsed() > REFRESH {
            self.shown = Instant::now();
            let numbers = self.numbers(" ", &logs());
            if let Some(bar) = &self.bar {
                bar.set_position(self.steps);
                bar.set_message(numbers);
            }
        }
    }

    /// Completes the bar, or writes the line, which begins with `head`.
    pub(crate) fn end(&mut self, head: &str, logs: &Logs) {
        match self.verbose {
            Verbose::Bar => {
                if let Some(bar) = self.bar.take() {
                    bar.set_length(self.steps);
                    bar.set_position(self.steps);
                    let hidden = bar.is_hidden();
                    bar.finish_with_message(self.numbers(" ", logs));
                    if hidden {
                        // no terminal: the bar's last state is all that can be shown
                        write_line(&self.line("", logs));
                    }
                }
            }
            Verbose::Line => write_line(&self.line(head, logs)),
            Verbose::Auto | Verbose::Silent => {}
        }
    }

    /// `63/63 - 2s - 13ms/step - accuracy: 0.9000 - loss: 0.3000` after the head.
    fn line(&self, head: &str, logs: &Logs) -> String {
        let (steps, numbers) = (self.steps, self.numbers(" - ", logs));
        format!("{head}{steps}/{steps} - {numbers}")
    }

    /// `2s - 13ms/step - accuracy: 0.9000 - loss: 0.3000`.
    fn numbers(&self, separator: &str, logs: &Logs) -> String {
        let elapsed = self.started.elapsed();
        let per_step = elapsed.as_secs_f64() / self.steps.max(1) as f64;
        format!("{:.0}s{separator}{}{}", elapsed.as_secs_f64(), duration(per_step), values(logs))
    }
}

impl Callback for Progress {
    fn on_epoch_begin(&mut self, cx: &mut CallbackCx<'_>, epoch: usize) -> Result<()> {
        if self.verbose == Verbose::Bar {
            write_line(&format!("Epoch {}/{}", epoch + 1, cx.run().epochs));
        }
        self.begin(cx.run().steps);
        Ok(())
    }

    fn on_train_batch_end(
        &mut self,
        _cx: &mut CallbackCx<'_>,
        _batch: usize,
        logs: &dyn Fn() -> Logs,
    ) -> Result<()> {
        self.step(logs);
        Ok(())
    }

    fn on_epoch_end(
        &mut self,
        cx: &mut CallbackCx<'_>,
        epoch: usize,
        logs: &mut Logs,
    ) -> Result<()> {
        self.end(&format!("Epoch {}/{} - ", epoch + 1, cx.run().epochs), logs);
        Ok(())
    }
}

/// A bar of 20 marks, as wide as Keras'.
fn bar(steps: Option<usize>) -> ProgressBar {
    let bar = match steps {
        Some(steps) => ProgressBar::new(steps as u64),
        None => ProgressBar::no_length(),
    };
    bar.set_draw_target(ProgressDrawTarget::stdout());
    let template = "{pos}/{len} {bar:20.green/black} {msg}";
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("━━━")),
        Err(_) => bar,
    }
}

/// Writes a line to standard output; a closed pipe is no reason to stop training.
fn write_line(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.0}s/step"),
        s if s >= 1e-3 => format!("{:.0}ms/step", s * 1e3),
        s => format!("{:.0}us/step", s * 1e6),
    }
}

/// ` - accuracy: 0.9000 - loss: 0.3000`, in alphabetical order.
fn values(logs: &Logs) -> String {
    let mut names: Vec<&String> = logs.keys().collect();
    names.sort_by_key(|name| (name.starts_with("val_"), (*name).clone()));
    let one = |name: &&String| {
        let value = logs[*name];
        if value.abs() > 1e-3 || value == 0.0 {
            format!(" - {name}: {value:.4}")
        } else {
            format!(" - {name}: {}", scientific(value))
        }
    };
    names.iter().map(one).collect()
}

/// `1.2500e-04`: the exponent has two digits.
fn scientific(value: f64) -> String {
    let text = format!("{value:.4e}");
    let parts = text.split_once('e').map(|(digits, exponent)| (digits, exponent.parse::<i32>()));
    match parts {
        Some((digits, Ok(exponent))) => format!("{digits}e{exponent:+03}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs() -> Logs {
        let pairs = [("val_loss", 0.25), ("loss", 0.3), ("learning_rate", 1e-4), ("accuracy", 0.9)];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn an_epoch_is_one_line() {
        let mut progress = Progress::new(Verbose::Line);
        progress.steps = 63;
        let line = progress.line("Epoch 1/5 - ", &logs());
        assert!(line.starts_with("Epoch 1/5 - 63/63 - 0s - "), "{line}");
        assert!(line.ends_with(&format!("/step{}", values(&logs()))), "{line}");
        assert_eq!(line.lines().count(), 1);
    }

    #[test]
    fn values_come_by_name_with_those_of_validation_last() {
        let expected =
            " - accuracy: 0.9000 - learning_rate: 1.0000e-04 - loss: 0.3000 - val_loss: 0.2500";
        assert_eq!(values(&logs()), expected);
        let nothing: Logs = [("loss".to_owned(), 0.0)].into_iter().collect();
        assert_eq!(values(&nothing), " - loss: 0.0000");
    }

    #[test]
    fn the_time_of_a_step_has_a_fitting_unit() {
        for (seconds, text) in [(2.4, "2s/step"), (0.0134, "13ms/step"), (2.5e-5, "25us/step")] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn numbers_choose_what_is_shown() {
        let kinds = [(0, Verbose::Silent), (1, Verbose::Bar), (2, Verbose::Line)];
        for (number, kind) in kinds {
            assert_eq!(Verbose::from(number), kind);
            assert_eq!(Progress::new(kind).verbose, kind);
        }
        assert_ne!(Progress::new(Verbose::Auto).verbose, Verbose::Auto);
    }

    #[test]
    fn configs_hold_the_numbers() {
        for kind in [Verbose::Auto, Verbose::Silent, Verbose::Bar, Verbose::Line] {
            assert_eq!(Verbose::decode(&kind.encode()).unwrap(), kind);
        }
        assert_eq!(Verbose::Line.encode(), Json::from(2));
        let error = Verbose::decode(&Json::from(3)).unwrap_err();
        assert!(error.to_string().contains("expected \"auto\", 0, 1 or 2, got 3"), "{error}");
    }
}
