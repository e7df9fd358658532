//! Sessions: kept by the hash of their cookie, ended for every node at once.
//!
//! Not here: what a session contains, how long it lasts (`server`).
//! Invariant: an ended session never comes back, even if a slow request saves it afterwards; its handles are gone.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_service::port::{
    PortError,
    sessions::{Sessions, StoredSession},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::{
    Store,
    entity::{handle, session},
    error::failed,
    sign_ins::one_at_a_time,
};

#[async_trait]
impl Sessions for Store {
    async fn save(&self, session: &StoredSession) -> Result<(), PortError> {
        let row = session::ActiveModel {
            key: Set(session.key.clone()),
            data: Set(session.data.clone()),
            expires_us: Set(session.expires.as_microsecond()),
            ended: Set(false),
        };
        let unless_ended = OnConflict::column(session::Column::Key)
            .update_columns([session::Column::Data, session::Column::ExpiresUs])
            .action_and_where(Expr::col((session::Entity, session::Column::Ended)).eq(false))
            .to_owned();
        let save = session::Entity::insert(row).on_conflict(unless_ended);
        let saved = self.answer("save session", save.exec_without_returning(&self.connections.writes)).await?;
        if saved == 0 { Err(PortError::new("save session", "it has been ended")) } else { Ok(()) }
    }

    async fn load(&self, key: &str, now: Timestamp) -> Result<Option<StoredSession>, PortError> {
        let find = session::Entity::find_by_id(key).filter(alive(now));
        let row = self.answer("load session", find.one(&self.connections.reads)).await?;
        row.map(read).transpose()
    }

    async fn end(&self, key: &str) -> Result<(), PortError> {
        let end = async {
            let transaction = self.begin_write().await?;
            handle::Entity::delete_many().filter(handle::Column::SessionKey.eq(key)).exec(&transaction).await?;
            session::Entity::update_many()
                .col_expr(session::Column::Ended, Expr::value(true))
                .col_expr(session::Column::Data, Expr::value(""))
                .filter(session::Column::Key.eq(key))
                .exec(&transaction)
                .await?;
            transaction.commit().await
        };
        self.answer("end session", end).await
    }

    async fn end_expired(&self, now: Timestamp) -> Result<Vec<StoredSession>, PortError> {
        let expired = || {
            let gone = session::Column::ExpiresUs.lte(now.as_microsecond());
            Condition::all().add(session::Column::Ended.eq(false)).add(gone)
        };
        let end = async {
            let transaction = one_at_a_time(self).await?;
            let rows = session::Entity::find().filter(expired()).all(&transaction).await?;
            if !rows.is_empty() {
                session::Entity::update_many()
                    .col_expr(session::Column::Ended, Expr::value(true))
                    .col_expr(session::Column::Data, Expr::value(""))
                    .filter(expired())
                    .exec(&transaction)
                    .await?;
            }
            transaction.commit().await?;
            Ok::<Vec<session::Model>, DbErr>(rows)
        };
        end.await.map_err(failed("end expired sessions"))?.into_iter().map(read).collect()
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, PortError> {
        let purge = async {
            let gone = session::Column::ExpiresUs.lte(now.as_microsecond());
            let of_gone_sessions =
                session::Entity::find().select_only().column(session::Column::Key).filter(gone.clone()).into_query();
            let transaction = self.begin_write().await?;
            let handles = handle::Entity::delete_many()
                .filter(
                    Condition::any()
                        .add(handle::Column::ExpiresUs.lte(now.as_microsecond()))
                        .add(handle::Column::SessionKey.in_subquery(of_gone_sessions)),
                )
                .exec(&transaction)
                .await?;
            let sessions = session::Entity::delete_many().filter(gone).exec(&transaction).await?;
            transaction.commit().await?;
            Ok::<u64, DbErr>(handles.rows_affected + sessions.rows_affected)
        };
        purge.await.map_err(failed("purge sessions"))
    }
}

/// Neither ended nor expired.
pub(crate) fn alive(now: Timestamp) -> Condition {
    Condition::all().add(session::Column::Ended.eq(false)).add(session::Column::ExpiresUs.gt(now.as_microsecond()))
}

pub(crate) fn read(row: session::Model) -> Result<StoredSession, PortError> {
    let expires = Timestamp::from_microsecond(row.expires_us)
        .map_err(|_| PortError::new("load session", "its time of expiry cannot be read"))?;
    Ok(StoredSession { key: row.key, data: row.data, expires })
}
