//! A block of the register.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "block")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub patient: String,
    pub kind: String,
    pub provider: String,
    pub unit: Option<String>,
    pub from_day: Option<String>,
    pub to_day: Option<String>,
    pub except_types: String,
    pub registered_us: i64,
    pub ended_us: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
