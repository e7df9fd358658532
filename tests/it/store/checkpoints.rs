//! Checkpoints kept elsewhere while a portal runs, and what a start makes of them.

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::State, routing::post};
use samsyn_server::{checkpoints::Checkpoints, config::AuditConfig, wiring::StartError};
use samsyn_service::port::audit_log::AuditLog;
use samsyn_store::{AuditBreak, LogCheckpoint, Store};
use tokio::{net::TcpListener, sync::Mutex};

use super::{place::Here, sample};

type Received = Arc<Mutex<Vec<String>>>;

async fn receiver() -> (String, Received) {
    let received = Received::default();
    let take = async |State(received): State<Received>, note: String| received.lock().await.push(note);
    let router = Router::new().route("/kept", post(take)).with_state(Arc::clone(&received));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (format!("http://{address}/kept"), received)
}

async fn kept(file: &std::path::Path, store: &Store, size: u64) -> LogCheckpoint {
    let key = store.audit_key().await.unwrap();
    for _ in 0..200 {
        if let Ok(note) = std::fs::read_to_string(file) {
            let kept = LogCheckpoint::open(&note, &key).unwrap();
            if kept.size == size {
                return kept;
            }
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no checkpoint of {size} records in five seconds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checkpoints_are_kept_elsewhere_and_an_older_copy_does_not_start() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let here = Here::sqlite();
    here.open().await.close().await.unwrap();
    let empty = here.copy();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("checkpoint");
    let (url, received) = receiver().await;
    let config = AuditConfig {
        checkpoint_file: Some(file.clone()),
        // The first takes nothing; the second gets its own all the same.
        checkpoint_to: vec!["http://127.0.0.1:1/".parse().unwrap(), url.parse().unwrap()],
        checkpoint_every_seconds: 1,
    };

    let store = here.open().await;
    let checkpoints = Checkpoints::start(&config, &store).await.unwrap();
    assert!(!file.exists(), "nothing has been written yet");
    store.append(&sample::intent("1")).await.unwrap();
    kept(&file, &store, 1).await;
    store.append(&sample::intent("2")).await.unwrap();
    let second = kept(&file, &store, 2).await;
    store.append(&sample::intent("3")).await.unwrap();
    store.close().await.unwrap();
    checkpoints.finish().await;
    let store = here.open().await;
    let last = kept(&file, &store, 3).await;
    let received = received.lock().await;
    assert!(received.contains(&second.note) && received.last() == Some(&last.note), "{received:?}");

    Checkpoints::start(&config, &store).await.unwrap().finish().await;
    let older = Store::open(&empty.config).await.unwrap();
    let refused = Checkpoints::start(&config, &older).await.err().unwrap();
    let shorter = AuditBreak::Shorter { records: 0, checkpoint: 3 };
    assert!(matches!(&refused, StartError::Log { broken, .. } if *broken == shorter), "{refused:?}");
    assert!(refused.to_string().contains("older copy"), "{refused}");
    for mark in ["a", "b", "c", "d"] {
        older.append(&sample::intent(mark)).await.unwrap();
    }
    let refused = Checkpoints::start(&config, &older).await.err().unwrap();
    let fork = AuditBreak::Fork { records: 3 };
    assert!(matches!(&refused, StartError::Log { broken, .. } if *broken == fork), "{refused:?}");

    let another = Here::sqlite();
    let refused = Checkpoints::start(&config, &another.open().await).await.err().unwrap().to_string();
    assert!(refused.contains("audit.checkpoint_file") && refused.contains("put the file aside"), "{refused}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), last.note, "a refusal changes nothing");
}
