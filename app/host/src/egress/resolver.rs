//! From a granted name to the one address a connection goes to.
//!
//! Not here: what an address means (`address`). Invariant: a connection learns an address only when **every** address
//! of the name is permitted, and then exactly one, so that nothing can be swapped between the check and the use.
//! A literal host never comes here; [`super::connection::Origin::permit_literal_host`] judges it before the request.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::AddressPolicy;

/// The addresses of a name, in the order to prefer.
pub type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// A way to resolve names.
pub trait Lookup: Send + Sync {
    /// All addresses of a name.
    fn lookup(&self, name: &str) -> Found;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, name: &str) -> Found {
        let name = name.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Resolves for one origin.
pub(crate) struct CheckedResolver {
    pub policy: AddressPolicy,
    pub lookup: Arc<dyn Lookup>,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.lookup.lookup(name.as_str());
        let policy = self.policy.clone();
        Box::pin(async move {
            let one = choose(&policy, &found.await?)?;
            // Port 0 means the port of the URL.
            let addresses: Addrs = Box::new(std::iter::once(SocketAddr::new(one, 0)));
            Ok(addresses)
        })
    }
}

/// The first address, when all of them are permitted.
fn choose(policy: &AddressPolicy, found: &[IpAddr]) -> Result<IpAddr, Box<dyn std::error::Error + Send + Sync>> {
    for address in found {
        policy.permit(*address)?;
    }
    found.first().copied().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound).into())
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::egress::{address::AddressRefused, grant::Grant};

    #[test]
    fn one_forbidden_address_among_many_refuses_the_name() {
        let policy = AddressPolicy::of(&Grant::read_only("api", Url::parse("https://h.example/").unwrap()));
        let parse = |list: &[&str]| list.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpAddr>>();
        assert_eq!(choose(&policy, &parse(&["8.8.8.8", "8.8.4.4"])).unwrap(), parse(&["8.8.8.8"])[0]);
        for list in [&["8.8.8.8", "127.0.0.1"][..], &["10.0.0.1"], &["8.8.8.8", "::ffff:169.254.169.254"]] {
            assert!(choose(&policy, &parse(list)).unwrap_err().is::<AddressRefused>(), "{list:?}");
        }
        assert!(!choose(&policy, &[]).unwrap_err().is::<AddressRefused>());
    }
}
