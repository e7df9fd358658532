//! Organisations' catalogues of packages, their content, and the keys of vendors.
//!
//! Not here: who may upload, and the record in the log that comes before (`service::catalogue`).
//! Invariant: content is what its address says, or an error; a row that cannot be understood is an error and never none.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    package::{Uploaded, VendorKey, Verdict},
    source::OrganisationId,
};
use samsyn_service::port::{PortError, packages::Packages};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use crate::{
    Store,
    entity::{package, package_content, vendor_key},
    error::failed,
};

const READ: &str = "read the catalogue";
const READ_KEYS: &str = "read the keys of vendors";
const KEEP: &str = "keep a package";
const KEEP_KEY: &str = "keep the key of a vendor";

#[async_trait]
impl Packages for Store {
    async fn packages(&self, organisation: &OrganisationId) -> Result<Vec<Uploaded>, PortError> {
        let all = package::Entity::find().filter(package::Column::Organisation.eq(organisation.as_str()));
        let rows = self.answer(READ, all.order_by_asc(package::Column::Step).all(&self.connections.reads)).await?;
        // Of each the newest trial: its beginning, and its end when it has one.
        let mut newest: BTreeMap<String, Vec<package::Model>> = BTreeMap::new();
        for row in rows {
            let steps = newest.entry(row.digest.clone()).or_default();
            if row.verdict.is_none() {
                steps.clear();
            }
            steps.push(row);
        }
        let mut packages: Vec<Uploaded> = newest.values().map(|steps| read(steps)).collect::<Result<_, _>>()?;
        packages.sort_by(|one, other| (other.at, &other.digest).cmp(&(one.at, &one.digest)));
        Ok(packages)
    }

    async fn keep_uploaded(&self, uploaded: &Uploaded) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(KEEP);
            let row = step(uploaded, i64::from(uploaded.number) * 2 - 1, None)?;
            let transaction = self.begin_write().await.map_err(&failed)?;
            let before = newest_step(&transaction, uploaded).await.map_err(&failed)?;
            let ended = i64::from(uploaded.number) * 2 - 2;
            if before == ended - 1 && before > 0 {
                let broken_off = Verdict::refused("the trial was broken off", "upload the package again");
                insert(step(uploaded, ended, Some(&broken_off))?, &transaction).await.map_err(&failed)?;
            } else if before != ended {
                return Ok(false);
            }
            let kept = insert(row, &transaction).await.map_err(&failed)?;
            transaction.commit().await.map_err(&failed)?;
            Ok(kept)
        };
        self.work(KEEP, work).await
    }

    async fn keep_verdict(
        &self,
        uploaded: &Uploaded,
        verdict: &Verdict,
        content: Option<(&[u8], &[u8])>,
    ) -> Result<(), PortError> {
        let work = async {
            let failed = failed(KEEP);
            let row = step(uploaded, i64::from(uploaded.number) * 2, Some(verdict))?;
            let transaction = self.begin_write().await.map_err(&failed)?;
            for bytes in content.iter().flat_map(|(package, component)| [package, component]) {
                keep_content(bytes, &transaction).await.map_err(&failed)?;
            }
            insert(row, &transaction).await.map_err(&failed)?;
            transaction.commit().await.map_err(&failed)
        };
        self.work(KEEP, work).await
    }

    async fn content(&self, address: &str) -> Result<Option<Vec<u8>>, PortError> {
        let row = package_content::Entity::find_by_id(address).one(&self.connections.reads);
        let Some(row) = self.answer(READ, row).await? else { return Ok(None) };
        if hex::encode(Sha256::digest(&row.content)) == address {
            Ok(Some(row.content))
        } else {
            Err(PortError::new(READ, format_args!("the content at {address} was changed")))
        }
    }

    async fn vendor_keys(&self, organisation: &OrganisationId) -> Result<Vec<VendorKey>, PortError> {
        let all = vendor_key::Entity::find().filter(vendor_key::Column::Organisation.eq(organisation.as_str()));
        let rows =
            self.answer(READ_KEYS, all.order_by_asc(vendor_key::Column::Step).all(&self.connections.reads)).await?;
        let newest: BTreeMap<&str, &vendor_key::Model> = rows.iter().map(|row| (row.key.as_str(), row)).collect();
        let mut keys: Vec<VendorKey> =
            newest.into_values().filter(|row| row.step % 2 == 1).map(key).collect::<Result<_, _>>()?;
        keys.sort_by(|one, other| (&one.name, &one.key).cmp(&(&other.name, &other.key)));
        Ok(keys)
    }

    async fn enrol(&self, key: &VendorKey) -> Result<bool, PortError> {
        self.keep_key(&key.key, Some(&key.name), key.at, &key.by).await
    }

    async fn withdraw_key(&self, key: &str, at: Timestamp, by: &Registrar) -> Result<bool, PortError> {
        self.keep_key(key, None, at, by).await
    }
}

impl Store {
    /// The next step of a key: enrolled under a name, or withdrawn. False when that is how it stands already.
    async fn keep_key(&self, key: &str, name: Option<&str>, at: Timestamp, by: &Registrar) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(KEEP_KEY);
            let transaction = self.begin_write().await.map_err(&failed)?;
            let of_it = vendor_key::Entity::find()
                .filter(vendor_key::Column::Organisation.eq(by.organisation.as_str()))
                .filter(vendor_key::Column::Key.eq(key));
            let newest = of_it.order_by_desc(vendor_key::Column::Step).one(&transaction).await.map_err(&failed)?;
            let before = newest.as_ref().map_or(0, |row| row.step);
            if (before % 2 == 1) == name.is_some() {
                return Ok(false);
            }
            let named = name.map(str::to_owned).or_else(|| newest.map(|row| row.name)).unwrap_or_default();
            let row = vendor_key::ActiveModel {
                organisation: Set(by.organisation.as_str().to_owned()),
                key: Set(key.to_owned()),
                step: Set(before + 1),
                name: Set(named),
                at_us: Set(at.as_microsecond()),
                made_by: Set(json(by, KEEP_KEY)?),
            };
            // PostgreSQL: another node may be keeping the same step at this very moment.
            let columns = [vendor_key::Column::Organisation, vendor_key::Column::Key, vendor_key::Column::Step];
            let kept = vendor_key::Entity::insert(row)
                .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
                .exec_without_returning(&transaction)
                .await
                .map_err(&failed)?;
            transaction.commit().await.map_err(&failed)?;
            Ok(kept > 0)
        };
        self.work(KEEP_KEY, work).await
    }
}

fn json(value: &impl Serialize, operation: &'static str) -> Result<String, PortError> {
    serde_json::to_string(value).map_err(|_| PortError::new(operation, "it cannot be written as JSON"))
}

fn step(uploaded: &Uploaded, step: i64, verdict: Option<&Verdict>) -> Result<package::ActiveModel, PortError> {
    Ok(package::ActiveModel {
        organisation: Set(uploaded.by.organisation.as_str().to_owned()),
        digest: Set(uploaded.digest.clone()),
        step: Set(step),
        at_us: Set(uploaded.at.as_microsecond()),
        made_by: Set(json(&uploaded.by, KEEP)?),
        verdict: Set(verdict.map(|verdict| json(verdict, KEEP)).transpose()?),
    })
}

async fn newest_step(database: &impl ConnectionTrait, uploaded: &Uploaded) -> Result<i64, sea_orm::DbErr> {
    let of_it = package::Entity::find()
        .filter(package::Column::Organisation.eq(uploaded.by.organisation.as_str()))
        .filter(package::Column::Digest.eq(uploaded.digest.as_str()));
    let newest = of_it.order_by_desc(package::Column::Step).one(database).await?;
    Ok(newest.map_or(0, |row| row.step))
}

async fn insert(row: package::ActiveModel, database: &impl ConnectionTrait) -> Result<bool, sea_orm::DbErr> {
    // PostgreSQL: another node may be keeping the same step at this very moment.
    let columns = [package::Column::Organisation, package::Column::Digest, package::Column::Step];
    let there_stays = OnConflict::columns(columns).do_nothing().to_owned();
    Ok(package::Entity::insert(row).on_conflict(there_stays).exec_without_returning(database).await? > 0)
}

/// What stands at an address stays: two packages can have one component.
async fn keep_content(bytes: &[u8], database: &impl ConnectionTrait) -> Result<(), sea_orm::DbErr> {
    let address = hex::encode(Sha256::digest(bytes));
    if package_content::Entity::find_by_id(&address).one(database).await?.is_none() {
        let row = package_content::ActiveModel { address: Set(address), content: Set(bytes.to_vec()) };
        row.insert(database).await?;
    }
    Ok(())
}

fn understood<T: DeserializeOwned>(text: &str, digest: &str, what: &str) -> Result<T, PortError> {
    serde_json::from_str(text)
        .map_err(|_| PortError::new(READ, format_args!("{what} of package {digest} cannot be read")))
}

/// A trial, from its beginning and perhaps its end.
fn read(steps: &[package::Model]) -> Result<Uploaded, PortError> {
    let [begun, ended @ ..] = steps else { return Err(PortError::new(READ, "a package without a trial")) };
    let digest = &begun.digest;
    let unreadable = |what: &str| PortError::new(READ, format_args!("{what} of package {digest} cannot be read"));
    let verdict = ended.first().and_then(|ended| ended.verdict.as_deref());
    Ok(Uploaded {
        digest: digest.clone(),
        number: u32::try_from((begun.step + 1) / 2).map_err(|_| unreadable("number"))?,
        at: Timestamp::from_microsecond(begun.at_us).map_err(|_| unreadable("time"))?,
        by: understood(&begun.made_by, digest, "maker")?,
        verdict: verdict.map(|text| understood(text, digest, "verdict")).transpose()?,
    })
}

fn key(row: &vendor_key::Model) -> Result<VendorKey, PortError> {
    let unreadable = |what: &str| PortError::new(READ_KEYS, format_args!("{what} of key {} cannot be read", row.key));
    Ok(VendorKey {
        key: row.key.clone(),
        name: row.name.clone(),
        at: Timestamp::from_microsecond(row.at_us).map_err(|_| unreadable("time"))?,
        by: serde_json::from_str(&row.made_by).map_err(|_| unreadable("maker"))?,
    })
}
