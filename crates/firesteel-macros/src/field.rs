// SPDX-License-Identifier: MIT OR Apache-2.0
//! One field of an option table: its attributes, its setter, its row.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Field, GenericArgument, Ident, LitStr, PathArguments, Result, Type};

/// A field with its `#[option(..)]` attributes.
pub(crate) struct OptionField {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) key: String,
    pub(crate) required: bool,
    pub(crate) skip: bool,
    pub(crate) base: bool,
    pub(crate) default: Option<Expr>,
    doc: String,
    bounds: Vec<(Ident, Expr)>,
    one_of: Option<Expr>,
}

impl OptionField {
    pub(crate) fn parse(field: &Field, camel_case: bool) -> Result<Self> {
        let Some(ident) = field.ident.clone() else {
            return Err(syn::Error::new_spanned(field, "an option needs a name"));
        };
        let setter = ident.to_string();
        let mut this = Self {
            key: if camel_case { camel(&setter) } else { setter },
            ident,
            ty: field.ty.clone(),
            required: false,
            skip: false,
            base: false,
            default: None,
            doc: doc_of(field),
            bounds: Vec::new(),
            one_of: None,
        };
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("option"))
        {
            attribute.parse_nested_meta(|meta| {
                let name = meta.path.require_ident()?.clone();
                match name.to_string().as_str() {
                    "required" => this.required = true,
                    "skip" => this.skip = true,
                    "base" => (this.skip, this.base) = (true, true),
                    "key" => this.key = meta.value()?.parse::<LitStr>()?.value(),
                    "default" => this.default = Some(meta.value()?.parse()?),
                    "one_of" => this.one_of = Some(meta.value()?.parse()?),
                    "min" | "max" | "above" | "below" => {
                        this.bounds.push((name, meta.value()?.parse()?));
                    }
                    _ => return Err(meta.error("unknown attribute of an option")),
                }
                Ok(())
            })?;
        }
        if !this.skip && !this.required && this.default.is_none() {
            let message = "an option needs `required`, `default = ..` or `skip`";
            return Err(syn::Error::new_spanned(field, message));
        }
        Ok(this)
    }

    /// The type an argument has, and the expression that turns it into the field's type.
    pub(crate) fn argument(&self) -> (TokenStream, TokenStream) {
        let Self { ident, ty, .. } = self;
        match optional(ty) {
            Some(inner) if is_plain(inner) => (quote!(#inner), quote!(Some(#ident))),
            Some(inner) => (quote!(impl Into<#inner>), quote!(Some(#ident.into()))),
            None if is_plain(ty) => (quote!(#ty), quote!(#ident)),
            None => (quote!(impl Into<#ty>), quote!(#ident.into())),
        }
    }

    /// The start value of a field that is not required.
    pub(crate) fn start(&self) -> TokenStream {
        let ty = &self.ty;
        match &self.default {
            None => quote!(<#ty as Default>::default()),
            Some(default) if self.skip => quote!(#default),
            Some(default) if is_none(default) => quote!(None),
            Some(default) if optional(ty).is_some() => quote!(Some(#default.into())),
            Some(default) if is_plain(ty) => quote!(#default),
            Some(default) => quote!(<#ty as From<_>>::from(#default)),
        }
    }

    pub(crate) fn setter(&self) -> TokenStream {
        let Self { ident, doc, .. } = self;
        let (argument, value) = self.argument();
        let default = self.default.as_ref().map(|default| {
            let text = format!("Default: `{}`.", default.to_token_stream());
            quote!(#[doc = ""] #[doc = #text])
        });
        quote! {
            #[doc = #doc]
            #default
            #[must_use]
            pub fn #ident(mut self, #ident: #argument) -> Self {
                self.#ident = #value;
                self
            }
        }
    }

    pub(crate) fn row(&self) -> TokenStream {
        let Self { ident, ty, key, doc, required, .. } = self;
        let setter = ident.to_string();
        let bounds = self.bounds.iter().map(|(name, bound)| quote!(#name: Some((#bound) as f64),));
        let one_of = self.one_of.iter().map(|names| quote!(one_of: &#names,));
        let default = self.default.as_ref().map(|_| {
            let start = self.start();
            quote!(default: Some(|| {
                let start: #ty = #start;
                __core::OptionValue::encode(&start)
            }),)
        });
        quote! {
            __core::options::OptionSpec {
                required: #required,
                #default
                #(#bounds)*
                #(#one_of)*
                ..__core::options::OptionSpec::new(
                    #key, #setter, #doc, <#ty as __core::OptionValue>::EXPECTS,
                )
            }
        }
    }
}

fn doc_of(field: &Field) -> String {
    let lines = field.attrs.iter().filter_map(|attribute| {
        let value = &attribute.meta.require_name_value().ok()?.value;
        match value {
            Expr::Lit(literal) if attribute.path().is_ident("doc") => match &literal.lit {
                syn::Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        name + &head.to_uppercase() + tail
    })
}

fn is_none(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident("None"))
}

/// The `T` of an `Option<T>`.
fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

/// Types that a setter takes as they are, so that a literal needs no annotation.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 7] = ["usize", "u64", "u32", "i64", "i32", "f64", "bool"];
    matches!(ty, Type::Path(path) if PLAIN.iter().any(|plain| path.path.is_ident(plain)))
}
