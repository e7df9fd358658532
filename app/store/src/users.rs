//! Who has signed in, in which assignments.
//!
//! Not here: what there is to know of a user (`domain::user`). Invariant: a row that cannot be understood fails the whole answer.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{source::OrganisationId, user::User};
use samsyn_service::port::{PortError, users::Users};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::OnConflict,
};

use crate::{
    Store,
    entity::portal_user::{Column, Entity, Model},
    error::failed,
};

const READ: &str = "read users";
const KEEP: &str = "keep users";

#[async_trait]
impl Users for Store {
    async fn of_employee(&self, employee: &str) -> Result<Vec<User>, PortError> {
        let rows = Entity::find().filter(Column::Employee.eq(lower(employee))).all(&self.connections.reads);
        self.answer(READ, rows).await?.iter().map(read).collect()
    }

    async fn of_organisation(&self, organisation: &OrganisationId) -> Result<Vec<User>, PortError> {
        let of_it = Entity::find().filter(Column::Organisation.eq(organisation.as_str()));
        let rows = of_it.order_by_asc(Column::Name).order_by_asc(Column::Assignment).all(&self.connections.reads);
        self.answer(READ, rows).await?.iter().map(read).collect()
    }

    async fn keep(&self, users: &[User]) -> Result<(), PortError> {
        let rows = users.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let work = async {
            let failed = failed(KEEP);
            let transaction = self.begin_write().await.map_err(&failed)?;
            for row in rows {
                let instead = OnConflict::columns([Column::Organisation, Column::Employee, Column::Assignment])
                    .update_columns([
                        Column::UserId,
                        Column::Name,
                        Column::Post,
                        Column::UsedUs,
                        Column::ChangedUs,
                        Column::Former,
                        Column::GoneUs,
                    ])
                    .to_owned();
                let new = row.into_active_model().reset_all();
                let kept = Entity::insert(new).on_conflict(instead).exec_without_returning(&transaction).await;
                kept.map_err(&failed)?;
            }
            transaction.commit().await.map_err(&failed)
        };
        self.work(KEEP, work).await
    }
}

/// HSA-ids are the same in either case.
fn lower(id: &str) -> String {
    id.trim().to_ascii_lowercase()
}

fn row(user: &User) -> Result<Model, PortError> {
    let written = |post| serde_json::to_string(post).map_err(|_| PortError::new(KEEP, "a post has no JSON"));
    Ok(Model {
        organisation: user.organisation.as_str().to_owned(),
        employee: lower(&user.user_id),
        assignment: user.assignment.clone(),
        user_id: user.user_id.clone(),
        name: user.name.clone(),
        post: written(&user.post)?,
        first_us: user.first_at.as_microsecond(),
        used_us: user.used_at.map(Timestamp::as_microsecond),
        changed_us: user.changed.as_ref().map(|(at, _)| at.as_microsecond()),
        former: user.changed.as_ref().map(|(_, post)| written(post)).transpose()?,
        gone_us: user.gone_at.map(Timestamp::as_microsecond),
    })
}

fn read(row: &Model) -> Result<User, PortError> {
    let unreadable = |what: &str| {
        PortError::new(
            READ,
            format_args!("{what} of assignment {} of {} cannot be read", row.assignment, row.organisation),
        )
    };
    let time = |us: i64| Timestamp::from_microsecond(us).map_err(|_| unreadable("time"));
    let post = |text: &str| serde_json::from_str(text).map_err(|_| unreadable("post"));
    let changed = match (row.changed_us, &row.former) {
        (None, None) => None,
        (Some(at), Some(former)) => Some((time(at)?, post(former)?)),
        _ => return Err(unreadable("change")),
    };
    Ok(User {
        organisation: OrganisationId::new(&row.organisation),
        user_id: row.user_id.clone(),
        assignment: row.assignment.clone(),
        name: row.name.clone(),
        post: post(&row.post)?,
        first_at: time(row.first_us)?,
        used_at: row.used_us.map(time).transpose()?,
        changed,
        gone_at: row.gone_us.map(time).transpose()?,
    })
}
