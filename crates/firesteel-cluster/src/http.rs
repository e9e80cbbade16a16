// SPDX-License-Identifier: MIT OR Apache-2.0
//! The two requests that the scheduler's REST interface needs: one line out, JSON back, connection closed.

use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// An answer larger than this is not from a scheduler.
const ANSWER_BYTES: u64 = 64 << 20;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status, such as 200.
    pub(crate) status: u16,
    /// The body, `null` where it was none.
    pub(crate) json: Value,
}

/// Sends a request without a body to `address`, given as `host:port`.
pub(crate) async fn request(
    method: &str,
    address: &str,
    path: &str,
    patience: Duration,
) -> Result<Answer> {
    let late = |_| Error::new(ErrorKind::TimedOut, format!("no answer within {patience:?}"));
    timeout(patience, exchange(method, address, path)).await.map_err(late)?
}

async fn exchange(method: &str, address: &str, path: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    // version 1.0: the answer comes in one piece and ends where the connection does
    let head =
        format!("{method} {path} HTTP/1.0\r\nhost: {address}\r\naccept: application/json\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
    parse(&answer)
}

fn parse(answer: &[u8]) -> Result<Answer> {
    let strange = || Error::new(ErrorKind::InvalidData, "the answer is not HTTP with JSON");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(strange)?;
    let head = std::str::from_utf8(&answer[..end]).map_err(|_| strange())?;
    let status = head.split_ascii_whitespace().nth(1).and_then(|status| status.parse().ok());
    let status = status.filter(|_| head.starts_with("HTTP/")).ok_or_else(strange)?;
    let body = &answer[end + 4..];
    let json = if body.is_empty() { Value::Null } else { serde_json::from_slice(body)? };
    Ok(Answer { status, json })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_status_and_json() {
        let answer = parse(b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n[1, 2]\n").unwrap();
        assert_eq!((answer.status, answer.json), (200, serde_json::json!([1, 2])));
        assert_eq!(parse(b"HTTP/1.0 404 Not Found\r\n\r\n").unwrap().json, Value::Null);
    }

    #[test]
    fn anything_else_is_refused() {
        for strange in [&b""[..], b"SSH-2.0-server\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n<html>"] {
            assert!(parse(strange).is_err());
        }
    }
}
