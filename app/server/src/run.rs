//! Serving until told to stop: log the start, bind, serve, drain, close. And what is done now and then.
//!
//! Invariant: on SIGTERM no new request is accepted, running ones finish within the drain limit, the log's queue is emptied.

use std::{
    future::Future,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::serve::ListenerExt as _;
use samsyn_service::{
    port::audit_log::AuditLog as _,
    snapshots::dispose,
    sources::{SourceBook, drift::Drift},
};
use samsyn_store::Store;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::{
    checkpoints::Checkpoints,
    clock::{Clock, real_now},
    config::SessionConfig,
    denials::Denials,
    ending::end_expired,
    wiring::{Portal, StartError, fleet::Fleet},
};

/// How long running requests may finish after the signal: a little more than the longest source.
const DRAIN_WITHIN: Duration = Duration::from_secs(30);
/// How often expired sessions are ended, they and handles removed, and what is kept no longer destroyed.
const PURGE_EVERY: Duration = Duration::from_mins(10);
/// How often the packages in use are tried with their own cases.
const TRY_AGAIN_EVERY: Duration = Duration::from_hours(24);
/// How often refusals that were counted are looked at.
const SETTLE_EVERY: Duration = Duration::from_secs(10);

/// Binds the configured address.
///
/// # Errors
/// When it is taken or not ours.
pub async fn bind(address: &str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen { address: address.to_owned(), error })
}

/// Serves on a bound listener until `stop` resolves, then drains.
///
/// # Errors
/// When the log is not the one its checkpoint speaks of, the start cannot be logged, or the store cannot be closed.
pub async fn serve(
    portal: Portal,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let checkpoints = Checkpoints::start(&portal.audit, &portal.store).await?;
    // Who has what in use stands in the log before anybody is let in.
    portal.store.append(&portal.configuration.record(portal.clock.now().timestamp())).await?;
    let bound =
        tokio::spawn(bound_job(portal.book.clone(), portal.fleet.clone(), portal.drift.clone(), portal.clock.clone()));
    let purge = tokio::spawn(purge_job(portal.store.clone(), portal.clock.clone(), portal.session.clone()));
    let settled = CancellationToken::new();
    let settle = tokio::spawn(settle_job(portal.denials.clone(), settled.clone()));
    let (told, draining) = tokio::sync::oneshot::channel();
    let graceful = async move {
        stop.await;
        tracing::info!("draining: no new requests");
        let _ = told.send(());
    };
    let server =
        axum::serve(listener.tap_io(send_at_once), portal.router.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(graceful);
    let limit = async {
        let _ = draining.await;
        tokio::time::sleep(DRAIN_WITHIN).await;
    };
    tokio::select! {
        ended = async { server.await } => {
            if let Err(error) = ended {
                tracing::error!(%error, "the listener failed");
            }
        }
        () = limit => tracing::warn!("some requests did not finish in time and are cut off"),
    }
    bound.abort();
    purge.abort();
    settled.cancel();
    portal.unfinished.close();
    if tokio::time::timeout(DRAIN_WITHIN, portal.unfinished.wait()).await.is_err() {
        tracing::warn!("some openings did not finish in time; their outcome is missing from the log");
    }
    if let Err(error) = settle.await {
        tracing::error!(%error, "what was refused several times may be missing from the log");
    }
    portal.denials.close().await;
    let closed = portal.store.close().await;
    checkpoints.finish().await;
    Ok(closed?)
}

/// Pieces of a page are small and must not wait for each other on the wire.
fn send_at_once(connection: &mut TcpStream) {
    if let Err(error) = connection.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
}

/// What was bound at the screen: made ready behind the door, so that whoever asks first waits no longer than for a slow source, and tried with
/// its own cases once a day.
async fn bound_job(book: SourceBook, fleet: Fleet, drift: Drift, clock: Clock) {
    if let Err(error) = book.read_all().await {
        tracing::error!(%error, "what was bound at the screen could not be read; its names are missing until it is asked");
    }
    match book.now().await {
        Ok(standings) => fleet.make_ready(&standings.running().cloned().collect::<Vec<_>>()).await,
        Err(error) => {
            tracing::error!(%error, "what is bound at the screen could not be read; it is made ready when it is asked");
        }
    }
    let mut ticks = tokio::time::interval(TRY_AGAIN_EVERY);
    loop {
        ticks.tick().await;
        if let Err(error) = drift.check(clock.now().timestamp()).await {
            tracing::error!(%error, "what is in use could not be tried again");
        }
    }
}

async fn settle_job(denials: Arc<Denials>, over: CancellationToken) {
    let mut ticks = tokio::time::interval(SETTLE_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => denials.settle(Instant::now()).await,
            () = over.cancelled() => return,
        }
    }
}

async fn purge_job(store: Store, clock: Clock, limits: SessionConfig) {
    use samsyn_service::port::sessions::Sessions as _;
    let mut ticks = tokio::time::interval(PURGE_EVERY);
    loop {
        ticks.tick().await;
        end_expired(&store, &clock, &limits).await;
        match dispose(&store, &store, &clock.now()).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "what was shown and is kept no longer was destroyed"),
            Err(error) => tracing::error!(%error, "what should be kept no longer could not be destroyed"),
        }
        match store.purge(real_now()).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "expired sessions removed"),
            Err(error) => tracing::warn!(%error, "expired sessions could not be removed"),
        }
    }
}

/// SIGTERM or Ctrl-C.
pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be awaited; only Ctrl-C stops the portal");
            let _ = interrupt.await;
        }
    }
}
