// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Device`: where tensors live, chosen at run time.

use std::fmt;

use burn::backend::DispatchDevice;
use firesteel_core::{Result, err};

/// Where tensors live and operations run.
///
/// The CPU is always there. Others come with the cargo features `cuda`, `rocm`, `metal`, `vulkan` and
/// `wgpu`, which need no GPU software to compile; what the machine really has shows when the device is
/// first used. `vulkan` and `wgpu` build without a network; for `cuda` and `rocm` a dependency of Burn's
/// fetches LLVM while it is built. `metal` is for macOS alone.
///
/// # Examples
/// ```
/// use firesteel_tensor::Device;
///
/// assert_eq!(Device::named("cpu")?, Device::cpu());
/// assert!(Device::named("gpuu:0").is_err());
/// # Ok::<(), firesteel_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Device {
    name: String,
    inner: burn::tensor::Device,
}

impl Device {
    /// The CPU.
    pub fn cpu() -> Self {
        Self { name: "cpu".to_owned(), inner: burn::tensor::Device::flex() }
    }

    /// The device of a name such as `cpu`, `cuda` or `cuda:1`.
    ///
    /// # Errors
    /// `UnknownName` for a name that no compiled-in backend has, `InvalidArgument` for a bad index.
    pub fn named(name: &str) -> Result<Self> {
        let (kind, index) = match name.split_once(':') {
            None => (name, 0),
            Some((kind, index)) => {
                let bad = || {
                    err::invalid_argument("Device", "name")
                        .expected("a kind and a whole number, as in `cuda:0`")
                        .got(format!("`{name}`"))
                };
                (kind, index.parse::<usize>().map_err(|_| bad())?)
            }
        };
        if kind == "cpu" && index != 0 {
            return Err(err::invalid_argument("Device", "name")
                .expected("`cpu`, which is one device")
                .got(format!("`{name}`")));
        }
        let names = known().map(|(known, _)| known);
        let Some((_, make)) = known().find(|(known, _)| *known == kind) else {
            return Err(err::unknown_name("device", kind, names));
        };
        Ok(Self { name: name.to_owned(), inner: make(index) })
    }

    /// The kinds of device that are compiled in.
    pub fn kinds() -> Vec<&'static str> {
        known().map(|(kind, _)| kind).collect()
    }

    /// Whether this is the CPU, where firesteel's own kernels run.
    pub fn is_cpu(&self) -> bool {
        is_cpu(self.inner.as_dispatch())
    }

    pub(crate) fn dispatch(&self) -> &DispatchDevice {
        self.inner.as_dispatch()
    }

    pub(crate) fn burn(&self) -> &burn::tensor::Device {
        &self.inner
    }
}

/// Refuses a value of `FIRESTEEL_KERNELS` that the kernels would ignore.
///
/// # Errors
/// `UnknownName` for a set of instructions that is unknown, `Unsupported` for one that this machine lacks.
pub fn check_environment() -> Result<()> {
    firesteel_kernels::Isa::from_environment().map(drop)
}

/// Whether a device is the CPU backend, with or without autodiff around it.
pub(crate) fn is_cpu(device: &DispatchDevice) -> bool {
    // devices compare by hardware, whatever their autodiff setting
    *device == DispatchDevice::Flex(Default::default())
}

type Maker = fn(usize) -> burn::tensor::Device;

fn known() -> impl Iterator<Item = (&'static str, Maker)> {
    const KNOWN: &[(&str, Maker)] = &[
        ("cpu", |_| burn::tensor::Device::flex()),
        #[cfg(feature = "cuda")]
        ("cuda", burn::tensor::Device::cuda::<usize>),
        #[cfg(feature = "rocm")]
        ("rocm", burn::tensor::Device::rocm::<usize>),
        #[cfg(feature = "metal")]
        ("metal", |i| burn::tensor::Device::metal(burn::tensor::DeviceKind::DiscreteGpu(i))),
        #[cfg(feature = "vulkan")]
        ("vulkan", |i| burn::tensor::Device::vulkan(burn::tensor::DeviceKind::DiscreteGpu(i))),
        #[cfg(feature = "wgpu")]
        ("wgpu", |i| burn::tensor::Device::wgpu(burn::tensor::DeviceKind::DiscreteGpu(i))),
    ];
    KNOWN.iter().copied()
}

impl Default for Device {
    fn default() -> Self {
        Self::cpu()
    }
}

impl PartialEq for Device {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Device({})", self.name)
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
