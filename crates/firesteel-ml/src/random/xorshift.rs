// SPDX-License-Identifier: MIT OR Apache-2.0
//! `XorShift`: the generator behind Spark's samples.

use super::JavaBits;

/// Marsaglia's xorshift on 64 bits, seeded through MurmurHash3 as Spark's `XORShiftRandom` is.
#[derive(Clone, Debug)]
pub(crate) struct XorShift(u64);

/// The start value of Scala's hash of arrays.
const ARRAY_SEED: u32 = 0x3c07_4a61;

impl XorShift {
    pub(crate) fn new(seed: i64) -> Self {
        let bytes = seed.to_be_bytes();
        let low = murmur3(bytes, ARRAY_SEED);
        let high = murmur3(bytes, low);
        Self((u64::from(high) << 32) | u64::from(low))
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

/// MurmurHash3 of eight bytes.
fn murmur3(bytes: [u8; 8], seed: u32) -> u32 {
    let mut hash = seed;
    for word in bytes.chunks_exact(4) {
        let mut k = word.iter().rev().fold(0_u32, |k, &byte| (k << 8) | u32::from(byte));
        k = k.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
        hash = (hash ^ k).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    hash ^= bytes.len() as u32;
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
