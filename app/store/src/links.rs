//! The agreed index of which organisations a patient is tied to.
//!
//! Not here: which sources are asked because of it (`service::overview`).
//! The patient is a keyed tag: a copy tells how many organisations somebody is tied to, and not who.
//! Invariant: read anew on every call.

use std::collections::BTreeSet;

use async_trait::async_trait;
use samsyn_domain::{identifier::PersonIdentifier, source::OrganisationId};
use samsyn_service::port::{PortError, links::Links};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::{Store, entity::link, error::failed};

/// Rows in one statement, well below the parameter limits of both engines.
const ROWS_PER_INSERT: usize = 500;

#[async_trait]
impl Links for Store {
    async fn of_patient(&self, patient: &PersonIdentifier) -> Result<BTreeSet<OrganisationId>, PortError> {
        let find = link::Entity::find().filter(link::Column::PatientTag.eq(self.link_tag(patient)));
        let rows = self.answer("read links", find.all(&self.connections.reads)).await?;
        Ok(rows.into_iter().map(|row| OrganisationId::new(row.organisation)).collect())
    }
}

impl Store {
    fn link_tag(&self, patient: &PersonIdentifier) -> String {
        self.key.tag(patient, "link.patient_tag")
    }

    /// Replaces the whole index. The same pair twice counts once.
    ///
    /// # Errors
    /// When it cannot be written; then the old index still stands.
    pub async fn replace_links(&self, links: &[(PersonIdentifier, OrganisationId)]) -> Result<(), PortError> {
        let unique: BTreeSet<_> = links.iter().collect();
        let rows: Vec<link::ActiveModel> = unique
            .into_iter()
            .map(|(patient, organisation)| link::ActiveModel {
                patient_tag: Set(self.link_tag(patient)),
                organisation: Set(organisation.as_str().to_owned()),
            })
            .collect();
        let replace = async {
            let transaction = self.begin_write().await?;
            link::Entity::delete_many().exec(&transaction).await?;
            for part in rows.chunks(ROWS_PER_INSERT) {
                link::Entity::insert_many(part.to_vec()).exec_without_returning(&transaction).await?;
            }
            transaction.commit().await
        };
        replace.await.map_err(failed("replace links"))
    }
}
