//! A database that falls silent in the middle of a page: whatever the page asks next is given up in time.
//!
//! On the real PostgreSQL, over a wire that goes on standing and carries nothing. Not here: what the page then says (`failures`).

use std::{pin::Pin, time::Duration};

use futures::future::join_all;
use jiff::Timestamp;
use samsyn_domain::{
    access::Written,
    source::{OrganisationId, ProviderId},
};
use samsyn_service::port::{
    PortError,
    access_register::AccessRegister,
    acknowledgements::Acknowledgements,
    audit_log::{AuditLog, AuditQuery, AuditReader},
    follow_ups::FollowUps,
    reviews::Reviews,
    role_matrices::RoleMatrices,
    sign_ins::{ProviderSession, SignIns},
    snapshots::Snapshots,
};
use samsyn_store::{Acknowledgement, Store, StoreConfig, StoreKey};
use samsyn_tests::build;
use tokio::time::timeout;

use super::faults::{Mode, Wire};
use crate::store::server::{NO_SERVER, Server};

/// The limit of one question in this test.
const ANSWER_WITHIN: Duration = Duration::from_millis(300);
/// Twice as long for what takes several, what the database itself is left, and a busy machine.
const GIVEN_UP_WITHIN: Duration = Duration::from_secs(5);

type Asked<'s> = Pin<Box<dyn Future<Output = Result<(), PortError>> + Send + 's>>;

/// Whatever pages ask beside an opening.
fn questions<'s>(store: &'s Store, provider: &'s ProviderId, written: &'s Written) -> Vec<(&'static str, Asked<'s>)> {
    let now = Timestamp::UNIX_EPOCH;
    let acknowledged = Acknowledgement {
        organisation: OrganisationId::new("o"),
        user_id: "p1".into(),
        digest: "d".into(),
        name: "n".into(),
        assignment: "a".into(),
        at: now,
    };
    let query =
        AuditQuery { provider: provider.as_str(), patient: None, from: now, before: now, from_index: 0, limit: 1 };
    let session = ProviderSession { subject: Some("nobody".into()), sid: None };
    vec![
        ("reviews", Box::pin(async { store.reviews_of(provider).await.map(drop) })),
        ("a review", Box::pin(async { store.review(provider, "1").await.map(drop) })),
        ("a follow-up", Box::pin(async { store.follow_up(provider, "1").await.map(drop) })),
        ("writing a follow-up", Box::pin(async { FollowUps::write(store, provider, "1", written).await.map(drop) })),
        ("versions of a matrix", Box::pin(async { store.history(&OrganisationId::new("o")).await.map(drop) })),
        ("tests of signing in", Box::pin(async { store.tests("o").await.map(drop) })),
        ("ending tied sessions", Box::pin(async move { store.end_tied("n", &session, now, now).await.map(drop) })),
        ("snapshots", Box::pin(async move { store.snapshots_of(provider, &build::patient(), now).await.map(drop) })),
        ("registering", Box::pin(async { AccessRegister::keep(store, &[]).await })),
        ("acknowledging", Box::pin(async move { store.acknowledge(&acknowledged).await })),
        ("an outcome", Box::pin(async { store.has_outcome("1").await.map(drop) })),
        ("an act", Box::pin(async { store.with_outcome("SE1", "1").await.map(drop) })),
        ("the log", Box::pin(async move { AuditReader::read(store, &query).await.map(drop) })),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_waits_for_a_database_that_has_fallen_silent() {
    let Some(server) = Server::find().await else { return println!("skipped: {NO_SERVER}") };
    let url = server.database("silence").await;
    let wire = Wire::to(url.socket_addrs(|| Some(5432)).unwrap().swap_remove(0)).await;
    let mut through = url.clone();
    through.set_host(Some("127.0.0.1")).unwrap();
    through.set_port(Some(wire.address.port())).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let at = StoreConfig::at_url(through.as_str(), dir.path());
    StoreKey::make(&at.key_file).unwrap();
    let store = Store::open(&StoreConfig { answer_within: ANSWER_WITHIN, ..at }).await.unwrap();
    let (provider, written) = (ProviderId::new("SE1"), Written { at: Timestamp::UNIX_EPOCH, text: "x".into() });

    for (what, asked) in questions(&store, &provider, &written) {
        asked.await.unwrap_or_else(|error| panic!("{what}, while the database answers: {error}"));
    }
    wire.set(Mode::Silent);
    let answers = questions(&store, &provider, &written).into_iter().map(|(what, asked)| async move {
        let told = timeout(GIVEN_UP_WITHIN, asked).await.unwrap_or_else(|_| panic!("{what}: nobody gave it up"));
        assert!(told.is_err(), "{what}: {told:?}");
    });
    join_all(answers).await;
    wire.set(Mode::Through);
    let reviews = timeout(GIVEN_UP_WITHIN, store.reviews_of(&provider)).await.unwrap();
    assert!(reviews.unwrap().is_empty(), "what was given up is not used again");
    drop(store);
    server.clean().await;
}
