//! How each failure is made: the system calls of a process fail, or the wire to its database does.
//!
//! Not here: which failures there are (`failures`). Invariant: what is injected is met by the real SQLite or the real driver; nothing in
//! the portal knows of it. Dropping a fault takes it away.

use std::{
    net::SocketAddr,
    path::Path,
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    sync::watch,
    task::JoinHandle,
};

/// System calls of a running process that end in an error, through `strace`. They are not carried out.
pub struct FailingCalls {
    strace: Child,
}

impl FailingCalls {
    /// Whether there is `strace`, and it may look at our processes.
    pub async fn possible() -> bool {
        let mut sleep = Command::new("sleep").arg("9").kill_on_drop(true).spawn().unwrap();
        let attached = Self::attach(sleep.id().unwrap(), &["-e", "trace=fsync"]).await.is_some();
        sleep.kill().await.unwrap();
        attached
    }

    /// `calls` as `strace` writes them; only those on files of this data directory's database, in every thread.
    pub async fn on_database(process: u32, data_dir: &Path, calls: &str, error: &str) -> Self {
        let file = data_dir.canonicalize().unwrap().join("samsyn.db");
        let wal = format!("{}-wal", file.display());
        let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:error={error}"));
        let arguments = ["-f", "-P", file.to_str().unwrap(), "-P", &wal, "-e", &trace, "-e", &inject];
        Self::attach(process, &arguments).await.expect("strace does not attach")
    }

    async fn attach(process: u32, arguments: &[&str]) -> Option<Self> {
        let mut command = Command::new("strace");
        command.args(["-o", "/dev/null", "-p", &process.to_string()]).args(arguments);
        let mut strace = command.stdin(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true).spawn().ok()?;
        let mut lines = BufReader::new(strace.stderr.take()?).lines();
        // One of a process with several threads is told with how many.
        let attached = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if line.contains("attached") {
                    return true;
                }
            }
            false
        };
        let attached = tokio::time::timeout(Duration::from_secs(10), attached).await.unwrap_or(false);
        // Whatever it says later must have somewhere to go.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        attached.then_some(Self { strace })
    }

    /// Lets the process go on undisturbed.
    pub async fn end(mut self) {
        self.strace.kill().await.unwrap();
    }
}

/// What a wire does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Carries everything.
    Through,
    /// Takes everything and carries nothing. Afterwards every other connection of those that it held goes on where it stood, and the rest
    /// stays silent for ever: a server that was busy, and one that has moved.
    Silent,
    /// Nobody is there: connections end, new ones are refused.
    Cut,
}

/// A wire to a server, on loopback.
pub struct Wire {
    pub address: SocketAddr,
    mode: watch::Sender<Mode>,
    task: JoinHandle<()>,
}

impl Wire {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mode, seen) = watch::channel(Mode::Through);
        Self { address, mode, task: tokio::spawn(carry(listener, server, seen)) }
    }

    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(listener: TcpListener, server: SocketAddr, mut mode: watch::Receiver<Mode>) {
    static CONNECTION: AtomicUsize = AtomicUsize::new(0);
    let address = listener.local_addr().unwrap();
    let mut listener = Some(listener);
    loop {
        if *mode.borrow_and_update() == Mode::Cut {
            drop(listener.take());
            if mode.wait_for(|mode| *mode != Mode::Cut).await.is_err() {
                return;
            }
        }
        if listener.is_none() {
            listener = Some(TcpListener::bind(address).await.unwrap());
        }
        let Some(open) = &listener else { continue };
        tokio::select! {
            accepted = open.accept() => {
                let (client, _) = accepted.unwrap();
                let comes_back = CONNECTION.fetch_add(1, Ordering::SeqCst).is_multiple_of(2);
                tokio::spawn(connection(client, server, mode.clone(), comes_back));
            }
            changed = mode.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}

async fn connection(client: TcpStream, server: SocketAddr, mut mode: watch::Receiver<Mode>, comes_back: bool) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (client_read, client_write) = client.into_split();
    let (server_read, server_write) = server.into_split();
    tokio::select! {
        () = one_way(client_read, server_write, mode.clone(), comes_back) => {}
        () = one_way(server_read, client_write, mode.clone(), comes_back) => {}
        _ = mode.wait_for(|mode| *mode == Mode::Cut) => {}
    }
}

async fn one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut mode: watch::Receiver<Mode>,
    comes_back: bool,
) {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut bytes).await else { return };
        if *mode.borrow() == Mode::Silent && !comes_back {
            std::future::pending::<()>().await;
        }
        if mode.wait_for(|mode| *mode != Mode::Silent).await.is_err() || to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}
