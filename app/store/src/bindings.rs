//! Sources that are bound at the screen, and their sealed secrets.
//!
//! Not here: who may bind, and the record in the log that comes before (`service::binding`).
//! Invariant: a binding is there with all of its secrets or not at all; one that cannot be understood is an error and never none.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    binding::BindingVersion,
    source::{OrganisationId, SourceId},
};
use samsyn_service::port::{PortError, bindings::Bindings};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    Store,
    entity::{source_binding, source_secret},
    error::failed,
    seal::Cell,
};

const READ: &str = "read what a source was granted";
const KEEP: &str = "keep what a source is granted";
const READ_SECRET: &str = "read a source's secret";
const FORGET: &str = "remove the secrets of a source";

#[async_trait]
impl Bindings for Store {
    async fn binding(&self, source: &SourceId, number: u32) -> Result<Option<BindingVersion>, PortError> {
        let row = source_binding::Entity::find_by_id((source.as_str().to_owned(), i64::from(number)));
        let row = self.answer(READ, row.one(&self.connections.reads)).await?;
        row.as_ref().map(read).transpose()
    }

    async fn bindings_of(&self, organisation: &OrganisationId) -> Result<Vec<BindingVersion>, PortError> {
        let all = source_binding::Entity::find()
            .filter(source_binding::Column::Organisation.eq(organisation.as_str()))
            .order_by_asc(source_binding::Column::Source)
            .order_by_desc(source_binding::Column::Number);
        let rows = self.answer(READ, all.all(&self.connections.reads)).await?;
        rows.iter().map(read).collect()
    }

    async fn keep_binding(
        &self,
        version: &BindingVersion,
        secrets: &[(String, SecretString)],
    ) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(KEEP);
            let unwritable = |_| PortError::new(KEEP, "it cannot be written as JSON");
            let source = version.source.as_str();
            let row = source_binding::ActiveModel {
                source: Set(source.to_owned()),
                number: Set(i64::from(version.number)),
                organisation: Set(version.organisation.as_str().to_owned()),
                binding: Set(serde_json::to_string(&version.binding).map_err(unwritable)?),
                reason: Set(version.reason.clone()),
                at_us: Set(version.at.as_microsecond()),
                made_by: Set(serde_json::to_string(&version.by).map_err(unwritable)?),
            };
            let transaction = self.begin_write().await.map_err(&failed)?;
            let newest = source_binding::Entity::find()
                .filter(source_binding::Column::Source.eq(source))
                .order_by_desc(source_binding::Column::Number);
            let newest = newest.one(&transaction).await.map_err(&failed)?;
            let of_another = newest.as_ref().is_some_and(|row| row.organisation != version.organisation.as_str());
            if of_another || newest.map_or(0, |newest| newest.number) + 1 != i64::from(version.number) {
                return Ok(false);
            }
            // PostgreSQL: another node may be keeping the same number at this very moment.
            let columns = [source_binding::Column::Source, source_binding::Column::Number];
            let kept = source_binding::Entity::insert(row)
                .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
                .exec_without_returning(&transaction)
                .await
                .map_err(&failed)?;
            if kept == 0 {
                return Ok(false);
            }
            for (slot, secret) in secrets {
                let place = place(slot, version.number);
                let cell = Cell::of_source_secret(source, &place);
                let sealed = self.key.seal_text(secret.expose_secret(), cell);
                let row = source_secret::ActiveModel {
                    source: Set(source.to_owned()),
                    slot: Set(slot.clone()),
                    number: Set(i64::from(version.number)),
                    sealed: Set(sealed.map_err(|error| PortError::new(KEEP, error))?),
                };
                source_secret::Entity::insert(row).exec_without_returning(&transaction).await.map_err(&failed)?;
            }
            transaction.commit().await.map_err(&failed)?;
            Ok(true)
        };
        self.work(KEEP, work).await
    }

    async fn secret(&self, source: &SourceId, slot: &str, number: u32) -> Result<Option<SecretString>, PortError> {
        let id = (source.as_str().to_owned(), slot.to_owned(), i64::from(number));
        let row = source_secret::Entity::find_by_id(id).one(&self.connections.reads);
        let Some(row) = self.answer(READ_SECRET, row).await? else { return Ok(None) };
        let place = place(slot, number);
        let opened = self.key.open_text(&row.sealed, Cell::of_source_secret(source.as_str(), &place));
        let opened = opened.map_err(|error| PortError::new(READ_SECRET, error))?;
        Ok(Some(SecretString::from(opened.as_str())))
    }

    async fn forget_secrets(&self, source: &SourceId) -> Result<(), PortError> {
        let work = async {
            let failed = failed(FORGET);
            let transaction = self.begin_write().await.map_err(&failed)?;
            let all = source_secret::Entity::delete_many();
            let of_it = all.filter(source_secret::Column::Source.eq(source.as_str()));
            of_it.exec(&transaction).await.map_err(&failed)?;
            transaction.commit().await.map_err(&failed)
        };
        self.work(FORGET, work).await
    }
}

/// A slot and a number as one; a number has no slash.
fn place(slot: &str, number: u32) -> String {
    format!("{number}/{slot}")
}

fn read(row: &source_binding::Model) -> Result<BindingVersion, PortError> {
    let unreadable = |what: &str| {
        PortError::new(READ, format_args!("{what} of binding {} of {} cannot be read", row.number, row.source))
    };
    Ok(BindingVersion {
        source: SourceId::new(&row.source),
        organisation: OrganisationId::new(&row.organisation),
        number: u32::try_from(row.number).map_err(|_| unreadable("number"))?,
        binding: serde_json::from_str(&row.binding).map_err(|_| unreadable("content"))?,
        reason: row.reason.clone(),
        at: Timestamp::from_microsecond(row.at_us).map_err(|_| unreadable("time"))?,
        by: serde_json::from_str(&row.made_by).map_err(|_| unreadable("maker"))?,
    })
}
