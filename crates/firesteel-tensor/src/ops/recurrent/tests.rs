// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::Device;
use crate::ops::{add, mean_all, multiply};
use crate::testing::{random, same};

const CELLS: [RecurrentCell; 4] = [
    RecurrentCell::SimpleRnn { activation: Activation::Tanh },
    RecurrentCell::Lstm {
        activation: Activation::Tanh,
        recurrent_activation: Activation::HardSigmoid,
    },
    RecurrentCell::Gru {
        activation: Activation::Tanh,
        recurrent_activation: Activation::Sigmoid,
        reset_after: true,
    },
    RecurrentCell::Gru {
        activation: Activation::Relu,
        recurrent_activation: Activation::Sigmoid,
        reset_after: false,
    },
];
const BATCH: usize = 3;
const STEPS: usize = 4;
const FEATURES: usize = 2;
const UNITS: usize = 5;

/// `x`, kernel, recurrent kernel, bias and states.
fn inputs(cell: RecurrentCell) -> Vec<Tensor> {
    let columns = cell.n_gates() * UNITS;
    let two_rows = matches!(cell, RecurrentCell::Gru { reset_after: true, .. });
    let bias: &[usize] = if two_rows { &[2, columns] } else { &[columns] };
    let mut inputs = vec![
        random(&[BATCH, STEPS, FEATURES], 1),
        random(&[FEATURES, columns], 2),
        random(&[UNITS, columns], 3),
        random(bias, 4),
    ];
    inputs.extend((0..cell.n_states() as u64).map(|state| random(&[BATCH, UNITS], 5 + state)));
    inputs
}

fn call(x: &[Tensor], mask: bool, options: Recurrent, composed: bool) -> Result<Vec<Tensor>> {
    let mask = mask.then(|| {
        let values = vec![1., 0., 1., 1., 1., 1., 0., 0., 0., 1., 1., 0.];
        Tensor::from_vec(values, &[BATCH, STEPS], &Device::cpu()).unwrap()
    });
    let (kernel, recurrent_kernel) = (x[1].clone(), x[2].clone());
    let weights = RecurrentWeights { kernel, recurrent_kernel, bias: Some(x[3].clone()) };
    let start = RecurrentStart { states: x[4..].to_vec(), mask, ..RecurrentStart::default() };
    if composed {
        composed::recurrent(&x[0], &weights, &start, options)
    } else {
        recurrent(&x[0], &weights, &start, options)
    }
}

/// All outputs, each with a factor of its own, in one.
fn mixed(outputs: &[Tensor]) -> Result<Tensor> {
    let mut sum = mean_all(&multiply(&outputs[0], &outputs[0])?)?;
    for (index, output) in outputs.iter().enumerate().skip(1) {
        let factor = random(output.shape(), 20 + index as u64);
        sum = add(&sum, &mean_all(&multiply(output, &factor)?)?)?;
    }
    Ok(sum)
}

/// Kernel and composition agree in value and gradients, whatever is asked for.
#[test]
fn kernels_and_composition_agree() {
    for cell in CELLS {
        for case in 0..32_u8 {
            let bit = |place: u8| case >> place & 1 == 1;
            let options = Recurrent {
                cell,
                go_backwards: bit(0),
                zero_output_for_mask: bit(1),
                return_sequences: bit(2),
                return_state: bit(3),
            };
            same(
                &inputs(cell),
                |x| mixed(&call(x, bit(4), options, false)?),
                |x| mixed(&call(x, bit(4), options, true)?),
            );
        }
    }
}

/// A number for each gate.
fn factors(cell: RecurrentCell) -> impl Iterator<Item = f32> {
    (0..cell.n_gates()).map(|gate| (gate as f32 + 1.0) / 2.0)
}

/// What multiplies the input or the state for each gate.
fn dropout(cell: RecurrentCell, axes: &[usize]) -> Vec<Tensor> {
    factors(cell).map(|factor| Tensor::full(factor, axes, &Device::cpu()).unwrap()).collect()
}

/// What multiplies the columns of a kernel instead.
fn columns(cell: RecurrentCell, rows: usize) -> Tensor {
    let row: Vec<f32> = factors(cell).flat_map(|factor| vec![factor; UNITS]).collect();
    Tensor::from_vec(row.repeat(rows), &[rows, row.len()], &Device::cpu()).unwrap()
}

/// Each gate has its own part of the input and of the state, as if the columns of the kernels were multiplied.
#[test]
fn each_gate_drops_its_own() {
    for cell in CELLS {
        let options = Recurrent {
            cell,
            go_backwards: false,
            zero_output_for_mask: false,
            return_sequences: true,
            return_state: true,
        };
        let dropping = |x: &[Tensor]| {
            let (kernel, recurrent_kernel) = (x[1].clone(), x[2].clone());
            let weights = RecurrentWeights { kernel, recurrent_kernel, bias: Some(x[3].clone()) };
            let start = RecurrentStart {
                states: x[4..].to_vec(),
                mask: None,
                input_dropout: dropout(cell, &[BATCH, 1, FEATURES]),
                state_dropout: dropout(cell, &[BATCH, UNITS]),
            };
            mixed(&recurrent(&x[0], &weights, &start, options)?)
        };
        let multiplied = |x: &[Tensor]| {
            let mut x = x.to_vec();
            x[1] = multiply(&x[1], &columns(cell, FEATURES))?;
            x[2] = multiply(&x[2], &columns(cell, UNITS))?;
            mixed(&call(&x, false, options, true)?)
        };
        same(&inputs(cell), dropping, multiplied);
    }
}

#[test]
fn a_mask_for_each_gate_is_needed() {
    let x = inputs(CELLS[1]);
    let (kernel, recurrent_kernel) = (x[1].clone(), x[2].clone());
    let weights = RecurrentWeights { kernel, recurrent_kernel, bias: None };
    let options = Recurrent {
        cell: CELLS[1],
        go_backwards: false,
        zero_output_for_mask: false,
        return_sequences: false,
        return_state: false,
    };
    let refused = |input_dropout: Vec<Tensor>, state_dropout: Vec<Tensor>| {
        let start = RecurrentStart { input_dropout, state_dropout, ..RecurrentStart::default() };
        recurrent(&x[0], &weights, &start, options).unwrap_err().to_string()
    };
    let one = dropout(CELLS[0], &[BATCH, UNITS]);
    assert!(refused(Vec::new(), one).contains("for each gate"));
    let wide = dropout(CELLS[1], &[BATCH, FEATURES]);
    assert!(refused(wide, Vec::new()).contains("a part of the input"));
}

#[test]
fn every_option_changes_the_output() {
    let cell = CELLS[1];
    let plain = Recurrent {
        cell,
        go_backwards: false,
        zero_output_for_mask: false,
        return_sequences: true,
        return_state: false,
    };
    let x = inputs(cell);
    let values = |options, mask| call(&x, mask, options, false).unwrap()[0].to_vec().unwrap();
    let reversed = Recurrent { go_backwards: true, ..plain };
    let zeroed = Recurrent { zero_output_for_mask: true, ..plain };
    assert_ne!(values(plain, false), values(reversed, false));
    assert_ne!(values(plain, false), values(plain, true));
    assert_ne!(values(plain, true), values(zeroed, true));
}

#[test]
fn what_does_not_fit_is_named() {
    let options = Recurrent {
        cell: CELLS[1],
        go_backwards: false,
        zero_output_for_mask: false,
        return_sequences: false,
        return_state: false,
    };
    let mut x = inputs(CELLS[1]);
    x[1] = random(&[FEATURES, 7], 1);
    let error = call(&x, false, options, false).unwrap_err().to_string();
    assert!(error.contains("the kernel") && error.contains("(2, 20)"), "{error}");
}
