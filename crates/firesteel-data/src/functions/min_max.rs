// SPDX-License-Identifier: MIT OR Apache-2.0
//! `min` and `max` that hold NaN for the largest number, as Spark does.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray as _, BooleanArray, PrimitiveArray};
use datafusion::arrow::datatypes::{
    DataType, Field, FieldRef, Float32Type, Float64Type, Int32Type, Int64Type,
};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, Expr, GroupsAccumulator,
    ReversedUDAF, SetMonotonicity, Signature, StatisticsArgs,
};

/// Both functions, to take the place of the engine's.
pub(crate) fn functions() -> [Arc<AggregateUDF>; 2] {
    [min_udaf(), max_udaf()].map(|engine| Arc::new(AggregateUDF::new_from_impl(MinMax { engine })))
}

pub(super) fn min(column: Expr) -> Expr {
    let [min, _] = functions();
    min.call(vec![column])
}

pub(super) fn max(column: Expr) -> Expr {
    let [_, max] = functions();
    max.call(vec![column])
}

/// The engine's function. In groups, where it compares NaN with nothing, it gets floating point numbers as whole
/// numbers of the same order.
#[derive(Debug, PartialEq, Eq, Hash)]
struct MinMax {
    engine: Arc<AggregateUDF>,
}

impl MinMax {
    fn inner(&self) -> &dyn AggregateUDFImpl {
        self.engine.inner().as_ref()
    }
}

/// The type of whole numbers that stand for floating point numbers.
fn key_type(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Float64 => Some(DataType::Int64),
        DataType::Float32 => Some(DataType::Int32),
        _ => None,
    }
}

impl AggregateUDFImpl for MinMax {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn signature(&self) -> &Signature {
        self.engine.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner().return_type(types)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.inner().accumulator(args)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.inner().state_fields(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.inner().groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let float = args.return_field.data_type().clone();
        let Some(key) = key_type(&float) else {
            return self.inner().create_groups_accumulator(args);
        };
        let return_field = Arc::new(Field::new(args.name, key, true));
        let inner =
            self.inner().create_groups_accumulator(AccumulatorArgs { return_field, ..args })?;
        Ok(Box::new(ByKey { inner, float }))
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        self.inner().create_sliding_accumulator(args)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.inner().order_sensitivity()
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.inner().reverse_expr()
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner().coerce_types(types)
    }

    fn is_descending(&self) -> Option<bool> {
        self.inner().is_descending()
    }

    /// What files say of the smallest and largest number leaves NaN out.
    fn value_from_stats(&self, args: &StatisticsArgs<'_>) -> Option<ScalarValue> {
        match key_type(args.return_type) {
            Some(_) => None,
            None => self.inner().value_from_stats(args),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner().documentation()
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.inner().set_monotonicity(data_type)
    }
}

/// Groups of floating point numbers, kept as whole numbers of the same order.
struct ByKey {
    inner: Box<dyn GroupsAccumulator>,
    float: DataType,
}

/// The place of a number among all others, NaN last; the same function leads back.
fn key64(bits: i64) -> i64 {
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn key32(bits: i32) -> i32 {
    bits ^ (((bits >> 31) as u32) >> 1) as i32
}

impl ByKey {
    fn keys(&self, values: &[ArrayRef]) -> Vec<ArrayRef> {
        values.iter().map(|values| self.key(values)).collect()
    }

    fn key(&self, values: &ArrayRef) -> ArrayRef {
        match self.float {
            DataType::Float64 => {
                let floats = values.as_primitive::<Float64Type>();
                let number = |x: f64| if x.is_nan() { f64::NAN } else { x };
                let keys: PrimitiveArray<Int64Type> =
                    floats.unary(|x| key64(number(x).to_bits() as i64));
                Arc::new(keys)
            }
            _ => {
                let floats = values.as_primitive::<Float32Type>();
                let number = |x: f32| if x.is_nan() { f32::NAN } else { x };
                let keys: PrimitiveArray<Int32Type> =
                    floats.unary(|x| key32(number(x).to_bits() as i32));
                Arc::new(keys)
            }
        }
    }

    fn floats(&self, keys: &ArrayRef) -> ArrayRef {
        match self.float {
            DataType::Float64 => {
                let keys = keys.as_primitive::<Int64Type>();
                let floats: PrimitiveArray<Float64Type> =
                    keys.unary(|key| f64::from_bits(key64(key) as u64));
                Arc::new(floats)
            }
            _ => {
                let keys = keys.as_primitive::<Int32Type>();
                let floats: PrimitiveArray<Float32Type> =
                    keys.unary(|key| f32::from_bits(key32(key) as u32));
                Arc::new(floats)
            }
        }
    }

    fn all_floats(&self, keys: &[ArrayRef]) -> Vec<ArrayRef> {
        keys.iter().map(|keys| self.floats(keys)).collect()
    }
}

impl GroupsAccumulator for ByKey {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        n_groups: usize,
    ) -> Result<()> {
        let keys = self.keys(values);
        self.inner.update_batch(&keys, groups, filter, n_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let keys = self.inner.evaluate(emit_to)?;
        Ok(self.floats(&keys))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let keys = self.inner.state(emit_to)?;
        Ok(self.all_floats(&keys))
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        n_groups: usize,
    ) -> Result<()> {
        let keys = self.keys(values);
        self.inner.merge_batch(&keys, groups, n_groups)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let keys = self.inner.convert_to_state(&self.keys(values), filter)?;
        Ok(self.all_floats(&keys))
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}

#[cfg(test)]
mod tests {
    use super::{key32, key64};

    #[test]
    fn keys_have_the_order_of_the_numbers() {
        let numbers = [f64::NEG_INFINITY, -1.5, -0.0, 0.0, 1e-300, 2.0, f64::INFINITY, f64::NAN];
        let keys = numbers.map(|x| key64(x.to_bits() as i64));
        assert!(keys.is_sorted());
        let back = keys.map(|key| key64(key) as u64);
        assert_eq!(back, numbers.map(f64::to_bits));
        let keys = [-2.0_f32, -1.0, 0.5, f32::NAN].map(|x| key32(x.to_bits() as i32));
        assert!(keys.is_sorted());
        assert_eq!(key32(keys[1]), (-1.0_f32).to_bits() as i32);
    }
}
