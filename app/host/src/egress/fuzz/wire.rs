//! Any bytes a source may send, through a real connection and the real HTTP client.

use std::{
    cell::RefCell,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use samsyn_fuzz::{fuzz, outcome, size};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::Instant,
};

use super::super::{CallBudget, EgressLimits, Grant, Outgoing, Reply, SourceEgress, Target};
use crate::credential::{CredentialKind, Credentials, Slot};

const SECRET: &str = "s3cret-k3y-of-ours";
const WORDS: [&str; 24] = [
    "HTTP/1.1 ",
    "HTTP/1.0 200 OK\r\n",
    "HTTP/2.0",
    "\r\n",
    "\r\n\r\n",
    "\n",
    " ",
    "100 Continue",
    "204 No Content",
    "200 OK",
    "301 Moved",
    "content-length: ",
    "transfer-encoding: chunked\r\n",
    "content-encoding: gzip\r\n",
    "connection: close\r\n",
    "set-cookie: a=b\r\n",
    "upgrade: h2c\r\n",
    "x-a: ",
    "0\r\n\r\n",
    "5\r\nhello\r\n",
    "ffffffffffffffff\r\n",
    "\x1f\u{8b}\x08",
    SECRET,
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
];

async fn serve(listener: TcpListener, says: Arc<Mutex<Vec<u8>>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let says = says.lock().unwrap().clone();
        let _gone = stream.read(&mut [0; 4096]).await;
        let _gone = stream.write_all(&says).await;
        let _gone = stream.shutdown().await;
    }
}

fn egress(address: SocketAddr, limits: &EgressLimits) -> SourceEgress {
    let base = format!("http://{address}/base").parse().unwrap();
    let grant = Grant { allow_loopback: true, allow_http: true, ..Grant::read_only("api", base) };
    let kind = CredentialKind::StaticHeader { name: "x-key".to_owned(), value: SECRET.to_owned().into() };
    let slot = Slot { origins: vec!["api".to_owned()], kind };
    SourceEgress::new(vec![grant], Credentials::new().with("key", slot), limits.clone()).unwrap()
}

#[test]
fn whatever_a_source_sends_is_a_reply_or_an_error_and_tells_no_secret() {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let says = Arc::new(Mutex::new(Vec::new()));
    runtime.spawn(serve(listener, Arc::clone(&says)));
    let limits = EgressLimits { reply_max_bytes: 4_096, answer_timeout_ms: 2_000, ..EgressLimits::default() };
    // A client is used again, as in the portal: what one reply left behind must not reach the next.
    let egress = RefCell::new(runtime.block_on(async { egress(address, &limits) }));
    fuzz("wire", &WORDS, |input| {
        input.clone_into(&mut says.lock().unwrap());
        let target = Target::Path("/records".to_owned());
        let credential = Some("key".to_owned());
        let request = Outgoing { method: http::Method::GET, target, headers: vec![], body: None, credential };
        let budget = CallBudget::new(Instant::now() + Duration::from_secs(20), &limits);
        match runtime.block_on(egress.borrow().send("api", request, &budget)) {
            Ok(reply) => {
                judge(&reply, input);
                outcome((reply.status, size(reply.body.len()), reply.headers.len()))
            }
            Err(error) => {
                assert!(!error.message.contains("127.0") && !error.message.contains(SECRET), "{error}");
                outcome(error.code)
            }
        }
    });
}

fn judge(reply: &Reply, input: &[u8]) {
    assert!(reply.body.len() <= 4_096, "{} bytes", reply.body.len());
    let told = format!("{:?} {}", reply.headers, String::from_utf8_lossy(&reply.body));
    assert!(!told.contains(SECRET), "the secret came back");
    for hidden in ["set-cookie", "content-encoding", "content-length", "transfer-encoding", "connection", "upgrade"] {
        assert!(reply.headers.iter().all(|(name, _)| name != hidden), "{hidden} reached the adapter");
    }
    if let Some(whole) = announced(input).filter(|_| reply.status == 200) {
        assert_eq!(reply.body, whole, "not the body that was announced");
    }
}

/// The body of an ordinary reply: one head, one length in plain digits, nothing else that tells where it ends.
fn announced(input: &[u8]) -> Option<&[u8]> {
    let head_end = input.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&input[..head_end]).ok()?.to_ascii_lowercase();
    let mut lines = head.split("\r\n");
    lines.next().filter(|line| *line == "http/1.1 200 ok")?;
    let mut length = None;
    for line in lines {
        let (name, value) = line.split_once(": ")?;
        if name != "content-length" && name != "x-a" || length.is_some() {
            return None;
        }
        length = if name == "content-length" { value.parse::<usize>().ok() } else { length };
    }
    // A shorter body is cut off, which is an error and never comes here.
    Some(input.get(head_end + 4..head_end + 4 + length?).expect("a reply that was cut off was taken for a whole one"))
}
