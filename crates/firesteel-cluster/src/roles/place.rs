// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where a role listens.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use firesteel_core::{Error, Result, err};
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::time::{Instant, sleep, timeout_at};

use crate::failure;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// The pause between two attempts to reach a scheduler.
const RETRY: Duration = Duration::from_millis(200);

/// A port out of options that were validated.
pub(super) fn port(port: usize) -> u16 {
    u16::try_from(port).unwrap_or(u16::MAX)
}

/// The address behind a host name.
///
/// # Errors
/// `Io` when the name is unknown.
pub(super) async fn address(host: &str, port: u16) -> Result<SocketAddr> {
    let unknown = |error| -> Error {
        let fix = "set `bind_host` to an address of this machine, or to a name of it";
        err::io(format!("{host}:{port}"), error).fix(fix)
    };
    let found = lookup_host((host, port)).await.map_err(unknown)?.next();
    found.ok_or_else(|| unknown(io::Error::other("the host name has no address")))
}

/// Waits until somebody listens at `place`, written `host:port`.
///
/// # Errors
/// `Remote` when nobody does within `patience`.
pub(super) async fn reachable(place: &str, patience: Duration) -> Result<()> {
    let deadline = Instant::now() + patience;
    loop {
        let refusal = match timeout_at(deadline, TcpStream::connect(place)).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(refusal)) => refusal.to_string(),
            Err(_) => "it does not answer".to_owned(),
        };
        if Instant::now() + RETRY >= deadline {
            return Err(failure::no_scheduler(place, &refusal));
        }
        sleep(RETRY).await;
    }
}

/// Listens at `address` for connections that send small messages at once.
///
/// Ballista's own listener leaves Nagle's algorithm on for the scheduler, and each small query then takes 44 ms
/// instead of 7; sockets that are accepted inherit the option.
///
/// # Errors
/// `Io` when the address is taken or not ours.
pub(super) fn listen(address: SocketAddr) -> Result<TcpListener> {
    let open = || -> io::Result<TcpListener> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.set_nodelay(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().map_err(|error| failure::no_listener(&address.to_string(), "port", error))
}

/// The port that `option` asks for, or one of its own for 0; at the moment nobody uses it.
///
/// # Errors
/// `Io` when somebody does, or when the address is not ours.
pub(super) fn free_port(ip: IpAddr, option: &str, wanted: usize) -> Result<u16> {
    let wanted = SocketAddr::new(ip, port(wanted));
    let free = std::net::TcpListener::bind(wanted).and_then(|listener| listener.local_addr());
    let taken = |error| failure::no_listener(&wanted.to_string(), option, error);
    free.map(|address| address.port()).map_err(taken)
}

/// The name under which others reach this role.
///
/// # Errors
/// `InvalidArgument` when it listens everywhere and no name was given.
pub(super) fn external_host(role: &str, external: Option<&str>, ip: IpAddr) -> Result<String> {
    match external {
        Some(host) => Ok(host.to_owned()),
        None if ip.is_unspecified() => {
            let error = err::invalid_argument(role, "external_host");
            Err(error.expected(format!("given when `bind_host` is {ip}")).got("nothing"))
        }
        None => Ok(bracketed(ip)),
    }
}

/// An address as URLs write it.
fn bracketed(ip: IpAddr) -> String {
    if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() }
}
