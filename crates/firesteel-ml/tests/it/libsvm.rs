// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `libsvm` format, read through the session.

use crate::common::*;

#[test]
fn the_sample_is_read_as_spark_reads_it() {
    let session = session();
    let fixture = &fixture("spark/ml/vectors")["libsvm"];
    let df = libsvm(&session, "sample_libsvm_data.txt");
    assert_eq!(df.columns(), ["label", "features"]);
    assert_near(&numbers_of(&df, "label"), &numbers(&fixture["labels"]), 0.0);
    assert!(
        vectors_of(&df, "features")[0]
            .starts_with("(692,[127,128,129,130,131,154,155,156,157,158,159,181,182,18")
    );
    let schema = df.schema();
    assert_eq!(schema.field(1).metadata()["numFeatures"], "692");
    assert_json(&metadata_of(&df, "features")["ml_attr"], &fixture["metadata"]["ml_attr"]);
}
