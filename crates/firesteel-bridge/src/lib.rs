// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where networks and data frames meet: training from a query, prediction as a column.
