// SPDX-License-Identifier: MIT OR Apache-2.0
//! Laziness, errors, reproducibility, and what may travel.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{embedded, loopback::loopback, on_both, sorted};

#[test]
fn nothing_runs_before_an_action_and_take_runs_only_what_it_needs() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let spark = embedded(4);
    let counted = spark.parallelize_with(0..400, 4).unwrap().map(|x| {
        CALLS.fetch_add(1, Ordering::Relaxed);
        x
    });
    let more = counted.filter(|x| x % 2 == 0).key_by(|x| x % 5).map_values(|x| x + 1);
    assert_eq!(CALLS.load(Ordering::Relaxed), 0);
    assert_eq!(counted.take(3).unwrap(), [0, 1, 2]);
    assert_eq!(CALLS.swap(0, Ordering::Relaxed), 3, "three elements of the first partition");
    assert_eq!(counted.take(150).unwrap().len(), 150);
    assert_eq!(
        CALLS.swap(0, Ordering::Relaxed),
        200,
        "the second partition gives as many as asked"
    );
    assert_eq!(more.count().unwrap(), 200);
    assert_eq!(CALLS.swap(0, Ordering::Relaxed), 400);
}

#[test]
fn a_chain_is_one_operator() {
    let spark = embedded(4);
    let chain = spark.parallelize(0..10).map(|x| x + 1).filter(|x| x % 2 == 0).map(|x| (x % 3, x));
    let sums = chain.reduce_by_key(|a, b| a + b).map_values(|x| x * 10);
    let plan = sums.to_df().unwrap().plan().display_indent().to_string();
    let fused: Vec<&str> = plan.lines().filter(|line| line.contains("Fused")).collect();
    assert_eq!(
        fused.iter().map(|line| line.trim()).collect::<Vec<_>>(),
        [
            "Fused: reduce_by_key -> map_values -> rows",
            "Fused: rows -> parallelize -> map -> filter -> map -> reduce_by_key",
        ]
    );
}

#[test]
fn captures_run_embedded_and_are_refused_elsewhere_by_name_and_place() {
    let factor = 3;
    let spark = embedded(2);
    let scaled = spark.parallelize([1, 2]).map(move |x| x * factor);
    assert_eq!(scaled.collect().unwrap(), [3, 6]);
    let remote = loopback(2);
    let scaled = remote.parallelize([1, 2]).map(|x| x + 1).map(move |x| x * factor);
    let line = line!() - 1;
    for error in [
        scaled.collect().unwrap_err(),
        scaled.count().unwrap_err(),
        scaled.map(|x| (x, x)).reduce_by_key(|a, _| a).take(1).unwrap_err(),
        scaled.union(&remote.parallelize([1])).collect().unwrap_err(),
        scaled.to_df().unwrap_err(),
    ] {
        assert!(error.is_unsupported());
        let text = error.to_string();
        assert!(
            text.starts_with("map at ") && text.contains(&format!("behaviour.rs:{line}:")),
            "{text}"
        );
        assert!(text.contains("captures variables"), "{text}");
    }
    // a wrapper around a closure without captures captures nothing either
    let values = remote.parallelize([(1, 2)]).map_values(|x| x + 1).key_by(|pair| pair.1);
    assert_eq!(values.collect().unwrap(), [(3, (1, 3))]);
}

#[test]
fn a_panic_is_an_error_with_the_call_and_its_place() {
    on_both(3, |spark| {
        let numbers = spark.parallelize(0..100);
        let line = line!() + 1;
        let bad = numbers.map(|x| x + 1).map(|x: i32| if x < 70 { x } else { panic!("no {x}") });
        for error in [
            bad.collect().unwrap_err(),
            bad.map(|x| (x, 1)).reduce_by_key(|a, b| a + b).collect().unwrap_err(),
            bad.filter(|x| *x > 0).count().unwrap_err(),
            bad.sum().unwrap_err(),
        ] {
            let text = error.to_string();
            assert!(
                text.starts_with("map at ") && text.contains(&format!("behaviour.rs:{line}:")),
                "{text}"
            );
            assert!(text.contains("the function panicked: no "), "{text}");
            assert!(error.is_invalid_argument());
        }
        let lazy =
            numbers.flat_map(|x| (0..1).map(move |_| if x == 50 { panic!("half") } else { x }));
        assert!(lazy.collect().unwrap_err().to_string().starts_with("flat_map at "));
        let pairs = numbers.map(|x| (x % 2, x));
        let error = pairs.reduce_by_key(|_, _| panic!("never")).collect().unwrap_err();
        assert!(error.to_string().starts_with("reduce_by_key at "), "{error}");
        let error = numbers.reduce(|a, b| if b > 1 { panic!("sum") } else { a }).unwrap_err();
        assert!(error.to_string().starts_with("reduce at "), "{error}");
        // the session goes on
        assert_eq!(numbers.count().unwrap(), 100);
    });
}

#[test]
fn files_that_are_missing_or_no_text_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lines.txt");
    on_both(2, |spark| {
        let error = spark.text_file(folder.path().join("none.txt")).unwrap_err();
        assert!(error.is_io() && error.to_string().contains("none.txt: no such file"), "{error}");
        std::fs::write(&path, b"good\nb\xffd\n").unwrap();
        let lines = spark.text_file_with(&path, 1).unwrap();
        for error in [
            lines.collect().unwrap_err(),
            lines.map(|line| (line, 1)).reduce_by_key(|a, b| a + b).collect().unwrap_err(),
        ] {
            assert!(error.is_format());
            assert!(error.to_string().contains("lines.txt: byte 6 is not UTF-8 text"), "{error}");
        }
        assert_eq!(lines.take(1).unwrap(), ["good"]);
        std::fs::remove_file(&path).unwrap();
        let error = lines.count().unwrap_err();
        assert!(error.is_io() && error.to_string().contains("lines.txt"), "{error}");
    });
}

#[test]
fn empty_rdds() {
    on_both(3, |spark| {
        let empty = spark.parallelize(Vec::<i64>::new());
        assert!(empty.collect().unwrap().is_empty());
        assert!(empty.is_empty().unwrap());
        assert_eq!(empty.count().unwrap(), 0);
        assert_eq!(empty.sum().unwrap(), 0);
        assert!(empty.map(|x| (x, x)).reduce_by_key(|a, _| a).collect().unwrap().is_empty());
        assert!(empty.map(|x| (x, x)).sort_by_key(false).collect().unwrap().is_empty());
        let error = empty.first().unwrap_err();
        assert!(error.is_invalid_argument());
        assert!(error.to_string().starts_with("first at "), "{error}");
        assert!(empty.reduce(|a, _| a).unwrap_err().to_string().contains("the RDD is empty"));
        assert!(empty.min().is_err() && empty.max().is_err());
        assert!(spark.parallelize_with([1], 0).unwrap_err().is_invalid_argument());
        assert!(spark.text_file_with("x", 0).unwrap_err().is_invalid_argument());
    });
}

#[test]
fn partitions_are_as_many_as_announced() {
    for partitions in [1, 2, 5] {
        on_both(partitions, |spark| {
            let rdd = spark.parallelize_with(0..20_i32, 3).unwrap();
            let one = spark.parallelize_with(0..20_i32, 1).unwrap();
            let pairs = rdd.map(|x| (x % 7, x));
            let reduced = pairs.reduce_by_key(|a, b| a + b);
            let alone = one.map(|x| (x % 7, x)).reduce_by_key(|a, b| a + b);
            for rdd in
                [&pairs, &reduced, &alone, &reduced.sort_by_key(false), &pairs.union(&reduced)]
            {
                assert_eq!(rdd.glom().collect().unwrap().len(), rdd.num_partitions(), "{rdd:?}");
            }
            let sums = sorted(reduced.collect().unwrap());
            assert_eq!(sums, sorted(alone.collect().unwrap()));
        });
    }
}

#[test]
fn many_elements_keep_their_order_and_their_partitions() {
    on_both(3, |spark| {
        let rdd = spark.parallelize_with(0..200_000_u32, 2).unwrap();
        assert!(rdd.collect().unwrap().into_iter().eq(0..200_000));
        let sizes: Vec<usize> = rdd.glom().map(|list| list.len()).collect().unwrap();
        assert_eq!(sizes, [100_000, 100_000]);
        let sorted = rdd.map(|x| (x.wrapping_mul(2_654_435_761) % 1000, x)).sort_by_key(false);
        let keys = sorted.keys().collect().unwrap();
        assert_eq!(keys.len(), 200_000);
        assert!(keys.is_sorted());
    });
}

#[test]
fn the_same_sum_to_the_last_bit_in_every_run() {
    let run = || {
        let spark = embedded(4);
        let values = spark.parallelize_with(0..50_000_u32, 7).unwrap();
        let pairs = values.map(|x| (x % 101, 1.0 / f64::from(x + 1)));
        let mut sums = pairs.reduce_by_key(|a, b| a + b);
        // twice, so that order and rounding pass on
        sums = sums.map(|(key, sum)| (key % 10, sum)).reduce_by_key(|a, b| a - b);
        sums.collect()
            .unwrap()
            .into_iter()
            .map(|(key, sum)| (key, sum.to_bits()))
            .collect::<Vec<_>>()
    };
    let first = run();
    assert_eq!(first.len(), 10);
    for _ in 0..10 {
        assert_eq!(run(), first);
    }
}

#[test]
fn keys_of_every_kind_come_together() {
    on_both(4, |spark| {
        let rdd = spark.parallelize_with(0..60_i64, 5).unwrap();
        let by_text = rdd.map(|x| (format!("k{}", x % 3), 1_u64)).reduce_by_key(|a, b| a + b);
        assert_eq!(sorted(by_text.values().collect().unwrap()), [20, 20, 20]);
        let by_record =
            rdd.map(|x| ((x % 2, (x % 3).to_string()), 1_u64)).reduce_by_key(|a, b| a + b);
        assert_eq!(by_record.values().collect().unwrap(), [10; 6]);
        let by_maybe =
            rdd.map(|x| ((x % 2 == 0).then_some(x % 4), 1_u64)).reduce_by_key(|a, b| a + b);
        let mut counts = by_maybe.collect().unwrap();
        counts.sort();
        assert_eq!(counts, [(None, 30), (Some(0), 15), (Some(2), 15)]);
        let by_list = rdd.map(|x| (vec![x % 2, x % 2], 1_u64)).reduce_by_key(|a, b| a + b);
        assert_eq!(by_list.values().collect().unwrap(), [30, 30]);
        let by_flag = rdd.map(|x| (x % 5 == 0, x)).group_by_key().map_values(|list| list.len());
        assert_eq!(sorted(by_flag.collect().unwrap()), [(false, 48), (true, 12)]);
    });
}

#[test]
fn elements_between_exchanges_may_be_of_any_type() {
    struct Opaque(Box<dyn Fn(i32) -> i32 + Send>);
    on_both(2, |spark| {
        let opaque = spark.parallelize([1, 2, 3]).map(|x| Opaque(Box::new(move |y| x * y)));
        assert_eq!(opaque.map(|Opaque(times)| times(10)).collect().unwrap(), [10, 20, 30]);
        assert_eq!(opaque.count().unwrap(), 3);
    });
}

#[test]
fn sessions_serve_many_threads() {
    let spark = embedded(2);
    let sums: Vec<i64> = thread::scope(|scope| {
        let sum = |n: i64| {
            let spark = &spark;
            scope.spawn(move || spark.parallelize(0..n).map(|x| x * 2).sum().unwrap())
        };
        [10, 100, 1000].map(sum).map(|thread| thread.join().unwrap()).to_vec()
    });
    assert_eq!(sums, [90, 9900, 999_000]);
}

#[test]
fn a_sorted_table_stays_sorted() {
    on_both(3, |spark| {
        let df = spark.parallelize_with((0..1000_i64).rev(), 4).unwrap().to_df().unwrap();
        let sorted = df.sort(["value"]).unwrap().rdd::<i64>().unwrap();
        assert_eq!(sorted.num_partitions(), 1);
        let doubled = sorted.map(|x| x * 2);
        assert!(doubled.collect().unwrap().into_iter().eq((0..1000).map(|x| x * 2)));
        assert_eq!(doubled.take(3).unwrap(), [0, 2, 4]);
        let unsorted = df.rdd::<i64>().unwrap();
        assert_eq!(unsorted.glom().collect().unwrap().len(), unsorted.num_partitions());
    });
}
