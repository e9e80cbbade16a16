// SPDX-License-Identifier: MIT OR Apache-2.0
//! The derive of `Row`: a struct as a row of a table.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, LitStr, Path, Result, Type, parse_quote};

/// One field and the column it becomes.
struct Column {
    field: Ident,
    ty: Type,
    name: String,
}

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let home = home(input)?;
    let columns = columns(input)?;
    let (names, fields): (Vec<_>, Vec<_>) =
        columns.iter().map(|column| (&column.name, &column.field)).unzip();
    // a chain of pairs from the last field on
    let types =
        columns.iter().rev().fold(quote!(()), |rest, Column { ty, .. }| quote!((#ty, #rest)));
    let pattern = fields.iter().rev().fold(quote!(()), |rest, field| quote!((#field, #rest)));
    let values = fields.iter().rev().fold(quote!(()), |rest, field| quote!((self.#field, #rest)));
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics #home::Record for #ident #arguments #bounds {
            type Fields = #types;
            const NAMES: &'static [&'static str] = &[#(#names),*];

            fn into_fields(self) -> Self::Fields {
                #values
            }

            fn from_fields(#pattern: Self::Fields) -> Self {
                Self { #(#fields),* }
            }
        }
    })
}

/// The path to the data crate: `#[row(crate = firesteel_data)]`, otherwise that of the face.
fn home(input: &DeriveInput) -> Result<Path> {
    let mut home: Path = parse_quote!(::firesteel::data);
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("unknown attribute of a row; known: `crate`"));
            }
            home = meta.value()?.parse()?;
            Ok(())
        })?;
    }
    Ok(home)
}

fn columns(input: &DeriveInput) -> Result<Vec<Column>> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(input, "only a struct can be a row"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(syn::Error::new_spanned(input, "the fields of a row need names"));
    };
    named.named.iter().map(column).collect()
}

/// `#[row(name = "..")]` gives a column another name than its field.
fn column(field: &syn::Field) -> Result<Column> {
    let Some(ident) = field.ident.clone() else {
        return Err(syn::Error::new_spanned(field, "a column needs a name"));
    };
    let plain = ident.to_string();
    let mut name = plain.strip_prefix("r#").unwrap_or(&plain).to_owned();
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("name") {
                return Err(meta.error("unknown attribute of a column; known: `name`"));
            }
            name = meta.value()?.parse::<LitStr>()?.value();
            Ok(())
        })?;
    }
    Ok(Column { field: ident, ty: field.ty.clone(), name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(input: &DeriveInput) -> String {
        derive(input).map_or_else(|error| error.to_string(), |tokens| tokens.to_string())
    }

    #[test]
    fn fields_become_a_chain_of_pairs() {
        let text = derived(&parse_quote!(
            struct City {
                r#type: String,
                #[row(name = "stars")]
                rating: f64,
            }
        ));
        assert!(text.contains(r#"["type" , "stars"]"#), "{text}");
        assert!(text.contains("type Fields = (String , (f64 , ()))"), "{text}");
        assert!(text.contains(":: firesteel :: data :: Record"), "{text}");
    }

    #[test]
    fn what_cannot_be_a_row_is_said() {
        assert!(
            derived(&parse_quote!(
                enum City {}
            ))
            .contains("only a struct")
        );
        assert!(
            derived(&parse_quote!(
                struct City(f64);
            ))
            .contains("need names")
        );
        assert!(
            derived(&parse_quote!(
                #[row(crat = a)]
                struct City {}
            ))
            .contains("known: `crate`")
        );
        assert!(
            derived(&parse_quote!(
                struct City {
                    #[row(nam = "a")]
                    a: f64,
                }
            ))
            .contains("known: `name`")
        );
    }
}
