//! A whole store copied into an empty one: a backup, restoring it, and moving to another engine are this one thing.
//!
//! Everything is read in one snapshot and written in one transaction, row by row in the order of the primary keys, and then compared. Who is
//! signed in is not copied: everybody signs in anew. Not here: where a backup is kept, and the key that its patients are sealed with.
//! Invariant: what was copied is what was there, or nothing was; a store that holds anything is never copied into.
//! To add a table: its place in [`for_every_table`], parents before children, or in [`LEFT_BEHIND`] with why. A test knows every table.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    IntoActiveModel, Iterable as _, ModelTrait as _, PrimaryKeyToColumn, QueryFilter as _, QueryOrder,
    QuerySelect as _, Statement,
    sea_query::{Expr, ExprTrait as _},
};
use sha2::{Digest as _, Sha256};

use crate::{
    AuditFile, AuditHead, AuditStep, AuditVerdict, Place, StoreConfig, StoreError, StoreKey,
    audit::snapshot,
    entity,
    error::failed,
    key::first_use,
    migration,
    open::{self, Connections, DATABASE_FILE, durability},
    store::begin_write,
};

/// Rows read and written by one statement: SQLite takes 32 766 values in one.
const BATCH: u64 = 250;

/// Tables of those who are signed in.
const LEFT_BEHIND: [&str; 4] = ["session", "handle", "provider_session", "provider_logout"];

const COPY: &str = "copy the database";

/// Calls what follows for each table that is copied.
macro_rules! for_every_table {
    (|$table:ident| $body:expr) => {
        for_every_table!(@ $table $body;
            sealing_key audit_head audit_tile audit_record audit_patient
            role_matrix enablement go_live unit source_stage source_binding source_secret package package_content vendor_key notice report acknowledgement login_test portal_user
            registration follow_up link block_register block
            review review_pick review_mark review_closing
            snapshot snapshot_content snapshot_key
        )
    };
    (@ $table:ident $body:expr; $($each:ident)+) => {
        $({
            use entity::$each as $table;
            $body;
        })+
    };
}

/// Why nothing was copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One of the stores, or its key.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The one to copy to is not empty.
    #[error("there is a database already in {}; nothing was touched. Name a new place", at(.0))]
    NotEmpty(Place),
    /// What stands there afterwards is not what was copied.
    #[error("table {0} is not what was copied; do not use the copy, and find out what else writes to it")]
    Differs(&'static str),
    /// The copied log does not hold together.
    #[error("the log does not hold together: {0}. `samsyn audit verify` on the original says more")]
    Log(crate::AuditBreak),
    /// The copied log could not be read.
    #[error(transparent)]
    Unread(#[from] crate::AuditFileError),
}

fn at(place: &Place) -> String {
    match place {
        Place::DataDir(dir) => dir.display().to_string(),
        Place::Postgres(_) => "the PostgreSQL database".to_owned(),
    }
}

impl From<DbErr> for CopyError {
    fn from(error: DbErr) -> Self {
        Self::Store(failed(COPY)(error).into())
    }
}

/// What was copied.
#[derive(Debug, Clone)]
pub struct Copied {
    /// Rows by table.
    pub rows: Vec<(&'static str, u64)>,
    /// The head of the log, which was verified in the copy.
    pub log: AuditHead,
}

/// Copies a store into an empty one and verifies the copy. `told` hears the table at work and how many rows are done.
///
/// # Errors
/// Why nothing was copied; or, after copying, what is not as it was.
pub async fn copy_store(
    from: &StoreConfig,
    to: &StoreConfig,
    mut told: impl FnMut(&'static str, u64) + Send,
) -> Result<Copied, CopyError> {
    let (source, key) = opened(from).await?;
    let target = empty(to).await?;
    let read = snapshot(&source.reads).await?;
    first_use::recognise(&read, &key).await?;
    let write = begin_write(&target.writes).await?;
    unlimited(&write).await?;
    migration::create(&write).await?;
    let mut rows = Vec::new();
    for_every_table!(|table| {
        let name = entity_name::<table::Entity>();
        let count = copy::<table::Entity>(&read, &write, |done| told(name, done)).await?;
        rows.push((name, count));
    });
    first_use::recognise(&write, &StoreKey::read(&to.key_file).map_err(StoreError::from)?).await?;
    write.commit().await?;
    let written = snapshot(&target.reads).await?;
    for_every_table!(|table| {
        if content::<table::Entity>(&read).await? != content::<table::Entity>(&written).await? {
            return Err(CopyError::Differs(entity_name::<table::Entity>()));
        }
    });
    drop((read, written));
    source.close().await?;
    target.close().await?;
    Ok(Copied { rows, log: verified(to, told).await? })
}

/// A store that exists, whose schema is this program's and whose protections are in place.
async fn opened(from: &StoreConfig) -> Result<(Connections, StoreKey), CopyError> {
    if let Place::DataDir(dir) = &from.place
        && !dir.join(DATABASE_FILE).is_file()
    {
        return Err(StoreError::NoDatabase { dir: dir.clone() }.into());
    }
    let key = StoreKey::read(&from.key_file).map_err(StoreError::from)?;
    let connections = open::connect(from).await?;
    migration::check(&connections.reads).await?;
    Ok((connections, key))
}

/// A place without a table. What a copy that failed has left there is none.
async fn empty(to: &StoreConfig) -> Result<Connections, CopyError> {
    let connections = open::connect(to).await?;
    if tables(&connections.writes).await?.is_empty() {
        durability::verify(&connections.writes).await?;
        return Ok(connections);
    }
    connections.close().await?;
    Err(CopyError::NotEmpty(to.place.clone()))
}

/// PostgreSQL: a statement of a copy takes as long as it takes.
async fn unlimited(write: &DatabaseTransaction) -> Result<(), DbErr> {
    if write.get_database_backend() == DbBackend::Postgres {
        write.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    }
    Ok(())
}

fn entity_name<E: EntityTrait>() -> &'static str {
    E::default().table_name()
}

/// The rows after one, by primary key: what is append only can be added in no other order.
async fn page<E>(database: &DatabaseTransaction, after: Option<&E::Model>) -> Result<Vec<E::Model>, DbErr>
where
    E: EntityTrait,
{
    let keys = || E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let ordered = keys().fold(E::find(), QueryOrder::order_by_asc).limit(BATCH);
    let Some(last) = after else { return ordered.all(database).await };
    let (columns, values) =
        (Expr::tuple(keys().map(Expr::col)), Expr::tuple(keys().map(|key| Expr::val(last.get(key)))));
    ordered.filter(columns.gt(values)).all(database).await
}

async fn copy<E>(
    from: &DatabaseTransaction,
    to: &DatabaseTransaction,
    mut told: impl FnMut(u64) + Send,
) -> Result<u64, DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let (mut done, mut last) = (0, None);
    loop {
        let rows = page::<E>(from, last.as_ref()).await?;
        let Some(end) = rows.last().cloned() else { return Ok(done) };
        done += u64::try_from(rows.len()).unwrap_or_default();
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        E::insert_many(rows).exec_without_returning(to).await?;
        told(done);
        last = Some(end);
    }
}

/// What a table holds, whatever its order: engines sort texts each in their own way.
async fn content<E>(database: &DatabaseTransaction) -> Result<(u64, u128), DbErr>
where
    E: EntityTrait,
{
    let (mut count, mut sum, mut last) = (0, 0_u128, None);
    loop {
        let rows = page::<E>(database, last.as_ref()).await?;
        for row in &rows {
            let digest: [u8; 32] = Sha256::digest(format!("{row:?}")).into();
            let half = digest.first_chunk::<16>().copied().unwrap_or_default();
            sum = sum.wrapping_add(u128::from_be_bytes(half));
            count += 1;
        }
        let Some(end) = rows.last() else { return Ok((count, sum)) };
        last = Some(end.clone());
    }
}

/// The copy's log, walked from its first record.
async fn verified(to: &StoreConfig, mut told: impl FnMut(&'static str, u64) + Send) -> Result<AuditHead, CopyError> {
    let file = AuditFile::open(to).await?;
    let in_steps = |step: AuditStep, done: u64, _: u64| {
        told(if step == AuditStep::Records { "audit_record" } else { "audit_patient" }, done);
    };
    let verdict = file.verify(&[], in_steps).await.map_err(StoreError::from)?;
    // Closed, so that SQLite leaves nothing beside its file.
    file.close().await.map_err(StoreError::from)?;
    match verdict {
        AuditVerdict::Intact(head) => Ok(head),
        AuditVerdict::Broken(broken) => Err(CopyError::Log(broken)),
    }
}

/// Names of the tables there are, the database's own left out.
async fn tables(database: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let sql = match database.get_database_backend() {
        DbBackend::Postgres => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await?;
    rows.into_iter().map(|row| row.try_get("", "name")).collect()
}

/// Tables of this program that are neither copied nor left behind on purpose. For the test that keeps the list whole.
///
/// # Errors
/// When the tables cannot be listed.
pub async fn forgotten_tables(config: &StoreConfig) -> Result<Vec<String>, StoreError> {
    let connections = open::connect(config).await?;
    let mut names = tables(&connections.reads).await.map_err(failed(COPY))?;
    let mut known: Vec<&str> = LEFT_BEHIND.into_iter().chain(["seaql_migrations"]).collect();
    for_every_table!(|table| known.push(entity_name::<table::Entity>()));
    names.retain(|name| !known.contains(&name.as_str()));
    Ok(names)
}
