//! One row per provider: how fresh its list of blocks is.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "block_register")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider: String,
    pub verified_us: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The blocks of the list. Said as `belongs_to` because that is all a join needs.
    #[sea_orm(belongs_to = "super::block::Entity", from = "Column::Provider", to = "super::block::Column::Provider")]
    Block,
}

impl ActiveModelBehavior for ActiveModel {}
