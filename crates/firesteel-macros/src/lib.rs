// SPDX-License-Identifier: MIT OR Apache-2.0
//! The derive behind firesteel's option tables; its attributes are described in `firesteel_core::options`.
#![warn(missing_docs)]

mod field;
mod options;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives `firesteel_core::Options`, the constructor `new`, one setter an option, and `from_config`.
#[proc_macro_derive(Options, attributes(option, options))]
pub fn derive_options(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    options::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
