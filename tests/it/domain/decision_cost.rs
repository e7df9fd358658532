//! The measuring code of the benchmark (R6): the decision is on a whole answer, and its facts take at most three statements.
//!
//! Not here: times; those are the benchmark's.

use samsyn_domain::section::Section;
use samsyn_tests::decision::{OneOpening, of_facts};

#[tokio::test]
async fn the_facts_of_one_opening_load_in_at_most_three_statements() {
    let dir = tempfile::tempdir().unwrap();
    let sizes = Section::ALL.into_iter().map(|section| (section, 2)).collect();
    let opening = OneOpening::new(dir.path(), &sizes).await.unwrap();
    assert_eq!(
        opening.decide(opening.cells()).unwrap(),
        2 * Section::ALL.len(),
        "every record is decided on and shown"
    );
    opening.read_by_key().await.unwrap();

    let reads = opening.statements().await.unwrap();
    let facts = of_facts(&reads);
    for table in ["\"registration\"", "\"block_register\"", "\"role_matrix\""] {
        assert_eq!(facts.iter().filter(|sql| sql.contains(table)).count(), 1, "{table}: {reads:?}");
    }
    assert_eq!(facts.len(), 3, "{facts:?}");
    // Whom to ask is no fact of the decision; nothing else is read before the sources are asked.
    assert_eq!(reads.len(), 4, "{reads:?}");
    assert_eq!(opening.statements().await.unwrap().len(), 4, "the next opening reads anew");
}
