//! A notice of logout that has been used.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_logout")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub notice: String,
    pub sid: Option<String>,
    pub until_us: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
