// SPDX-License-Identifier: MIT OR Apache-2.0
use std::fmt::Debug;

use datafusion::arrow::array::{ArrayRef, Int32Array, StringViewArray};
use std::sync::Arc;

use super::*;

fn column<T: Element>(values: Vec<T>) -> ArrayRef {
    let mut builder = T::Builder::default();
    values.into_iter().for_each(|value| builder.append(value));
    builder.finish()
}

fn values<T: Element>(column: &ArrayRef) -> Result<Vec<T>> {
    let reader = T::Reader::new(column, None)?;
    Ok((0..column.len()).map(|row| reader.get(row)).collect())
}

fn comes_back<T: Element + Clone + PartialEq + Debug>(given: &[T]) {
    let made = column(given.to_vec());
    assert_eq!(*made.data_type(), T::data_type());
    assert_eq!(values::<T>(&made).unwrap(), given);
    let sliced = made.slice(1, given.len() - 1);
    assert_eq!(values::<T>(&sliced).unwrap(), given[1..]);
}

#[test]
fn every_kind_of_element_comes_back() {
    comes_back(&[1_u8, 0, u8::MAX]);
    comes_back(&[i64::MIN, 0, i64::MAX]);
    comes_back(&[usize::MAX, 7]);
    comes_back(&[-1_isize, 7]);
    comes_back(&[1.5_f32, f32::NEG_INFINITY]);
    comes_back(&[true, false, true]);
    comes_back(&["a".to_owned(), String::new(), "ü".to_owned()]);
    comes_back(&[Some(1.0), None, Some(-1.0)]);
    comes_back(&[vec![1, 2], vec![], vec![3]]);
    comes_back(&[(1, "a".to_owned()), (2, String::new())]);
    comes_back(&[None, Some((1, Some("a".to_owned()))), Some((2, None))]);
    comes_back(&[vec![("a".to_owned(), vec![1_u64])], vec![], vec![("b".to_owned(), vec![])]]);
    comes_back(&[Some(vec![Some(1), None]), None, Some(vec![])]);
    comes_back(&[(1, 2, 3, 4, 5, 6, 7, 8_i8), (8, 7, 6, 5, 4, 3, 2, 1)]);
    comes_back(&[(true,), (false,)]);
    comes_back(&[((1_u8, 2_u8), (3_u8, ("x".to_owned(),))), ((4, 5), (6, ("y".to_owned(),)))]);
}

#[test]
fn missing_values_are_refused_where_none_may_be() {
    let made = column(vec![Some(1), None]);
    let error = values::<i32>(&made).unwrap_err();
    assert!(error.is_schema());
    assert!(error.to_string().contains("a Int32 column has missing values"), "{error}");
    let nested = column(vec![(1, Some(1)), (2, None)]);
    let error = values::<(i32, i32)>(&nested).unwrap_err();
    assert!(error.to_string().starts_with("column `_2`: "), "{error}");
    // an absent record hides the absent values inside it
    let hidden = column(vec![Some((1, 1)), None]);
    assert_eq!(values::<Option<(i32, i32)>>(&hidden).unwrap(), [Some((1, 1)), None]);
}

#[test]
fn other_types_are_refused_and_other_text_is_read() {
    let numbers: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    let error = values::<i64>(&numbers).unwrap_err();
    assert_eq!(error.to_string(), "a column has another type, expected Int64, got Int32");
    for error in [
        values::<String>(&numbers).unwrap_err(),
        values::<bool>(&numbers).unwrap_err(),
        values::<Vec<i32>>(&numbers).unwrap_err(),
        values::<(i32, i32)>(&numbers).unwrap_err(),
        values::<(i32, i32)>(&column(vec![(1, 2, 3)])).unwrap_err(),
    ] {
        assert!(error.is_schema(), "{error}");
    }
    let view: ArrayRef = Arc::new(StringViewArray::from(vec!["a longer text than twelve", "b"]));
    assert_eq!(values::<String>(&view).unwrap(), ["a longer text than twelve", "b"]);
}

#[test]
fn names_are_those_of_spark() {
    let DataType::Struct(fields) = <(i32, (String, Option<f64>))>::data_type() else {
        panic!("a tuple is a struct");
    };
    assert_eq!(fields[0].name(), "_1");
    assert!(!fields[0].is_nullable());
    let DataType::Struct(inner) = fields[1].data_type() else { panic!("a tuple is a struct") };
    assert_eq!((inner[1].name().as_str(), inner[1].is_nullable()), ("_2", true));
}
