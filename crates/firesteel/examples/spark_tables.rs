// SPDX-License-Identifier: MIT OR Apache-2.0
//! Spark's side: word count over an RDD, tables, SQL; with an address such as `df://host:50050`, on a cluster.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use firesteel::prelude::*;

/// A city with a rating.
#[derive(Clone, Debug, Row)]
struct City {
    location: String,
    state: String,
    rating: f64,
}

fn main() -> Result<()> {
    let mut spark = Session::builder().app_name("lecture");
    if let Some(url) = std::env::args().nth(1) {
        spark = spark.remote(url);
    }
    let spark = spark.build()?;

    let text = std::env::temp_dir().join("firesteel_words.txt");
    firesteel::files::write_bytes(&text, b"to be or not to be\nthat is the question\n")?;
    let counts = spark
        .text_file(text.display().to_string())?
        .flat_map(|line: String| line.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>())
        .map(|word| (word, 1_u64))
        .reduce_by_key(|a, b| a + b);
    for (word, n) in counts.collect()? {
        println!("{word} {n}");
    }

    let data = vec![
        ("Fresno".to_owned(), "CA".to_owned(), 3.5),
        ("Reno".to_owned(), "NV".to_owned(), 4.0),
        ("Davis".to_owned(), "CA".to_owned(), 4.5),
    ];
    let rows =
        spark.parallelize(data).map(|(location, state, rating)| City { location, state, rating });
    let df = spark.create_data_frame(rows)?;
    df.show()?;
    df.select(["location"])?.show()?;
    df.sort(["location"])?.show()?;
    df.filter(col("state").eq(lit("CA")))?.show()?;
    df.filter("state = 'CA'")?.show()?;
    df.group_by(["state"])?.agg([sum("rating")])?.show()?;
    let other = spark
        .sql("SELECT 'Fresno' AS location, 542107 AS people UNION ALL SELECT 'Elko', 20564")?;
    df.join(&other, ["location"], "right")?.show()?;
    df.create_or_replace_temp_view("cities")?;
    spark.sql("SELECT state, avg(rating) FROM cities GROUP BY state ORDER BY state")?.show()?;
    Ok(())
}
