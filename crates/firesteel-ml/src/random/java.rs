// SPDX-License-Identifier: MIT OR Apache-2.0
//! `JavaRandom`: the generator of `java.util.Random`.

/// What `java.util.Random` makes of raw bits.
pub(crate) trait JavaBits {
    /// The next `bits` random bits.
    fn next(&mut self, bits: u32) -> i32;

    /// Any integer.
    fn next_int(&mut self) -> i32 {
        self.next(32)
    }

    /// An integer from 0 to below `bound`.
    fn next_below(&mut self, bound: i32) -> i32 {
        if bound & (bound - 1) == 0 {
            return ((i64::from(bound) * i64::from(self.next(31))) >> 31) as i32;
        }
        loop {
            let bits = self.next(31);
            let value = bits % bound;
            if bits.wrapping_sub(value).wrapping_add(bound - 1) >= 0 {
                return value;
            }
        }
    }

    /// Any long integer.
    fn next_long(&mut self) -> i64 {
        let high = i64::from(self.next(32)) << 32;
        high.wrapping_add(i64::from(self.next(32)))
    }

    /// A number in `[0, 1)`.
    fn next_double(&mut self) -> f64 {
        let high = i64::from(self.next(26)) << 27;
        (high + i64::from(self.next(27))) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}

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
