//! The organisations' matrices of roles, version by version.
//!
//! Not here: who may make one, and the record in the log that comes before (`service::roles`).
//! Invariant: the newest version holds; one that cannot be understood is an error and never the defaults.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::source::OrganisationId;
use samsyn_service::port::{
    PortError,
    role_matrices::{MatrixVersion, RoleMatrices},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};

use crate::{
    Store,
    entity::role_matrix::{ActiveModel, Column, Entity, Model},
    error::failed,
};

const READ: &str = "read matrix of roles";
const KEEP: &str = "keep matrix of roles";

#[async_trait]
impl RoleMatrices for Store {
    async fn current(&self, organisation: &OrganisationId) -> Result<Option<MatrixVersion>, PortError> {
        let newest = self.answer(READ, newest_first(organisation).one(&self.connections.reads)).await?;
        newest.as_ref().map(read).transpose()
    }

    async fn history(&self, organisation: &OrganisationId) -> Result<Vec<MatrixVersion>, PortError> {
        let question = newest_first(organisation).all(&self.connections.reads);
        let rows = self.answer(READ, question).await?;
        rows.iter().map(read).collect()
    }

    async fn keep_version(&self, version: &MatrixVersion) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(KEEP);
            let unwritable = |_| PortError::new(KEEP, "it cannot be written as JSON");
            let row = ActiveModel {
                organisation: Set(version.by.organisation.as_str().to_owned()),
                version: Set(i64::from(version.number)),
                matrix: Set(serde_json::to_string(&version.matrix).map_err(unwritable)?),
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

fn read(row: &Model) -> Result<MatrixVersion, PortError> {
    let number = row.version;
    let unreadable = |what: &str| {
        PortError::new(READ, format_args!("{what} of version {number} of {} cannot be read", row.organisation))
    };
    Ok(MatrixVersion {
        number: u32::try_from(number).map_err(|_| unreadable("number"))?,
        matrix: serde_json::from_str(&row.matrix).map_err(|_| unreadable("matrix"))?,
        at: Timestamp::from_microsecond(row.at_us).map_err(|_| unreadable("time"))?,
        by: serde_json::from_str(&row.made_by).map_err(|_| unreadable("maker"))?,
    })
}
