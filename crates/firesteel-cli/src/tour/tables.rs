// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cleaning a raw table and joining it with another.

use firesteel::Result;
use firesteel::prelude::*;

use crate::output::say;

/// The names of the columns that the raw file does not have.
const NAMES: [&str; 5] =
    ["sepal_length", "sepal_width", "petal_length", "petal_width", "species_id"];

/// Turns the raw measurements of iris flowers into a typed table, joins the species and groups by them.
///
/// # Errors
/// Whatever reading or the queries meet.
pub(super) fn clean_and_join(spark: &Session, path: &str) -> Result<()> {
    let raw = spark.read().csv(path)?;
    // the first line counts rows and columns and names the species: no measurement
    let named = raw.to_df(NAMES)?;
    let measured = named.filter("species_id IN ('0', '1', '2')")?;
    let typed = measured.select_expr([
        "CAST(sepal_length AS DOUBLE) AS sepal_length",
        "CAST(petal_length AS DOUBLE) AS petal_length",
        "CAST(species_id AS INT) AS species_id",
    ])?;
    say(format!("{} of {} lines are measurements:", typed.count()?, raw.count()?))?;
    typed.show_n(3, true)?;
    let species = spark.sql(
        "SELECT * FROM (VALUES (0, 'setosa'), (1, 'versicolor'), (2, 'virginica')) \
         AS t(species_id, species)",
    )?;
    let joined = typed.join(&species, ["species_id"], "inner")?;
    let grouped = joined.group_by(["species"])?;
    grouped.agg([avg("petal_length"), max("sepal_length"), count("*")])?.sort(["species"])?.show()
}
