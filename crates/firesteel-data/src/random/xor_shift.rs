// SPDX-License-Identifier: MIT OR Apache-2.0
//! `XorShift`: the generator behind Spark's samples.

use super::JavaBits;

/// An xorshift generator of 64 bits, seeded through two rounds of MurmurHash3.
///
/// # Source
/// Spark 4.3, `core/src/main/scala/org/apache/spark/util/random/XORShiftRandom.scala`.
#[derive(Clone, Debug)]
pub struct XorShift(u64);

/// Where the first round of hashing starts.
const FIRST_SEED: u32 = 0x3c07_4a61;

impl XorShift {
    /// The generator that Spark starts with this seed.
    pub fn new(seed: i64) -> Self {
        let bytes = seed.to_be_bytes();
        let low = murmur3(bytes, FIRST_SEED);
        let high = murmur3(bytes, low);
        Self(u64::from(high) << 32 | u64::from(low))
    }
}

impl JavaBits for XorShift {
    fn next(&mut self, bits: u32) -> i32 {
        self.0 ^= self.0 << 21;
        self.0 ^= self.0 >> 35;
        self.0 ^= self.0 << 4;
        (self.0 & ((1_u64 << bits) - 1)) as i32
    }
}

/// MurmurHash3 of 8 bytes, 32 bits wide.
fn murmur3(bytes: [u8; 8], seed: u32) -> u32 {
    let [a, b, c, d, e, f, g, h] = bytes;
    let words = [[a, b, c, d], [e, f, g, h]].map(u32::from_le_bytes);
    let mut hash = words.into_iter().fold(seed, |hash, word| {
        let word = word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
        (hash ^ word).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64)
    });
    hash ^= 8;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_sparks_rand() {
        // Spark 4.3: spark.range(2).select(F.rand(42)) on one partition
        let mut rng = XorShift::new(42);
        assert!((rng.next_double() - 0.619_189_370_225_301).abs() < 1e-15);
        assert!((rng.next_double() - 0.509_601_884_244_648_1).abs() < 1e-15);
    }
}
