// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Build`: what is made of a closure, here and in the other process.
#![expect(unsafe_code, reason = "a closure of size zero is made from nothing")]

use std::mem::{needs_drop, size_of};
use std::ptr::NonNull;
use std::sync::Arc;

/// Says what is made of a closure; a type without values that names the recipe.
///
/// The same recipe runs where the closure was written and where it arrives.
pub trait Build<F>: 'static {
    /// What comes out.
    type Output: 'static;

    /// Makes it.
    fn build(function: Arc<F>) -> Self::Output;
}

/// Whether all of a closure is code, so that its address is enough to send it.
pub const fn captures_nothing<F>() -> bool {
    size_of::<F>() == 0 && !needs_drop::<F>()
}

/// The function whose address travels: makes the closure from nothing and builds with it.
///
/// Its address must be taken only where a value of `F` is at hand and `captures_nothing::<F>()` holds.
pub(crate) fn rebuild<F: 'static, B: Build<F>>() -> B::Output {
    assert!(captures_nothing::<F>(), "only closures without captures are shipped");
    // SAFETY: `F` has size zero, so that reading it from any aligned address reads no memory, and it has values,
    // because the only code that takes this function's address holds one. It needs no drop, so that a second value
    // frees nothing twice. The crate's documentation names the closures for which this is still wrong.
    let function = unsafe { NonNull::<F>::dangling().read() };
    B::build(Arc::new(function))
}
