//! How many statements a page takes before it can be decided on, counted in a portal's own store.
//!
//! Not here: how long they take (the benchmark). Invariant: each test has a portal of its own, so that nobody else's reads are counted.

use samsyn_tests::decision::of_facts;

use super::{browser::Browser, harness::Portal};

#[tokio::test]
async fn an_overview_reads_the_facts_of_its_decision_in_at_most_three_statements() {
    let portal = Portal::start("").await;
    let mut doctor = Browser::signed_in(&portal, "doctor").await;
    for (tag, scope) in [("everything", "shared"), ("everything", "own"), ("outer-block", "shared")] {
        let address = doctor.open(&portal.showing(tag), scope).await;
        portal.reads.take();
        assert_eq!(doctor.json(&address).await.status, 200);
        let reads = portal.reads.take();
        let facts = of_facts(&reads);
        for table in ["\"registration\"", "\"block_register\"", "\"role_matrix\""] {
            assert!(facts.iter().any(|sql| sql.contains(table)), "{tag} {scope}: {table} is not read: {reads:?}");
        }
        assert!(facts.len() <= 3, "{tag} {scope}: {facts:?}");
        // Whether the organisation takes part at all stands before the decision, and is asked only where others may be reached.
        let gate = reads.iter().filter(|sql| sql.contains("\"go_live\"")).count();
        assert_eq!(gate, usize::from(scope == "shared"), "{tag} {scope}: {reads:?}");
    }
}
