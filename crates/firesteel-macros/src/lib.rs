// SPDX-License-Identifier: MIT OR Apache-2.0
//! The derives behind firesteel's option tables, described in `firesteel_core::options`, and behind rows of tables.
#![warn(missing_docs)]

mod field;
mod options;
mod row;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives `firesteel_core::Options`, the constructor `new`, one setter an option, and `from_config`.
#[proc_macro_derive(Options, attributes(option, options))]
pub fn derive_options(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    options::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives `firesteel::data::Record`: a struct becomes a row of a table, its fields the columns.
///
/// `#[row(name = "..")]` on a field gives its column another name; `#[row(crate = ..)]` on the struct says where
/// the data crate is found, when it is not below `firesteel`.
#[proc_macro_derive(Row, attributes(row))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    row::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
