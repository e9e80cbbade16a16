// SPDX-License-Identifier: MIT OR Apache-2.0
//! Saving and loading against files that the real Keras wrote.

mod configs;
mod custom;
mod files;
mod hostile;
mod legacy;
mod mask_chains;
mod odd;
mod ours;
mod support;
mod weights;
