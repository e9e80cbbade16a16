// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recurrent layers, one number at a time.

use super::graph::{Graph, Id};
use crate::recurrent::{Gru, Input, Lstm, OutputGradient, Sequence, SimpleRnn, Weights};

/// A walk over a sequence, which knows its gradients.
#[derive(Debug)]
pub struct Recurrent<const N: usize> {
    graph: Graph,
    parts: Parts,
    initial: [Vec<Id>; N],
    sequence: Vec<Id>,
    states: [Vec<Id>; N],
}

/// The input and the weights.
#[derive(Debug)]
struct Parts {
    x: Vec<Id>,
    kernel: Vec<Id>,
    recurrent_kernel: Vec<Id>,
    bias: Vec<Id>,
}

/// The gradients by `x`, kernel, recurrent kernel, bias and initial states.
#[derive(Debug)]
pub struct RecurrentGradients<const N: usize> {
    /// By `x`.
    pub x: Vec<f64>,
    /// By the kernel.
    pub kernel: Vec<f64>,
    /// By the recurrent kernel.
    pub recurrent_kernel: Vec<f64>,
    /// By the bias.
    pub bias: Vec<f64>,
    /// By the states before the first step.
    pub states: [Vec<f64>; N],
}

impl<const N: usize> Recurrent<N> {
    /// The output sequence.
    pub fn sequence(&self) -> Vec<f64> {
        self.graph.values(&self.sequence)
    }

    /// The states after the last step.
    pub fn states(&self) -> [Vec<f64>; N] {
        self.states.each_ref().map(|state| self.graph.values(state))
    }

    /// All gradients.
    pub fn gradients(&self, given: &OutputGradient<'_, N>) -> RecurrentGradients<N> {
        let mut by_output = Vec::new();
        let mut add = |ids: &[Id], gradient: Option<&[f32]>| {
            let gradient = gradient.unwrap_or_default();
            by_output.extend(ids.iter().zip(gradient).map(|(&id, &g)| (id, f64::from(g))));
        };
        add(&self.sequence, given.sequence);
        self.states.iter().zip(given.states).for_each(|(ids, gradient)| add(ids, gradient));
        let all = self.graph.gradients(by_output);
        let of = |ids: &[Id]| ids.iter().map(|&id| all[id]).collect();
        RecurrentGradients {
            x: of(&self.parts.x),
            kernel: of(&self.parts.kernel),
            recurrent_kernel: of(&self.parts.recurrent_kernel),
            bias: of(&self.parts.bias),
            states: self.initial.each_ref().map(|ids| of(ids)),
        }
    }
}

/// One step of one row: from the input and the states to the new states.
struct Step<'a> {
    parts: &'a Parts,
    x: &'a [Id],
    columns: usize,
}

impl Step<'_> {
    /// `x k + b` for a column of the kernel.
    fn of_input(&self, graph: &mut Graph, column: usize) -> Id {
        let weights = self.parts.kernel.iter().skip(column).step_by(self.columns);
        let product = graph.products(self.x.iter().copied().zip(weights.copied()));
        graph.sum([Some(product), self.parts.bias.get(column).copied()].into_iter().flatten())
    }

    /// `h r` for a column of the recurrent kernel.
    fn of_state(&self, graph: &mut Graph, h: &[Id], column: usize) -> Id {
        let weights = self.parts.recurrent_kernel.iter().skip(column).step_by(self.columns);
        graph.products(h.iter().copied().zip(weights.copied()))
    }

    /// The same with the second row of the bias, if there is one.
    fn of_state_biased(&self, graph: &mut Graph, h: &[Id], column: usize) -> Id {
        let product = self.of_state(graph, h, column);
        let bias = self.parts.bias.get(self.columns + column).copied();
        graph.sum([Some(product), bias].into_iter().flatten())
    }
}

/// Walks every row of the batch through all steps.
fn walk<const N: usize>(
    shape: &Sequence,
    gates: usize,
    input: &Input<'_, N>,
    weights: &Weights<'_>,
    step: impl Fn(&mut Graph, Step<'_>, &[Vec<Id>; N]) -> [Vec<Id>; N],
) -> Recurrent<N> {
    let Sequence { batch, steps, inputs, units, .. } = *shape;
    let mut graph = Graph::default();
    let parts = Parts {
        x: graph.all_given(input.x),
        kernel: graph.all_given(weights.kernel),
        recurrent_kernel: graph.all_given(weights.recurrent_kernel),
        bias: graph.all_given(weights.bias.unwrap_or_default()),
    };
    let zeros = vec![0.0; batch * units];
    let initial = std::array::from_fn(|state| {
        graph.all_given(input.states.map_or(&*zeros, |states| states[state]))
    });
    let mut last: [Vec<Id>; N] = std::array::from_fn(|_| Vec::new());
    let mut sequence = Vec::new();
    for row in 0..batch {
        let of_row = |ids: &Vec<Id>| ids[row * units..][..units].to_vec();
        let mut states: [Vec<Id>; N] = initial.each_ref().map(of_row);
        for number in 0..steps {
            let place = row * steps + shape.time(number);
            let counts = input.mask.is_none_or(|mask| mask[place]);
            let x = &parts.x[place * inputs..][..inputs];
            if counts {
                states =
                    step(&mut graph, Step { parts: &parts, x, columns: gates * units }, &states);
            }
            if counts || !shape.zero_output_for_mask {
                sequence.extend(&states[0]);
            } else {
                sequence.extend((0..units).map(|_| graph.given(0.0)));
            }
        }
        last.iter_mut().zip(states).for_each(|(last, state)| last.extend(state));
    }
    Recurrent { graph, parts, initial, sequence, states: last }
}

/// Long short-term memory.
pub fn lstm(cell: &Lstm, input: &Input<'_, 2>, weights: &Weights<'_>) -> Recurrent<2> {
    let units = cell.sequence.units;
    walk(&cell.sequence, 4, input, weights, |graph, step, [h, c]| {
        let mut next = [Vec::new(), Vec::new()];
        for unit in 0..units {
            let gates = [0, 1, 2, 3].map(|gate| {
                let column = gate * units + unit;
                let parts = [step.of_input(graph, column), step.of_state(graph, h, column)];
                let activation =
                    if gate == 2 { cell.activation } else { cell.recurrent_activation };
                let sum = graph.sum(parts);
                graph.activated(activation, sum)
            });
            let [i, f, g, o] = gates;
            let c = graph.products([(f, c[unit]), (i, g)]);
            let activated = graph.activated(cell.activation, c);
            next[0].push(graph.products([(o, activated)]));
            next[1].push(c);
        }
        next
    })
}

/// The gated recurrent unit.
pub fn gru(cell: &Gru, input: &Input<'_, 1>, weights: &Weights<'_>) -> Recurrent<1> {
    let units = cell.sequence.units;
    walk(&cell.sequence, 3, input, weights, |graph, step, [h]| {
        let gate = |graph: &mut Graph, gate: usize| -> Vec<Id> {
            let one = |unit| {
                let column = gate * units + unit;
                let parts = [step.of_input(graph, column), step.of_state_biased(graph, h, column)];
                let sum = graph.sum(parts);
                graph.activated(cell.recurrent_activation, sum)
            };
            (0..units).map(one).collect()
        };
        let (z, r) = (gate(graph, 0), gate(graph, 1));
        let reset: Vec<Id> = (0..units).map(|unit| graph.products([(r[unit], h[unit])])).collect();
        let next = (0..units).map(|unit| {
            let column = 2 * units + unit;
            let inner = if cell.reset_after {
                let product = step.of_state_biased(graph, h, column);
                graph.products([(r[unit], product)])
            } else {
                step.of_state(graph, &reset, column)
            };
            let parts = [step.of_input(graph, column), inner];
            let sum = graph.sum(parts);
            let n = graph.activated(cell.activation, sum);
            let rest = graph.rest(z[unit]);
            graph.products([(z[unit], h[unit]), (rest, n)])
        });
        [next.collect()]
    })
}

/// The simple recurrent layer.
pub fn simple_rnn(cell: &SimpleRnn, input: &Input<'_, 1>, weights: &Weights<'_>) -> Recurrent<1> {
    walk(&cell.sequence, 1, input, weights, |graph, step, [h]| {
        let one = |unit| {
            let parts = [step.of_input(graph, unit), step.of_state(graph, h, unit)];
            let sum = graph.sum(parts);
            graph.activated(cell.activation, sum)
        };
        [(0..cell.sequence.units).map(one).collect()]
    })
}
