// SPDX-License-Identifier: MIT OR Apache-2.0
//! Calls on DataFrames, one fixture a call.

use firesteel_core::Result;
use firesteel_data::functions::{
    abs, avg, coalesce, col, count, count_distinct, first, length, lit, max, mean, min, round,
    stddev, sum, upper, when,
};
use firesteel_data::{ColumnExt as _, ColumnOrName, DataFrame};

use super::{Differences, expected, session, shown, table};

struct Tables {
    cities: DataFrame,
    other: DataFrame,
    numbers: DataFrame,
}

fn check(cases: impl Fn(&Tables) -> Vec<(String, Result<DataFrame>)>) {
    let spark = session();
    let [cities, other, numbers] = ["cities", "other", "numbers"].map(|name| table(&spark, name));
    let mut differences = Differences::default();
    for (name, df) in cases(&Tables { cities, other, numbers }) {
        let df = df.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        differences.compare(&name, &shown(&df), &expected(&format!("frames/{name}.txt")));
    }
}

fn case(name: &str, df: Result<DataFrame>) -> (String, Result<DataFrame>) {
    (name.to_owned(), df)
}

#[test]
fn joins() {
    check(|Tables { cities, other, .. }| {
        let kinds = [
            "inner",
            "cross",
            "outer",
            "full",
            "fullouter",
            "full_outer",
            "left",
            "leftouter",
            "left_outer",
            "right",
            "rightouter",
            "right_outer",
            "semi",
            "leftsemi",
            "left_semi",
            "anti",
            "leftanti",
            "left_anti",
        ];
        let mut cases = Vec::new();
        for how in kinds {
            let joined = cities.join(other, ["location"], how).and_then(|joined| {
                let order = ["location", "rating", "population"];
                let order =
                    order.into_iter().filter(|name| joined.columns().iter().any(|c| c == name));
                let order: Vec<&str> = order.collect();
                joined.sort(order)
            });
            cases.push(case(&format!("join.{how}"), joined));
        }
        let both = cities.join(other, ["location", "state"], "full").unwrap();
        cases.push(case("join.two_columns", both.sort(["location", "state"])));
        let crossed = cities.cross_join(&other.select(["population"]).unwrap()).unwrap();
        cases.push(case("cross_join", crossed.sort(["location", "rating", "population"])));
        let (a, b) = (cities.alias("a").unwrap(), other.alias("b").unwrap());
        let on = a.join_on(&b, col("a.location").eq(col("b.Location")), "left").unwrap();
        cases.push(case("join.on", on.sort(["rating", "population"])));
        cases
    });
}

#[test]
fn groups() {
    check(|Tables { cities, numbers, .. }| {
        let by_state = cities.group_by(["state"]).unwrap();
        let many = [
            sum("rating"),
            avg("rating"),
            min("location"),
            max("location"),
            count("rating"),
            count("*"),
            count_distinct("rating"),
            mean("rating"),
            stddev("rating"),
        ];
        let sorted = |df: Result<DataFrame>, key: &str| df.and_then(|df| df.sort([key]));
        vec![
            case("group.sum", sorted(by_state.agg([sum("rating")]), "state")),
            case("group.many", sorted(by_state.agg(many), "state")),
            case("group.alias", sorted(by_state.agg([sum("rating").alias("total")]), "state")),
            case(
                "group.expression",
                sorted(
                    cities
                        .group_by([col("rating").gt(lit(2))])
                        .unwrap()
                        .agg([sum(col("rating") + lit(1))]),
                    "sum((rating + 1))",
                ),
            ),
            case("group.count", sorted(by_state.count(), "state")),
            case("group.sum_all", sorted(by_state.sum([""; 0]), "state")),
            case("group.avg", sorted(numbers.group_by(["k"]).unwrap().avg(["i", "d"]), "k")),
            case("group.minmax", sorted(numbers.group_by(["k"]).unwrap().min(["i"]), "k")),
            case(
                "group.nothing",
                cities.group_by([""; 0]).unwrap().agg([count("*"), sum("rating")]),
            ),
            case("agg", cities.agg([max("rating"), first("location")])),
            case(
                "group.upper_case",
                sorted(cities.group_by(["STATE"]).unwrap().agg([sum("RATING")]), "state"),
            ),
        ]
    });
}

#[test]
fn sorts() {
    check(|Tables { cities, numbers, .. }| {
        vec![
            case("sort.asc", cities.sort(["rating", "location"])),
            case("sort.desc", cities.sort([col("rating").desc(), col("location").asc()])),
            case(
                "sort.nulls_last",
                cities.sort([col("rating").asc_nulls_last(), col("location").asc()]),
            ),
            case("sort.nan", numbers.sort(["d", "i"])),
            case("sort.nan_desc", numbers.order_by([col("d").desc(), col("i").desc()])),
            case("sort.strings", numbers.sort(["s", "i", "k", "d"])),
        ]
    });
}

#[test]
fn columns() {
    check(|Tables { cities, numbers, .. }| {
        let rating = || col("rating");
        let expressions: Vec<ColumnOrName> = vec![
            (rating() + lit(1)).into(),
            (rating() / lit(2)).into(),
            (-rating()).into(),
            (rating() * lit(2)).alias("twice").into(),
            upper("location").into(),
            length(col("location")).into(),
            (rating() % lit(2)).into(),
            lit(1).into(),
            lit("x").into(),
            rating().gt(lit(2)).into(),
            (!rating().gt(lit(2))).into(),
            rating().is_null().into(),
            rating().cast("string").unwrap().into(),
            coalesce([rating(), lit(0)]).into(),
            when(rating().gt(lit(3)), lit("high")).otherwise(lit("low")).into(),
            abs("rating").into(),
            round(rating() / lit(3), 2).into(),
        ];
        vec![
            case("select.names", cities.select(["location", "state"])),
            case("select.case", cities.select([col("LOCATION"), col("State")])),
            case("select.star", cities.select(["*"])),
            case("select.expressions", cities.select(expressions)),
            case(
                "select.casts",
                numbers.agg([
                    sum("i"),
                    sum(col("i").cast("double").unwrap()),
                    max((col("i") + lit(1)).cast("decimal(20,2)").unwrap()),
                ]),
            ),
            case(
                "select.sql",
                cities.select_expr([
                    "location",
                    "rating * 2 AS twice",
                    "upper(state)",
                    "rating + 1",
                ]),
            ),
            case("with_column.new", cities.with_column("twice", rating() * lit(2))),
            case("with_column.replace", cities.with_column("RATING", rating() * lit(2))),
            case("renamed", cities.with_column_renamed("RATING", "stars")),
            case("renamed.unknown", cities.with_column_renamed("nope", "stars")),
            case("drop", cities.drop(["STATE", "nope"])),
            case("to_df", cities.to_df(["a", "b", "c"])),
        ]
    });
}

#[test]
fn rows() {
    check(|Tables { cities, .. }| {
        let by_state = cities.drop_duplicates(["state"]).unwrap();
        vec![
            case("filter.sql", cities.filter("state = 'CA'")),
            case("filter.column", cities.filter(col("state").eq(lit("CA")))),
            case("filter.not_equal", cities.where_(col("STATE").not_eq(lit("CA")))),
            case("distinct", cities.select(["state"]).unwrap().distinct().unwrap().sort(["state"])),
            case("drop_duplicates", by_state.select(["state"]).unwrap().sort(["state"])),
            case("limit", cities.limit(2)),
            case("range", Ok(cities.session().range(0, 5))),
            case("range.step", cities.session().range_step(2, 11, 3, 2)),
            case(
                "agg_null",
                cities.session().sql("SELECT CAST(NULL AS INT) AS x").unwrap().agg([
                    sum("x"),
                    count("x"),
                    avg("x"),
                ]),
            ),
        ]
    });
}

#[test]
fn sets() {
    check(|Tables { cities, other, numbers }| {
        let [ours, theirs] = [cities, other].map(|df| df.select(["state"]).unwrap());
        vec![
            case("union", ours.union(&theirs)),
            case(
                "union_widens",
                cities.select(["rating"]).unwrap().union(&numbers.select(["d"]).unwrap()),
            ),
            case(
                "union_by_name",
                cities
                    .select(["state", "location"])
                    .unwrap()
                    .union_by_name(&other.select(["location", "state"]).unwrap()),
            ),
            case("union_by_name.missing", cities.union_by_name_allow_missing(other)),
            case("intersect", ours.intersect(&theirs).unwrap().sort(["state"])),
            case("subtract", ours.subtract(&theirs).unwrap().sort(["state"])),
        ]
    });
}

#[test]
fn missing_values() {
    check(|Tables { cities, numbers, .. }| {
        vec![
            case("na.drop", cities.na().drop("any")),
            case("na.drop_all", numbers.na().drop("all")),
            case("na.drop_subset", cities.na().subset(["rating"]).drop("any")),
            case("na.drop_thresh", numbers.na().thresh(3).drop("any")),
            case("na.fill_number", numbers.na().fill(0)),
            case("na.fill_string", numbers.fillna("?")),
            case("na.fill_subset", numbers.na().subset(["i"]).fill(9)),
            case("na.replace", cities.na().subset(["state"]).replace("CA", "California")),
            case("na.replace_number", cities.na().replace(4, 40)),
            case("describe", cities.describe([""; 0])),
            case("describe.some", numbers.describe(["i", "d"])),
        ]
    });
}

#[test]
fn rows_print_as_in_python() {
    let spark = session();
    let mut ours = String::new();
    for name in ["numbers", "cities"] {
        for row in table(&spark, name).collect().unwrap() {
            ours += &format!("{row}\n");
        }
    }
    assert_eq!(ours, expected("frames/rows.txt"));
}
