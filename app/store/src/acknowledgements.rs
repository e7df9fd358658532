//! Who has acknowledged which text on confidentiality.
//!
//! Not here: the texts, and when one is asked for (`server`). Invariant: the first acknowledgement of a text stays as it was given.

use async_trait::async_trait;
use samsyn_domain::source::OrganisationId;
use samsyn_service::port::{
    PortError,
    acknowledgements::{Acknowledgement, Acknowledgements},
};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use crate::{
    Store,
    entity::acknowledgement::{ActiveModel, Column, Entity},
    error::failed,
};

const KEEP: &str = "keep acknowledgement";

#[async_trait]
impl Acknowledgements for Store {
    async fn is_acknowledged(
        &self,
        organisation: &OrganisationId,
        user_id: &str,
        digest: &str,
    ) -> Result<bool, PortError> {
        let key = (organisation.as_str().to_owned(), user_id.to_owned(), digest.to_owned());
        let found = self.answer("read acknowledgement", Entity::find_by_id(key).one(&self.connections.reads)).await?;
        Ok(found.is_some())
    }

    async fn acknowledge(&self, given: &Acknowledgement) -> Result<(), PortError> {
        let work = async { self.keep_acknowledgements(std::slice::from_ref(given)).await };
        self.work(KEEP, work).await
    }
}

impl Store {
    /// Keeps many at once; what has been acknowledged before stays as it was.
    ///
    /// # Errors
    /// When they cannot be written; then none of them is kept.
    pub async fn keep_acknowledgements(&self, given: &[Acknowledgement]) -> Result<(), PortError> {
        let failed = failed(KEEP);
        let transaction = self.begin_write().await.map_err(&failed)?;
        for one in given {
            let key = (one.organisation.as_str().to_owned(), one.user_id.clone(), one.digest.clone());
            if Entity::find_by_id(key).one(&transaction).await.map_err(&failed)?.is_some() {
                continue;
            }
            let row = ActiveModel {
                organisation: Set(one.organisation.as_str().to_owned()),
                user_id: Set(one.user_id.clone()),
                digest: Set(one.digest.clone()),
                name: Set(one.name.clone()),
                assignment: Set(one.assignment.clone()),
                at_us: Set(one.at.as_microsecond()),
            };
            // PostgreSQL: the same form sent twice may be on its way to another node.
            let there_stays =
                OnConflict::columns([Column::Organisation, Column::UserId, Column::Digest]).do_nothing().to_owned();
            Entity::insert(row).on_conflict(there_stays).exec_without_returning(&transaction).await.map_err(&failed)?;
        }
        transaction.commit().await.map_err(&failed)
    }
}
