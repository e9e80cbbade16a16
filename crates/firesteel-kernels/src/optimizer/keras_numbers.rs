// SPDX-License-Identifier: MIT OR Apache-2.0
// Keras 3.15.1; written by `scripts/keras_optimizers.py`, not by hand.
const SGD: [f32; 3] = [0.52800006, -1.2950001, 2.015];
const SGD_MOMENTUM: [f32; 3] = [0.54690003, -1.2653, 1.9412];
const SGD_NESTEROV_DECAY: [f32; 3] = [0.5686816, -1.3051063, 1.9562718];
const ADAM: [f32; 3] = [0.49605495, -1.151695, 1.8193791];
const ADAMW_AMSGRAD: [f32; 3] = [0.482145, -1.1439215, 1.8088994];
const RMSPROP: [f32; 3] = [0.47528395, -1.3163836, 1.7563982];
const RMSPROP_CENTERED_MOMENTUM: [f32; 3] = [0.37538216, -1.1016594, 1.3517315];
