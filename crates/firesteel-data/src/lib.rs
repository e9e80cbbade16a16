// SPDX-License-Identifier: MIT OR Apache-2.0
//! Spark's Session, RDD, DataFrame and SQL on DataFusion.
