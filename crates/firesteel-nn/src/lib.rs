// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keras in Rust: layers, losses, optimizers, callbacks, models, and the real Keras' files.
