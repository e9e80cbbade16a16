// SPDX-License-Identifier: MIT OR Apache-2.0
//! `LineReader`: the lines of one split.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use firesteel_core::{Result, err};
use flate2::read::MultiGzDecoder;
use memchr::memchr2;

use super::split::Split;

const BUFFER: usize = 256 << 10;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads the lines that belong to a split.
///
/// A line ends with `\n`, `\r\n`, `\r` or the file. The rule of Hadoop makes each line belong to exactly one split:
/// a split leaves out what comes before the first line end in it, unless it starts the file, and reads every line
/// that starts at or before its own end.
pub(crate) struct LineReader {
    split: Split,
    source: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// The bytes of the buffer that are read but not yet given out.
    unread: Range<usize>,
    /// Where in the file `unread` starts.
    position: u64,
}

impl LineReader {
    pub(crate) fn open(split: Split) -> Result<Self> {
        let io = |error| err::io(&split.path, error);
        let mut file = File::open(&split.path).map_err(io)?;
        file.seek(SeekFrom::Start(split.start)).map_err(io)?;
        let source: Box<dyn Read + Send> =
            if split.is_gzip { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        let position = split.start;
        let mut reader = Self { split, source, buffer: vec![0; BUFFER], unread: 0..0, position };
        if position == 0 {
            reader.skip_byte_order_mark()?;
        } else {
            reader.next_range()?;
        }
        Ok(reader)
    }

    /// The next line, without its end.
    #[inline]
    pub(crate) fn next_line(&mut self) -> Result<Option<String>> {
        if self.position > self.split.end && !self.split.is_gzip {
            return Ok(None);
        }
        let start = self.position;
        let Some(line) = self.next_range()? else { return Ok(None) };
        match str::from_utf8(&self.buffer[line]) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(error) => {
                let at = start + error.valid_up_to() as u64;
                Err(err::format(&self.split.path, format!("byte {at} is not UTF-8 text"))
                    .fix("convert the file to UTF-8")
                    .caused_by(error))
            }
        }
    }

    /// Where in the buffer the next line stands; everything up to the end of its line end counts as given out.
    #[inline]
    fn next_range(&mut self) -> Result<Option<Range<usize>>> {
        let mut searched = 0;
        loop {
            let unread = &self.buffer[self.unread.clone()];
            let found = memchr2(b'\n', b'\r', &unread[searched..]).map(|at| searched + at);
            let (length, end) = match found {
                Some(at) if unread[at] == b'\n' => (at, 1),
                Some(at) if at + 1 < unread.len() => (at, 1 + usize::from(unread[at + 1] == b'\n')),
                _ => {
                    // the line, or its end, may go on in the next bytes of the file
                    searched = found.unwrap_or(unread.len());
                    if self.fill()? {
                        continue;
                    }
                    match (found, self.unread.len()) {
                        (Some(at), _) => (at, 1),
                        (None, 0) => return Ok(None),
                        (None, length) => (length, 0),
                    }
                }
            };
            let start = self.unread.start;
            self.unread.start += length + end;
            self.position += (length + end) as u64;
            return Ok(Some(start..start + length));
        }
    }

    /// Reads more of the file behind the unread bytes; false at the end of the file.
    fn fill(&mut self) -> Result<bool> {
        self.buffer.copy_within(self.unread.clone(), 0);
        self.unread = 0..self.unread.len();
        if self.unread.end == self.buffer.len() {
            self.buffer.resize(2 * self.buffer.len(), 0);
        }
        loop {
            match self.source.read(&mut self.buffer[self.unread.end..]) {
                Ok(n_bytes) => {
                    self.unread.end += n_bytes;
                    return Ok(n_bytes > 0);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) if self.split.is_gzip => {
                    let what = "the compressed file is damaged";
                    return Err(err::format(&self.split.path, what).caused_by(error));
                }
                Err(error) => return Err(err::io(&self.split.path, error)),
            }
        }
    }

    fn skip_byte_order_mark(&mut self) -> Result<()> {
        while self.unread.len() < BYTE_ORDER_MARK.len() && self.fill()? {}
        if self.buffer[self.unread.clone()].starts_with(BYTE_ORDER_MARK) {
            self.unread.start += BYTE_ORDER_MARK.len();
            self.position += BYTE_ORDER_MARK.len() as u64;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn lines_of(split: Split) -> Result<Vec<String>> {
        let mut reader = LineReader::open(split)?;
        std::iter::from_fn(|| reader.next_line().transpose()).collect()
    }

    fn split(path: &str, start: u64, end: u64) -> Split {
        Split { path: path.to_owned(), start, end, is_gzip: false }
    }

    fn with_file<R>(name: &str, bytes: &[u8], check: impl FnOnce(&str) -> R) -> R {
        let path = std::env::temp_dir().join(format!("firesteel-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let result = check(path.to_str().unwrap());
        std::fs::remove_file(path).unwrap();
        result
    }

    #[test]
    fn every_line_is_read_once_wherever_the_file_is_cut() {
        let text = "one\ntwo\r\nthree\rfour\n\n\r\nfünf\r\rsix";
        let whole = ["one", "two", "three", "four", "", "", "fünf", "", "six"];
        with_file("cuts", text.as_bytes(), |path| {
            let size = text.len() as u64;
            assert_eq!(lines_of(split(path, 0, size)).unwrap(), whole);
            for first in 0..=size {
                for second in first..=size {
                    let mut lines = lines_of(split(path, 0, first)).unwrap();
                    if second > first && first > 0 {
                        lines.extend(lines_of(split(path, first, second)).unwrap());
                    }
                    if second < size && second > 0 {
                        lines.extend(lines_of(split(path, second, size)).unwrap());
                    }
                    if first > 0 {
                        assert_eq!(lines, whole, "cut at {first} and {second}");
                    }
                }
            }
        });
    }

    #[test]
    fn a_line_end_at_the_end_of_the_file_starts_no_line() {
        with_file("ends", b"a\nb\n", |path| {
            assert_eq!(lines_of(split(path, 0, 4)).unwrap(), ["a", "b"]);
        });
        with_file("empty", b"", |path| {
            assert!(lines_of(split(path, 0, 0)).unwrap().is_empty());
        });
        with_file("returns", b"a\r", |path| {
            assert_eq!(lines_of(split(path, 0, 2)).unwrap(), ["a"]);
        });
    }

    #[test]
    fn lines_may_be_longer_than_the_buffer() {
        let long = "x".repeat(3 * BUFFER + 7);
        // the first line ends in the middle of its line end when the buffer is full
        let first = "y".repeat(BUFFER - 1);
        let text = format!("{first}\r\n{long}\nend");
        with_file("long", text.as_bytes(), |path| {
            let lines = lines_of(split(path, 0, text.len() as u64)).unwrap();
            assert_eq!(lines, [first, long, "end".to_owned()]);
        });
    }

    #[test]
    fn a_byte_order_mark_is_left_out() {
        with_file("mark", b"\xef\xbb\xbfa\nb", |path| {
            assert_eq!(lines_of(split(path, 0, 6)).unwrap(), ["a", "b"]);
        });
    }

    #[test]
    fn other_encodings_are_refused_with_file_and_byte() {
        with_file("latin1", b"abc\nd\xfce\n", |path| {
            let error = lines_of(split(path, 0, 8)).unwrap_err();
            assert!(error.is_format());
            assert!(
                error.to_string().starts_with(&format!("{path}: byte 5 is not UTF-8")),
                "{error}"
            );
        });
    }

    #[test]
    fn compressed_files_are_read_to_their_end_and_damage_is_named() {
        let mut packed = Vec::new();
        for part in ["a\nb", "c\n"] {
            let mut encoder =
                flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast());
            encoder.write_all(part.as_bytes()).unwrap();
            encoder.finish().unwrap();
        }
        let gzip = |path: &str| Split { is_gzip: true, ..split(path, 0, 1) };
        with_file("good.gz", &packed, |path| {
            assert_eq!(lines_of(gzip(path)).unwrap(), ["a", "bc"]);
        });
        with_file("cut.gz", &packed[..packed.len() - 6], |path| {
            let error = lines_of(gzip(path)).unwrap_err();
            assert!(error.is_format() && error.to_string().contains(path), "{error}");
        });
    }

    #[test]
    fn a_file_that_went_away_is_named() {
        let error = lines_of(split("/no/such/file", 0, 1)).unwrap_err();
        assert!(error.is_io() && error.to_string().contains("/no/such/file"));
    }
}
