//! Servers that say exactly the bytes a case wants, and remember what they were asked.
//!
//! Not here: HTTP libraries, because they would repair what a case wants broken.
//! Invariant: a server listens on a free port of 127.0.0.1 and ends with the test's runtime.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use samsyn_host::{
    credential::Credentials,
    egress::{CallBudget, EgressLimits, Grant, Outgoing, SourceEgress, Target},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    time::Instant,
};

/// What a server does with one request.
pub enum Act {
    /// Says this and keeps the connection.
    Say(Vec<u8>),
    /// Says this and closes.
    SayAndClose(Vec<u8>),
    /// Waits before it says this.
    Wait(Duration, Vec<u8>),
    /// Says this, then one byte at a time with this pause, for ever.
    Trickle(Vec<u8>, Duration),
    /// Says this, then the second part for ever.
    Flood(Vec<u8>, Vec<u8>),
}

/// A running server.
pub struct Upstream {
    pub port: u16,
    seen: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    most_at_once: Arc<AtomicUsize>,
}

type Script = Arc<dyn Fn(&str) -> Act + Send + Sync>;

#[derive(Clone)]
struct Watch {
    seen: Arc<Mutex<Vec<String>>>,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Upstream {
    /// A server that acts by this script.
    pub async fn start(script: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, connections, most) = (Arc::default(), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let watch = Watch { seen: Arc::clone(&seen), now: Arc::default(), most: Arc::clone(&most) };
        let script: Script = Arc::new(script);
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(converse(stream, Arc::clone(&script), watch.clone()));
            }
        });
        Self { port, seen, connections, most_at_once: most }
    }

    /// A server that must not be reached.
    pub async fn canary() -> Self {
        Self::start(|_| Act::Say(reply(200, &[], b"canary"))).await
    }

    /// Head and body of every request so far.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }

    /// A grant of everything below `/base` on this server.
    pub fn grant(&self, alias: &str) -> Grant {
        grant(alias, &format!("http://127.0.0.1:{}/base", self.port))
    }

    /// Egress to this server alone as `api`.
    pub fn egress(&self, credentials: Credentials, limits: EgressLimits) -> SourceEgress {
        SourceEgress::new(vec![self.grant("api")], credentials, limits).unwrap()
    }
}

/// One connection, also for `tls`.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, script: Script, watch: Watch) {
    while let Some(request) = read_request(&mut stream).await {
        watch.seen.lock().unwrap().push(request.clone());
        let now = watch.now.fetch_add(1, Ordering::SeqCst) + 1;
        watch.most.fetch_max(now, Ordering::SeqCst);
        let open = act(&mut stream, script(&request)).await;
        watch.now.fetch_sub(1, Ordering::SeqCst);
        if open.is_none() {
            return;
        }
    }
}

/// None when the connection is over.
async fn act<S: AsyncWrite + Unpin>(stream: &mut S, act: Act) -> Option<()> {
    match act {
        Act::Say(bytes) => stream.write_all(&bytes).await.ok(),
        Act::SayAndClose(bytes) => {
            stream.write_all(&bytes).await.ok()?;
            stream.shutdown().await.ok()?;
            None
        }
        Act::Wait(pause, bytes) => {
            tokio::time::sleep(pause).await;
            stream.write_all(&bytes).await.ok()
        }
        Act::Trickle(start, pause) => {
            stream.write_all(&start).await.ok()?;
            loop {
                tokio::time::sleep(pause).await;
                stream.write_all(b"x").await.ok()?;
            }
        }
        Act::Flood(start, part) => {
            stream.write_all(&start).await.ok()?;
            loop {
                stream.write_all(&part).await.ok()?;
            }
        }
    }
}

pub async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let announced = header(head, "content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
            if body.len() >= announced {
                return Some(text);
            }
        }
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
    }
}

/// A header of a request as the server saw it.
pub fn header(request: &str, name: &str) -> Option<String> {
    let lines = request.split("\r\n\r\n").next()?.lines().skip(1);
    let mut found = lines.filter_map(|line| line.split_once(": ")).filter(|(key, _)| key.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.to_owned())
}

/// A reply with its length.
pub fn reply(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let named: String = headers.iter().map(|(name, value)| [name, ": ", value, "\r\n"].concat()).collect();
    let head = format!("HTTP/1.1 {status} Reply\r\ncontent-length: {}\r\n{named}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A grant of GET, HEAD and POST on this machine.
pub fn grant(alias: &str, base: &str) -> Grant {
    Grant {
        methods: vec![http::Method::GET, http::Method::HEAD, http::Method::POST],
        allow_loopback: true,
        allow_http: true,
        ..Grant::read_only(alias, base.parse().unwrap())
    }
}

pub fn get(path: &str) -> Outgoing {
    let target = Target::Path(path.to_owned());
    Outgoing { method: http::Method::GET, target, headers: vec![], body: None, credential: None }
}

pub fn get_with(path: &str, slot: &str) -> Outgoing {
    Outgoing { credential: Some(slot.to_owned()), ..get(path) }
}

/// Time enough for every case that is not about time.
pub fn budget(limits: &EgressLimits) -> CallBudget {
    budget_of(Duration::from_mins(1), limits)
}

pub fn budget_of(time: Duration, limits: &EgressLimits) -> CallBudget {
    CallBudget::new(Instant::now() + time, limits)
}
