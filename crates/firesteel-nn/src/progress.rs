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
    /// The number of each epoch where there are several, and nothing about its steps: what Keras does for every number
    /// that has no meaning.
    Epochs,
}

/// Keras' numbers: 0 nothing, 1 a bar, 2 one line an epoch, any other the numbers of the epochs alone.
impl From<i32> for Verbose {
    fn from(verbose: i32) -> Self {
        match verbose {
            0 => Self::Silent,
            1 => Self::Bar,
            2 => Self::Line,
            _ => Self::Epochs,
        }
    }
}

/// `"auto"`, or Keras' number.
impl OptionValue for Verbose {
    const EXPECTS: &'static str = "\"auto\" or a whole number";

    fn encode(&self) -> Json {
        match self {
            Self::Auto => Json::from("auto"),
            Self::Silent => Json::from(0),
            Self::Bar => Json::from(1),
            Self::Line => Json::from(2),
            Self::Epochs => Json::from(3),
        }
    }

    fn decode(json: &Json) -> Result<Self> {
        if json == "auto" {
            return Ok(Self::Auto);
        }
        let number = json.as_i64().ok_or_else(|| mismatch::<Self>(json))?;
        Ok(i32::try_from(number).map_or(Self::Epochs, Self::from))
    }
}

/// How often the numbers beside the bar are computed anew.
const REFRESH: Duration = Duration::from_millis(100);

/// The display of a training, an evaluation or a prediction.
#[derive(Debug)]
pub(crate) struct Progress {
    verbose: Verbose,
    started: Instant,
    /// When the first step of a bar was done, which often takes longer than the others.
    after_first: Option<Instant>,
    shown: Instant,
    steps: u64,
    /// How many steps there will be, where that is known.
    target: Option<u64>,
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
        let (after_first, target, bar) = (None, None, None);
        Self { verbose, started: now, after_first, shown: now, steps: 0, target, bar }
    }

    /// Starts the clock, and the bar, for so many steps.
    pub(crate) fn begin(&mut self, steps: Option<usize>) {
        (self.started, self.after_first, self.steps) = (Instant::now(), None, 0);
        self.target = steps.filter(|&steps| steps > 0).map(|steps| steps as u64);
        if self.verbose == Verbose::Bar {
            self.bar = Some(bar(self.target).with_prefix(self.count()));
        }
    }

    /// Counts a step; `logs` are what is known so far.
    pub(crate) fn step(&mut self, logs: impl FnOnce() -> Logs) {
        self.steps += 1;
        let Some(bar) = &self.bar else { return };
        let now = Instant::now();
        self.after_first.get_or_insert(now);
        if now.duration_since(self.shown) > REFRESH {
            self.shown = now;
            bar.set_position(self.steps);
            bar.set_prefix(self.count());
            bar.set_message(self.running(now, &logs()));
        }
    }

    /// Completes the bar, or writes the line, which begins with `head`.
    pub(crate) fn end(&mut self, head: &str, logs: &Logs) {
        let now = Instant::now();
        match self.verbose {
            Verbose::Bar => {
                if let Some(bar) = self.bar.take() {
                    if let (None, Some(style)) = (self.target, style(Some(self.steps))) {
                        bar.set_style(style);
                    }
                    self.target = Some(self.steps);
                    bar.set_length(self.steps);
                    bar.set_position(self.steps);
                    bar.set_prefix(self.count());
                    let hidden = bar.is_hidden();
                    bar.finish_with_message(self.numbers(&self.elapsed(now), " ", now, logs));
                    if hidden {
                        // no terminal: the bar's last state is all that can be shown
                        write_line(&self.line("", now, logs));
                    }
                }
            }
            Verbose::Line => write_line(&self.line(head, now, logs)),
            Verbose::Auto | Verbose::Epochs | Verbose::Silent => {}
        }
    }

    /// `63/63 - 2s - 13ms/step - accuracy: 0.9000 - loss: 0.3000` after the head.
    fn line(&self, head: &str, now: Instant, logs: &Logs) -> String {
        let (steps, numbers) = (self.steps, self.numbers(&self.elapsed(now), " - ", now, logs));
        format!("{head}{steps}/{steps} - {numbers}")
    }

    /// What stands behind the bar of an epoch that still runs: how long it will take, where that is known.
    fn running(&self, now: Instant, logs: &Logs) -> String {
        let clock = match self.target {
            Some(target) => {
                remaining(self.per_step(now) * target.saturating_sub(self.steps) as f64)
            }
            None => self.elapsed(now),
        };
        self.numbers(&clock, " ", now, logs)
    }

    /// `2s - 13ms/step - accuracy: 0.9000 - loss: 0.3000`.
    fn numbers(&self, clock: &str, separator: &str, now: Instant, logs: &Logs) -> String {
        format!("{clock}{separator}{}{}", duration(self.per_step(now)), values(logs))
    }

    /// ` 7/63`, or, where nobody knows how many there will be, `      7/Unknown`.
    fn count(&self) -> String {
        match self.target {
            Some(target) => {
                let width = target.to_string().len();
                format!("{:>width$}/{target}", self.steps)
            }
            None => format!("{:>7}/Unknown", self.steps),
        }
    }

    /// The time since the start, in seconds.
    fn elapsed(&self, now: Instant) -> String {
        format!("{:.0}s", now.duration_since(self.started).as_secs_f64())
    }

    /// Seconds a step, without the first one where it is known when that was done.
    fn per_step(&self, now: Instant) -> f64 {
        let since = |start: Instant| now.duration_since(start).as_secs_f64();
        match (self.steps, self.after_first) {
            (0, _) => 0.0,
            (2.., Some(first)) => since(first) / (self.steps - 1) as f64,
            _ => since(self.started) / self.steps as f64,
        }
    }
}

impl Callback for Progress {
    fn on_epoch_begin(&mut self, cx: &mut CallbackCx<'_>, epoch: usize) -> Result<()> {
        if let Some(heading) = heading(self.verbose, epoch, cx.run().epochs) {
            write_line(&heading);
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

/// A bar for so many steps.
fn bar(steps: Option<u64>) -> ProgressBar {
    let bar = match steps {
        Some(steps) => ProgressBar::new(steps),
        None => ProgressBar::no_length(),
    };
    bar.set_draw_target(ProgressDrawTarget::stdout());
    match style(steps) {
        Some(style) => bar.with_style(style),
        None => bar,
    }
}

/// 20 marks, as wide as Keras', where it is known how many steps there are.
fn style(steps: Option<u64>) -> Option<ProgressStyle> {
    let template = match steps {
        Some(_) => "{prefix} {bar:20.green/black} {msg}",
        None => "{prefix} {msg}",
    };
    ProgressStyle::with_template(template).ok().map(|style| style.progress_chars("━━━"))
}

/// Writes a line to standard output; a closed pipe is no reason to stop training.
fn write_line(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The line above an epoch's bar, where there are several epochs.
fn heading(verbose: Verbose, epoch: usize, epochs: usize) -> Option<String> {
    let shown = matches!(verbose, Verbose::Bar | Verbose::Epochs) && epochs > 1;
    shown.then(|| format!("Epoch {}/{epochs}", epoch + 1))
}

/// `37s`, `4:05` or `1:02:03`: the whole seconds that are left.
fn remaining(seconds: f64) -> String {
    let whole = seconds as u64;
    let (minutes, rest) = (whole / 60, whole % 60);
    match seconds {
        s if s > 3600.0 => format!("{}:{:02}:{rest:02}", minutes / 60, minutes % 60),
        s if s > 60.0 => format!("{minutes}:{rest:02}"),
        _ => format!("{whole}s"),
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 || s == 0.0 => format!("{s:.0}s/step"),
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
        if value.abs() > 1e-3 {
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
        progress.steps = 50;
        let line = progress.line("Epoch 1/5 - ", after(&progress, 10), &logs());
        let expected = format!("Epoch 1/5 - 50/50 - 10s - 200ms/step{}", values(&logs()));
        assert_eq!(line, expected);
    }

    fn after(progress: &Progress, seconds: u64) -> Instant {
        progress.started + Duration::from_secs(seconds)
    }

    #[test]
    fn a_bar_tells_how_long_its_epoch_will_take() {
        let mut progress = Progress::new(Verbose::Bar);
        (progress.steps, progress.target) = (26, Some(100));
        let loss: Logs = [("loss".to_owned(), 0.3)].into_iter().collect();
        let now = after(&progress, 13);
        assert_eq!(progress.count(), " 26/100");
        assert_eq!(progress.running(now, &loss), "37s 500ms/step - loss: 0.3000");
        // the first step took three of the thirteen seconds
        progress.after_first = Some(after(&progress, 3));
        assert_eq!(progress.running(now, &loss), "29s 400ms/step - loss: 0.3000");
        let done = progress.numbers(&progress.elapsed(now), " ", now, &loss);
        assert_eq!(done, "13s 400ms/step - loss: 0.3000");
    }

    #[test]
    fn a_bar_without_an_end_tells_how_long_it_has_taken() {
        let mut progress = Progress::new(Verbose::Bar);
        progress.steps = 26;
        assert_eq!(progress.count(), "     26/Unknown");
        assert_eq!(progress.running(after(&progress, 13), &Logs::new()), "13s 500ms/step");
        progress.steps = 0;
        assert_eq!(progress.running(after(&progress, 13), &Logs::new()), "13s 0s/step");
    }

    #[test]
    fn a_bar_counts_and_ends_where_the_steps_do() {
        let mut progress = Progress::new(Verbose::Bar);
        progress.begin(None);
        progress.step(Logs::new);
        let first = progress.after_first;
        progress.step(Logs::new);
        assert!(first.is_some() && progress.after_first == first);
        assert_eq!(progress.count(), "      2/Unknown");
        progress.end("", &Logs::new());
        assert_eq!(progress.count(), "2/2");
        progress.begin(Some(10));
        assert_eq!((progress.count().as_str(), progress.after_first), (" 0/10", None));
    }

    #[test]
    fn long_times_have_minutes_and_hours() {
        let times = [(0.9, "0s"), (60.0, "60s"), (60.5, "1:00"), (245.0, "4:05")];
        for (seconds, text) in times.into_iter().chain([(3600.0, "60:00"), (3723.9, "1:02:03")]) {
            assert_eq!(remaining(seconds), text);
        }
    }

    #[test]
    fn epochs_are_numbered_where_there_are_several() {
        for verbose in [Verbose::Bar, Verbose::Epochs] {
            assert_eq!(heading(verbose, 1, 5).as_deref(), Some("Epoch 2/5"));
            assert_eq!(heading(verbose, 0, 1), None);
        }
        assert_eq!(heading(Verbose::Line, 1, 5), None);
        assert_eq!(heading(Verbose::Silent, 1, 5), None);
    }

    #[test]
    fn values_come_by_name_with_those_of_validation_last() {
        let expected =
            " - accuracy: 0.9000 - learning_rate: 1.0000e-04 - loss: 0.3000 - val_loss: 0.2500";
        assert_eq!(values(&logs()), expected);
        let nothing: Logs = [("loss".to_owned(), 0.0)].into_iter().collect();
        assert_eq!(values(&nothing), " - loss: 0.0000e+00");
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
        let others = [(7, Verbose::Epochs), (-1, Verbose::Epochs)];
        for (number, kind) in kinds.into_iter().chain(others) {
            assert_eq!(Verbose::from(number), kind);
            assert_eq!(Progress::new(kind).verbose, kind);
        }
        assert_ne!(Progress::new(Verbose::Auto).verbose, Verbose::Auto);
    }

    #[test]
    fn configs_hold_the_numbers() {
        let kinds = [Verbose::Auto, Verbose::Silent, Verbose::Bar, Verbose::Line, Verbose::Epochs];
        for kind in kinds {
            assert_eq!(Verbose::decode(&kind.encode()).unwrap(), kind);
        }
        assert_eq!(Verbose::Line.encode(), Json::from(2));
        assert_eq!(Verbose::decode(&Json::from(7)).unwrap(), Verbose::Epochs);
        let error = Verbose::decode(&Json::from("loud")).unwrap_err();
        assert!(error.to_string().contains("expected \"auto\" or a whole number"), "{error}");
    }
}
