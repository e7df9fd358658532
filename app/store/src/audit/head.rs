//! The tree in the database: its head, one row that moves only from what it was last read as, and its tiles.
//!
//! Not here: the order of writes in a group (`queue`), whether records and tiles agree (`verify`).
//! Invariant: head, tiles and records move in one transaction; of two that would go on from the same head one is refused.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, sea_query::Expr,
};
use tlog_tiles::Hash;
use uuid::Uuid;

use super::{
    checkpoint::{LogCheckpoint, LogKey},
    tree::{Edge, Filled, NoTree, Place, edge_tiles},
    verify::AuditBreak,
};
use crate::{
    StoreError, StoreKey,
    entity::{audit_head, audit_record, audit_tile},
    error::failed,
};

/// The head's only row.
const ONE: i32 = 1;
/// Before the UUID in a log's name.
const ORIGIN: &str = "samsyn-log/";

/// A tree as its head and its tiles tell it.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub edge: Edge,
    pub root: Hash,
}

impl Tree {
    pub fn of(edge: Edge) -> Result<Self, NoTree> {
        Ok(Self { root: edge.root()?, edge })
    }
}

/// The tree could not be read, or is none.
pub(super) enum HeadError {
    Database(DbErr),
    Broken(AuditBreak),
}

impl From<DbErr> for HeadError {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

/// Gives a new log its name and its first head, and sees that an old one can be gone on with.
pub(crate) async fn begin(database: &impl ConnectionTrait, key: &StoreKey) -> Result<(), StoreError> {
    let failed = failed("read the head of the audit log");
    let Some(row) = row(database).await.map_err(&failed)? else {
        let records = audit_record::Entity::find().count(database).await.map_err(&failed)?;
        let tiles = audit_tile::Entity::find().count(database).await.map_err(&failed)?;
        if records + tiles > 0 {
            return Err(StoreError::BrokenLog(AuditBreak::NoHead));
        }
        let log = LogKey::of(key, &format!("{ORIGIN}{}", Uuid::new_v4()));
        return Ok(insert(database, &log).await.map_err(&failed)?);
    };
    let log = LogKey::of(key, &row.origin);
    LogCheckpoint::of_head(&row, &log.verifier_key()).map_err(StoreError::BrokenLog)?;
    match tree(database, &row).await {
        Ok(_) => Ok(()),
        Err(HeadError::Broken(broken)) => Err(StoreError::BrokenLog(broken)),
        Err(HeadError::Database(error)) => Err(failed(error).into()),
    }
}

async fn insert(database: &impl ConnectionTrait, log: &LogKey) -> Result<(), DbErr> {
    let no_tree = |_| DbErr::Custom("the empty tree has no head".into());
    let tree = Tree::of(Edge::default()).map_err(no_tree)?;
    let checkpoint = log.sign(0, tree.root).map_err(|_| DbErr::Custom("the head cannot be signed".into()))?;
    let row = audit_head::ActiveModel {
        id: Set(ONE),
        origin: Set(log.origin().to_owned()),
        tree_size: Set(0),
        root: Set(tree.root.to_string()),
        checkpoint: Set(checkpoint),
    };
    audit_head::Entity::insert(row).exec_without_returning(database).await.map(drop)
}

/// The head as it stands.
pub(super) async fn row(database: &impl ConnectionTrait) -> Result<Option<audit_head::Model>, DbErr> {
    audit_head::Entity::find_by_id(ONE).one(database).await
}

/// The tree that a head is the head of.
pub(super) async fn tree(database: &impl ConnectionTrait, head: &audit_head::Model) -> Result<Tree, HeadError> {
    let size = u64::try_from(head.tree_size).map_err(|_| HeadError::Broken(AuditBreak::Head))?;
    let edge = edge(database, size).await?.map_err(|NoTree| HeadError::Broken(AuditBreak::Head))?;
    let tree = Tree::of(edge).map_err(|NoTree| HeadError::Broken(AuditBreak::Head))?;
    if tree.root.to_string() == head.root { Ok(tree) } else { Err(HeadError::Broken(AuditBreak::Head)) }
}

/// The right edge of the tree as it was when it had so many records.
pub(super) async fn edge(database: &impl ConnectionTrait, size: u64) -> Result<Result<Edge, NoTree>, DbErr> {
    let kept = read(database, edge_tiles(size).map(|filled| filled.place)).await?;
    Ok(Edge::read(size, |place| kept.iter().find(|(at, _)| *at == place).map(|(_, hashes)| hashes.clone())))
}

/// What is kept of some tiles.
pub(super) async fn read(
    database: &impl ConnectionTrait,
    places: impl IntoIterator<Item = Place>,
) -> Result<Vec<(Place, Vec<u8>)>, DbErr> {
    let mut any = Condition::any();
    for place in places {
        any = any.add(at(place)?);
    }
    if any.is_empty() {
        return Ok(Vec::new());
    }
    let rows = audit_tile::Entity::find().filter(any).all(database).await?;
    rows.into_iter()
        .map(|row| {
            let level = u8::try_from(row.level).map_err(out_of_range)?;
            Ok((Place { level, index: u64::try_from(row.tile_index).map_err(out_of_range)? }, row.hashes))
        })
        .collect()
}

/// How many tiles are kept.
pub(super) async fn tiles_kept(database: &impl ConnectionTrait) -> Result<u64, DbErr> {
    audit_tile::Entity::find().count(database).await
}

fn at(place: Place) -> Result<Condition, DbErr> {
    let index = i64::try_from(place.index).map_err(out_of_range)?;
    let (level, number) = (audit_tile::Column::Level, audit_tile::Column::TileIndex);
    Ok(Condition::all().add(level.eq(i32::from(place.level))).add(number.eq(index)))
}

/// Moves the head from one tree to the next. False when it stands elsewhere: another node has moved it.
pub(super) async fn swap(
    database: &impl ConnectionTrait,
    from: &Tree,
    to: &Tree,
    checkpoint: &str,
) -> Result<bool, DbErr> {
    use audit_head::Column;
    let size = |tree: &Tree| i64::try_from(tree.edge.size()).map_err(out_of_range);
    let moved = audit_head::Entity::update_many()
        .col_expr(Column::TreeSize, Expr::value(size(to)?))
        .col_expr(Column::Root, Expr::value(to.root.to_string()))
        .col_expr(Column::Checkpoint, Expr::value(checkpoint))
        .filter(Column::Id.eq(ONE))
        .filter(Column::TreeSize.eq(size(from)?))
        .filter(Column::Root.eq(from.root.to_string()))
        .exec(database)
        .await?;
    Ok(moved.rows_affected == 1)
}

/// Keeps tiles that have grown since the tree had `before` records.
pub(super) async fn keep(
    database: &impl ConnectionTrait,
    before: u64,
    grown: impl IntoIterator<Item = (Place, Vec<u8>)>,
) -> Result<(), DbErr> {
    let there: Vec<Filled> = edge_tiles(before).collect();
    let mut new = Vec::new();
    for (place, hashes) in grown {
        if there.iter().any(|filled| filled.place == place) {
            let grow = audit_tile::Entity::update_many().col_expr(audit_tile::Column::Hashes, Expr::value(hashes));
            let grown = grow.filter(at(place)?).exec(database).await?;
            if grown.rows_affected != 1 {
                return Err(DbErr::RecordNotUpdated);
            }
        } else {
            new.push(audit_tile::ActiveModel {
                level: Set(i32::from(place.level)),
                tile_index: Set(i64::try_from(place.index).map_err(out_of_range)?),
                hashes: Set(hashes),
            });
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    audit_tile::Entity::insert_many(new).exec_without_returning(database).await.map(drop)
}

/// Whether a record stands outside the tree.
pub(super) async fn beyond(database: &impl ConnectionTrait, size: u64) -> Result<Option<i64>, DbErr> {
    use audit_record::Column::LeafIndex;
    let size = i64::try_from(size).map_err(out_of_range)?;
    let outside = Condition::any().add(LeafIndex.gte(size)).add(LeafIndex.lt(0));
    audit_record::Entity::find().select_only().column(LeafIndex).filter(outside).into_tuple().one(database).await
}

fn out_of_range(_: std::num::TryFromIntError) -> DbErr {
    DbErr::Custom("a place in the log is out of range".into())
}
