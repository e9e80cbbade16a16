// SPDX-License-Identifier: MIT OR Apache-2.0
//! Activations as layers of their own.

mod activation;
mod elu;
mod leaky_relu;
mod prelu;
mod relu;
mod softmax;

pub use activation::Activation;
pub use elu::ELU;
pub use leaky_relu::LeakyReLU;
pub use prelu::PReLU;
pub use relu::ReLU;
pub use softmax::Softmax;

crate::layers::family! {
    // registry: sorted
    Activation,
    ELU,
    LeakyReLU,
    PReLU,
    ReLU,
    Softmax,
    // registry: end
}
