//! The units of organisations, version by version.
//!
//! Not here: who may write one, and the record in the log that comes before (`service::units`).
//! Invariant: one that cannot be understood is an error and never no unit.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{source::OrganisationId, unit::UnitVersion};
use samsyn_service::port::{PortError, units::Units};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};

use crate::{
    Store,
    entity::unit::{ActiveModel, Column, Entity, Model},
    error::failed,
};

const READ: &str = "read units";
const KEEP: &str = "keep a unit";

#[async_trait]
impl Units for Store {
    async fn units_of(&self, organisation: &OrganisationId) -> Result<Vec<UnitVersion>, PortError> {
        let all = of_organisation(organisation).order_by_asc(Column::Number).all(&self.connections.reads);
        self.answer(READ, all).await?.iter().map(read).collect()
    }

    async fn keep_unit(&self, version: &UnitVersion) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(KEEP);
            let unwritable = |_| PortError::new(KEEP, "it cannot be written as JSON");
            let row = ActiveModel {
                organisation: Set(version.organisation.as_str().to_owned()),
                number: Set(i64::from(version.number)),
                content: Set(serde_json::to_string(&version.unit).map_err(unwritable)?),
                reason: Set(version.reason.clone()),
                at_us: Set(version.at.as_microsecond()),
                made_by: Set(serde_json::to_string(&version.by).map_err(unwritable)?),
            };
            let transaction = self.begin_write().await.map_err(&failed)?;
            let newest = of_organisation(&version.organisation).order_by_desc(Column::Number).one(&transaction);
            if newest.await.map_err(&failed)?.map_or(0, |newest| newest.number) + 1 != i64::from(version.number) {
                return Ok(false);
            }
            // PostgreSQL: another node may be keeping the same number at this very moment.
            let there_stays = OnConflict::columns([Column::Organisation, Column::Number]).do_nothing().to_owned();
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

fn of_organisation(organisation: &OrganisationId) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::Organisation.eq(organisation.as_str()))
}

fn read(row: &Model) -> Result<UnitVersion, PortError> {
    let unreadable = |what: &str| {
        PortError::new(READ, format_args!("{what} of version {} of {} cannot be read", row.number, row.organisation))
    };
    Ok(UnitVersion {
        organisation: OrganisationId::new(&row.organisation),
        number: u32::try_from(row.number).map_err(|_| unreadable("number"))?,
        unit: serde_json::from_str(&row.content).map_err(|_| unreadable("unit"))?,
        reason: row.reason.clone(),
        by: serde_json::from_str(&row.made_by).map_err(|_| unreadable("maker"))?,
        at: Timestamp::from_microsecond(row.at_us).map_err(|_| unreadable("time"))?,
    })
}
