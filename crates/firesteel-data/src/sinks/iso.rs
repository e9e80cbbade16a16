// SPDX-License-Identifier: MIT OR Apache-2.0
//! Moments as files hold them.

use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::temporal_conversions::timestamp_us_to_datetime;

/// `2024-02-29T12:34:56.500Z`, to the millisecond; without the `Z` for a moment of no zone.
pub(super) fn moment(micros: i64, data_type: &DataType) -> String {
    let zone = if matches!(data_type, DataType::Timestamp(_, Some(_))) { "Z" } else { "" };
    match timestamp_us_to_datetime(micros) {
        Some(moment) => format!("{}{zone}", moment.format("%Y-%m-%dT%H:%M:%S%.3f")),
        None => micros.to_string(),
    }
}
