//! What stands in an address instead of a patient.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handle")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_key: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub patient: String,
    pub scope: String,
    pub live: bool,
    pub assignment: String,
    pub ask_all: bool,
    pub expires_us: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
