// SPDX-License-Identifier: MIT OR Apache-2.0
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::MemTable;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion_proto::logical_plan::{DefaultLogicalExtensionCodec, LogicalExtensionCodec};
use datafusion_proto::physical_plan::{
    DefaultPhysicalExtensionCodec, DefaultPhysicalProtoConverter, PhysicalExtensionCodec,
};
use firesteel_core::Error;

use super::*;
use crate::Session;
use crate::range_table::RangeTable;
use crate::rdd::exchange::Exchange;
use crate::rdd::fused_exec::FusedExec;
use crate::rdd::program::Program;
use crate::rdd::table::{schema_of, to_batches};
use crate::shipped_range::ShippedRange;

fn logical() -> FiresteelLogicalCodec {
    FiresteelLogicalCodec::new(Arc::new(DefaultLogicalExtensionCodec {}))
}

fn physical() -> FiresteelPhysicalCodec {
    FiresteelPhysicalCodec::new(Arc::new(DefaultPhysicalExtensionCodec {}))
}

/// The bytes of a node that doubles numbers, and the input below it.
fn doubling() -> (Vec<u8>, LogicalPlan) {
    let spark = Session::builder().partitions(1).build().unwrap();
    let plan = spark.parallelize([1, 2]).map(|x| 2 * x).to_df().unwrap().plan().clone();
    let LogicalPlan::Extension(extension) = &plan else { panic!("an RDD is one node") };
    let mut bytes = Vec::new();
    logical().try_encode(extension, &mut bytes).unwrap();
    (bytes, (*extension.node.inputs()[0]).clone())
}

/// Runs the operator that the bytes describe.
fn run(bytes: &[u8]) -> datafusion::error::Result<Vec<RecordBatch>> {
    let rows = to_batches([vec![1, 2], vec![3]]).unwrap();
    let schema = schema_of::<Vec<i32>>();
    let input = MemorySourceConfig::try_new_exec(&[rows], schema, None).unwrap();
    let (context, converter) = (Arc::new(TaskContext::default()), DefaultPhysicalProtoConverter {});
    let exec = physical().try_decode(bytes, &[input], &context, &converter)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(collect(exec, context))
}

fn own_error(bytes: &[u8]) -> Error {
    crate::failure::of_run(run(bytes).unwrap_err())
}

#[test]
fn a_program_runs_where_only_its_bytes_arrive() {
    let (bytes, input) = doubling();
    let batches = run(&bytes).unwrap();
    let numbers = crate::rdd::from_batch::<i32>(&batches[0]).unwrap();
    assert_eq!(numbers.collect::<Vec<_>>(), [2, 4, 6]);
    // what was decoded is written as the same bytes again
    let context = TaskContext::default();
    let decoded = logical().try_decode(&bytes, &[input], &context).unwrap();
    let mut again = Vec::new();
    logical().try_encode(&decoded, &mut again).unwrap();
    assert_eq!(again, bytes);
}

#[test]
fn what_is_wrong_with_a_program_is_said_when_it_runs() {
    let (bytes, input) = doubling();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let build = firesteel_ship::build_id();
    assert!(text.contains(build) && build.len() >= 8);
    // the same bytes from an executable of another build
    let mut other_build = bytes.clone();
    for at in 0..bytes.len() - build.len() {
        if &bytes[at..at + build.len()] == build.as_bytes() {
            other_build[at..at + 4].copy_from_slice(b"zzzz");
        }
    }
    let error = own_error(&other_build);
    assert!(error.is_remote());
    assert!(error.to_string().contains("was built by executable zzzz"), "{error}");
    assert!(error.to_string().contains("same binary"), "{error}");
    // a program that this version cannot read
    let cut = &bytes[..bytes.len() - 5];
    let error = own_error(cut);
    assert!(error.is_format() && error.to_string().contains("another version"), "{error}");
    // neither is looked at by a scheduler
    let context = TaskContext::default();
    assert!(logical().try_decode(&other_build, &[input], &context).is_ok());
}

#[test]
fn damaged_operators_are_read_and_fail_when_they_run() {
    let (mut fused, _) = doubling();
    // the first sign of the exchange, behind the mark and a length
    fused[b"firesteel fused 1\n".len() + 8] = b'?';
    let sample = b"firesteel sample 1\nshort";
    for (bytes, problem) in
        [(fused.as_slice(), "an exchange is damaged"), (sample.as_slice(), "a sample is damaged")]
    {
        let input = MemorySourceConfig::try_new_exec(&[vec![]], schema_of::<i32>(), None).unwrap();
        let (context, converter) = (TaskContext::default(), DefaultPhysicalProtoConverter {});
        assert!(physical().try_decode(bytes, &[input], &context, &converter).is_ok());
        let error = own_error(bytes);
        assert!(error.is_format() && format!("{error:?}").contains(problem), "{error:?}");
    }
}

#[test]
fn steps_in_a_wrong_order_are_refused() {
    let program = Program::new(Vec::new(), None);
    let (schema, input) = (schema_of::<i32>(), schema_of::<Vec<i32>>());
    let input = MemorySourceConfig::try_new_exec(&[vec![]], input, None).unwrap();
    let exec = FusedExec::new(input, Exchange::None, Arc::new(program), schema);
    let error = exec.execute(0, Arc::new(TaskContext::default())).err().unwrap();
    assert!(crate::failure::of_run(error).to_string().contains("wrong order"));
}

#[test]
fn tables_in_memory_keep_their_partitions() {
    let rows = |numbers: Vec<i64>| to_batches(numbers).unwrap();
    let partitions = vec![rows(vec![1, 2]), vec![], rows(vec![3])];
    let table = Arc::new(MemTable::try_new(schema_of::<i64>(), partitions).unwrap());
    let (name, context) = (TableReference::bare("t"), TaskContext::default());
    let mut bytes = Vec::new();
    logical().try_encode_table_provider(&name, Arc::clone(&table) as _, &mut bytes).unwrap();
    let read = |bytes: &[u8]| {
        logical().try_decode_table_provider(bytes, &name, schema_of::<i64>(), &context)
    };
    let back = read(&bytes).unwrap();
    assert_eq!(back.schema(), table.schema());
    let back = (back.as_ref() as &dyn std::any::Any).downcast_ref::<MemTable>().unwrap();
    let n_rows = |table: &MemTable| -> Vec<usize> {
        let partitions = table.batches.iter().map(|batches| batches.try_read().unwrap());
        partitions.map(|batches| batches.iter().map(RecordBatch::num_rows).sum()).collect()
    };
    assert_eq!(n_rows(back), [2, 0, 1]);
    let error = read(&bytes[..bytes.len() - 3]).unwrap_err();
    assert!(error.to_string().contains("a table is damaged"), "{error}");
    let busy = table.batches[0].try_write().unwrap();
    let error =
        logical().try_encode_table_provider(&name, Arc::clone(&table) as _, &mut Vec::new());
    assert!(error.unwrap_err().to_string().contains("being written to"));
    drop(busy);
}

#[test]
fn all_else_is_left_to_the_codec_inside() {
    let error = logical().try_decode(b"something else", &[], &TaskContext::default()).unwrap_err();
    assert!(error.to_string().contains("LogicalExtensionCodec is not provided"), "{error}");
    let (_, input) = doubling();
    let other = MemorySourceConfig::try_new_exec(&[vec![]], schema_of::<i32>(), None).unwrap();
    let converter = DefaultPhysicalProtoConverter {};
    let error = physical().try_encode(other, &mut Vec::new(), &converter).unwrap_err();
    assert!(error.to_string().contains("PhysicalExtensionCodec is not provided"), "{error}");
    let LogicalPlan::TableScan(scan) = input else { panic!("an RDD starts with a table") };
    assert_eq!(scan.table_name.table(), "parallelize");
}

#[test]
fn ranges_are_shipped_as_their_ends() {
    let range = RangeTable { start: -3, end: i64::MAX, step: 7, partitions: 5 };
    let (name, context) = (TableReference::bare("t"), TaskContext::default());
    let mut bytes = Vec::new();
    logical().try_encode_table_provider(&name, Arc::new(range), &mut bytes).unwrap();
    let read =
        |bytes: &[u8]| logical().try_decode_table_provider(bytes, &name, range.schema(), &context);
    let back = read(&bytes).unwrap();
    assert_eq!(
        (back.as_ref() as &dyn std::any::Any).downcast_ref::<ShippedRange>().unwrap().0,
        range
    );
    let error = read(&bytes[..bytes.len() - 3]).unwrap_err();
    assert!(error.to_string().contains("a range is damaged"), "{error}");
}

#[test]
fn samples_are_shipped_with_every_bit() {
    let spark = Session::builder().partitions(3).build().unwrap();
    let [_, part] = spark.range(0, 9).random_split([0.1, 0.2], u64::MAX - 5).unwrap();
    let LogicalPlan::Extension(extension) = part.plan() else { panic!("a sample is one node") };
    let (mut bytes, context) = (Vec::new(), TaskContext::default());
    logical().try_encode(extension, &mut bytes).unwrap();
    let input = (*extension.node.inputs()[0]).clone();
    let back = logical().try_decode(&bytes, std::slice::from_ref(&input), &context).unwrap();
    assert_eq!(&back, extension);
    let error = logical().try_decode(&bytes, &[], &context).unwrap_err();
    assert!(error.to_string().contains("a Sample node has exactly one input"), "{error}");
    let error = logical().try_decode(&bytes[..bytes.len() - 1], &[input], &context).unwrap_err();
    assert!(error.to_string().contains("a sample is damaged"), "{error}");
    // an operator needs its input and the numbers of the partitions
    let converter = DefaultPhysicalProtoConverter {};
    let error = physical().try_decode(&bytes, &[], &context, &converter).unwrap_err();
    assert!(error.to_string().contains("a SampleExec has two inputs"), "{error}");
}
