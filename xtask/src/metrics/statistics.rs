// SPDX-License-Identifier: MIT OR Apache-2.0
//! Percentiles and shares of counts.

/// The smallest value that `percent` of all values do not exceed (nearest rank); 0 for no values.
pub(super) fn percentile(values: &[usize], percent: usize) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0)
}

/// `part` per `unit` of `whole`; 0 for a whole of 0.
pub(super) fn rate(part: usize, whole: usize, unit: f64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * unit / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_of_the_list() {
        let values = [5, 1, 4, 2, 3];
        assert_eq!(percentile(&values, 50), 3);
        assert_eq!(percentile(&values, 90), 5);
        assert_eq!(percentile(&values, 100), 5);
        assert_eq!(percentile(&values, 1), 1);
        assert_eq!(percentile(&[7, 9], 50), 7);
        assert_eq!(percentile(&[], 50), 0);
    }

    #[test]
    fn rates_need_a_whole() {
        assert!((rate(1, 4, 100.0) - 25.0).abs() < 1e-12);
        assert!(rate(1, 0, 100.0).abs() < 1e-12);
    }
}
