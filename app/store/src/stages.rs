//! How far sources have come, stage by stage.
//!
//! Not here: who may decide, and the record in the log that comes before (`service::sources`).
//! Invariant: of a source's stages the newest holds; one that cannot be understood is an error and never "in use".

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    source::{OrganisationId, SourceId},
    stage::{Stage, Staged},
};
use samsyn_service::port::{PortError, stages::Stages};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Statement, sea_query::OnConflict};

use crate::{
    Store,
    entity::source_stage::{ActiveModel, Column, Entity, Model},
    error::failed,
};

const READ: &str = "read the stages of sources";
const KEEP: &str = "keep the stage of a source";

/// By the primary key, a step of it for each source.
const NEWEST: &str = "SELECT * FROM source_stage AS one \
     WHERE one.number = (SELECT MAX(other.number) FROM source_stage AS other WHERE other.source = one.source) \
     ORDER BY one.source";

#[async_trait]
impl Stages for Store {
    async fn newest(&self) -> Result<Vec<Staged>, PortError> {
        let backend = self.connections.reads.get_database_backend();
        let newest = Entity::find().from_raw_sql(Statement::from_string(backend, NEWEST));
        let rows = self.answer(READ, newest.all(&self.connections.reads)).await?;
        rows.iter().map(read).collect()
    }

    async fn history(&self, source: &SourceId) -> Result<Vec<Staged>, PortError> {
        let rows = self.answer(READ, newest_first(source).all(&self.connections.reads)).await?;
        rows.iter().map(read).collect()
    }

    async fn keep(&self, staged: &Staged) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(KEEP);
            let unwritable = |_| PortError::new(KEEP, "it cannot be written as JSON");
            let row = ActiveModel {
                source: Set(staged.source.as_str().to_owned()),
                number: Set(i64::from(staged.number)),
                organisation: Set(staged.organisation.as_str().to_owned()),
                stage: Set(staged.stage.word().to_owned()),
                at_us: Set(staged.at.as_microsecond()),
                running: Set(staged.running.map(i64::from)),
                trial: Set(staged.trial.map(i64::from)),
                decider: Set(serde_json::to_string(&staged.decider).map_err(unwritable)?),
            };
            let transaction = self.begin_write().await.map_err(&failed)?;
            let newest = newest_first(&staged.source).one(&transaction).await.map_err(&failed)?;
            if newest.map_or(0, |newest| newest.number) + 1 != i64::from(staged.number) {
                return Ok(false);
            }
            // PostgreSQL: another node may be keeping the same number at this very moment.
            let there_stays = OnConflict::columns([Column::Source, Column::Number]).do_nothing().to_owned();
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

fn newest_first(source: &SourceId) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::Source.eq(source.as_str())).order_by_desc(Column::Number)
}

fn read(row: &Model) -> Result<Staged, PortError> {
    let unreadable = |what: &str| {
        PortError::new(READ, format_args!("{what} of stage {} of {} cannot be read", row.number, row.source))
    };
    let binding =
        |number: Option<i64>| number.map(|number| u32::try_from(number).map_err(|_| unreadable("binding"))).transpose();
    Ok(Staged {
        source: SourceId::new(&row.source),
        organisation: OrganisationId::new(&row.organisation),
        number: u32::try_from(row.number).map_err(|_| unreadable("number"))?,
        stage: Stage::of_word(&row.stage).ok_or_else(|| unreadable("word"))?,
        running: binding(row.running)?,
        trial: binding(row.trial)?,
        at: Timestamp::from_microsecond(row.at_us).map_err(|_| unreadable("time"))?,
        decider: serde_json::from_str(&row.decider).map_err(|_| unreadable("decider"))?,
    })
}
