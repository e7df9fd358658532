//! One warm client per granted origin, bound to the addresses, issuers and certificate of that grant.
//!
//! Not here: what is sent (`exchange`). Invariant: the client knows no proxy, no redirect, no retry, no cookie and no
//! other resolver than ours. reqwest asks that resolver for names only, never for IP literals, so a literal host is
//! judged by [`Origin::permit_literal_host`] before every request.

use std::{net::IpAddr, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue, header};
use reqwest::{Client, redirect::Policy};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use secrecy::{ExposeSecret, SecretString};
use url::Host;

use super::{
    EgressError,
    address::AddressPolicy,
    grant::{Grant, GrantError},
    limits::EgressLimits,
    resolver::{CheckedResolver, Lookup},
    wire::Wire,
};

/// Idle connections are closed before the source's own server is likely to do it under a request.
const IDLE: Duration = Duration::from_secs(30);
const MOST_IDLE: usize = 4;
const MOST_HEADER_BYTES: u32 = 64 * 1024;

/// A grant with its way out.
pub(crate) struct Origin {
    pub grant: Grant,
    pub line: Line,
    pub policy: AddressPolicy,
}

/// What carries a request that has passed every door.
pub(crate) enum Line {
    /// The network.
    Network(Client),
    /// Something that answers in its place.
    Wire(Arc<dyn Wire>),
}

impl Origin {
    pub fn new(
        grant: Grant,
        certificate: Option<(&str, &SecretString)>,
        limits: &EgressLimits,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, GrantError> {
        grant.validate()?;
        let policy = AddressPolicy::of(&grant);
        let encrypted = grant.base_url.scheme() == "https";
        let resolver = CheckedResolver { policy: policy.clone(), lookup };
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static(concat!("samsyn/", env!("CARGO_PKG_VERSION"))));
        let client = Client::builder()
            .tls_backend_preconfigured(tls(&grant, certificate)?)
            .dns_resolver(resolver)
            .default_headers(headers)
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .https_only(encrypted)
            .connect_timeout(limits.connect_timeout())
            .pool_max_idle_per_host(MOST_IDLE)
            .pool_idle_timeout(IDLE)
            .http2_max_header_list_size(MOST_HEADER_BYTES)
            .build()
            .map_err(|_| grant.error("the HTTP client cannot be built with this grant"))?;
        Ok(Self { grant, line: Line::Network(client), policy })
    }

    /// The same doors with no network behind them.
    pub fn wired(grant: Grant, wire: Arc<dyn Wire>) -> Result<Self, GrantError> {
        grant.validate()?;
        let policy = AddressPolicy::of(&grant);
        Ok(Self { grant, line: Line::Wire(wire), policy })
    }

    pub fn alias(&self) -> &str {
        &self.grant.alias
    }

    /// The same verdict for `https://10.0.0.1/` as for a name that leads there.
    pub fn permit_literal_host(&self) -> Result<(), EgressError> {
        let address: IpAddr = match self.grant.base_url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            Some(Host::Domain(_)) | None => return Ok(()),
        };
        self.policy.permit(address).map_err(|refused| EgressError::denied("address", refused.to_string()))
    }
}

fn tls(grant: &Grant, certificate: Option<(&str, &SecretString)>) -> Result<ClientConfig, GrantError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|_| grant.error("no usable TLS version"))?;
    let builder = match &grant.ca_pem {
        Some(pem) => builder.with_root_certificates(roots(grant, pem)?),
        None if grant.base_url.scheme() != "https" => builder.with_root_certificates(RootCertStore::empty()),
        None => {
            let rule = "this machine has no trusted issuers; install ca-certificates or give the grant a ca_pem";
            let verifier = Verifier::new(provider).map_err(|_| grant.error(rule))?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        }
    };
    let mut config = match certificate {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = certificates(grant, certificate, "the client certificate")?;
            let key = PrivateKeyDer::from_pem_slice(key.expose_secret().as_bytes())
                .map_err(|_| grant.error("the client certificate's key is not a PEM private key"))?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|_| grant.error("the client certificate and its key do not belong together"))?
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The grant's own issuers, instead of the machine's.
fn roots(grant: &Grant, pem: &str) -> Result<RootCertStore, GrantError> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(grant, pem, "ca_pem")? {
        store.add(certificate).map_err(|_| grant.error("ca_pem holds a certificate that cannot be used as issuer"))?;
    }
    Ok(store)
}

fn certificates(grant: &Grant, pem: &str, what: &str) -> Result<Vec<CertificateDer<'static>>, GrantError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(grant.error(format!("{what} holds no PEM certificate"))),
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::egress::{ErrorKind, resolver::SystemLookup};

    fn origin(base: &str) -> Origin {
        let grant = Grant {
            allow_loopback: base.starts_with("http:"),
            allow_http: base.starts_with("http:"),
            // An issuer of its own keeps the test independent of the machine's store.
            ..Grant::read_only("api", Url::parse(base).unwrap())
        };
        let policy = AddressPolicy::of(&grant);
        let client = Client::builder().tls_backend_preconfigured(plain()).build().unwrap();
        Origin { grant, line: Line::Network(client), policy }
    }

    fn plain() -> ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    }

    #[test]
    fn a_literal_host_is_judged_like_a_name_in_every_spelling() {
        for base in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://0/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::7f00:1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fd00:ec2::254]/",
            "https://169.254.169.254/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://10.0.0.1/",
            "https://%31%32%37.0.0.1/",
            "https://１２７.0.0.1/",
            "https://127。0。0。1/",
        ] {
            let error = origin(base).permit_literal_host().unwrap_err();
            assert_eq!(error.kind, ErrorKind::Denied, "{base}");
        }
        assert!(origin("https://8.8.8.8/").permit_literal_host().is_ok());
        assert!(origin("https://127.0.0.1.nip.io/").permit_literal_host().is_ok(), "a name is judged when resolved");
    }

    #[test]
    fn an_unreadable_issuer_or_certificate_is_refused_at_start() {
        let bad = Grant {
            ca_pem: Some("nothing".to_owned()),
            ..Grant::read_only("api", Url::parse("https://h.example/").unwrap())
        };
        let error = Origin::new(bad, None, &EgressLimits::default(), Arc::new(SystemLookup)).err().unwrap();
        assert!(error.to_string().contains("ca_pem"), "{error}");
    }
}
