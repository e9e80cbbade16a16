// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use datafusion::arrow::array::Array;

#[test]
fn a_column_gives_back_what_went_in() {
    let vectors = [
        Some(Vectors::dense([1.0, 0.0, -2.5])),
        None,
        Some(Vectors::sparse(4, [1, 3], [2.0, f64::INFINITY]).unwrap()),
        Some(Vectors::sparse(2, [], []).unwrap()),
        Some(Vectors::dense([])),
    ];
    let mut builder = VectorBuilder::new();
    for vector in &vectors {
        match vector {
            Some(vector) => builder.append(vector.as_ref()),
            None => builder.append_null(),
        }
    }
    let array = builder.finish().unwrap();
    assert!(is_vector_type(array.data_type()));
    let read = |array| -> Vec<_> {
        VectorColumn::new(array).unwrap().iter().map(|row| row.map(VectorRef::to_vector)).collect()
    };
    assert_eq!(read(&array), vectors);
    assert_eq!(read(&array.slice(2, 3)), vectors[2..]);
}

#[test]
fn compressed_takes_the_smaller_form() {
    let mut builder = VectorBuilder::new();
    builder.append_compressed(3, &[(1, 5.0)]);
    builder.append_compressed(4, &[(1, 5.0)]);
    let array = builder.finish().unwrap();
    let column = VectorColumn::new(&array).unwrap();
    assert_eq!(column.row(0).unwrap().to_string(), "[0.0,5.0,0.0]");
    assert_eq!(column.row(1).unwrap().to_string(), "(4,[1],[5.0])");
}

#[test]
fn values_are_found_by_position() {
    let sparse = Vectors::sparse(4, [1, 3], [2.0, 3.0]).unwrap();
    assert_eq!(
        (0..5).map(|i| sparse.get(i)).collect::<Vec<_>>(),
        [Some(0.0), Some(2.0), Some(0.0), Some(3.0), None]
    );
    assert_eq!(sparse.to_array(), [0.0, 2.0, 0.0, 3.0]);
    assert_eq!(Vectors::zeros(2).get(2), None);
}

#[test]
fn impossible_sparse_vectors_are_refused() {
    assert!(Vectors::sparse(3, [0], [1.0, 2.0]).unwrap_err().to_string().contains("`values`"));
    for indices in [vec![3], vec![-1], vec![1, 1], vec![2, 1]] {
        let values = vec![1.0; indices.len()];
        assert!(Vectors::sparse(3, indices, values).unwrap_err().is_invalid_argument());
    }
}

#[test]
fn another_column_is_no_vector_column() {
    let array: ArrayRef = std::sync::Arc::new(datafusion::arrow::array::Int32Array::from(vec![1]));
    assert!(VectorColumn::new(&array).unwrap_err().is_schema());
}

use datafusion::arrow::array::ArrayRef;
