// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Executors`: who was registered with a scheduler at one moment.

use std::collections::BTreeMap;

use serde_json::Value;

/// A registered executor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// Where its results are fetched, as `host:port`.
    pub(crate) address: String,
    /// How many tasks it takes at a time.
    pub(crate) vcores: usize,
}

/// Who was registered with a scheduler at one moment, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Executors(BTreeMap<String, Member>);

impl Executors {
    /// Reads the answer of `/api/executors`.
    pub(crate) fn from_json(json: &Value) -> Option<Self> {
        let members = json.as_array()?.iter().map(|row| {
            let host = row["host"].as_str()?;
            let port = row["port"].as_u64()?;
            let vcores = usize::try_from(row["specification"]["vcores"].as_u64()?).ok()?;
            Some((
                row["id"].as_str()?.to_owned(),
                Member { address: format!("{host}:{port}"), vcores },
            ))
        });
        members.collect::<Option<_>>().map(Self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many tasks all of them take at a time.
    pub(crate) fn vcores(&self) -> usize {
        self.0.values().map(|member| member.vcores).sum()
    }

    /// The executors with their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Member)> {
        self.0.iter()
    }

    /// One of us who is missing in `later`; those who joined do not matter.
    pub(crate) fn missing_in(&self, later: &Self) -> Option<&Member> {
        self.0.iter().find(|(id, _)| !later.0.contains_key(*id)).map(|(_, member)| member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn executor(id: &str, port: u16) -> Value {
        json!({"id": id, "host": "h", "port": port, "last_seen": 1, "specification": {"vcores": 3}})
    }

    #[test]
    fn the_answer_is_read() {
        let both = Executors::from_json(&json!([executor("a", 1), executor("b", 2)])).unwrap();
        assert_eq!((both.vcores(), both.is_empty()), (6, false));
        assert_eq!(Executors::from_json(&json!([{"id": "a"}])), None);
        assert_eq!(Executors::from_json(&json!({"error": "no"})), None);
    }

    #[test]
    fn only_those_who_left_are_missed() {
        let one = Executors::from_json(&json!([executor("a", 1)])).unwrap();
        let both = Executors::from_json(&json!([executor("a", 1), executor("b", 2)])).unwrap();
        assert_eq!(one.missing_in(&both), None);
        assert_eq!(both.missing_in(&one).unwrap().address, "h:2");
    }
}
