//! The end of a review.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_closing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub review: String,
    pub result: String,
    pub at_us: i64,
    pub made_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
