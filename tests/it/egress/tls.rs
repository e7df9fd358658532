//! Issuers and client certificates, with certificates made for the case.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use samsyn_host::{
    credential::{CredentialKind, Credentials, Slot},
    egress::{EgressError, EgressLimits, ErrorKind, Grant, Reply, SourceEgress, resolver::Lookup},
};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use tokio_rustls::TlsAcceptor;

use super::{
    addresses::Scripted,
    upstream::{budget, get, grant, read_request, reply},
};

/// An issuer of certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Certificate and key for a name.
    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()).unwrap();
        roots
    }
}

/// A server with a certificate of this issuer for `source.example`; with `clients` it wants one of that issuer too.
async fn server(authority: &Authority, name: &str, clients: Option<&Authority>) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(clients) => builder.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(Arc::new(clients.roots()), provider).build().unwrap(),
        ),
    };
    let (certificate, key) = authority.issue(name);
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
    let config = builder.with_single_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap()).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            if read_request(&mut stream).await.is_some() {
                stream.write_all(&reply(200, &[], b"secure")).await.ok();
            }
        }
    });
    port
}

async fn ask(port: u16, trusted: &Authority, credentials: Credentials) -> Result<Reply, EgressError> {
    let grant = Grant { ca_pem: Some(trusted.pem.clone()), ..grant("api", &format!("https://source.example:{port}/")) };
    let lookup: Arc<dyn Lookup> = Scripted::new(&[&["127.0.0.1"]]);
    let egress = SourceEgress::with_lookup(vec![grant], credentials, EgressLimits::default(), &lookup).unwrap();
    egress.send("api", get("/a"), &budget(&EgressLimits::default())).await
}

#[tokio::test]
async fn only_the_grants_own_issuer_and_name_are_trusted() {
    let (ours, other) = (Authority::new(), Authority::new());
    let port = server(&ours, "source.example", None).await;
    assert_eq!(ask(port, &ours, Credentials::new()).await.unwrap().body, b"secure");
    assert_eq!(ask(port, &other, Credentials::new()).await.unwrap_err().kind, ErrorKind::Tls);
    let wrong_name = server(&ours, "other.example", None).await;
    assert_eq!(ask(wrong_name, &ours, Credentials::new()).await.unwrap_err().kind, ErrorKind::Tls);
}

#[tokio::test]
async fn a_client_certificate_is_presented_at_the_origins_of_its_slot() {
    let (ours, clients) = (Authority::new(), Authority::new());
    let port = server(&ours, "source.example", Some(&clients)).await;
    let slots = |issuer: &Authority| {
        let (cert_pem, key_pem) = issuer.issue("portal.example");
        let kind = CredentialKind::ClientCertificate { cert_pem, key_pem: key_pem.into() };
        Credentials::new().with("certificate", Slot { origins: vec!["api".into()], kind })
    };
    assert_eq!(ask(port, &ours, slots(&clients)).await.unwrap().body, b"secure");
    assert!(ask(port, &ours, Credentials::new()).await.is_err());
    assert!(ask(port, &ours, slots(&ours)).await.is_err());
}

#[tokio::test]
async fn a_source_that_answers_without_encryption_is_a_tls_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(&reply(400, &[], b"plain HTTP")).await.ok();
        }
    });
    let error = ask(port, &Authority::new(), Credentials::new()).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ErrorKind::Tls, "tls"), "{error:?}");
}
