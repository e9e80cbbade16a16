// SPDX-License-Identifier: MIT OR Apache-2.0
//! Addresses of functions as text: `build id : distance from a fixed symbol : seal`.
#![expect(unsafe_code, reason = "an address becomes a function again")]

use std::any::type_name;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::hint::black_box;

use firesteel_core::{Error, Result, err};

use crate::closure::{Build, captures_nothing, rebuild};
use crate::{build_id, program_image};

/// The address of a closure's code and of the recipe `B`, or `None` when the closure captures something.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use firesteel_ship::{Build, receive, ship};
///
/// struct Apply;
/// impl<F: Fn(i32) -> i32 + 'static> Build<F> for Apply {
///     type Output = i32;
///     fn build(function: Arc<F>) -> i32 {
///         function(20)
///     }
/// }
///
/// let address = ship::<_, Apply>(&|x: i32| 2 * x + 2).unwrap();
/// assert_eq!(receive::<i32>(&address)?, 42);          // or in another process of the same executable
/// let captured = 3;
/// assert_eq!(ship::<_, Apply>(&move |x: i32| x * captured), None);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
pub fn ship<F: 'static, B: Build<F>>(_function: &F) -> Option<String> {
    // the reference proves that `F` has values, which `rebuild` relies on
    captures_nothing::<F>().then(|| write(rebuild::<F, B>))
}

/// What the recipe makes of the closure at an address that [`ship`] wrote in a process of the same build.
///
/// # Errors
/// `Remote` when the address comes from another build, `Format` when it is damaged or stands for something else
/// than a `T`.
pub fn receive<T: 'static>(address: &str) -> Result<T> {
    Ok(read::<T>(address)?())
}

fn write<T: 'static>(function: fn() -> T) -> String {
    let distance = (function as usize).wrapping_sub(base()) as isize;
    format!("{}:{distance:x}:{:016x}", build_id(), seal::<T>(distance))
}

fn read<T: 'static>(address: &str) -> Result<fn() -> T> {
    let mut parts = address.split(':');
    let (Some(build), Some(distance), Some(sealed), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(damaged(address));
    };
    if build != build_id() {
        return Err(err::remote(format!("a closure was built by executable {build}"))
            .got(format!("executable {}", build_id()))
            .fix("start the scheduler's executors from the same binary as the program"));
    }
    let distance = usize::from_str_radix(distance, 16).map_err(|_| damaged(address))? as isize;
    if sealed != format!("{:016x}", seal::<T>(distance)) {
        return Err(damaged(address));
    }
    let target = base().wrapping_add_signed(distance);
    if !program_image::is_code(target) {
        return Err(damaged(address));
    }
    let target = std::ptr::with_exposed_provenance::<()>(target);
    // SAFETY: `write` made this text from a `fn() -> T` of the same executable: the build id says which executable,
    // the seal says that distance and type are the ones written, and `base` moves with the code. A forged text is
    // the one way around it, see the crate's documentation.
    Ok(unsafe { std::mem::transmute::<*const (), fn() -> T>(target) })
}

fn damaged(address: &str) -> Error {
    let shown: String = address.chars().take(80).collect();
    err::format("shipped closure", "the address is damaged or of another kind")
        .got(format!("`{shown}`"))
}

/// Ties a distance to the build and to the type that the function returns.
fn seal<T>(distance: isize) -> u64 {
    let mut hasher = DefaultHasher::new();
    (build_id(), distance, type_name::<T>()).hash(&mut hasher);
    hasher.finish()
}

/// Where the fixed symbol stands in this process.
fn base() -> usize {
    fixed_symbol as fn() as usize
}

#[inline(never)]
pub(crate) fn fixed_symbol() {
    black_box(());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    struct Apply;
    impl<F: Fn(f64) -> f64 + 'static> Build<F> for Apply {
        type Output = f64;
        fn build(function: Arc<F>) -> f64 {
            function(3.0)
        }
    }

    #[test]
    fn closures_and_functions_come_back() {
        for (address, value) in [
            (ship::<_, Apply>(&|x: f64| x * x + 1.0), 10.0),
            (ship::<_, Apply>(&|x: f64| x - 1.0), 2.0),
            (ship::<_, Apply>(&f64::abs), 3.0),
        ] {
            assert!((receive::<f64>(&address.unwrap()).unwrap() - value).abs() < 1e-12);
        }
    }

    #[test]
    fn captures_are_not_shipped() {
        let (number, text) = (2.0, "2".to_owned());
        assert!(ship::<_, Apply>(&move |x: f64| x + number).is_none());
        assert!(ship::<_, Apply>(&move |x: f64| x + text.len() as f64).is_none());
        let pointer: fn(f64) -> f64 = f64::abs;
        assert!(ship::<_, Apply>(&pointer).is_none());
    }

    #[test]
    fn a_closure_that_owns_something_to_drop_is_not_shipped() {
        struct Loud;
        impl Drop for Loud {
            fn drop(&mut self) {
                black_box(());
            }
        }
        let loud = Loud;
        let function = move |x: f64| {
            let _kept = &loud;
            x
        };
        assert_eq!(size_of_val(&function), 0);
        assert!(ship::<_, Apply>(&function).is_none());
    }

    #[test]
    fn another_build_is_refused_by_name() {
        let address = ship::<_, Apply>(&|x: f64| x).unwrap();
        let (_, rest) = address.split_once(':').unwrap();
        let error = receive::<f64>(&format!("da87f6d2:{rest}")).unwrap_err();
        assert!(error.is_remote());
        assert!(error.to_string().contains("was built by executable da87f6d2"), "{error}");
        assert!(error.to_string().contains(build_id()), "{error}");
        assert!(error.to_string().contains("same binary"), "{error}");
    }

    #[test]
    fn damage_is_seen_before_anything_runs() {
        let address = ship::<_, Apply>(&|x: f64| x).unwrap();
        let parts: Vec<&str> = address.split(':').collect();
        let far = 1_isize << 40;
        for bad in [
            String::new(),
            "x".to_owned(),
            format!("{}:zz:{}", parts[0], parts[2]),
            format!("{}:{:x}:{}", parts[0], 64, parts[2]),
            format!("{}:{}:{}:1", parts[0], parts[1], parts[2]),
            format!("{}:{far:x}:{:016x}", parts[0], seal::<f64>(far)),
        ] {
            assert!(receive::<f64>(&bad).unwrap_err().is_format(), "{bad}");
        }
        assert!(receive::<i64>(&address).unwrap_err().is_format(), "another type");
    }
}
