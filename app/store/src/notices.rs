//! Notices to staff, and which of them were taken back.
//!
//! Not here: who may publish one, and the record in the log that comes before (`service::notices`).
//! Invariant: one that cannot be understood is an error and never no notice.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{access::Registrar, notice::Published, source::OrganisationId};
use samsyn_service::port::{PortError, notices::Notices};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};

use crate::{
    Store,
    entity::notice::{ActiveModel, Column, Entity, Model},
    error::failed,
};

const READ: &str = "read notices";
const PUBLISH: &str = "publish a notice";
const WITHDRAW: &str = "take a notice back";

/// Step of a notice that was published.
const PUBLISHED: i64 = 1;
/// Step of one that was taken back.
const WITHDRAWN: i64 = 2;

#[async_trait]
impl Notices for Store {
    async fn ending_after(&self, since: Timestamp) -> Result<Vec<Published>, PortError> {
        let ending = Entity::find().filter(Column::UntilUs.gt(since.as_microsecond()));
        let rows = ending.order_by_desc(Column::AtUs).order_by_asc(Column::Id).all(&self.connections.reads);
        let (published, withdrawn): (Vec<_>, Vec<_>) =
            self.answer(READ, rows).await?.into_iter().partition(|row| row.step == PUBLISHED);
        let mut withdrawn: BTreeMap<String, Model> = withdrawn.into_iter().map(|row| (row.id.clone(), row)).collect();
        published.iter().map(|row| read(row, withdrawn.remove(&row.id).as_ref())).collect()
    }

    async fn publish(&self, published: &Published) -> Result<(), PortError> {
        let work = async {
            let unwritable = |_| PortError::new(PUBLISH, "it cannot be written as JSON");
            let content = serde_json::to_string(&published.notice).map_err(unwritable)?;
            let row = ActiveModel {
                id: Set(published.id.clone()),
                step: Set(PUBLISHED),
                organisation: Set(published.by.organisation.as_str().to_owned()),
                until_us: Set(published.notice.until.as_microsecond()),
                content: Set(Some(content)),
                at_us: Set(published.at.as_microsecond()),
                made_by: Set(serde_json::to_string(&published.by).map_err(unwritable)?),
            };
            let failed = failed(PUBLISH);
            let transaction = self.begin_write().await.map_err(&failed)?;
            Entity::insert(row).exec_without_returning(&transaction).await.map_err(&failed)?;
            transaction.commit().await.map_err(&failed)
        };
        self.work(PUBLISH, work).await
    }

    async fn withdraw(
        &self,
        organisation: &OrganisationId,
        id: &str,
        at: Timestamp,
        by: &Registrar,
    ) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(WITHDRAW);
            let transaction = self.begin_write().await.map_err(&failed)?;
            let of_it = Entity::find().filter(Column::Id.eq(id)).filter(Column::Organisation.eq(organisation.as_str()));
            let rows = of_it.all(&transaction).await.map_err(&failed)?;
            let [published] = rows.as_slice() else { return Ok(false) };
            let made_by = serde_json::to_string(by).map_err(|_| PortError::new(WITHDRAW, "its maker is no JSON"))?;
            let row = ActiveModel {
                id: Set(published.id.clone()),
                step: Set(WITHDRAWN),
                organisation: Set(published.organisation.clone()),
                until_us: Set(published.until_us),
                content: Set(None),
                at_us: Set(at.as_microsecond()),
                made_by: Set(made_by),
            };
            // PostgreSQL: another node may be taking it back at this very moment.
            let there_stays = OnConflict::columns([Column::Id, Column::Step]).do_nothing().to_owned();
            let kept = Entity::insert(row)
                .on_conflict(there_stays)
                .exec_without_returning(&transaction)
                .await
                .map_err(&failed)?;
            transaction.commit().await.map_err(&failed)?;
            Ok(kept > 0)
        };
        self.work(WITHDRAW, work).await
    }
}

fn read(row: &Model, withdrawn: Option<&Model>) -> Result<Published, PortError> {
    let unreadable = |what: &str| PortError::new(READ, format_args!("{what} of notice {} cannot be read", row.id));
    let time = |microseconds: i64| Timestamp::from_microsecond(microseconds).map_err(|_| unreadable("time"));
    let maker = |text: &str| serde_json::from_str::<Registrar>(text).map_err(|_| unreadable("maker"));
    let content = row.content.as_deref().ok_or_else(|| unreadable("content"))?;
    let withdrawn = withdrawn.map(|row| Ok::<_, PortError>((time(row.at_us)?, maker(&row.made_by)?))).transpose()?;
    Ok(Published {
        id: row.id.clone(),
        notice: serde_json::from_str(content).map_err(|_| unreadable("content"))?,
        at: time(row.at_us)?,
        by: maker(&row.made_by)?,
        withdrawn,
    })
}
