// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a program can do that knows `firesteel` and nothing beneath it.

#[cfg(feature = "cluster")]
mod errors;

use firesteel::{Options, json};

/// A table of options of the program's own.
#[derive(Clone, Debug, Options)]
#[options(crate = firesteel::base)]
struct Scale {
    /// What everything is multiplied with.
    #[option(required)]
    factor: f64,
    /// Whether to do it at all.
    #[option(default = true)]
    enabled: bool,
}

#[test]
fn option_tables_are_derived() {
    let scale = Scale::new(2.0).enabled(false);
    assert_eq!(json!(scale.config()), json!({"factor": 2.0, "enabled": false}));
    let mut read = Scale::new(1.0);
    read.set("factor", &json!(3.0)).unwrap();
    assert!((read.factor - 3.0).abs() < 1e-12 && read.enabled);
    let error = read.set("factr", &json!(1.0)).unwrap_err();
    assert!(error.to_string().contains("did you mean `factor`"), "{error}");
}

mod rows {
    use firesteel::prelude::*;

    #[derive(Clone, Debug, Row)]
    struct City {
        location: String,
        #[row(name = "stars")]
        rating: f64,
    }

    #[test]
    fn structs_are_rows() {
        let spark = Session::builder().build().unwrap();
        let city = |location: &str, rating| City { location: location.to_owned(), rating };
        let cities = spark.parallelize(vec![city("Fresno", 3.5), city("Reno", 4.0)]);
        let table = spark.create_data_frame(cities).unwrap();
        assert_eq!(table.columns(), ["location", "stars"]);
        let best = table.sort([desc("stars")]).unwrap().first().unwrap().unwrap();
        assert_eq!(best.get_str("location").unwrap(), "Reno");
    }
}
