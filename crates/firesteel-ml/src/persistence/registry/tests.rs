// SPDX-License-Identifier: MIT OR Apache-2.0
use firesteel_core::testing::check_type;

use super::*;
use crate::classification::DecisionTreeClassifier;
use crate::clustering::{KMeans, KMeansTrain};
use crate::evaluation::MulticlassClassificationEvaluator;
use crate::feature::{
    IndexToString, StandardScaler, StringIndexer, VectorAssembler, VectorIndexer,
};

type Check = fn() -> Result<()>;

/// The classes with an option table of their own: models have those of their estimators, a pipeline has none.
const TABLES: &[(&str, Check)] = &[
    ("DecisionTreeClassifier", || check_type::<DecisionTreeClassifier>(&[])),
    ("IndexToString", || check_type::<IndexToString>(&[])),
    ("KMeans", || check_type::<KMeans>(&[])),
    ("StandardScaler", || check_type::<StandardScaler>(&[])),
    ("StringIndexer", || check_type::<StringIndexer>(&[])),
    ("VectorAssembler", || check_type::<VectorAssembler>(&[])),
    ("VectorIndexer", || check_type::<VectorIndexer>(&[])),
];

#[test]
fn option_tables_hold() {
    let registry = StageRegistry::builtin();
    let names = registry.readers.keys().filter_map(|class| class.rsplit('.').next());
    let has_table = |name: &&str| !name.ends_with("Model") && *name != "Pipeline";
    let mut names: Vec<&str> = names.filter(has_table).collect();
    names.sort_unstable();
    assert_eq!(TABLES.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
    for (_, check) in TABLES {
        check().unwrap();
    }
    check_type::<KMeansTrain>(&[]).unwrap();
    check_type::<MulticlassClassificationEvaluator>(&[]).unwrap();
}
