// SPDX-License-Identifier: MIT OR Apache-2.0
//! A tree as the table that Spark saves: one row a node.

use std::sync::Arc;

use firesteel_core::{Result, err};
use firesteel_data::datafusion::arrow::array::{
    ArrayRef, Float64Array, Int32Array, Int64Array, ListArray, RecordBatch, StructArray,
};
use firesteel_data::datafusion::arrow::buffer::OffsetBuffer;
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Fields, Schema};

use super::node::{NO_CHILD, Split, Tree, TreeNode};
use crate::persistence::SavedStage;

/// The table of a tree.
///
/// # Errors
/// `Internal` when columns do not fit.
pub(crate) fn to_batch(tree: &Tree) -> Result<RecordBatch> {
    let nodes = &tree.nodes;
    let doubles = |of: fn(&TreeNode) -> f64| -> ArrayRef {
        Arc::new(
            nodes
                .iter()
                .map(of)
                .collect::<Vec<_>>()
                .into_iter()
                .map(Some)
                .collect::<Float64Array>(),
        )
    };
    let ids: Int32Array = (0..nodes.len() as i32).map(Some).collect();
    let ints = |of: fn(&TreeNode) -> i32| -> ArrayRef {
        Arc::new(nodes.iter().map(|node| Some(of(node))).collect::<Int32Array>())
    };
    let counts: Int64Array = nodes.iter().map(|node| Some(node.raw_count)).collect();
    let splits = split_column(nodes)?;
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("id", Arc::new(ids), false),
        ("prediction", doubles(|node| node.prediction), false),
        ("impurity", doubles(|node| node.impurity), false),
        ("impurityStats", lists(nodes.iter().map(|node| node.stats.clone())), true),
        ("rawCount", Arc::new(counts), false),
        ("gain", doubles(|node| node.gain), false),
        ("leftChild", ints(|node| node.left), false),
        ("rightChild", ints(|node| node.right), false),
        ("split", Arc::new(splits), true),
    ];
    let fields = columns
        .iter()
        .map(|(name, column, nullable)| Field::new(*name, column.data_type().clone(), *nullable));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let columns = columns.into_iter().map(|(_, column, _)| column).collect();
    RecordBatch::try_new(schema, columns)
        .map_err(|source| err::internal("the columns of a tree do not fit").caused_by(source))
}

fn split_column(nodes: &[TreeNode]) -> Result<StructArray> {
    let feature = |node: &TreeNode| node.split.as_ref().map_or(-1, |split| split.feature() as i32);
    let values = |node: &TreeNode| match &node.split {
        None => Vec::new(),
        Some(Split::Threshold { threshold, .. }) => vec![*threshold],
        Some(Split::Categories { left, .. }) => left.clone(),
    };
    let arity = |node: &TreeNode| match &node.split {
        Some(Split::Categories { arity, .. }) => *arity as i32,
        _ => -1,
    };
    let features: Int32Array = nodes.iter().map(|node| Some(feature(node))).collect();
    let arities: Int32Array = nodes.iter().map(|node| Some(arity(node))).collect();
    let values = lists(nodes.iter().map(values));
    let fields = Fields::from(vec![
        Field::new("featureIndex", DataType::Int32, false),
        Field::new("leftCategoriesOrThreshold", values.data_type().clone(), true),
        Field::new("numCategories", DataType::Int32, false),
    ]);
    StructArray::try_new(fields, vec![Arc::new(features), values, Arc::new(arities)], None)
        .map_err(|source| err::internal("the splits of a tree do not fit").caused_by(source))
}

fn lists(rows: impl Iterator<Item = Vec<f64>>) -> ArrayRef {
    let rows: Vec<Vec<f64>> = rows.collect();
    let offsets = OffsetBuffer::from_lengths(rows.iter().map(Vec::len));
    let element = Arc::new(Field::new("element", DataType::Float64, false));
    let values = Arc::new(Float64Array::from(rows.concat()));
    Arc::new(ListArray::new(element, offsets, values, None))
}

/// The tree of a saved table.
///
/// # Errors
/// `Format` when the table does not describe a tree.
pub(crate) fn from_batch(saved: &SavedStage, n_features: usize, n_classes: usize) -> Result<Tree> {
    let data = saved.data()?;
    let ids: &Int32Array = saved.column(&data, "id")?;
    let predictions: &Float64Array = saved.column(&data, "prediction")?;
    let impurities: &Float64Array = saved.column(&data, "impurity")?;
    let stats: &ListArray = saved.column(&data, "impurityStats")?;
    let gains: &Float64Array = saved.column(&data, "gain")?;
    let lefts: &Int32Array = saved.column(&data, "leftChild")?;
    let rights: &Int32Array = saved.column(&data, "rightChild")?;
    let splits: &StructArray = saved.column(&data, "split")?;
    // Spark 2 did not count rows
    let counts = data.column_by_name("rawCount");
    let counts: Option<&Int64Array> =
        counts.map(|counts| saved.typed(counts, "rawCount")).transpose()?;
    let mut nodes = Vec::with_capacity(data.num_rows());
    let mut order: Vec<usize> = (0..data.num_rows()).collect();
    order.sort_by_key(|&row| ids.value(row));
    for (id, row) in order.into_iter().enumerate() {
        if ids.value(row) as usize != id {
            return Err(saved.damaged("the ids of the nodes have gaps"));
        }
        let weights = numbers(saved, stats, row, "impurityStats")?;
        nodes.push(TreeNode {
            prediction: predictions.value(row),
            impurity: impurities.value(row),
            raw_count: counts.map_or(-1, |counts| counts.value(row)),
            stats: weights,
            gain: gains.value(row),
            left: lefts.value(row),
            right: rights.value(row),
            split: split(saved, splits, row)?,
        });
    }
    let tree = Tree { nodes };
    check(saved, &tree, n_features, n_classes)?;
    Ok(tree)
}

fn split(saved: &SavedStage, splits: &StructArray, row: usize) -> Result<Option<Split>> {
    let features: &Int32Array = saved.typed(splits.column(0), "split")?;
    let values: &ListArray = saved.typed(splits.column(1), "split")?;
    let arities: &Int32Array = saved.typed(splits.column(2), "split")?;
    if features.value(row) < 0 {
        return Ok(None);
    }
    let feature = features.value(row) as usize;
    let mut values = numbers(saved, values, row, "split")?;
    values.sort_by(f64::total_cmp);
    Ok(Some(match (arities.value(row), values.as_slice()) {
        (-1, [threshold]) => Split::Threshold { feature, threshold: *threshold },
        (arity, _) if arity > 0 => {
            Split::Categories { feature, arity: arity as usize, left: values }
        }
        _ => return Err(saved.damaged(format!("the split of node {row} is not readable"))),
    }))
}

fn numbers(saved: &SavedStage, lists: &ListArray, row: usize, name: &str) -> Result<Vec<f64>> {
    let list = lists.value(row);
    let numbers: &Float64Array = saved.typed(&list, name)?;
    Ok(numbers.values().to_vec())
}

/// Children come after their parents, so that a way through the tree always ends.
fn check(saved: &SavedStage, tree: &Tree, n_features: usize, n_classes: usize) -> Result<()> {
    let n_nodes = tree.nodes.len() as i32;
    for (id, node) in tree.nodes.iter().enumerate() {
        let after = |child: i32| child > id as i32 && child < n_nodes;
        let sound = match &node.split {
            None => node.left == NO_CHILD && node.right == NO_CHILD,
            Some(split) => after(node.left) && after(node.right) && split.feature() < n_features,
        };
        if !sound || node.stats.len() != n_classes {
            return Err(saved.damaged(format!("node {id} of the tree does not fit")));
        }
    }
    Ok(())
}
