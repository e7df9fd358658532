//! Handles: what stands in the address instead of a patient.
//!
//! Not here: making the random reference (`server`).
//! Invariant: a handle is found only by the session that made it, and only while both are alive.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{identifier::PersonIdentifier, viewer::Scope};
use samsyn_service::port::{
    PortError,
    handles::{Handle, Handles},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::{
    Store,
    entity::{handle, session},
    error::failed,
    sessions::alive,
};

#[async_trait]
impl Handles for Store {
    async fn keep(&self, session: &str, handle: &Handle, expires: Timestamp) -> Result<(), PortError> {
        let row = handle::ActiveModel {
            session_key: Set(session.to_owned()),
            id: Set(handle.id.clone()),
            patient: Set(handle.patient.digits().to_owned()),
            scope: Set(scope_word(handle.scope).to_owned()),
            live: Set(handle.live),
            assignment: Set(handle.assignment.clone()),
            ask_all: Set(handle.ask_all),
            expires_us: Set(expires.as_microsecond()),
        };
        handle::Entity::insert(row)
            .exec_without_returning(&self.connections.writes)
            .await
            .map_err(failed("keep handle"))?;
        Ok(())
    }

    async fn find(&self, session: &str, id: &str, now: Timestamp) -> Result<Option<Handle>, PortError> {
        let live_sessions =
            session::Entity::find().select_only().column(session::Column::Key).filter(alive(now)).into_query();
        let row = handle::Entity::find()
            .filter(handle::Column::SessionKey.eq(session))
            .filter(handle::Column::Id.eq(id))
            .filter(handle::Column::ExpiresUs.gt(now.as_microsecond()))
            .filter(handle::Column::SessionKey.in_subquery(live_sessions))
            .one(&self.connections.reads)
            .await
            .map_err(failed("find handle"))?;
        row.map(read).transpose()
    }
}

const fn scope_word(scope: Scope) -> &'static str {
    match scope {
        Scope::Own => "own",
        Scope::Shared => "shared",
    }
}

fn read(row: handle::Model) -> Result<Handle, PortError> {
    let scope = match row.scope.as_str() {
        "own" => Scope::Own,
        "shared" => Scope::Shared,
        _ => return Err(PortError::new("find handle", "its scope cannot be read")),
    };
    let patient = PersonIdentifier::stated(&row.patient)
        .map_err(|_| PortError::new("find handle", "its patient cannot be read"))?;
    Ok(Handle { id: row.id, patient, scope, live: row.live, assignment: row.assignment, ask_all: row.ask_all })
}
