// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Model::save` and `Model::save_weights`.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use firesteel_core::{Result, err, files, json};

use super::hdf5::Tree;
use super::{archive, encode, legacy, weights};
use crate::Model;

/// The oldest version that opens our files.
const KERAS_VERSION: &str = "3.0.0";

impl Model {
    /// Writes the model to a file that real Keras opens: config, weights, compile settings and the optimizer's state.
    ///
    /// The name decides the format: `.keras` (Keras 3), or `.h5` (the old one). An existing file is replaced when
    /// the new one is complete.
    ///
    /// # Errors
    /// `InvalidArgument` for another ending, `Io` when the file cannot be written, `Unsupported` for a model that
    /// the format cannot hold.
    ///
    /// # Examples
    /// ```no_run
    /// use firesteel_nn::layers::{Dense, Input};
    /// use firesteel_nn::{Sequential, layers, load_model};
    ///
    /// let model = Sequential::from(layers![Input::new([4]), Dense::new(3)]);
    /// model.save("m.keras")?;
    /// let same = load_model("m.keras")?;
    /// assert_eq!(same.count_params()?, 15);
    /// # Ok::<(), firesteel_core::Error>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let bytes = match ending(path) {
            Ending::Keras => self.to_keras()?,
            Ending::OldH5 => legacy::to_h5(self)?,
            Ending::WeightsH5 | Ending::Other => {
                return Err(err::invalid_argument("save", "path")
                    .expected("a name that ends in `.keras` or `.h5`")
                    .got(path.display())
                    .fix("weights alone are written by `save_weights`"));
            }
        };
        files::write_bytes(path, &bytes)
    }

    /// Writes the weights alone, in the layout that they have within a `.keras` file.
    ///
    /// # Errors
    /// `InvalidArgument` for a name that does not end in `.weights.h5`, `NotBuilt` when there are no weights yet,
    /// `Io` when the file cannot be written.
    pub fn save_weights(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if !matches!(ending(path), Ending::WeightsH5) {
            return Err(err::invalid_argument("save_weights", "path")
                .expected("a name that ends in `.weights.h5`")
                .got(path.display()));
        }
        self.ensure_weights()?;
        let mut tree = Tree::default();
        weights::write(self, &mut tree)?;
        weights::optimizer::write(self, &mut tree)?;
        files::write_bytes(path, &tree.into_bytes()?)
    }

    fn to_keras(&self) -> Result<Vec<u8>> {
        encode::prepare(self)?;
        let metadata = json!({"keras_version": KERAS_VERSION, "date_saved": now()});
        let config = encode::model(self)?;
        let mut tree = Tree::default();
        weights::write(self, &mut tree)?;
        weights::optimizer::write(self, &mut tree)?;
        archive::pack(&[
            ("metadata.json", metadata.to_string().into_bytes()),
            ("config.json", config.to_string().into_bytes()),
            ("model.weights.h5", tree.into_bytes()?),
        ])
    }
}

/// What the end of a file's name asks for.
enum Ending {
    Keras,
    OldH5,
    WeightsH5,
    Other,
}

fn ending(path: &Path) -> Ending {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if name.ends_with(".weights.h5") {
        Ending::WeightsH5
    } else if name.ends_with(".keras") {
        Ending::Keras
    } else if name.ends_with(".h5") || name.ends_with(".hdf5") {
        Ending::OldH5
    } else {
        Ending::Other
    }
}

/// The time as Keras writes it, in UTC: `2026-01-31@12:00:00`.
fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}@{hour:02}:{minute:02}:{second:02}")
}

/// The date of a day since 1970: whole years are taken off, then whole months.
fn civil(mut days: u64) -> (u64, u64, u64) {
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_453), (2025, 12, 31));
    }
}
