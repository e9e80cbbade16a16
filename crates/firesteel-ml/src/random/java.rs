// SPDX-License-Identifier: MIT OR Apache-2.0
//! `JavaRandom`: the generator of `java.util.Random`.

use firesteel_data::random::JavaBits;

/// The linear congruential generator of `java.util.Random`.
#[derive(Clone, Debug)]
pub(crate) struct JavaRandom(u64);

const MULTIPLIER: u64 = 0x5_DEEC_E66D;
const MASK: u64 = (1 << 48) - 1;

impl JavaRandom {
    pub(crate) fn new(seed: i64) -> Self {
        Self((seed as u64 ^ MULTIPLIER) & MASK)
    }
}

impl JavaBits for JavaRandom {
    fn next(&mut self, bits: u32) -> i32 {
        self.0 = self.0.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        (self.0 >> (48 - bits)) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_java() {
        let mut rng = JavaRandom::new(42);
        assert_eq!(rng.next_int(), -1_170_105_035);
        assert_eq!(rng.next_int(), 234_785_527);
        assert_eq!(JavaRandom::new(42).next_below(10), 0);
        assert_eq!(JavaRandom::new(42).next_long(), -5_025_562_857_975_149_833);
        assert!((JavaRandom::new(42).next_double() - 0.727_563_681_292_188_6).abs() < 1e-3);
    }
}
