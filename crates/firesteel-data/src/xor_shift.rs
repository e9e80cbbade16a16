// SPDX-License-Identifier: MIT OR Apache-2.0
//! The generator behind Spark's samples, so that a seed draws the same rows here and there.

/// An xorshift generator of 64 bits, seeded through two rounds of MurmurHash3.
///
/// # Source
/// Spark 4.3, `core/src/main/scala/org/apache/spark/util/random/XORShiftRandom.scala`.
#[derive(Clone, Debug)]
pub(crate) struct XorShift(u64);

/// Where the first round of hashing starts.
const FIRST_SEED: u32 = 0x3c07_4a61;

impl XorShift {
    pub(crate) fn new(seed: i64) -> Self {
        let bytes = seed.to_be_bytes();
        let low = murmur3(bytes, FIRST_SEED);
        let high = murmur3(bytes, low);
        Self(u64::from(high) << 32 | u64::from(low))
    }

    fn bits(&mut self, count: u32) -> u64 {
        let mut x = self.0;
        x ^= x << 21;
        x ^= x >> 35;
        x ^= x << 4;
        self.0 = x;
        x & ((1 << count) - 1)
    }

    /// A number in `[0, 1)`.
    pub(crate) fn uniform(&mut self) -> f64 {
        let high = self.bits(26) << 27;
        (high + self.bits(27)) as f64 * (1.0 / (1_u64 << 53) as f64)
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
