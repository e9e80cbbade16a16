// SPDX-License-Identifier: MIT OR Apache-2.0
//! CPU kernels of firesteel on plain slices.
