// SPDX-License-Identifier: MIT OR Apache-2.0
//! RDDs and lists of elements as tables.

use firesteel_core::Result;

use super::element::Element;
use super::rdd::Rdd;
use super::table::to_batches;
use crate::{DataFrame, IntoDataFrame, Session};

/// The elements as rows; see [`Rdd::to_df`].
impl<T: Element> IntoDataFrame for Rdd<T> {
    fn into_data_frame(self, _: &Session) -> Result<DataFrame> {
        self.to_df()
    }
}

/// The elements as rows: the fields of a record as columns, `_1`, `_2`, .. of a tuple, else one `value`.
impl<T: Element> IntoDataFrame for Vec<T> {
    fn into_data_frame(self, session: &Session) -> Result<DataFrame> {
        to_batches(self)?.into_data_frame(session)
    }
}
