//! Reviews of the log: who selected what and how, what was chosen, each judgement, the result.
//!
//! A pick points to the log and names no patient: the log has the patient, sealed. Tables of their own for judgements and closings, so that
//! nothing that was written ever has to change; the triggers refuse that it does. Providers stand in lower case, because HSA-ids are the
//! same in either.

use sea_orm::DbBackend;
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, string_len, text},
};

use super::protection::Protection;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Review {
    Table,
    /// UUID.
    Id,
    /// HSA-id in lower case: whose log was reviewed.
    Provider,
    /// Microseconds since 1970, UTC.
    BegunUs,
    /// JSON: who selected.
    BegunBy,
    /// JSON: period, seed, rules, and what each found.
    Selection,
}

#[derive(DeriveIden)]
enum ReviewPick {
    Table,
    Review,
    Number,
    /// JSON: whose act it is.
    Reader,
    /// Id of its record in the log.
    Record,
    /// Leaf index and moment of that record.
    RecordIndex,
    RecordUs,
    /// The same of the record of its outcome.
    OutcomeIndex,
    OutcomeUs,
    /// JSON: why it was chosen.
    Reasons,
}

#[derive(DeriveIden)]
enum ReviewMark {
    Table,
    Review,
    /// 1, 2, 3 … within the review.
    Number,
    Pick,
    /// `justified` or `questioned`.
    Verdict,
    Note,
    AtUs,
    /// JSON: by whom.
    MadeBy,
}

#[derive(DeriveIden)]
enum ReviewClosing {
    Table,
    Review,
    Result,
    AtUs,
    /// JSON: by whom.
    MadeBy,
}

const fn protection(table: &'static str, sqlite: [&'static str; 3], postgres: [&'static str; 3]) -> Protection {
    Protection { table, sqlite, postgres }
}

pub(super) const REVIEW_PROTECTION: Protection = protection(
    "review",
    ["review_no_change", "review_no_delete", "review_once"],
    ["review_no_change", "review_no_delete", "review_no_truncate"],
);
pub(super) const PICK_PROTECTION: Protection = protection(
    "review_pick",
    ["review_pick_no_change", "review_pick_no_delete", "review_pick_once"],
    ["review_pick_no_change", "review_pick_no_delete", "review_pick_no_truncate"],
);
pub(super) const MARK_PROTECTION: Protection = protection(
    "review_mark",
    ["review_mark_no_change", "review_mark_no_delete", "review_mark_once"],
    ["review_mark_no_change", "review_mark_no_delete", "review_mark_no_truncate"],
);
pub(super) const CLOSING_PROTECTION: Protection = protection(
    "review_closing",
    ["review_closing_no_change", "review_closing_no_delete", "review_closing_once"],
    ["review_closing_no_change", "review_closing_no_delete", "review_closing_no_truncate"],
);

/// The tables, with what is alike in rows that are the same.
const KEYS: [(&str, &str); 4] = [
    ("review", "id = NEW.id"),
    ("review_pick", "review = NEW.review AND number = NEW.number"),
    ("review_mark", "review = NEW.review AND number = NEW.number"),
    ("review_closing", "review = NEW.review"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [reviews(), picks(), marks(), closings()] {
            manager.create_table(table).await?;
        }
        let of_provider = Index::create()
            .name("review_provider")
            .table(Review::Table)
            .col(Review::Provider)
            .col(Review::BegunUs)
            .to_owned();
        manager.create_index(of_provider).await?;
        let protection = match manager.get_database_backend() {
            DbBackend::Postgres => postgres_protection(),
            _ => sqlite_protection(),
        };
        for statement in protection {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn reviews() -> TableCreateStatement {
    Table::create()
        .table(Review::Table)
        .col(string_len(Review::Id, 36).primary_key())
        .col(text(Review::Provider))
        .col(big_integer(Review::BegunUs))
        .col(text(Review::BegunBy))
        .col(text(Review::Selection))
        .to_owned()
}

fn picks() -> TableCreateStatement {
    Table::create()
        .table(ReviewPick::Table)
        .col(string_len(ReviewPick::Review, 36))
        .col(integer(ReviewPick::Number))
        .col(text(ReviewPick::Reader))
        .col(string_len(ReviewPick::Record, 36))
        .col(big_integer(ReviewPick::RecordIndex))
        .col(big_integer(ReviewPick::RecordUs))
        .col(big_integer_null(ReviewPick::OutcomeIndex))
        .col(big_integer_null(ReviewPick::OutcomeUs))
        .col(text(ReviewPick::Reasons))
        .primary_key(Index::create().col(ReviewPick::Review).col(ReviewPick::Number))
        .check(Expr::cust("(outcome_index IS NULL) = (outcome_us IS NULL)"))
        .to_owned()
}

fn marks() -> TableCreateStatement {
    Table::create()
        .table(ReviewMark::Table)
        .col(string_len(ReviewMark::Review, 36))
        .col(integer(ReviewMark::Number))
        .col(integer(ReviewMark::Pick))
        .col(string_len(ReviewMark::Verdict, 16))
        .col(text(ReviewMark::Note))
        .col(big_integer(ReviewMark::AtUs))
        .col(text(ReviewMark::MadeBy))
        .primary_key(Index::create().col(ReviewMark::Review).col(ReviewMark::Number))
        .to_owned()
}

fn closings() -> TableCreateStatement {
    Table::create()
        .table(ReviewClosing::Table)
        .col(string_len(ReviewClosing::Review, 36).primary_key())
        .col(text(ReviewClosing::Result))
        .col(big_integer(ReviewClosing::AtUs))
        .col(text(ReviewClosing::MadeBy))
        .to_owned()
}

/// `REPLACE` removes rows without asking a delete trigger, so SQLite also refuses a key that is there.
fn sqlite_protection() -> Vec<String> {
    const REFUSE: &str = "BEGIN SELECT RAISE(ABORT, 'what was kept of a review stays'); END";
    let of_table = |(table, same): (&str, &str)| {
        [
            format!("CREATE TRIGGER {table}_no_change BEFORE UPDATE ON {table} {REFUSE}"),
            format!("CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {REFUSE}"),
            format!(
                "CREATE TRIGGER {table}_once BEFORE INSERT ON {table} \
                 WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {REFUSE}"
            ),
        ]
    };
    KEYS.into_iter().flat_map(of_table).collect()
}

fn postgres_protection() -> Vec<String> {
    const REFUSE: &str = "EXECUTE FUNCTION review_refuse()";
    let function = "CREATE FUNCTION review_refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'what was kept of a review stays'; END $$"
        .to_owned();
    let of_table = |(table, _): (&str, &str)| {
        [
            format!("CREATE TRIGGER {table}_no_change BEFORE UPDATE ON {table} FOR EACH STATEMENT {REFUSE}"),
            format!("CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH STATEMENT {REFUSE}"),
            format!("CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {REFUSE}"),
        ]
    };
    std::iter::once(function).chain(KEYS.into_iter().flat_map(of_table)).collect()
}
