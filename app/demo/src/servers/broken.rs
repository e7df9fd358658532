//! Listeners that are broken below HTTP: one never answers, one resets in the middle of a reply.
//!
//! Not here: faults that are proper HTTP replies (`fault`). Invariant: a connection lives no longer than its client wants it.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// Accepts, reads, and never answers, until the client goes away.
pub async fn hang(listener: TcpListener) {
    each(listener, |mut stream| async move {
        let mut heard = [0_u8; 4096];
        while matches!(stream.read(&mut heard).await, Ok(1..)) {}
    })
    .await;
}

/// Begins a reply and resets the connection in the middle of it.
pub async fn reset(listener: TcpListener) {
    each(listener, |mut stream| async move {
        let mut heard = [0_u8; 4096];
        let begun = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4096\r\n\r\n{\"begun\":";
        if matches!(stream.read(&mut heard).await, Ok(1..)) && stream.write_all(begun).await.is_ok() {
            // Without lingering the kernel sends RST instead of FIN: the peer sees a broken connection, not an end.
            let _ = stream.flush().await;
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            let _ = stream.set_zero_linger();
        }
    })
    .await;
}

async fn each<F, Fut>(listener: TcpListener, handle: F)
where
    F: Fn(TcpStream) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(handle(stream)); }
                Err(_) => return,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
