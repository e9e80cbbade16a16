// SPDX-License-Identifier: MIT OR Apache-2.0
//! The empty option table of pipelines: their stages are all they have.

/// An option table without rows.
macro_rules! no_options {
    ($type:ident) => {
        impl firesteel_core::Options for $type {
            fn type_name(&self) -> &'static str {
                stringify!($type)
            }

            fn table(&self) -> &'static [firesteel_core::OptionSpec] {
                &[]
            }

            fn get(&self, _name: &str) -> Option<firesteel_core::Json> {
                None
            }

            fn set(
                &mut self,
                name: &str,
                _value: &firesteel_core::Json,
            ) -> firesteel_core::Result<()> {
                Err(firesteel_core::err::unknown_name("option", name, []).at(stringify!($type)))
            }
        }
    };
}

pub(crate) use no_options;
