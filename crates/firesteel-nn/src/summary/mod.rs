// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Model::summary`: layers, shapes and parameters as a table, to the character as Keras prints it.

mod table;

use firesteel_core::{Result, Shape};

use crate::Model;
use crate::graph::{LayerRef, Node};
use table::{Align, Column, Table};

/// The width of the text unless said otherwise, in characters.
const LINE_LENGTH: usize = 80;

impl Model {
    /// The layers with their output shapes and parameters, as a table of 80 characters.
    ///
    /// # Errors
    /// Whatever creating the weights reports. A model whose input shape is not known yet is no error: its
    /// shapes are shown as `?`.
    ///
    /// # Examples
    /// ```
    /// use firesteel_nn::layers::{Dense, Input};
    /// use firesteel_nn::{Sequential, layers};
    ///
    /// let model = Sequential::from(layers![Input::new([4]), Dense::new(3)]);
    /// assert!(model.summary()?.contains("Total params: 15 (60.00 B)"));
    /// # Ok::<(), firesteel_core::Error>(())
    /// ```
    pub fn summary(&self) -> Result<String> {
        self.summary_with(LINE_LENGTH)
    }

    /// [`summary`](Model::summary) with lines of another length, in characters.
    ///
    /// # Errors
    /// As [`summary`](Model::summary).
    pub fn summary_with(&self, line_length: usize) -> Result<String> {
        let is_built = self.graph().is_ok();
        if is_built {
            self.ensure_weights()?;
        }
        let connected = is_built && !self.is_sequential() && !self.is_chain()?;
        let mut columns = vec![
            Column::new("Layer (type)", Align::Left),
            Column::new("Output Shape", Align::Left),
            Column::new("Param #", Align::Right),
        ];
        let positions: &[f64] = if connected {
            columns.push(Column::new("Connected to", Align::Left));
            &[0.3, 0.56, 0.74, 1.0]
        } else {
            &[0.45, 0.80, 1.0]
        };
        let mut table = Table::new(columns, positions, line_length);
        for layer in self.layers() {
            table.row(&self.row(&layer, connected)?);
        }
        Ok(format!("Model: \"{}\"\n{}{}", self.display_name(), table.render(), self.totals()))
    }

    fn row(&self, layer: &LayerRef, connected: bool) -> Result<Vec<String>> {
        let is_built = self.graph().is_ok();
        let calls: Vec<&Node> = match self.graph() {
            Ok(graph) => {
                let calls = graph.nodes.iter().filter(|node| node.layer == *layer);
                calls.map(AsRef::as_ref).collect()
            }
            Err(_) => Vec::new(),
        };
        let name =
            if layer.name().is_empty() { layer.default_name() } else { layer.name().to_owned() };
        let shape = match calls.first().map(|node| node.shapes.as_slice()) {
            None => "?".to_owned(),
            Some([shape]) => shape.to_string(),
            Some(shapes) => {
                let list: Vec<String> = shapes.iter().map(Shape::to_string).collect();
                format!("[{}]", list.join(", "))
            }
        };
        let parameters: usize = layer.weights().iter().map(|weight| weight.size()).sum();
        let parameters = if is_built { with_commas(parameters) } else { "0 (unbuilt)".to_owned() };
        let mut row = vec![format!("{name} ({})", layer.class_name()), shape, parameters];
        if connected {
            row.push(self.connections(&calls)?);
        }
        Ok(row)
    }

    /// Where the inputs of a layer's calls come from: `dense[0][0]`.
    fn connections(&self, calls: &[&Node]) -> Result<String> {
        let graph = self.graph()?;
        let mut names = Vec::new();
        for input in calls.iter().flat_map(|node| &node.inputs) {
            let source = input.node();
            let of_layer = graph.nodes.iter().filter(|node| node.layer == source.layer);
            let mut ids: Vec<u64> = of_layer.map(|node| node.id).collect();
            ids.sort_unstable();
            let index = ids.iter().position(|id| *id == source.id).unwrap_or(0);
            names.push(format!("{}[{index}][{}]", source.layer.name(), input.index()));
        }
        Ok(if names.is_empty() { "-".to_owned() } else { names.join(", ") })
    }

    /// Whether the graph is a plain chain, whose connections need no column.
    fn is_chain(&self) -> Result<bool> {
        let graph = self.graph()?;
        let single = graph.nodes.iter().all(|node| node.inputs.len() <= 1);
        let called_once = graph.layers.len() == graph.nodes.len();
        Ok(single && called_once && graph.inputs.len() == 1 && graph.outputs.len() == 1)
    }

    fn totals(&self) -> String {
        let count = |weights: Vec<std::sync::Arc<crate::Variable>>| -> usize {
            weights.iter().map(|weight| weight.size()).sum()
        };
        let (all, trainable) = (count(self.weights()), count(self.trainable_weights()));
        let optimizer = self.optimizer_parameters();
        let line =
            |what: &str, n: usize| format!(" {what} params: {} ({})\n", with_commas(n), bytes(n));
        let mut text = line("Total", all + optimizer);
        text += &line("Trainable", trainable);
        text += &line("Non-trainable", all - trainable);
        if optimizer > 0 {
            text += &line("Optimizer", optimizer);
        }
        text
    }

    /// The numbers that an optimizer at work keeps: its step, its rate, its slots.
    fn optimizer_parameters(&self) -> usize {
        let Some(compiled) = &self.compiled else { return 0 };
        if !compiled.optimizer.is_built() {
            return 0;
        }
        let slots = self.trainable_weights().into_iter().map(|weight| {
            let slots = compiled.optimizer.slots(&weight).map_or(0, <[_]>::len);
            slots * weight.size()
        });
        2 + slots.sum::<usize>()
    }
}

fn with_commas(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The memory of so many single-precision numbers.
fn bytes(numbers: usize) -> String {
    let mut size = numbers as f64 * 4.0;
    for unit in ["B", "KB", "MB", "GB"] {
        if size < 1024.0 {
            return format!("{size:.2} {unit}");
        }
        size /= 1024.0;
    }
    format!("{size:.2} TB")
}

#[cfg(test)]
mod tests;
