// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the code of this program lies: its file, and its place in memory.

use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::address::fixed_symbol;

/// Whether an address lies in the program's own code; where the system does not tell, every address does.
pub(crate) fn is_code(address: usize) -> bool {
    own_mapping().as_ref().is_none_or(|mapping| mapping.addresses.contains(&address))
}

/// The file that holds this code: the executable, or the library when it was loaded as one.
pub(crate) fn open() -> std::io::Result<File> {
    let executable = std::env::current_exe();
    match own_mapping() {
        // an executable that was replaced on disk is still reachable by this name
        Some(mapping) if executable.as_ref().is_ok_and(|path| *path == mapping.file) => {
            File::open("/proc/self/exe")
        }
        Some(mapping) => File::open(&mapping.file),
        None => File::open(executable?),
    }
}

struct Mapping {
    addresses: Range<usize>,
    file: PathBuf,
}

/// The executable mapping around our own code, as Linux lists it.
fn own_mapping() -> &'static Option<Mapping> {
    static MAPPING: OnceLock<Option<Mapping>> = OnceLock::new();
    MAPPING.get_or_init(|| {
        let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
        mapping_around(fixed_symbol as fn() as usize, &maps)
    })
}

/// Finds an address in lines such as `55d0a000-55d0c000 r-xp 00002000 103:01 42    /usr/bin/program`.
fn mapping_around(address: usize, maps: &str) -> Option<Mapping> {
    maps.lines().find_map(|line| {
        let mut words = line.splitn(6, ' ');
        let (from, to) = words.next()?.split_once('-')?;
        let addresses =
            usize::from_str_radix(from, 16).ok()?..usize::from_str_radix(to, 16).ok()?;
        let runs = words.next()?.contains('x');
        let file = words.nth(3)?.trim_start();
        (runs && addresses.contains(&address)).then(|| Mapping { addresses, file: file.into() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPS: &str = "\
55d0a000-55d0c000 r--p 00000000 103:01 42                                /usr/bin/my program
55d0c000-55d0f000 r-xp 00002000 103:01 42                                /usr/bin/my program
7f000000-7f001000 r-xp 00000000 00:00 0                                  [vdso]";

    #[test]
    fn finds_the_code_around_an_address() {
        let mapping = mapping_around(0x55d0_c010, MAPS).unwrap();
        assert_eq!(mapping.addresses, 0x55d0_c000..0x55d0_f000);
        assert_eq!(mapping.file, PathBuf::from("/usr/bin/my program"));
        assert!(mapping_around(0x55d0_a010, MAPS).is_none(), "not executable");
        assert!(mapping_around(1, MAPS).is_none());
    }

    #[test]
    fn code_is_told_from_data() {
        assert!(is_code(fixed_symbol as fn() as usize));
        if cfg!(target_os = "linux") {
            let on_the_heap = Box::new(0_u8);
            assert!(!is_code(&raw const *on_the_heap as usize));
        }
    }
}
