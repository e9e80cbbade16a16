// SPDX-License-Identifier: MIT OR Apache-2.0
//! `peak_memory`: the most that the process has held.

use firesteel::{Result, err};

/// The largest resident memory of this process so far, in MiB.
///
/// # Errors
/// `Io` where the system does not tell it in `/proc/self/status`, as Linux does.
pub fn peak_memory() -> Result<f64> {
    let path = "/proc/self/status";
    let status = std::fs::read_to_string(path).map_err(|error| err::io(path, error))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes =
        line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    let kibibytes = kibibytes.ok_or_else(|| err::internal(format!("no peak in {path}")))?;
    Ok(kibibytes / 1024.0)
}
