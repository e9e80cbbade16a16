// SPDX-License-Identifier: MIT OR Apache-2.0
//! `build_id`: which executable this is.

use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{Read, Seek, SeekFrom};
use std::sync::OnceLock;

use crate::program_image;

/// Names this executable: equal in all processes that run it, different after every change of its code.
///
/// It is the id that the linker wrote, read in microseconds; where there is none, a hash of the file.
pub fn build_id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| {
        let found = program_image::open().and_then(|mut file| match linker_id(&mut file) {
            Some(id) => Ok(id),
            None => hash(&mut file),
        });
        // an executable that cannot be read equals no other process
        found.unwrap_or_else(|_| format!("unreadable-{}", std::process::id()))
    })
}

/// The note `.note.gnu.build-id` of a 64-bit ELF file, in hexadecimal digits.
fn linker_id(file: &mut File) -> Option<String> {
    const NOTE_SEGMENT: u32 = 4;
    let header: [u8; 64] = read_at(file, 0)?;
    if header[..6] != *b"\x7fELF\x02\x01" {
        return None;
    }
    let table = u64_at(&header, 32)?;
    let (entry_size, entries) = (u16_at(&header, 54)?, u16_at(&header, 56)?);
    (0..u64::from(entries)).find_map(|entry| {
        let segment: [u8; 56] = read_at(file, table + entry * u64::from(entry_size))?;
        let (offset, size) = (u64_at(&segment, 8)?, u64_at(&segment, 32)?);
        if u32_at(&segment, 0)? != NOTE_SEGMENT || size > 1 << 20 {
            return None;
        }
        let mut notes = vec![0; usize::try_from(size).ok()?];
        file.seek(SeekFrom::Start(offset)).ok()?;
        file.read_exact(&mut notes).ok()?;
        id_among(&notes)
    })
}

/// Notes follow each other as `name length, content length, type, name, content`, each padded to four bytes.
fn id_among(mut notes: &[u8]) -> Option<String> {
    const BUILD_ID: u32 = 3;
    loop {
        let name_len = u32_at(notes, 0)? as usize;
        let content_len = u32_at(notes, 4)? as usize;
        let content_at = 12 + name_len.next_multiple_of(4);
        let content = notes.get(content_at..content_at + content_len)?;
        if u32_at(notes, 8)? == BUILD_ID && notes.get(12..12 + name_len)? == b"GNU\0" {
            return Some(content.iter().map(|byte| format!("{byte:02x}")).collect());
        }
        notes = notes.get(content_at + content_len.next_multiple_of(4)..)?;
    }
}

/// Two runs of a 64-bit hash over the whole file; the second starts differently.
fn hash(file: &mut File) -> std::io::Result<String> {
    let (mut first, mut second) = (DefaultHasher::new(), DefaultHasher::new());
    second.write_u8(1);
    let mut buffer = vec![0; 1 << 20];
    file.seek(SeekFrom::Start(0))?;
    loop {
        let n_bytes = file.read(&mut buffer)?;
        if n_bytes == 0 {
            return Ok(format!("hash-{:016x}{:016x}", first.finish(), second.finish()));
        }
        first.write(&buffer[..n_bytes]);
        second.write(&buffer[..n_bytes]);
    }
}

fn read_at<const N: usize>(file: &mut File, offset: u64) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    file.seek(SeekFrom::Start(offset)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_stays_the_same() {
        assert!(build_id().len() >= 16, "{}", build_id());
        assert_eq!(build_id(), build_id());
        assert!(!build_id().contains(':'));
    }

    #[test]
    fn notes_before_ours_are_passed() {
        let mut notes = Vec::new();
        for (name, kind, content) in [
            (&b"GNU\0"[..], 5_u32, &[1_u8, 2, 3][..]),
            (b"abcde\0", 3, &[9]),
            (b"GNU\0", 3, &[0xab, 1]),
        ] {
            notes.extend((name.len() as u32).to_le_bytes());
            notes.extend((content.len() as u32).to_le_bytes());
            notes.extend(kind.to_le_bytes());
            for part in [name, content] {
                notes.extend(part);
                notes.resize(notes.len().next_multiple_of(4), 0);
            }
        }
        assert_eq!(id_among(&notes).as_deref(), Some("ab01"));
        assert_eq!(id_among(&notes[..notes.len() - 20]), None);
        assert_eq!(id_among(&[0xff; 40]), None, "lengths beyond the end");
    }

    #[test]
    fn files_that_are_no_program_are_hashed() {
        let path = std::env::temp_dir().join(format!("firesteel-ship-{}", std::process::id()));
        std::fs::write(&path, b"not a program").unwrap();
        let mut file = File::open(&path).unwrap();
        assert_eq!(linker_id(&mut file), None);
        let first = hash(&mut file).unwrap();
        assert_eq!(hash(&mut file).unwrap(), first);
        std::fs::write(&path, b"not a Program").unwrap();
        assert_ne!(hash(&mut File::open(&path).unwrap()).unwrap(), first);
        std::fs::remove_file(path).unwrap();
    }
}
