// SPDX-License-Identifier: MIT OR Apache-2.0
//! NumPy files: `.npy`, and `.npz` with several arrays in the order of the file.

use std::fs::File;
use std::io::Cursor;
use std::path::Path;

use firesteel::{Error, Result, err, files};
use ndarray::ArrayD;
use ndarray_npy::{
    NpzReader, NpzWriter, ReadDataError, ReadNpyError, ReadNpyExt as _, ReadNpzError,
    ReadableElement, WriteNpyExt as _,
};
use py_literal::Value as Descriptor;

/// An array, with its name where it came along with all the others of an `.npz`.
pub(crate) struct Named {
    pub(crate) name: Option<String>,
    pub(crate) array: ArrayD<f32>,
}

/// The arrays of all files, one after the other; an `.npz` may be followed by `:name` to take one of it.
///
/// # Errors
/// `Io` when a file cannot be read, `Format` when it holds no numbers.
pub(crate) fn read_all(paths: &[String]) -> Result<Vec<Named>> {
    let alone = |array| Named { name: None, array };
    let mut arrays = Vec::new();
    for path in paths {
        match path.rsplit_once(".npz:") {
            Some((stem, name)) => {
                let mut found = from_npz(&format!("{stem}.npz"), Some(name))?;
                arrays.push(alone(found.swap_remove(0).array));
            }
            None if path.ends_with(".npz") => arrays.extend(from_npz(path, None)?),
            None => arrays.push(alone(from_npy(path)?)),
        }
    }
    Ok(arrays)
}

/// Writes arrays as an `.npz` under their names, without names as NumPy's `arr_0`, `arr_1` and so on, or a single one
/// as `.npy`; an existing file stays until the new one is complete.
///
/// # Errors
/// `Io` when the file cannot be written.
pub(crate) fn write(path: &str, arrays: &[ArrayD<f32>], names: &[String]) -> Result<()> {
    let bad = |error: &dyn std::fmt::Display| {
        err::internal(format!("an array could not be encoded: {error}"))
    };
    let mut bytes = Vec::new();
    if is_npz(path) {
        let mut archive = NpzWriter::new(Cursor::new(&mut bytes));
        for (number, array) in arrays.iter().enumerate() {
            let name = names.get(number).cloned().unwrap_or_else(|| format!("arr_{number}"));
            archive.add_array(name, array).map_err(|error| bad(&error))?;
        }
        archive.finish().map_err(|error| bad(&error))?;
    } else {
        for array in arrays {
            array.write_npy(&mut bytes).map_err(|error| bad(&error))?;
        }
    }
    files::write_bytes(path, &bytes)
}

/// Whether a name is that of a file for several arrays.
pub(crate) fn is_npz(path: &str) -> bool {
    path.to_lowercase().ends_with(".npz")
}

fn from_npy(path: &str) -> Result<ArrayD<f32>> {
    let bytes = files::read(path)?;
    let array = ArrayD::<Number>::read_npy(bytes.as_slice());
    array.map(|array| plain(&array)).map_err(|error| unreadable(path, &error))
}

fn from_npz(path: &str, only: Option<&str>) -> Result<Vec<Named>> {
    let file = File::open(Path::new(path)).map_err(|source| err::io(path, source))?;
    let bad =
        |error: &dyn std::fmt::Display| err::format(path, format!("not an .npz file: {error}"));
    let mut archive = NpzReader::new(file).map_err(|error| bad(&error))?;
    let names = archive.names().map_err(|error| bad(&error))?;
    let stem = |name: &String| name.trim_end_matches(".npy").to_owned();
    if let Some(wanted) = only
        && !names.iter().any(|name| stem(name) == wanted)
    {
        let known: Vec<String> = names.iter().map(stem).collect();
        return Err(err::unknown_name("array", wanted, known.iter().map(String::as_str)).at(path));
    }
    let chosen = names.iter().filter(|name| only.is_none_or(|wanted| stem(name) == wanted));
    let read = |name: &String| {
        let array: std::result::Result<ArrayD<Number>, _> = archive.by_name(name);
        let array = array.map_err(|error| match error {
            ReadNpzError::Npy(error) => error,
            ReadNpzError::Zip(error) => ReadNpyError::Io(std::io::Error::other(error)),
        });
        let of_member = |error| unreadable(&format!("{path}:{name}"), &error);
        let named = |array| Named { name: Some(stem(name)), array: plain(&array) };
        array.map(named).map_err(of_member)
    };
    chosen.map(read).collect()
}

fn plain(numbers: &ArrayD<Number>) -> ArrayD<f32> {
    numbers.map(|number| number.0)
}

/// A number of any type that NumPy has, as `f32`.
struct Number(f32);

impl ReadableElement for Number {
    fn read_to_end_exact_vec<R: std::io::Read>(
        mut reader: R,
        descriptor: &Descriptor,
        len: usize,
    ) -> Numbers<Self> {
        // how much memory is taken depends on what is there, and not on what the header says
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        if len > bytes.len() {
            return Err(ReadDataError::MissingData);
        }
        Ok(numbers(&bytes, descriptor, len)?.into_iter().map(Self).collect())
    }
}

type Numbers<A> = std::result::Result<Vec<A>, ReadDataError>;

/// So many numbers, whatever their type.
fn numbers(bytes: &[u8], descriptor: &Descriptor, len: usize) -> Numbers<f32> {
    let mut numbers = f32::read_to_end_exact_vec(bytes, descriptor, len);
    macro_rules! or {
        ($type:ty, $convert:expr) => {
            if matches!(numbers, Err(ReadDataError::WrongDescriptor(_))) {
                let read = <$type>::read_to_end_exact_vec(bytes, descriptor, len);
                numbers = read.map(|numbers| numbers.into_iter().map($convert).collect());
            }
        };
    }
    or!(f64, |x| x as f32);
    or!(i64, |x| x as f32);
    or!(u64, |x| x as f32);
    or!(i32, |x| x as f32);
    or!(u32, |x| x as f32);
    or!(i16, f32::from);
    or!(u16, f32::from);
    or!(i8, f32::from);
    or!(u8, f32::from);
    or!(bool, |x| f32::from(u8::from(x)));
    numbers
}

fn unreadable(path: &str, error: &ReadNpyError) -> Error {
    err::format(path, format!("not a NumPy array of numbers: {error}"))
        .fix("save it with numpy.save as float32, float64, an integer type or bool")
}
