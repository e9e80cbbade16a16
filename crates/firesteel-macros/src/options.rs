// SPDX-License-Identifier: MIT OR Apache-2.0
//! The derive of `Options`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Expr, Fields, Ident, Path, Result, parse_quote};

use crate::field::OptionField;

/// The `#[options(..)]` attributes of the type.
struct TypeOptions {
    /// Where the core crate is found.
    home: Path,
    name: Option<Expr>,
    camel_case: bool,
    no_new: bool,
}

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let type_options = TypeOptions::parse(input)?;
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(input, "only a struct has an option table"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(syn::Error::new_spanned(input, "options need names"));
    };
    let parse = |field| OptionField::parse(field, type_options.camel_case);
    let fields = named.named.iter().map(parse).collect::<Result<Vec<_>>>()?;
    let inherent = inherent(input, &type_options, &fields);
    let table = table(input, &type_options, &fields);
    let base = fields.iter().find(|field| field.base).map(|field| base(input, field));
    let home = &type_options.home;
    Ok(quote! {
        const _: () = {
            use #home as __core;
            #inherent #table #base
        };
    })
}

impl TypeOptions {
    fn parse(input: &DeriveInput) -> Result<Self> {
        let mut this = Self {
            home: parse_quote!(::firesteel_core),
            name: None,
            camel_case: false,
            no_new: false,
        };
        for attribute in input.attrs.iter().filter(|a| a.path().is_ident("options")) {
            attribute.parse_nested_meta(|meta| {
                match meta.path.require_ident()?.to_string().as_str() {
                    "crate" => this.home = meta.value()?.parse()?,
                    "name" => this.name = Some(meta.value()?.parse()?),
                    "camel_case" => this.camel_case = true,
                    "no_new" => this.no_new = true,
                    _ => return Err(meta.error("unknown attribute of an option table")),
                }
                Ok(())
            })?;
        }
        Ok(this)
    }

    fn type_name(&self, ident: &Ident) -> TokenStream {
        let plain = ident.to_string();
        self.name.as_ref().map_or_else(|| quote!(#plain), |name| quote!(#name))
    }
}

/// `new`, the setters and `from_config`.
fn inherent(
    input: &DeriveInput,
    type_options: &TypeOptions,
    fields: &[OptionField],
) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let setters = fields.iter().filter(|f| !f.skip && !f.required).map(OptionField::setter);
    let type_name = type_options.type_name(ident);
    let required: Vec<&OptionField> = fields.iter().filter(|field| field.required).collect();
    let names: Vec<&Ident> = required.iter().map(|field| &field.ident).collect();
    let types = required.iter().map(|field| &field.ty);
    let keys = required.iter().map(|field| &field.key);
    let new = (!type_options.no_new).then(|| new(ident, fields));
    let default = required.is_empty().then(|| {
        quote! {
            impl #generics Default for #ident #arguments #bounds {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    });
    quote! {
        #default

        impl #generics #ident #arguments #bounds {
            #new
            #(#setters)*

            /// Rebuilds it from the options that a config holds.
            ///
            /// # Errors
            /// `InvalidArgument` for a missing or mistyped option, `UnknownName` for an unknown one.
            pub fn from_config(
                config: &__core::JsonMap<String, __core::Json>,
            ) -> __core::Result<Self> {
                #(let #names: #types = __core::options::required(config, #type_name, #keys)?;)*
                let mut this = Self::new(#(#names),*);
                __core::Options::set_all(&mut this, config)?;
                Ok(this)
            }
        }
    }
}

fn new(ident: &Ident, fields: &[OptionField]) -> TokenStream {
    let doc =
        format!("A `{ident}` with the given arguments and every other option at its default.");
    let parameters = fields.iter().filter(|field| field.required).map(|field| {
        let (name, (ty, _)) = (&field.ident, field.argument());
        quote!(#name: #ty)
    });
    let values = fields.iter().map(|field| {
        let name = &field.ident;
        let value = if field.required { field.argument().1 } else { field.start() };
        quote!(#name: #value)
    });
    quote! {
        #[doc = #doc]
        pub fn new(#(#parameters),*) -> Self {
            Self { #(#values),* }
        }
    }
}

/// The setters that every layer shares, and access to the field that holds them.
fn base(input: &DeriveInput, field: &OptionField) -> TokenStream {
    let (ident, base, ty) = (&input.ident, &field.ident, &field.ty);
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    quote! {
        impl #generics #ident #arguments #bounds {
            /// The name of the layer in its model; by default made from the class and a number.
            #[must_use]
            pub fn name(mut self, name: impl Into<String>) -> Self {
                self.#base.name = Some(name.into());
                self
            }

            /// Whether training changes its weights.
            ///
            /// Default: `true`.
            #[must_use]
            pub fn trainable(mut self, trainable: bool) -> Self {
                self.#base.trainable = trainable;
                self
            }
        }

        impl #generics AsRef<#ty> for #ident #arguments #bounds {
            fn as_ref(&self) -> &#ty {
                &self.#base
            }
        }

        impl #generics AsMut<#ty> for #ident #arguments #bounds {
            fn as_mut(&mut self) -> &mut #ty {
                &mut self.#base
            }
        }
    }
}

/// The implementation of the trait.
fn table(input: &DeriveInput, type_options: &TypeOptions, fields: &[OptionField]) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let type_name = type_options.type_name(ident);
    let shown: Vec<&OptionField> = fields.iter().filter(|field| !field.skip).collect();
    let rows = shown.iter().map(|field| field.row());
    let names: Vec<TokenStream> = shown
        .iter()
        .map(|field| {
            let (key, setter) = (&field.key, field.ident.to_string());
            if *key == setter { quote!(#key) } else { quote!(#key | #setter) }
        })
        .collect();
    let keys = shown.iter().map(|field| &field.key);
    let idents: Vec<&Ident> = shown.iter().map(|field| &field.ident).collect();
    let types = shown.iter().map(|field| &field.ty);
    quote! {
        impl #generics __core::FromConfig for #ident #arguments #bounds {
            fn from_config(
                config: &__core::JsonMap<String, __core::Json>,
            ) -> __core::Result<Self> {
                Self::from_config(config)
            }
        }

        impl #generics __core::Options for #ident #arguments #bounds {
            fn type_name(&self) -> &'static str {
                #type_name
            }

            fn table(&self) -> &'static [__core::OptionSpec] {
                const { &[#(#rows),*] }
            }

            fn get(&self, name: &str) -> Option<__core::Json> {
                match name {
                    #(#names => Some(__core::OptionValue::encode(&self.#idents)),)*
                    _ => None,
                }
            }

            fn set(&mut self, name: &str, value: &__core::Json) -> __core::Result<()> {
                let at = |error: __core::Error| error.at(format!("{}: `{name}`", #type_name));
                match name {
                    #(#names => {
                        self.#idents = <#types as __core::OptionValue>::decode(value).map_err(at)?;
                        Ok(())
                    })*
                    _ => {
                        let known: Vec<&str> = vec![#(#keys),*];
                        Err(__core::err::unknown_name("option", name, known).at(#type_name))
                    }
                }
            }
        }
    }
}
