//! A judgement of an act that was chosen for a review.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_mark")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub review: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub pick: i32,
    pub verdict: String,
    pub note: String,
    pub at_us: i64,
    pub made_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
