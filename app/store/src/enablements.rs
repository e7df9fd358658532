//! What organisations have enabled for their staff, version by version.
//!
//! Not here: who may make one, and the record in the log that comes before (`service::enablement`).
//! Invariant: of the versions that have begun the newest holds; one that cannot be understood is an error and never "everything".

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::source::OrganisationId;
use samsyn_service::port::{
    PortError,
    enablements::{EnablementVersion, Enablements},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};

use crate::{
    Store,
    entity::enablement::{ActiveModel, Column, Entity, Model},
    error::failed,
};

const READ: &str = "read what is enabled";
const KEEP: &str = "keep what is enabled";

#[async_trait]
impl Enablements for Store {
    async fn in_force(
        &self,
        organisation: &OrganisationId,
        at: Timestamp,
    ) -> Result<Option<EnablementVersion>, PortError> {
        let begun = newest_first(organisation).filter(Column::FromUs.lte(at.as_microsecond()));
        let newest = self.answer(READ, begun.one(&self.connections.reads)).await?;
        newest.as_ref().map(read).transpose()
    }

    async fn history(&self, organisation: &OrganisationId) -> Result<Vec<EnablementVersion>, PortError> {
        let rows = self.answer(READ, newest_first(organisation).all(&self.connections.reads)).await?;
        rows.iter().map(read).collect()
    }

    async fn keep(&self, version: &EnablementVersion) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(KEEP);
            let unwritable = |_| PortError::new(KEEP, "it cannot be written as JSON");
            let row = ActiveModel {
                organisation: Set(version.by.organisation.as_str().to_owned()),
                version: Set(i64::from(version.number)),
                enabled: Set(serde_json::to_string(&version.enablement).map_err(unwritable)?),
                from_us: Set(version.from.as_microsecond()),
                reason: Set(version.reason.clone()),
                at_us: Set(version.at.as_microsecond()),
                made_by: Set(serde_json::to_string(&version.by).map_err(unwritable)?),
            };
            let transaction = self.begin_write().await.map_err(&failed)?;
            let newest = newest_first(&version.by.organisation).one(&transaction).await.map_err(&failed)?;
            if newest.map_or(0, |newest| newest.version) + 1 != i64::from(version.number) {
                return Ok(false);
            }
            // PostgreSQL: another node may be keeping the same number at this very moment.
            let there_stays = OnConflict::columns([Column::Organisation, Column::Version]).do_nothing().to_owned();
            let kept = Entity::insert(row)
                .on_conflict(there_stays)
                .exec_without_returning(&transaction)
                .await
                .map_err(&failed)?;
            transaction.commit().await.map_err(&failed)?;
            Ok(kept > 0)
        };
        self.work(KEEP, work).await
    }
}

fn newest_first(organisation: &OrganisationId) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::Organisation.eq(organisation.as_str())).order_by_desc(Column::Version)
}

fn read(row: &Model) -> Result<EnablementVersion, PortError> {
    let number = row.version;
    let unreadable = |what: &str| {
        PortError::new(READ, format_args!("{what} of version {number} of {} cannot be read", row.organisation))
    };
    let time = |microseconds: i64, what: &str| Timestamp::from_microsecond(microseconds).map_err(|_| unreadable(what));
    Ok(EnablementVersion {
        number: u32::try_from(number).map_err(|_| unreadable("number"))?,
        enablement: serde_json::from_str(&row.enabled).map_err(|_| unreadable("content"))?,
        from: time(row.from_us, "beginning")?,
        reason: row.reason.clone(),
        at: time(row.at_us, "time")?,
        by: serde_json::from_str(&row.made_by).map_err(|_| unreadable("maker"))?,
    })
}
