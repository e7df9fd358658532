//! What an emergency has left to be told in words.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "follow_up")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub patient: String,
    pub provider: String,
    pub employee: String,
    pub opened_by: String,
    pub opened_us: i64,
    pub due_us: i64,
    pub reason: String,
    pub text: Option<String>,
    pub written_us: Option<i64>,
    pub written_text: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
