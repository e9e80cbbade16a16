// SPDX-License-Identifier: MIT OR Apache-2.0
//! Numbers of two bytes, which are read and never written.

/// `bfloat16` is the upper half of a `f32`.
pub(super) fn bfloat16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// `float16`: one bit of sign, five of exponent, ten of fraction.
pub(super) fn float16(bits: u16) -> f32 {
    let (sign, exponent, fraction) = (bits >> 15, (bits >> 10) & 0x1f, bits & 0x3ff);
    let fraction = f32::from(fraction) / 1024.0;
    let size = match exponent {
        0 => fraction * 2.0_f32.powi(-14),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction) * 2.0_f32.powi(i32::from(exponent) - 15),
    };
    if sign == 1 { -size } else { size }
}
