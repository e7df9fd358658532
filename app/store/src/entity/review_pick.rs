//! An act that was chosen for a review.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_pick")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub review: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub reader: String,
    pub record: String,
    pub record_index: i64,
    pub record_us: i64,
    pub outcome_index: Option<i64>,
    pub outcome_us: Option<i64>,
    pub reasons: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
