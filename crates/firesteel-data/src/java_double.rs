// SPDX-License-Identifier: MIT OR Apache-2.0
//! `java_double`: a number as Java, and so Spark, writes it.

/// `1.0`, `0.001`, `1.0E7`, `1.0E-7`, `NaN`, `-Infinity`: the text of Java's `Double.toString`.
///
/// The digits are the shortest that read back as the same number.
///
/// # Examples
/// ```
/// use firesteel_data::java_double;
///
/// assert_eq!(java_double(2.5), "2.5");
/// assert_eq!(java_double(1e7), "1.0E7");
/// ```
pub fn java_double(x: f64) -> String {
    if !x.is_finite() || x == 0.0 || (1e-3..1e7).contains(&x.abs()) {
        return plain(x.is_infinite(), &format!("{x:?}"));
    }
    scientific(&format!("{x:e}"), &format!("{x:.1e}"), |text| text.parse() == Ok(x))
}

/// [`java_double`] for numbers of 32 bits, as Java's `Float.toString`.
pub fn java_float(x: f32) -> String {
    if !x.is_finite() || x == 0.0 || (1e-3..1e7).contains(&x.abs()) {
        return plain(x.is_infinite(), &format!("{x:?}"));
    }
    scientific(&format!("{x:e}"), &format!("{x:.1e}"), |text| text.parse() == Ok(x))
}

fn plain(infinite: bool, text: &str) -> String {
    if infinite { text.replace("inf", "Infinity") } else { text.to_owned() }
}

/// Java prints two digits at least: of all pairs that read back as the number, the nearest one.
fn scientific(shortest: &str, two_digits: &str, reads_back: impl Fn(&str) -> bool) -> String {
    let single = !shortest.contains('.');
    let text = if single && reads_back(two_digits) { two_digits } else { shortest };
    match text.split_once('e') {
        Some((digits, exponent)) if digits.contains('.') => format!("{digits}E{exponent}"),
        Some((digits, exponent)) => format!("{digits}.0E{exponent}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{java_double, java_float};

    #[test]
    fn writes_numbers_as_java_does() {
        for (x, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-12.5, "-12.5"),
            (0.001, "0.001"),
            (0.000_999, "9.99E-4"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (123_456_789.0, "1.23456789E8"),
            (1e-7, "1.0E-7"),
            (1.0 / 3.0, "0.3333333333333333"),
            (1e300, "1.0E300"),
            (5e-324, "4.9E-324"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(java_double(x), text);
        }
        assert_eq!(java_float(0.1), "0.1");
        assert_eq!(java_float(1e-45), "1.4E-45");
        assert_eq!(java_float(f32::INFINITY), "Infinity");
    }
}
