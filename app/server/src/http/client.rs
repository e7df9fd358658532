//! Where a request comes from: the peer, or what a trusted proxy says of it.
//!
//! Used in the log records of sign-in and sign-out. Invariant: `x-forwarded-for` is believed only from a configured proxy,
//! and only up to the first address that is not one.

use std::net::{IpAddr, SocketAddr};

use axum::{extract::ConnectInfo, http::request::Parts};
use ipnet::IpNet;

/// The client's address; none when the server was not told the peer's.
pub fn address(parts: &Parts, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    let forwarded = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let chain: Vec<&str> = forwarded.flat_map(|line| line.split(',')).map(str::trim).collect();
    Some(behind(peer, &chain, trusted))
}

/// Walks back through trusted proxies; an unreadable entry ends the walk.
fn behind(peer: IpAddr, chain: &[&str], trusted: &[IpNet]) -> IpAddr {
    let mut client = peer;
    for hop in chain.iter().rev() {
        if !trusted.iter().any(|range| range.contains(&client)) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(address) => client = address.to_canonical(),
            Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_proxy_is_believed_only_when_it_is_configured() {
        let trusted = ["10.0.0.0/24".parse().unwrap()];
        let chain = ["203.0.113.9", "198.51.100.7"];
        assert_eq!(behind(ip("192.0.2.1"), &chain, &trusted), ip("192.0.2.1"), "a stranger is not believed");
        assert_eq!(behind(ip("10.0.0.5"), &chain, &trusted), ip("198.51.100.7"), "not past the first stranger");
        assert_eq!(behind(ip("10.0.0.5"), &["203.0.113.9", "10.0.0.6"], &trusted), ip("203.0.113.9"));
        assert_eq!(behind(ip("10.0.0.5"), &["nonsense"], &trusted), ip("10.0.0.5"));
        assert_eq!(behind(ip("10.0.0.5"), &[], &[]), ip("10.0.0.5"));
    }
}
