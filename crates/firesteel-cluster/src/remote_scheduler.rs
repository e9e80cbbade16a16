// SPDX-License-Identifier: MIT OR Apache-2.0
//! `RemoteScheduler`: what a client asks a scheduler beside running queries.

use std::time::Duration;

use firesteel_core::{Error, Result};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::executors::Executors;
use crate::{failure, http};

/// How long one question may take; a scheduler answers within milliseconds unless its machine is busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pause between two looks while waiting for an executor.
const PAUSE: Duration = Duration::from_millis(100);

/// A scheduler's address and its REST interface.
#[derive(Clone, Debug)]
pub(crate) struct RemoteScheduler {
    address: String,
}

impl RemoteScheduler {
    /// Reads `df://host:port`; without a port it is 50050.
    ///
    /// # Errors
    /// `InvalidArgument` for anything else.
    pub(crate) fn from_url(url: &str) -> Result<Self> {
        let bad = || failure::bad_url(url);
        let place = url.strip_prefix("df://").ok_or_else(bad)?.trim_end_matches('/');
        let after_bracket = place.rfind(']').unwrap_or(0);
        let (host, port) = match place[after_bracket..].rfind(':') {
            Some(colon) => place.split_at(after_bracket + colon),
            None => (place, ":50050"),
        };
        let port: u16 = port[1..].parse().map_err(|_| bad())?;
        let strange = |c: char| !(c.is_ascii_alphanumeric() || "-._[]:%".contains(c));
        if host.is_empty() || port == 0 || host.contains(strange) {
            return Err(bad());
        }
        Ok(Self { address: format!("{host}:{port}") })
    }

    /// The address as `host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The registered executors.
    ///
    /// # Errors
    /// `Remote` when no scheduler answers.
    pub(crate) async fn executors(&self) -> Result<Executors> {
        let json = self.get("/api/executors").await?;
        Executors::from_json(&json).ok_or_else(|| self.stranger())
    }

    /// The registered executors, once there are some.
    ///
    /// # Errors
    /// `Remote` when no scheduler answers, or no executor comes within `grace`.
    pub(crate) async fn some_executors(&self, grace: Duration) -> Result<Executors> {
        let start = Instant::now();
        loop {
            let executors = self.executors().await?;
            if !executors.is_empty() {
                return Ok(executors);
            }
            if start.elapsed() >= grace {
                return Err(failure::no_executor(&self.address, grace));
            }
            sleep(PAUSE).await;
        }
    }

    /// The id of the job with this name, once the scheduler knows it.
    ///
    /// # Errors
    /// `Remote` when no scheduler answers.
    pub(crate) async fn job_named(&self, name: &str) -> Result<Option<String>> {
        let json = self.get("/api/jobs").await?;
        let jobs = json.as_array().ok_or_else(|| self.stranger())?;
        let job = jobs.iter().find(|job| job["job_name"] == name);
        Ok(job.and_then(|job| job["job_id"].as_str()).map(str::to_owned))
    }

    /// Asks for the end of a job; one that has ended already is fine.
    ///
    /// # Errors
    /// `Remote` when no scheduler answers.
    pub(crate) async fn cancel(&self, job: &str) -> Result<()> {
        self.ask("PATCH", &format!("/api/job/{job}")).await.map(drop)
    }

    async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.ask("GET", path).await?;
        if answer.status == 200 { Ok(answer.json) } else { Err(self.stranger()) }
    }

    async fn ask(&self, method: &str, path: &str) -> Result<http::Answer> {
        let answer = http::request(method, &self.address, path, PATIENCE).await;
        answer.map_err(|error| failure::no_answer(&self.address, error))
    }

    fn stranger(&self) -> Error {
        failure::no_scheduler(&self.address, "what answers there is not firesteel's scheduler")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let address = |url| RemoteScheduler::from_url(url).unwrap().address;
        assert_eq!(address("df://10.0.0.5:50051"), "10.0.0.5:50051");
        assert_eq!(address("df://head-node/"), "head-node:50050");
        assert_eq!(address("df://[::1]:7"), "[::1]:7");
        assert_eq!(address("df://[::1]"), "[::1]:50050");
    }

    #[test]
    fn other_addresses_are_refused() {
        for url in [
            "h:1",
            "http://h:1",
            "df://",
            "df://:1",
            "df://h:x",
            "df://h:0",
            "df://h/x:1",
            "df://h :1",
        ] {
            let error = RemoteScheduler::from_url(url).unwrap_err();
            assert!(error.is_invalid_argument(), "{url}");
            assert_eq!(
                error.to_string(),
                format!("Session: `remote` must be `df://host:port`, got `{url}`")
            );
        }
    }
}
