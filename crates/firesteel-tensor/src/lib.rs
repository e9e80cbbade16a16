// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rank-erased tensors over Burn, with autodiff and firesteel's own CPU kernels.
