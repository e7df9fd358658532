//! What is kept of reviews of the log.
//!
//! Rooms: `row` (rows ↔ the domain's words). Not here: what is chosen (`domain::review`), who may and the record in the log that comes before
//! (`service::review`).
//! Invariant: a row that cannot be understood fails the whole answer. What has been kept is never changed or removed; a closed review takes
//! no more judgements, whichever node is asked.

mod row;

use std::collections::BTreeMap;

use async_trait::async_trait;
use samsyn_domain::{
    review::{Closing, Mark, Pick, Review, ReviewFile},
    source::ProviderId,
};
use samsyn_service::port::{PortError, reviews::Reviews};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::{
    Store,
    entity::{review, review_closing, review_mark, review_pick},
    error::failed,
    migration::advisory_lock,
};

const BEGIN: &str = "keep review";
const READ: &str = "read reviews";
const MARK: &str = "keep judgement";
const CLOSE: &str = "close review";
/// PostgreSQL: the lock of whoever adds to a review. Any number, but the same in every version.
const REVIEW_LOCK: i64 = 0x5a5a_0013;
/// SQLite takes at most so many values in a statement.
const PICKS_AT_ONCE: usize = 100;

#[async_trait]
impl Reviews for Store {
    async fn begin_review(&self, new: &Review, picks: &[Pick]) -> Result<(), PortError> {
        let work = async {
            let failed = failed(BEGIN);
            let (new, picks) = (row::of_review(new)?, row::of_picks(&new.id, picks)?);
            let transaction = self.begin_write().await.map_err(&failed)?;
            review::Entity::insert(new).exec_without_returning(&transaction).await.map_err(&failed)?;
            for some in picks.chunks(PICKS_AT_ONCE) {
                let insert = review_pick::Entity::insert_many(some.to_vec());
                insert.exec_without_returning(&transaction).await.map_err(&failed)?;
            }
            transaction.commit().await.map_err(&failed)
        };
        self.work(BEGIN, work).await
    }

    async fn reviews_of(&self, provider: &ProviderId) -> Result<Vec<ReviewFile>, PortError> {
        let work = async {
            let found = review::Entity::find()
                .filter(review::Column::Provider.eq(row::lower(provider.as_str())))
                .order_by_desc(review::Column::BegunUs)
                .order_by_asc(review::Column::Id)
                .all(&self.connections.reads)
                .await
                .map_err(failed(READ))?;
            self.files(found).await
        };
        self.work(READ, work).await
    }

    async fn review(&self, provider: &ProviderId, id: &str) -> Result<Option<ReviewFile>, PortError> {
        let work = async {
            let found = self.own_review(&self.connections.reads, provider, id).await.map_err(failed(READ))?;
            Ok(self.files(found.into_iter().collect()).await?.pop())
        };
        self.work(READ, work).await
    }

    async fn mark_pick(&self, provider: &ProviderId, review: &str, mark: &Mark) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(MARK);
            let transaction = self.begin_write().await.map_err(&failed)?;
            let number = i32::try_from(mark.pick).map_err(|_| PortError::new(MARK, "its pick is none"))?;
            let is_open = self.is_open(&transaction, provider, review).await.map_err(&failed)?;
            let pick = review_pick::Entity::find_by_id((review.to_owned(), number));
            if !is_open || pick.one(&transaction).await.map_err(&failed)?.is_none() {
                return Ok(false);
            }
            let before = review_mark::Entity::find().filter(review_mark::Column::Review.eq(review));
            let before = before.count(&transaction).await.map_err(&failed)?;
            let new = row::of_mark(review, before, mark)?;
            review_mark::Entity::insert(new).exec_without_returning(&transaction).await.map_err(&failed)?;
            transaction.commit().await.map_err(&failed)?;
            Ok(true)
        };
        self.work(MARK, work).await
    }

    async fn close_review(&self, provider: &ProviderId, review: &str, closing: &Closing) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(CLOSE);
            let transaction = self.begin_write().await.map_err(&failed)?;
            if !self.is_open(&transaction, provider, review).await.map_err(&failed)? {
                return Ok(false);
            }
            let picks = review_pick::Entity::find().filter(review_pick::Column::Review.eq(review));
            let picks = picks.all(&transaction).await.map_err(&failed)?;
            let marks = review_mark::Entity::find().filter(review_mark::Column::Review.eq(review));
            let marks = marks.all(&transaction).await.map_err(&failed)?;
            if !picks.iter().all(|pick| marks.iter().any(|mark| mark.pick == pick.number)) {
                return Ok(false);
            }
            let new = row::of_closing(review, closing)?;
            review_closing::Entity::insert(new).exec_without_returning(&transaction).await.map_err(&failed)?;
            transaction.commit().await.map_err(&failed)?;
            Ok(true)
        };
        self.work(CLOSE, work).await
    }
}

impl Store {
    async fn own_review(
        &self,
        connection: &impl ConnectionTrait,
        provider: &ProviderId,
        id: &str,
    ) -> Result<Option<review::Model>, DbErr> {
        let own = review::Column::Provider.eq(row::lower(provider.as_str()));
        review::Entity::find_by_id(id).filter(own).one(connection).await
    }

    /// Whether this provider has the review and nobody has closed it; holds until the transaction ends.
    async fn is_open(
        &self,
        transaction: &impl ConnectionTrait,
        provider: &ProviderId,
        id: &str,
    ) -> Result<bool, DbErr> {
        // SQLite's transaction is the only one that writes.
        if transaction.get_database_backend() == DbBackend::Postgres {
            transaction.execute_raw(advisory_lock(REVIEW_LOCK)).await?;
        }
        let own = self.own_review(transaction, provider, id).await?.is_some();
        Ok(own && review_closing::Entity::find_by_id(id).one(transaction).await?.is_none())
    }

    /// Reviews with what belongs to them.
    async fn files(&self, reviews: Vec<review::Model>) -> Result<Vec<ReviewFile>, PortError> {
        let failed = failed(READ);
        let reads = &self.connections.reads;
        let mut files = Vec::new();
        // A page of ids at a time: an engine takes only so many values in a statement.
        for some in reviews.chunks(PICKS_AT_ONCE) {
            let ids: Vec<&str> = some.iter().map(|one| one.id.as_str()).collect();
            let picks = review_pick::Entity::find()
                .filter(review_pick::Column::Review.is_in(ids.iter().copied()))
                .order_by_asc(review_pick::Column::Number)
                .all(reads);
            let marks = review_mark::Entity::find()
                .filter(review_mark::Column::Review.is_in(ids.iter().copied()))
                .order_by_asc(review_mark::Column::Number)
                .all(reads);
            let closings = review_closing::Entity::find()
                .filter(review_closing::Column::Review.is_in(ids.iter().copied()))
                .all(reads);
            let mut picked: BTreeMap<String, Vec<Pick>> = BTreeMap::new();
            for one in picks.await.map_err(&failed)? {
                picked.entry(one.review.clone()).or_default().push(row::pick(one)?);
            }
            let mut marked: BTreeMap<String, Vec<Mark>> = BTreeMap::new();
            for one in marks.await.map_err(&failed)? {
                marked.entry(one.review.clone()).or_default().push(row::mark(one)?);
            }
            let mut closed: BTreeMap<String, Closing> = BTreeMap::new();
            for one in closings.await.map_err(&failed)? {
                closed.insert(one.review.clone(), row::closing(one)?);
            }
            for one in some {
                files.push(ReviewFile {
                    picks: picked.remove(&one.id).unwrap_or_default(),
                    marks: marked.remove(&one.id).unwrap_or_default(),
                    closing: closed.remove(&one.id),
                    review: row::review(one)?,
                });
            }
        }
        Ok(files)
    }
}
