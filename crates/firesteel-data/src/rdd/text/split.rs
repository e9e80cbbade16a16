// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Split`: a byte range of a text file, one partition of `text_file`.

use super::paths::TextFile;
use crate::rdd::element::Record;

/// The block size of local files in Hadoop, above which Spark splits them.
const BLOCK: u64 = 32 << 20;

/// A byte range of a file; the lines that start in it are read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) path: String,
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// Whether the file is compressed; it is one split then, and `end` means nothing.
    pub(crate) is_gzip: bool,
}

impl Record for Split {
    type Fields = (String, (u64, (u64, (bool, ()))));
    const NAMES: &'static [&'static str] = &["path", "start", "end", "is_gzip"];

    fn into_fields(self) -> Self::Fields {
        (self.path, (self.start, (self.end, (self.is_gzip, ()))))
    }

    fn from_fields((path, (start, (end, (is_gzip, ())))): Self::Fields) -> Self {
        Self { path, start, end, is_gzip }
    }
}

/// Splits files as Hadoop does under Spark: into blocks of 32 MiB, or smaller so that there are at least about
/// `min_partitions`; a last piece of up to a tenth more is not cut off.
pub(crate) fn split_files(files: Vec<TextFile>, min_partitions: usize) -> Vec<Split> {
    let total: u64 = files.iter().map(|file| file.size).sum();
    let goal = total / min_partitions.max(1) as u64;
    let size = goal.clamp(1, BLOCK);
    files.into_iter().flat_map(|file| split_file(&file, size)).collect()
}

fn split_file(file: &TextFile, size: u64) -> Vec<Split> {
    let split = |start, end| Split { path: file.path.clone(), start, end, is_gzip: file.is_gzip };
    if file.is_gzip || file.size == 0 {
        return vec![split(0, file.size)];
    }
    let mut splits = Vec::new();
    let mut start = 0;
    // more than 1.1 sizes left, in whole numbers
    while u128::from(file.size - start) * 10 > u128::from(size) * 11 {
        splits.push(split(start, start + size));
        start += size;
    }
    splits.push(split(start, file.size));
    splits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(size: u64) -> TextFile {
        TextFile { path: "f".to_owned(), size, is_gzip: false }
    }

    fn ranges(sizes: &[u64], min_partitions: usize) -> Vec<(u64, u64)> {
        let files = sizes.iter().copied().map(file).collect();
        split_files(files, min_partitions).iter().map(|split| (split.start, split.end)).collect()
    }

    #[test]
    fn splits_are_those_of_hadoop() {
        assert_eq!(ranges(&[100], 2), [(0, 50), (50, 100)]);
        assert_eq!(ranges(&[101], 2), [(0, 50), (50, 101)], "a byte more is not a split");
        assert_eq!(ranges(&[5], 2), [(0, 2), (2, 4), (4, 5)]);
        assert_eq!(ranges(&[0], 2), [(0, 0)]);
        assert_eq!(ranges(&[30, 10], 2), [(0, 20), (20, 30), (0, 10)]);
        assert_eq!(
            ranges(&[100 << 20], 2),
            [(0, 32 << 20), (32 << 20, 64 << 20), (64 << 20, 96 << 20), (96 << 20, 100 << 20)]
        );
        let packed = TextFile { is_gzip: true, ..file(100 << 20) };
        assert_eq!(split_files(vec![packed], 8).len(), 1);
    }
}
