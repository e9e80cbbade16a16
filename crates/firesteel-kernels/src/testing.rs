// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the kernels' tests share: forcing an instruction set, numbers, and comparing them.

use std::cell::Cell;
use std::ops::{Deref, DerefMut, Range};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::Isa;
use crate::vector::MAX_LANES;

thread_local! {
    static FORCED: Cell<Option<Isa>> = const { Cell::new(None) };
}

/// The instruction set that this thread's test asks for.
pub(crate) fn forced() -> Option<Isa> {
    FORCED.get()
}

/// Runs `test` on the instruction set called `name`, or nothing where the machine lacks it.
pub(crate) fn on(name: &str, test: fn()) {
    match Isa::named(name) {
        Ok(isa) => on_threads(isa, 2, test),
        Err(_) => eprintln!("no {name} on this machine: not tested"),
    }
}

/// Runs `work` in a pool of `n_threads` threads that all use `isa`.
pub(crate) fn on_threads<R: Send>(
    isa: Isa,
    n_threads: usize,
    work: impl FnOnce() -> R + Send,
) -> R {
    let force = move |_| FORCED.set(Some(isa));
    let builder = rayon::ThreadPoolBuilder::new().num_threads(n_threads).start_handler(force);
    builder.build().unwrap().install(work)
}

/// Runs `work` on one thread and on three with every instruction set; the bits must be equal.
pub(crate) fn same_on_any_threads(work: impl Fn() -> Vec<f32> + Sync) {
    for isa in Isa::available() {
        let one = on_threads(isa, 1, &work);
        let three = on_threads(isa, 3, &work);
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert!(bits(&one) == bits(&three), "{} depends on the number of threads", isa.name());
    }
}

/// Makes each function a test for each instruction set.
macro_rules! on_every_isa {
    ($($test:ident),+ $(,)?) => {
        $crate::testing::on_every_isa!(scalar: $($test),+);
        $crate::testing::on_every_isa!(avx2: $($test),+);
        $crate::testing::on_every_isa!(avx512: $($test),+);
        $crate::testing::on_every_isa!(neon: $($test),+);
    };
    ($isa:ident: $($test:ident),+) => {
        mod $isa {
            $(
                #[test]
                fn $test() {
                    $crate::testing::on(stringify!($isa), super::$test);
                }
            )+
        }
    };
}
pub(crate) use on_every_isa;

/// Checks random cases, the same ones for a seed in every run; one that fails is made small and shown.
pub(crate) fn for_all<S: Strategy>(seed: u8, cases: u32, of: &S, check: impl Fn(S::Value)) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new_with_rng(config, rng).run(of, |case| {
        check(case);
        Ok(())
    });
    outcome.unwrap();
}

/// Offsets of so many slices from where a vector would like them to begin.
pub(crate) fn offsets<const N: usize>() -> impl Strategy<Value = [usize; N]> {
    proptest::array::uniform(0..=MAX_LANES)
}

/// Numbers that begin so many behind where the widest vector would like them to, with NaN on both sides.
pub(crate) struct Placed {
    memory: Vec<f32>,
    range: Range<usize>,
}

/// The numbers at an offset.
pub(crate) fn placed(offset: usize, values: &[f32]) -> Placed {
    let mut memory = vec![f32::NAN; MAX_LANES + offset + values.len() + MAX_LANES];
    let start = memory.as_ptr().align_offset(MAX_LANES * size_of::<f32>()) + offset;
    let range = start..start + values.len();
    memory[range.clone()].copy_from_slice(values);
    Placed { memory, range }
}

/// Room for so many numbers at an offset.
pub(crate) fn room(offset: usize, len: usize) -> Placed {
    placed(offset, &vec![f32::NAN; len])
}

impl Deref for Placed {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.memory[self.range.clone()]
    }
}

impl DerefMut for Placed {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.memory[self.range.clone()]
    }
}

/// Nothing may have been written beside the numbers.
impl Drop for Placed {
    fn drop(&mut self) {
        let (before, after) = (&self.memory[..self.range.start], &self.memory[self.range.end..]);
        let whole = before.iter().chain(after).all(|value| value.is_nan());
        assert!(whole || std::thread::panicking(), "written beside the numbers");
    }
}

/// `len` numbers between -1 and 1 that follow from `seed`.
pub(crate) fn numbers(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len + 8).map(|_| next()).skip(8).collect()
}

/// Lengths up to four of the widest vectors and one more, and a few large odd ones.
pub(crate) fn lengths() -> impl Iterator<Item = usize> {
    (0..=4 * MAX_LANES + 1).chain([255, 1_001, 70_003])
}

/// Where a comparison stops being patient: this much, and this much of the expected value.
#[derive(Clone, Copy)]
pub(crate) struct Within {
    pub(crate) absolute: f64,
    pub(crate) relative: f64,
}

/// A relative bound for values that are single operations.
pub(crate) const EXACT: Within = Within { absolute: 0.0, relative: 3e-7 };

/// Compares numbers with the naive result; NaN equals NaN, infinities equal themselves.
#[track_caller]
pub(crate) fn close(what: &str, got: &[f32], want: &[f64], within: Within) {
    assert_eq!(got.len(), want.len(), "{what}: length");
    for (index, (&got, &want)) in got.iter().zip(want).enumerate() {
        let wide = f64::from(got);
        let bound = within.absolute + within.relative * want.abs();
        let both = wide.is_nan() && want.is_nan() || wide.total_cmp(&want).is_eq();
        let same = both || (wide - want).abs() <= bound;
        // what overflows single precision may be infinite
        let same = same || (wide.is_infinite() && want.abs() >= f64::from(f32::MAX));
        assert!(same, "{what}: position {index} is {got}, expected {want}");
    }
}

/// Numbers that tend to go wrong.
pub(crate) const ODD: [f32; 14] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    f32::NAN,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::MIN_POSITIVE,
    1e-45,
    -1e-40,
    f32::MAX,
    f32::MIN,
    88.9,
    -103.5,
];
