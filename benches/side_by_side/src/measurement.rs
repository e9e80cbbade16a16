// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Measurement`: the numbers of one row.

use std::fmt;

use firesteel::json;

/// What a program measured of one row; printed, it is a line of JSON.
#[derive(Clone, Debug)]
pub struct Measurement {
    /// The name of the row.
    pub row: String,
    /// The unit of the numbers, such as `ms`.
    pub unit: &'static str,
    /// The numbers, one for each round.
    pub runs: Vec<f64>,
    /// The loss at the end, where a network was trained.
    pub loss: Option<f64>,
    /// What was found, where all systems must find the same.
    pub answer: Option<f64>,
}

impl Measurement {
    /// The number in the middle; of an even count, the mean of the two there. NaN without any round.
    pub fn median(&self) -> f64 {
        let mut sorted = self.runs.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
        let count = sorted.len();
        f64::midpoint(at(count.saturating_sub(1) / 2), at(count / 2))
    }
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, unit, runs, loss, answer } = self;
        let mut line = json!({
            "row": row,
            "unit": unit,
            "values": { "firesteel": self.median() },
            "runs": { "firesteel": runs },
        });
        for (name, value) in [("loss", loss), ("answer", answer)] {
            if let Some(value) = value {
                line[name] = json!(value);
            }
        }
        write!(f, "{line}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(runs: &[f64]) -> Measurement {
        let (row, loss) = ("cnn".into(), Some(0.5));
        Measurement { row, unit: "ms", runs: runs.to_vec(), loss, answer: None }
    }

    #[test]
    fn the_median_stands_in_the_middle() {
        let median = |runs: &[f64]| of(runs).median().to_string();
        assert_eq!(median(&[9.0, 1.0, 2.0]), "2");
        assert_eq!(median(&[9.0, 1.0, 2.0, 4.0]), "3");
        assert_eq!(median(&[]), "NaN");
    }

    #[test]
    fn a_measurement_is_a_line_of_json() {
        assert_eq!(
            of(&[3.0, 1.0, 2.0]).to_string(),
            r#"{"row":"cnn","unit":"ms","values":{"firesteel":2.0},"runs":{"firesteel":[3.0,1.0,2.0]},"loss":0.5}"#
        );
        let found = Measurement { loss: None, answer: Some(7.5), ..of(&[1.0]) };
        assert!(found.to_string().ends_with(r#","answer":7.5}"#), "{found}");
    }
}
