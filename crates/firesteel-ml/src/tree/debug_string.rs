// SPDX-License-Identifier: MIT OR Apache-2.0
//! A tree as text, as Spark's `toDebugString` writes it.

use std::fmt::Write as _;

use firesteel_data::java_double;

use super::node::{Split, Tree};

/// The nodes as indented `If` and `Else` lines.
pub(crate) fn debug_string(tree: &Tree) -> String {
    let mut text = String::new();
    write_node(tree, 0, 2, &mut text);
    text
}

fn write_node(tree: &Tree, at: usize, indent: usize, text: &mut String) {
    let node = &tree.nodes[at];
    // writing to a string cannot fail
    let _ = match &node.split {
        None => writeln!(text, "{:indent$}Predict: {}", "", java_double(node.prediction)),
        Some(split) => {
            let _ = writeln!(text, "{:indent$}If ({})", "", question(split, true));
            write_node(tree, node.left as usize, indent + 1, text);
            let _ = writeln!(text, "{:indent$}Else ({})", "", question(split, false));
            write_node(tree, node.right as usize, indent + 1, text);
            Ok(())
        }
    };
}

fn question(split: &Split, left: bool) -> String {
    match split {
        Split::Threshold { feature, threshold } => {
            let sign = if left { "<=" } else { ">" };
            format!("feature {feature} {sign} {}", java_double(*threshold))
        }
        Split::Categories { feature, left: categories, .. } => {
            let sign = if left { "in" } else { "not in" };
            let listed: Vec<String> = categories.iter().map(|&x| java_double(x)).collect();
            format!("feature {feature} {sign} {{{}}}", listed.join(","))
        }
    }
}
