// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether somebody still listens at an address.
//!
//! A connection that is held open tells of a process's end within a millisecond, because the operating system
//! closes it. Against machines that vanish without a word, connections are renewed.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// How long a connection is held before it is renewed.
const HOLD: Duration = Duration::from_secs(1);

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(2);

/// The pause before another try.
const PAUSE: Duration = Duration::from_millis(100);

/// For how long nobody may be reached before they count as gone; a busy machine deserves some.
const PATIENCE: Duration = Duration::from_secs(6);

/// Refused connections in a row after which nobody listens any more.
const REFUSALS: usize = 2;

/// Waits until nobody listens at `host:port` any more.
pub(crate) async fn until_gone(address: &str) {
    let mut refusals = 0;
    let mut reached = Instant::now();
    while refusals < REFUSALS && reached.elapsed() < PATIENCE {
        match timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // a connection that the other side closes is as bad a sign as one that it refuses
                refusals = usize::from(!hold(stream).await);
                reached = Instant::now();
            }
            Ok(Err(error)) => {
                refusals += usize::from(error.kind() == ErrorKind::ConnectionRefused);
                sleep(PAUSE).await;
            }
            Err(_) => {}
        }
    }
}

/// Keeps a connection for a while; `false` when the other side closed it before.
async fn hold(mut stream: TcpStream) -> bool {
    let until_closed = async {
        let mut ignored = [0; 256];
        while !matches!(stream.read(&mut ignored).await, Ok(0) | Err(_)) {}
    };
    timeout(HOLD, until_closed).await.is_err()
}

/// Whether somebody listens at `host:port` now.
pub(crate) async fn listens(address: &str) -> bool {
    matches!(timeout(CONNECT, TcpStream::connect(address)).await, Ok(Ok(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn the_end_of_a_listener_is_noticed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        assert!(listens(&address).await);
        let watching = until_gone(&address);
        tokio::pin!(watching);
        assert!(timeout(Duration::from_millis(300), &mut watching).await.is_err());
        drop(listener);
        assert!(timeout(Duration::from_secs(5), watching).await.is_ok());
        assert!(!listens(&address).await);
    }
}
