// SPDX-License-Identifier: MIT OR Apache-2.0
use firesteel_core::testing::check_decoder;

use super::*;

#[test]
fn option_tables_hold() {
    for (_, decode) in BY_CLASS {
        check_decoder(decode, &[]).unwrap();
    }
}
