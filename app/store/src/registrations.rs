//! The register of consents, relations and exceptions.
//!
//! Rooms: `row` (columns ↔ the domain's registration).
//! Not here: who may register what (`domain::access`), the record in the log that comes before (`service::access`).
//! Invariant: a row that cannot be understood fails the whole answer, and none is kept that could not be read back. What has been
//! kept is never removed, and never changed but that it ends, once, or gets another last moment before that.

mod row;

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    access::{Ended, Registration},
    identifier::PersonIdentifier,
    source::ProviderId,
};
use samsyn_service::port::{PortError, access_register::AccessRegister};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, OnConflict},
};

use crate::{
    Store,
    entity::registration::{Column, Entity, Model},
    error::failed,
};

const KEEP: &str = "keep registrations";
/// Rows in one statement, well below the parameter limits of both engines.
const ROWS_PER_INSERT: usize = 200;

#[async_trait]
impl AccessRegister for Store {
    async fn of_patient(&self, patient: &PersonIdentifier) -> Result<Vec<Registration>, PortError> {
        let find = Entity::find()
            .filter(Column::PatientTag.eq(row::tag(&self.key, patient)))
            .order_by_desc(Column::RegisteredUs)
            .order_by_asc(Column::Id);
        let rows = self.answer("read registrations", find.all(&self.connections.reads)).await?;
        rows.into_iter().map(|found| row::read(found, &self.key)).collect()
    }

    async fn keep(&self, registrations: &[Registration]) -> Result<(), PortError> {
        let work = async {
            let failed = failed(KEEP);
            let transaction = self.begin_write().await.map_err(&failed)?;
            for registration in registrations {
                self.keep_one(&transaction, registration).await?;
            }
            transaction.commit().await.map_err(&failed)
        };
        self.work(KEEP, work).await
    }

    async fn end(&self, patient: &PersonIdentifier, id: &str, ended: &Ended) -> Result<bool, PortError> {
        const END: &str = "end registration";
        let by = row::json(&ended.by).map_err(|why| PortError::new(END, why))?;
        let changes = [
            (Column::EndedUs, Expr::value(ended.at.as_microsecond())),
            (Column::EndedBy, Expr::value(by)),
            (Column::Voided, Expr::value(ended.voided)),
        ];
        self.change(END, patient, id, changes).await
    }

    async fn extend(&self, patient: &PersonIdentifier, id: &str, to: Timestamp) -> Result<bool, PortError> {
        let changes = [(Column::ToUs, Expr::value(to.as_microsecond()))];
        self.change("extend registration", patient, id, changes).await
    }
}

impl Store {
    /// Keeps many at once; those whose ids are there already stay as they are.
    ///
    /// # Errors
    /// When they cannot be written; then none of them is kept.
    pub async fn keep_registrations(&self, registrations: &[Registration]) -> Result<(), PortError> {
        let failed = failed(KEEP);
        let transaction = self.begin_write().await.map_err(&failed)?;
        for part in registrations.chunks(ROWS_PER_INSERT) {
            let ids = part.iter().map(|one| one.id.as_str());
            let there = Entity::find().select_only().column(Column::Id).filter(Column::Id.is_in(ids));
            let there: Vec<String> = there.into_tuple().all(&transaction).await.map_err(&failed)?;
            let new = part.iter().filter(|one| !there.contains(&one.id)).map(|one| row::of(one, &self.key));
            let rows = new.collect::<Result<Vec<_>, _>>().map_err(|why| PortError::new(KEEP, why))?;
            if !rows.is_empty() {
                Entity::insert_many(rows).exec_without_returning(&transaction).await.map_err(&failed)?;
            }
        }
        transaction.commit().await.map_err(&failed)
    }

    /// Everything that is registered for a provider, oldest first, with what has ended.
    ///
    /// # Errors
    /// When they cannot be read, or one of them cannot be understood.
    pub async fn registrations_for(&self, provider: &ProviderId) -> Result<Vec<Registration>, PortError> {
        let find = Entity::find()
            // HSA-ids are the same in either case.
            .filter(Expr::expr(Func::lower(Expr::col(Column::Provider))).eq(provider.as_str().to_ascii_lowercase()))
            .order_by_asc(Column::RegisteredUs)
            .order_by_asc(Column::Id);
        let rows = self.answer("read registrations", find.all(&self.connections.reads)).await?;
        rows.into_iter().map(|found| row::read(found, &self.key)).collect()
    }

    async fn keep_one(&self, transaction: &impl ConnectionTrait, registration: &Registration) -> Result<(), PortError> {
        let new = row::of(registration, &self.key).map_err(|why| PortError::new(KEEP, why))?;
        if by_id(transaction, &registration.id).await?.is_none() {
            // PostgreSQL: another node may be keeping it at this very moment, and what is there stays as it is.
            let there_stays = OnConflict::column(Column::Id).do_nothing().to_owned();
            let insert = Entity::insert(new).on_conflict(there_stays);
            insert.exec_without_returning(transaction).await.map_err(failed(KEEP))?;
        }
        let kept = by_id(transaction, &registration.id).await?;
        let kept = kept.ok_or_else(|| PortError::new(KEEP, "it is not there afterwards"))?;
        if !row::is_same(&row::read(kept, &self.key)?, registration) {
            return Err(PortError::new(KEEP, "its id is taken by something else"));
        }
        Ok(())
    }

    /// Changes a registration of this patient that has not ended, in one statement. False when there is none.
    async fn change(
        &self,
        operation: &'static str,
        patient: &PersonIdentifier,
        id: &str,
        changes: impl IntoIterator<Item = (Column, Expr)> + Send,
    ) -> Result<bool, PortError> {
        if !row::is_id(id) {
            return Ok(false);
        }
        let mut update = Entity::update_many();
        for (column, value) in changes {
            update = update.col_expr(column, value);
        }
        let update = update
            .filter(Column::Id.eq(id))
            .filter(Column::PatientTag.eq(row::tag(&self.key, patient)))
            .filter(Column::EndedUs.is_null());
        let done = self.answer(operation, update.exec(&self.connections.writes)).await?;
        Ok(done.rows_affected > 0)
    }
}

async fn by_id(database: &impl ConnectionTrait, id: &str) -> Result<Option<Model>, PortError> {
    Entity::find_by_id(id).one(database).await.map_err(failed(KEEP))
}
