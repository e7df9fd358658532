//! The identity provider's sessions behind ours, its notices of logout, and tests of signing in.
//!
//! Not here: what a notice must be before it counts (`server::login::backchannel`).
//! Invariant: a notice ends everything it names or nothing, and counts once; subjects and sessions are stored as hashes only.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_service::port::{
    PortError,
    sessions::StoredSession,
    sign_ins::{LoginTest, Logout, ProviderSession, SignIns},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict},
};
use sha2::{Digest as _, Sha256};

use crate::{
    Store,
    entity::{handle, login_test, provider_logout, provider_session, session},
    error::failed,
    migration::advisory_lock,
    sessions::{alive, read},
};

/// PostgreSQL: the advisory lock of sign-ins and logouts. Any number, but the same in every version.
const SIGN_IN_LOCK: i64 = 0x5a5a_0006;

fn hashed(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[async_trait]
impl SignIns for Store {
    async fn tie(&self, session: &str, provider: &ProviderSession) -> Result<bool, PortError> {
        let work = async {
            let sid = provider.sid.as_deref().map(hashed);
            let row = provider_session::ActiveModel {
                session_key: Set(session.to_owned()),
                subject: Set(provider.subject.as_deref().map(hashed)),
                sid: Set(sid.clone()),
            };
            let tie = async {
                let transaction = one_at_a_time(self).await?;
                let ended = match sid {
                    Some(sid) => {
                        provider_logout::Entity::find()
                            .filter(provider_logout::Column::Sid.eq(sid))
                            .count(&transaction)
                            .await?
                    }
                    None => 0,
                };
                if ended == 0 {
                    provider_session::Entity::insert(row).exec_without_returning(&transaction).await?;
                }
                transaction.commit().await?;
                Ok::<bool, DbErr>(ended == 0)
            };
            tie.await.map_err(failed("tie session"))
        };
        self.work("tie session", work).await
    }

    async fn end_tied(
        &self,
        notice: &str,
        provider: &ProviderSession,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Logout, PortError> {
        let work = async {
            let row = provider_logout::ActiveModel {
                notice: Set(hashed(notice)),
                sid: Set(provider.sid.as_deref().map(hashed)),
                until_us: Set(until.as_microsecond()),
            };
            let end = async {
                let transaction = one_at_a_time(self).await?;
                let old = provider_logout::Column::UntilUs.lte(now.as_microsecond());
                provider_logout::Entity::delete_many().filter(old).exec(&transaction).await?;
                let once = OnConflict::column(provider_logout::Column::Notice).do_nothing().to_owned();
                let noted =
                    provider_logout::Entity::insert(row).on_conflict(once).exec_without_returning(&transaction).await?;
                if noted == 0 {
                    return Ok(None);
                }
                let ended = end_all(&transaction, provider, now).await?;
                transaction.commit().await?;
                Ok::<Option<Vec<session::Model>>, DbErr>(Some(ended))
            };
            match end.await.map_err(failed("end sessions of the provider"))? {
                Some(rows) => {
                    Ok(Logout::Ended(rows.into_iter().map(read).collect::<Result<Vec<StoredSession>, PortError>>()?))
                }
                None => Ok(Logout::Replayed),
            }
        };
        self.work("end sessions of the provider", work).await
    }

    async fn note_test(&self, test: &LoginTest) -> Result<(), PortError> {
        use login_test::Column::{Assignment, AtUs, Name, Organisation, Unit, UserId};
        let row = login_test::ActiveModel {
            organisation: Set(test.organisation.clone()),
            user_id: Set(test.user_id.clone()),
            assignment: Set(test.assignment.clone()),
            name: Set(test.name.clone()),
            unit: Set(test.unit.clone()),
            at_us: Set(test.at.as_microsecond()),
        };
        let latest =
            OnConflict::columns([Organisation, UserId, Assignment]).update_columns([Name, Unit, AtUs]).to_owned();
        let note = login_test::Entity::insert(row).on_conflict(latest);
        let note = note.exec_without_returning(&self.connections.writes);
        self.answer("note a test of signing in", note).await.map(drop)
    }

    async fn tests(&self, organisation: &str) -> Result<Vec<LoginTest>, PortError> {
        let question = login_test::Entity::find()
            .filter(login_test::Column::Organisation.eq(organisation))
            .order_by_desc(login_test::Column::AtUs)
            .all(&self.connections.reads);
        let rows = self.answer("read tests of signing in", question).await?;
        rows.into_iter().map(test).collect()
    }
}

/// One at a time, so that a sign-in and the notice that ends its session see each other. SQLite has one writer anyway.
pub(crate) async fn one_at_a_time(store: &Store) -> Result<DatabaseTransaction, DbErr> {
    let transaction = store.begin_write().await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_raw(advisory_lock(SIGN_IN_LOCK)).await?;
    }
    Ok(transaction)
}

/// Ends them and gives them as they were.
async fn end_all(
    transaction: &DatabaseTransaction,
    provider: &ProviderSession,
    now: Timestamp,
) -> Result<Vec<session::Model>, DbErr> {
    let keys = || {
        provider_session::Entity::find()
            .select_only()
            .column(provider_session::Column::SessionKey)
            .filter(named(provider))
            .into_query()
    };
    let ended = session::Entity::find()
        .filter(alive(now))
        .filter(session::Column::Key.in_subquery(keys()))
        .all(transaction)
        .await?;
    handle::Entity::delete_many().filter(handle::Column::SessionKey.in_subquery(keys())).exec(transaction).await?;
    session::Entity::update_many()
        .col_expr(session::Column::Ended, Expr::value(true))
        .col_expr(session::Column::Data, Expr::value(""))
        .filter(session::Column::Key.in_subquery(keys()))
        .exec(transaction)
        .await?;
    Ok(ended)
}

/// The session that is named; and those of its person of which the provider named none, because one of them may be it.
fn named(provider: &ProviderSession) -> Condition {
    use provider_session::Column::{Sid, Subject};
    let subject = provider.subject.as_deref().map(hashed);
    match (provider.sid.as_deref().map(hashed), subject) {
        (Some(sid), Some(subject)) => {
            let unnamed = Condition::all().add(Sid.is_null()).add(Subject.eq(subject));
            Condition::any().add(Sid.eq(sid)).add(unnamed)
        }
        (Some(sid), None) => Condition::all().add(Sid.eq(sid)),
        (None, Some(subject)) => Condition::all().add(Subject.eq(subject)),
        // Nobody is named: nothing matches.
        (None, None) => Condition::all().add(Expr::value(false)),
    }
}

fn test(row: login_test::Model) -> Result<LoginTest, PortError> {
    let at = Timestamp::from_microsecond(row.at_us)
        .map_err(|_| PortError::new("read tests of signing in", "a time cannot be read"))?;
    Ok(LoginTest {
        organisation: row.organisation,
        user_id: row.user_id,
        assignment: row.assignment,
        name: row.name,
        unit: row.unit,
        at,
    })
}
