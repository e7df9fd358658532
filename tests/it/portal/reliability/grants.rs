//! `kill -9` while an administrator grants: nothing is half granted, and nothing that was confirmed is lost.
//!
//! Not here: grants that go well (`portal::bindings`). Invariant: the ledger is what the administrator was told.

use std::{collections::BTreeSet, time::Duration};

use samsyn_tests::reliability::{KILLS, times};
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};

use super::process::{Process, Start};
use crate::portal::{
    bindings::{package, send, set},
    browser::Browser,
    catalogue::enrolled,
    packages::{Vendor, packed},
};

const IN_CI: usize = 6;
/// A grant takes some milliseconds; later ones have met nobody.
const KILLED_WITHIN_US: u32 = 40_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_is_there_whole_or_not_at_all_when_the_portal_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let start = Start::on(dir.path());
    let mut node = Process::start(&start).await.unwrap();
    let mut admin = Browser::unpooled(start.url());
    admin.sign_in("admin-region").await;
    let vendor = Vendor::new();
    enrolled(&mut admin, &vendor).await;
    let package = package(&mut admin, &vendor.signed(packed(&[]))).await;
    let mut terms: Vec<(String, String)> = [
        ("package", package.as_str()),
        ("base", "0"),
        ("system", "Journal"),
        ("provider", samsyn_demo::organisations::REGION),
        ("origin.api.base_url", "https://journal.example/r4/"),
        ("credential.token.kind", "static-header"),
        ("credential.token.header", "X-Key"),
        ("credential.token.secret", "hemligt"),
        ("reason", "Prov"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let first = send(&mut admin, &terms).await;
    assert_eq!(first.status, 303, "{}", first.body);
    let source = first.location().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
    set(&mut terms, "source", &source);
    let mut confirmed = BTreeSet::from([1_i64]);
    let mut newest = 1;
    for _ in 0..times(KILLS, IN_CI) {
        set(&mut terms, "base", &newest.to_string());
        let (mut writing, sent) = (admin.window(), terms.clone());
        let grant = tokio::spawn(async move { send(&mut writing, &sent).await.status });
        let late = uuid::Uuid::new_v4().as_fields().0 % KILLED_WITHIN_US;
        tokio::time::sleep(Duration::from_micros(late.into())).await;
        node.kill().await;
        // Whoever was cut off was told nothing.
        if let Ok(303) = grant.await {
            confirmed.insert(newest + 1);
        }
        newest = whole(dir.path(), &source, &confirmed).await;
        node = Process::start(&Start { plant: false, ..start.clone() }).await.unwrap();
        let page = admin.get(&format!("/admin/sources/{source}")).await;
        assert!(page.body.contains(&format!("Bindning {newest}:")), "{}", page.body);
    }
    println!("{newest} grants, {} confirmed", confirmed.len());
    node.kill().await;
}

/// Every grant is there with its one secret and its record in the log; gives the number of the newest.
async fn whole(data_dir: &std::path::Path, source: &str, confirmed: &BTreeSet<i64>) -> i64 {
    let raw = Database::connect(format!("sqlite:{}", data_dir.join("samsyn.db").display())).await.unwrap();
    let numbers = async |sql: String| {
        let rows = raw.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index::<i64>(0).unwrap()).collect::<BTreeSet<i64>>()
    };
    let bindings = numbers(format!("SELECT number FROM source_binding WHERE source = '{source}'")).await;
    let secrets = numbers(format!("SELECT number FROM source_secret WHERE source = '{source}'")).await;
    let stages = numbers("SELECT number FROM source_stage".to_owned()).await;
    raw.close().await.unwrap();
    assert_eq!(bindings, secrets, "a grant has lost its secret, or a secret its grant");
    assert!(confirmed.is_subset(&bindings), "{confirmed:?} were confirmed, and there are {bindings:?}");
    assert_eq!(bindings, (1..=bindings.len() as i64).collect::<BTreeSet<_>>());
    assert!(stages.is_empty(), "nothing was taken into use");
    bindings.last().copied().unwrap_or_default()
}
