// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Uid`: the name of one stage, as Spark makes it: `StringIndexer_3f9a0c51e7d2`.

use std::hash::{BuildHasher, RandomState};

/// The name of one stage, unique among all; a model has the name of the estimator that made it.
#[derive(Clone, Debug)]
pub(crate) enum Uid {
    /// Twelve hexadecimal digits, to stand behind the name of the type.
    Fresh(String),
    /// The whole name, as it was read from a file.
    Given(String),
}

impl Default for Uid {
    fn default() -> Self {
        // every RandomState has keys of its own
        let bits = RandomState::new().hash_one(0_u64);
        Self::Fresh(format!("{:012x}", bits & 0xffff_ffff_ffff))
    }
}

impl Uid {
    /// The whole name for a stage of a type.
    pub(crate) fn of(&self, type_name: &str) -> String {
        match self {
            Self::Fresh(digits) => format!("{type_name}_{digits}"),
            Self::Given(uid) => uid.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_equal() {
        let uids: Vec<String> = (0..100).map(|_| Uid::default().of("KMeans")).collect();
        assert!(uids.iter().all(|uid| uid.len() == "KMeans_".len() + 12));
        assert!((1..100).all(|i| !uids[..i].contains(&uids[i])));
        assert_eq!(Uid::Given("a_1".to_owned()).of("KMeans"), "a_1");
    }
}
