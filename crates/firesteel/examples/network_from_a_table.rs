// SPDX-License-Identifier: MIT OR Apache-2.0
//! Both together: a network trained straight from a query, and its predictions as a column.

use firesteel::prelude::*;

fn main() -> Result<()> {
    let spark = Session::builder().app_name("lecture").build()?;
    let df = spark.range(0, 2000).select_expr([
        "id / 2000 AS x1",
        "(id % 7) / 7 AS x2",
        "(id % 3) / 3 AS x3",
        "id / 2000 + 2 * (id % 7) / 7 - (id % 3) / 3 AS y",
    ])?;

    let mut model = Sequential::from(layers![
        Input::new([3]),
        Dense::new(16).activation("relu"),
        Dense::new(1),
    ]);
    model.set_seed(5);
    model.compile(Compile::new().optimizer("adam").loss("mse"))?;
    // batch by batch, never the whole table in memory
    model.fit(df.features(["x1", "x2", "x3"]).label("y"), Fit::new().epochs(5).batch_size(256))?;

    let predicted = model.transform(df.features(["x1", "x2", "x3"]), "prediction")?;
    predicted.select(["y", "prediction"])?.show_n(5, true)?;
    Ok(())
}
