// SPDX-License-Identifier: MIT OR Apache-2.0
//! The growth of a tree, level by level.

use firesteel_core::Result;
use rayon::prelude::*;

use super::best_split::{Best, Measured, Rules, Search, classes};
use super::bins::{BinnedRows, bin};
use super::histogram::{Layout, add_row};
use super::node::{NO_CHILD, Tree, TreeNode};
use super::splits::{Candidates, candidates, total_weight};
use super::{TreeParams, ensure_bins};
use crate::dataset::{Chunk, Dataset, Instances};

/// Bytes that the histograms of one pass may take.
const PASS_BYTES: usize = 256 << 20;
/// The node of a row that moves no more.
const SETTLED: u32 = u32::MAX;

/// Grows a tree.
///
/// # Errors
/// `InvalidArgument` for categories that do not exist or are more than the bins.
pub(crate) fn grow(owner: &str, data: &Dataset, params: &TreeParams) -> Result<Tree> {
    ensure_bins(owner, params, data.n_rows())?;
    let candidates = candidates(data, params);
    let layout = Layout::new(params.n_classes, candidates.iter().map(Candidates::n_bins));
    let mut growth = Growth {
        data,
        params,
        binned: bin(owner, data, &candidates)?,
        nodes: vec![Growing::new(None, 0)],
        positions: data.sizes().into_iter().map(|n_rows| vec![0; n_rows]).collect(),
        rules: Rules::new(params, total_weight(data)),
        candidates,
        layout,
    };
    let mut active = vec![0];
    while !active.is_empty() {
        active = growth.next_level(&active);
    }
    Ok(growth.finish())
}

/// A node that is not finished.
struct Growing {
    /// What its parent knew of it; the root finds out by itself.
    known: Option<Measured>,
    level: usize,
    /// Whether its splits were searched, without a valid one.
    fruitless: bool,
    branch: Option<(Best, usize, usize)>,
}

impl Growing {
    fn new(known: Option<Measured>, level: usize) -> Self {
        Self { known, level, fruitless: false, branch: None }
    }
}

struct Growth<'a> {
    data: &'a Dataset,
    params: &'a TreeParams,
    rules: Rules,
    candidates: Vec<Candidates>,
    layout: Layout,
    binned: Vec<BinnedRows>,
    nodes: Vec<Growing>,
    /// The node of every row of every partition.
    positions: Vec<Vec<u32>>,
}

impl Growth<'_> {
    /// Splits the active nodes and returns those of their children that may split further.
    fn next_level(&mut self, active: &[usize]) -> Vec<usize> {
        let n_chunks = self.data.n_rows().div_ceil(1 << 13).clamp(1, 64);
        let at_once = (PASS_BYTES / (self.layout.len() * 8 * n_chunks)).max(1);
        let mut children = Vec::new();
        for group in active.chunks(at_once) {
            let histograms = self.histograms(group);
            let width = self.layout.len();
            let found: Vec<(Measured, Option<Best>)> = group
                .par_iter()
                .zip(histograms.into_iter().collect::<Vec<f64>>().par_chunks_mut(width))
                .map(|(&node, histogram)| {
                    let search = Search::new(&self.rules, self.nodes[node].known.clone());
                    search.run(histogram, &self.layout, &self.candidates)
                })
                .collect();
            for (&node, (measured, best)) in group.iter().zip(found) {
                self.settle(node, measured, best, &mut children);
            }
        }
        self.move_rows();
        children
    }

    /// One pass: the histograms of a group of nodes, one after the other.
    fn histograms(&self, group: &[usize]) -> Vec<f64> {
        let width = self.layout.len();
        let mut slots = vec![SETTLED; self.nodes.len()];
        group.iter().enumerate().for_each(|(slot, &node)| slots[node] = slot as u32);
        let step = |sums: &mut Vec<f64>, part: &Instances, chunk: &Chunk| {
            let (binned, positions) =
                (&self.binned[chunk.partition], &self.positions[chunk.partition]);
            for row in chunk.rows.clone() {
                let node = positions[row];
                let slot = if node == SETTLED { SETTLED } else { slots[node as usize] };
                if slot != SETTLED {
                    let histogram = &mut sums[slot as usize * width..(slot as usize + 1) * width];
                    add_row(
                        histogram,
                        &self.layout,
                        binned.row(row),
                        part.labels[row] as usize,
                        part.weight(row),
                    );
                }
            }
        };
        let merge = |sums: &mut Vec<f64>, more: Vec<f64>| {
            sums.iter_mut().zip(more).for_each(|(sum, x)| *sum += x);
        };
        self.data.aggregate(|| vec![0.0; group.len() * width], step, merge)
    }

    /// Makes a leaf of the node, or two children.
    fn settle(
        &mut self,
        node: usize,
        measured: Measured,
        best: Option<Best>,
        children: &mut Vec<usize>,
    ) {
        let level = self.nodes[node].level;
        self.nodes[node].fruitless = best.is_none();
        self.nodes[node].known = Some(measured);
        let useful =
            |best: &Best| (best.gain > 0.0 || best.gain.is_nan()) && level < self.params.max_depth;
        let Some(best) = best.filter(useful) else { return };
        let mut child = |stats: &Vec<f64>| {
            let measured = Measured::new(stats.clone(), self.params.impurity);
            let id = self.nodes.len();
            if level + 1 < self.params.max_depth && measured.impurity.abs() >= f64::EPSILON {
                children.push(id);
            }
            self.nodes.push(Growing::new(Some(measured), level + 1));
            id
        };
        let (left, right) = (child(&best.left), child(&best.right));
        self.nodes[node].branch = Some((best, left, right));
    }

    /// Moves the rows of nodes that have split to the children.
    fn move_rows(&mut self) {
        let nodes = &self.nodes;
        let parts = self.positions.par_iter_mut().zip(&self.binned);
        parts.for_each(|(positions, binned)| {
            for (row, position) in positions.iter_mut().enumerate() {
                if *position == SETTLED {
                    continue;
                }
                let Some((best, left, right)) = &nodes[*position as usize].branch else {
                    *position = SETTLED;
                    continue;
                };
                let bin = usize::from(binned.row(row)[best.split.feature()]);
                *position = if best.left_bins[bin] { *left } else { *right } as u32;
            }
        });
    }

    /// The tree in pre-order, pruned if asked for.
    fn finish(self) -> Tree {
        let mut nodes = Vec::new();
        self.emit(0, &mut nodes);
        Tree { nodes }
    }

    fn emit(&self, id: usize, out: &mut Vec<TreeNode>) {
        let growing = &self.nodes[id];
        let (stats, impurity) = match &growing.known {
            Some(known) => (known.stats.clone(), known.impurity),
            None => (vec![0.0; self.params.n_classes + 1], 0.0),
        };
        let at = out.len();
        // Spark marks a leaf whose splits were all refused with impurity -1
        let impurity = if growing.fruitless { -1.0 } else { impurity };
        out.push(TreeNode::leaf(&stats, impurity));
        let Some((best, left, right)) = &growing.branch else { return };
        self.emit(*left, out);
        let right_at = out.len();
        self.emit(*right, out);
        let both_leaves = out[at + 1].is_leaf() && out[right_at].is_leaf();
        let same = out[at + 1].prediction.total_cmp(&out[right_at].prediction).is_eq();
        if self.params.prune && both_leaves && same {
            out.truncate(at + 1);
            return;
        }
        out[at].gain = best.gain;
        out[at].left = at as i32 + 1;
        out[at].right = right_at as i32;
        out[at].split = Some(best.split.clone());
    }
}

impl TreeNode {
    /// A leaf of the given statistics.
    fn leaf(stats: &[f64], impurity: f64) -> Self {
        let weights = classes(stats).to_vec();
        Self {
            prediction: largest(&weights) as f64,
            impurity,
            raw_count: stats[stats.len() - 1] as i64,
            stats: weights,
            gain: -1.0,
            left: NO_CHILD,
            right: NO_CHILD,
            split: None,
        }
    }
}

/// The position of the largest number, the first of equals.
fn largest(numbers: &[f64]) -> usize {
    let mut best = 0;
    for (i, number) in numbers.iter().enumerate() {
        if *number > numbers[best] {
            best = i;
        }
    }
    best
}
