//! A raw HTTP/1.1 client and a started demo. Nothing between the test and the socket.

use std::{collections::BTreeMap, io, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Zoned;
use samsyn_demo::{
    fault::Faults,
    gate::Issued,
    identity::IdentityClient,
    seed::Seed,
    servers::{Running, start},
};
use samsyn_domain::source::SourceId;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use url::Url;

/// Noon of the fixed day.
pub fn noon() -> Zoned {
    "2026-11-21T12:00:00+01:00[Europe/Stockholm]".parse().unwrap()
}

/// A demo with these faults.
pub async fn demo(faults: &str) -> (Seed, Running) {
    let seed = Seed::new(&noon());
    let faults = Faults::read(faults, &seed.sources).unwrap();
    let client = IdentityClient {
        client_id: "samsyn".into(),
        client_secret: "secret".into(),
        redirect_uris: vec!["http://127.0.0.1:8080/login/callback".into()],
        post_logout_redirect_uris: Vec::new(),
    };
    let running = start(&seed, &faults, &BTreeMap::new(), client).await.unwrap();
    (seed, running)
}

/// A reply as it came.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// Sends a request and reads until the server closes.
pub async fn send(base: &Url, request: &str) -> io::Result<Reply> {
    let address = ("127.0.0.1", base.port().unwrap());
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut heard = Vec::new();
    timeout(Duration::from_secs(10), stream.read_to_end(&mut heard))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    let text = String::from_utf8(heard).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok(Reply { status, head: head.to_ascii_lowercase(), body: body.to_owned() })
}

/// The `authorization` or licence header of a source, as a line.
pub fn credential_line(running: &Running, source: &str) -> String {
    match &running.credentials[&SourceId::new(source)] {
        Issued::Header { name, value } => format!("{name}: {value}\r\n"),
        Issued::Basic { user, password } => {
            format!("authorization: Basic {}\r\n", STANDARD.encode(format!("{user}:{password}")))
        }
        Issued::None | Issued::ClientCredentials { .. } => String::new(),
    }
}

/// A POST with a body, its credential line given.
pub fn post(path: &str, extra: &str, content_type: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: demo\r\nconnection: close\r\n{extra}content-type: {content_type}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The municipal system's search for one person.
pub async fn search(running: &Running, source: &str, number: &str) -> io::Result<Reply> {
    let id = SourceId::new(source);
    let law = if source.ends_with("sol") { "SOL" } else { "HSL" };
    let body = format!("{{\"personnummer\":\"{number}\",\"lagrum\":\"{law}\"}}");
    let request = post("/api/v2/brukare/sok", &credential_line(running, source), "application/json", &body);
    send(&running.base_urls[&id], &request).await
}
