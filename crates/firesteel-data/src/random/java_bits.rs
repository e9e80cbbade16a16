// SPDX-License-Identifier: MIT OR Apache-2.0
//! `JavaBits`: the numbers that Java makes of random bits.

/// What `java.util.Random` makes of raw bits.
pub trait JavaBits {
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
