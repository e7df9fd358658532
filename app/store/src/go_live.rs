//! What organisations have decided of going live.
//!
//! Not here: who may decide what, and the record in the log that comes before (`service::go_live`).
//! Invariant: one that cannot be understood is an error and never "live".

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    go_live::{Decided, Item},
    source::OrganisationId,
};
use samsyn_service::port::{PortError, go_live::GoLive};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};

use crate::{
    Store,
    entity::go_live::{ActiveModel, Column, Entity, Model},
    error::failed,
};

const READ: &str = "read what is decided of going live";
const KEEP: &str = "keep a decision of going live";

#[async_trait]
impl GoLive for Store {
    async fn decided(&self, organisation: &OrganisationId) -> Result<Vec<Decided>, PortError> {
        let all = of_organisation(organisation).order_by_asc(Column::Number).all(&self.connections.reads);
        self.answer(READ, all).await?.iter().map(read).collect()
    }

    async fn decide(&self, decided: &Decided) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(KEEP);
            let row = ActiveModel {
                organisation: Set(decided.organisation.as_str().to_owned()),
                number: Set(i64::from(decided.number)),
                item: Set(decided.item.word().to_owned()),
                done: Set(decided.done),
                note: Set(decided.note.clone()),
                at_us: Set(decided.at.as_microsecond()),
                made_by: Set(
                    serde_json::to_string(&decided.by).map_err(|_| PortError::new(KEEP, "its maker has no JSON"))?
                ),
            };
            let transaction = self.begin_write().await.map_err(&failed)?;
            let newest = of_organisation(&decided.organisation).order_by_desc(Column::Number).one(&transaction);
            if newest.await.map_err(&failed)?.map_or(0, |newest| newest.number) + 1 != i64::from(decided.number) {
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

fn read(row: &Model) -> Result<Decided, PortError> {
    let unreadable = |what: &str| {
        PortError::new(READ, format_args!("{what} of decision {} of {} cannot be read", row.number, row.organisation))
    };
    Ok(Decided {
        organisation: OrganisationId::new(&row.organisation),
        number: u32::try_from(row.number).map_err(|_| unreadable("number"))?,
        item: Item::of_word(&row.item).ok_or_else(|| unreadable("word"))?,
        done: row.done,
        note: row.note.clone(),
        by: serde_json::from_str(&row.made_by).map_err(|_| unreadable("maker"))?,
        at: Timestamp::from_microsecond(row.at_us).map_err(|_| unreadable("time"))?,
    })
}
