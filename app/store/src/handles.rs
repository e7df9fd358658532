//! Handles: what stands in the address instead of a patient.
//!
//! Not here: making the random reference (`server`).
//! Invariant: a handle is found only by the session that made it, and only while both are alive; its patient is stored sealed.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::viewer::Scope;
use samsyn_service::port::{
    PortError,
    handles::{Handle, Handles},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::{
    Store, StoreKey,
    entity::{handle, session},
    seal::Cell,
    sessions::alive,
};

#[async_trait]
impl Handles for Store {
    async fn keep(&self, session: &str, handle: &Handle, expires: Timestamp) -> Result<(), PortError> {
        let patient = self.key.seal(&handle.patient, Cell::of_handle(session, &handle.id));
        let row = handle::ActiveModel {
            session_key: Set(session.to_owned()),
            id: Set(handle.id.clone()),
            patient: Set(patient.map_err(|error| PortError::new("keep handle", error))?),
            scope: Set(scope_word(handle.scope).to_owned()),
            live: Set(handle.live),
            assignment: Set(handle.assignment.clone()),
            ask_all: Set(handle.ask_all),
            expires_us: Set(expires.as_microsecond()),
        };
        let keep = handle::Entity::insert(row).exec_without_returning(&self.connections.writes);
        self.answer("keep handle", keep).await.map(drop)
    }

    async fn find(&self, session: &str, id: &str, now: Timestamp) -> Result<Option<Handle>, PortError> {
        let live_sessions =
            session::Entity::find().select_only().column(session::Column::Key).filter(alive(now)).into_query();
        let find = handle::Entity::find()
            .filter(handle::Column::SessionKey.eq(session))
            .filter(handle::Column::Id.eq(id))
            .filter(handle::Column::ExpiresUs.gt(now.as_microsecond()))
            .filter(handle::Column::SessionKey.in_subquery(live_sessions));
        let row = self.answer("find handle", find.one(&self.connections.reads)).await?;
        row.map(|row| read(&self.key, row)).transpose()
    }

    async fn all(&self, session: &str, now: Timestamp) -> Result<Vec<Handle>, PortError> {
        let find = handle::Entity::find()
            .filter(handle::Column::SessionKey.eq(session))
            .filter(handle::Column::ExpiresUs.gt(now.as_microsecond()));
        let rows = self.answer("read handles", find.all(&self.connections.reads)).await?;
        rows.into_iter().map(|row| read(&self.key, row)).collect()
    }
}

const fn scope_word(scope: Scope) -> &'static str {
    match scope {
        Scope::Own => "own",
        Scope::Shared => "shared",
    }
}

fn read(key: &StoreKey, row: handle::Model) -> Result<Handle, PortError> {
    let scope = match row.scope.as_str() {
        "own" => Scope::Own,
        "shared" => Scope::Shared,
        _ => return Err(PortError::new("find handle", "its scope cannot be read")),
    };
    let patient = key
        .open(&row.patient, Cell::of_handle(&row.session_key, &row.id))
        .map_err(|error| PortError::new("find handle", format_args!("its patient does not open: {error}")))?;
    Ok(Handle { id: row.id, patient, scope, live: row.live, assignment: row.assignment, ask_all: row.ask_all })
}
