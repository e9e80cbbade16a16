// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Attribute` and `AttributeGroup`: what a column says about its values, as Spark keeps it in `ml_attr`.

use firesteel_core::{Json, JsonMap, json};
use firesteel_data::datafusion::arrow::datatypes::Field;
use firesteel_data::vector::ml_attr;

/// What kind of values a column, or one place of a vector, holds.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeKind {
    /// Any number.
    Numeric,
    /// Indices of categories.
    Nominal {
        /// The categories, in the order of their indices, where they are known.
        values: Option<Vec<String>>,
        /// How many there are, where only this is known.
        n_values: Option<usize>,
        /// Whether the categories have an order.
        ordinal: Option<bool>,
    },
    /// Indices of two categories.
    Binary {
        /// The two categories, where they are known.
        values: Option<Vec<String>>,
    },
}

/// The kind and the name of a column, or of one place of a vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The name, where there is one.
    pub name: Option<String>,
    /// The kind of values.
    pub kind: AttributeKind,
}

impl Attribute {
    /// Numbers without a name.
    pub fn numeric() -> Self {
        Self { name: None, kind: AttributeKind::Numeric }
    }

    /// Indices of the given categories.
    pub fn nominal(values: Vec<String>) -> Self {
        let kind = AttributeKind::Nominal { values: Some(values), n_values: None, ordinal: None };
        Self { name: None, kind }
    }

    /// The attribute with a name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What a column of numbers says about itself.
    pub fn of_field(field: &Field) -> Option<Self> {
        let json = ml_attr(field)?;
        let kind = json.get("type").and_then(Json::as_str).unwrap_or("numeric").to_owned();
        Some(Self::from_json(&kind, &json))
    }

    /// The categories, where they are known.
    pub fn values(&self) -> Option<&[String]> {
        match &self.kind {
            AttributeKind::Nominal { values, .. } | AttributeKind::Binary { values } => {
                values.as_deref()
            }
            AttributeKind::Numeric => None,
        }
    }

    /// The number of categories; `None` for numbers, and where it is not known.
    pub fn n_categories(&self) -> Option<usize> {
        match &self.kind {
            AttributeKind::Numeric => None,
            AttributeKind::Binary { .. } => Some(2),
            AttributeKind::Nominal { values, n_values, .. } => {
                values.as_ref().map(Vec::len).or(*n_values)
            }
        }
    }

    /// The form of a column of its own.
    pub fn to_json(&self) -> Json {
        let mut json = self.parts();
        json.insert("type".to_owned(), Json::from(self.type_name()));
        Json::Object(json)
    }

    fn type_name(&self) -> &'static str {
        match self.kind {
            AttributeKind::Numeric => "numeric",
            AttributeKind::Nominal { .. } => "nominal",
            AttributeKind::Binary { .. } => "binary",
        }
    }

    fn parts(&self) -> JsonMap<String, Json> {
        let mut json = JsonMap::new();
        if let AttributeKind::Nominal { n_values, ordinal, .. } = &self.kind {
            ordinal.map(|ordinal| json.insert("ord".to_owned(), Json::from(ordinal)));
            n_values.map(|n| json.insert("num_vals".to_owned(), Json::from(n)));
        }
        self.values().map(|values| json.insert("vals".to_owned(), Json::from(values)));
        self.name.as_ref().map(|name| json.insert("name".to_owned(), Json::from(name.as_str())));
        json
    }

    fn from_json(kind: &str, json: &Json) -> Self {
        let strings = |items: &Vec<Json>| -> Vec<String> {
            items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
        };
        let values = json.get("vals").and_then(Json::as_array).map(strings);
        let kind = match kind {
            "nominal" => AttributeKind::Nominal {
                values,
                n_values: json.get("num_vals").and_then(Json::as_u64).map(|n| n as usize),
                ordinal: json.get("ord").and_then(Json::as_bool),
            },
            "binary" => AttributeKind::Binary { values },
            _ => AttributeKind::Numeric,
        };
        Self { name: json.get("name").and_then(Json::as_str).map(str::to_owned), kind }
    }
}

/// What a column of vectors says about the places of its vectors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributeGroup {
    /// One attribute a place, where they are known.
    pub attributes: Option<Vec<Attribute>>,
    /// The number of places, where it is known.
    pub size: Option<usize>,
}

impl AttributeGroup {
    /// A group with an attribute for every place.
    pub fn new(attributes: Vec<Attribute>) -> Self {
        Self { size: Some(attributes.len()), attributes: Some(attributes) }
    }

    /// A group of which only the size is known.
    pub fn of_size(size: usize) -> Self {
        Self { attributes: None, size: Some(size) }
    }

    /// What a column of vectors says about itself; an empty group where it says nothing.
    pub fn of_field(field: &Field) -> Self {
        let Some(json) = ml_attr(field) else { return Self::default() };
        let size = json.get("num_attrs").and_then(Json::as_u64).map(|n| n as usize);
        let Some(by_kind) = json.get("attrs").and_then(Json::as_object) else {
            return Self { attributes: None, size };
        };
        let listed: usize = by_kind.values().filter_map(Json::as_array).map(Vec::len).sum();
        let mut attributes = vec![Attribute::numeric(); size.unwrap_or(listed)];
        for (kind, items) in by_kind {
            for item in items.as_array().into_iter().flatten() {
                let place = item.get("idx").and_then(Json::as_u64).unwrap_or(u64::MAX) as usize;
                if let Some(slot) = attributes.get_mut(place) {
                    *slot = Attribute::from_json(kind, item);
                }
            }
        }
        Self::new(attributes)
    }

    /// The form that is kept in a field.
    pub fn to_json(&self) -> Json {
        let mut json = JsonMap::new();
        if let Some(attributes) = &self.attributes {
            let mut by_kind = JsonMap::new();
            // plain numbers without a name go without saying
            let told = |(_, attribute): &(usize, &Attribute)| **attribute != Attribute::numeric();
            for (place, attribute) in attributes.iter().enumerate().filter(told) {
                let mut parts = attribute.parts();
                parts.insert("idx".to_owned(), Json::from(place));
                let items = by_kind.entry(attribute.type_name()).or_insert_with(|| json!([]));
                if let Json::Array(items) = items {
                    items.push(Json::Object(parts));
                }
            }
            json.insert("attrs".to_owned(), Json::Object(by_kind));
        }
        self.size.map(|size| json.insert("num_attrs".to_owned(), Json::from(size)));
        Json::Object(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use firesteel_data::vector::{vector_field, with_ml_attr};

    #[test]
    fn groups_survive_a_field() {
        let binary = AttributeKind::Binary { values: Some(vec!["0.0".into(), "1.0".into()]) };
        let group = AttributeGroup::new(vec![
            Attribute::numeric().with_name("x"),
            Attribute { name: None, kind: binary },
            Attribute::nominal(vec!["a".into(), "b".into(), "c".into()]).with_name("y"),
        ]);
        let field = with_ml_attr(vector_field("v", true), &group.to_json());
        assert_eq!(AttributeGroup::of_field(&field), group);
        assert_eq!(group.attributes.unwrap()[2].n_categories(), Some(3));
        let sized = with_ml_attr(vector_field("v", true), &AttributeGroup::of_size(4).to_json());
        assert_eq!(AttributeGroup::of_field(&sized), AttributeGroup::of_size(4));
        assert_eq!(AttributeGroup::of_field(&vector_field("v", true)), AttributeGroup::default());
    }
}
