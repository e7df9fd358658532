//! What emergencies have left to be told in words.
//!
//! Not here: when there is a task and whose (`domain::access`), the record in the log that comes before (`service::access`).
//! Invariant: a row that cannot be understood fails the whole answer. What has been kept is never removed, and changes once.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    access::{FollowUp, Reason, Written},
    source::ProviderId,
};
use samsyn_service::port::{PortError, follow_ups::FollowUps};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Store, StoreKey,
    entity::follow_up::{ActiveModel, Column, Entity, Model},
    error::failed,
    seal::Cell,
};

const LEAVE: &str = "keep follow-up";
const READ: &str = "read follow-ups";

#[async_trait]
impl FollowUps for Store {
    async fn leave(&self, task: &FollowUp) -> Result<(), PortError> {
        let work = async {
            let new = row(task, &self.key)?;
            let transaction = self.begin_write().await.map_err(failed(LEAVE))?;
            if Entity::find_by_id(&task.id).one(&transaction).await.map_err(failed(LEAVE))?.is_none() {
                // PostgreSQL: another node may be keeping it at this very moment.
                let there_stays = OnConflict::column(Column::Id).do_nothing().to_owned();
                let kept = Entity::insert(new).on_conflict(there_stays).exec_without_returning(&transaction).await;
                kept.map_err(failed(LEAVE))?;
            }
            transaction.commit().await.map_err(failed(LEAVE))
        };
        self.work(LEAVE, work).await
    }

    async fn follow_up(&self, provider: &ProviderId, id: &str) -> Result<Option<FollowUp>, PortError> {
        let question =
            Entity::find_by_id(id).filter(Column::Provider.eq(lower(provider.as_str()))).one(&self.connections.reads);
        let found = self.answer(READ, question).await?;
        found.map(|found| read(found, &self.key)).transpose()
    }

    async fn open_of_reader(&self, provider: &ProviderId, employee: &str) -> Result<Vec<FollowUp>, PortError> {
        let of_reader = Condition::all()
            .add(Column::Provider.eq(lower(provider.as_str())))
            .add(Column::Employee.eq(lower(employee)))
            .add(Column::WrittenUs.is_null());
        self.follow_ups_where(of_reader).await
    }

    async fn of_provider(&self, provider: &ProviderId) -> Result<Vec<FollowUp>, PortError> {
        let mut all =
            self.follow_ups_where(Condition::all().add(Column::Provider.eq(lower(provider.as_str())))).await?;
        // Stable: the open ones stay as they are, soonest due first.
        all.sort_by_key(|task| task.written.as_ref().map(|written| std::cmp::Reverse(written.at)));
        Ok(all)
    }

    async fn write(&self, provider: &ProviderId, id: &str, written: &Written) -> Result<bool, PortError> {
        let question = Entity::update_many()
            .col_expr(Column::WrittenUs, Expr::value(written.at.as_microsecond()))
            .col_expr(Column::WrittenText, Expr::value(written.text.as_str()))
            .filter(Column::Id.eq(id))
            .filter(Column::Provider.eq(lower(provider.as_str())))
            .filter(Column::WrittenUs.is_null())
            .exec(&self.connections.writes);
        let done = self.answer("write follow-up", question).await?;
        Ok(done.rows_affected > 0)
    }
}

impl Store {
    async fn follow_ups_where(&self, which: Condition) -> Result<Vec<FollowUp>, PortError> {
        let find = Entity::find().filter(which).order_by_asc(Column::DueUs).order_by_asc(Column::Id);
        let rows = self.answer(READ, find.all(&self.connections.reads)).await?;
        rows.into_iter().map(|found| read(found, &self.key)).collect()
    }
}

/// HSA-ids are the same in either case.
fn lower(id: &str) -> String {
    id.trim().to_ascii_lowercase()
}

fn row(task: &FollowUp, key: &StoreKey) -> Result<ActiveModel, PortError> {
    let FollowUp { id, patient, opened_by, opened_at, due, reason, text, written } = task;
    if written.is_some() {
        return Err(PortError::new(LEAVE, "a new one is open"));
    }
    let provider = lower(opened_by.provider.id.as_str());
    let sealed = key.seal(patient, Cell::of_follow_up(id, &provider)).map_err(|why| PortError::new(LEAVE, why))?;
    let by = serde_json::to_string(opened_by).map_err(|_| PortError::new(LEAVE, "its reader has no JSON"))?;
    Ok(ActiveModel {
        id: Set(id.clone()),
        patient: Set(sealed),
        employee: Set(lower(&opened_by.user_id)),
        provider: Set(provider),
        opened_by: Set(by),
        opened_us: Set(opened_at.as_microsecond()),
        due_us: Set(due.as_microsecond()),
        reason: Set(word(*reason).to_owned()),
        text: Set(text.clone()),
        written_us: Set(None),
        written_text: Set(None),
    })
}

fn read(row: Model, key: &StoreKey) -> Result<FollowUp, PortError> {
    let unreadable = |what: &str| PortError::new(READ, format_args!("follow-up {}: its {what} cannot be read", row.id));
    let moment = |us: i64| Timestamp::from_microsecond(us).map_err(|_| unreadable("time"));
    let patient =
        key.open(&row.patient, Cell::of_follow_up(&row.id, &row.provider)).map_err(|_| unreadable("patient"))?;
    let written = match (row.written_us, row.written_text.clone()) {
        (None, None) => None,
        (Some(at), Some(text)) => Some(Written { at: moment(at)?, text }),
        _ => return Err(unreadable("text")),
    };
    Ok(FollowUp {
        patient,
        opened_by: serde_json::from_str(&row.opened_by).map_err(|_| unreadable("reader"))?,
        opened_at: moment(row.opened_us)?,
        due: moment(row.due_us)?,
        reason: reason(&row.reason).ok_or_else(|| unreadable("reason"))?,
        text: row.text.clone(),
        written,
        id: row.id,
    })
}

const fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::Unconscious => "unconscious",
        Reason::AcutelyIll => "acutely-ill",
        Reason::Confused => "confused",
        Reason::Other => "other",
    }
}

fn reason(word: &str) -> Option<Reason> {
    Some(match word {
        "unconscious" => Reason::Unconscious,
        "acutely-ill" => Reason::AcutelyIll,
        "confused" => Reason::Confused,
        "other" => Reason::Other,
        _ => return None,
    })
}
