//! One employee in one assignment, as it was stated last.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "portal_user")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub employee: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub assignment: String,
    pub user_id: String,
    pub name: String,
    pub post: String,
    pub first_us: i64,
    pub used_us: Option<i64>,
    pub changed_us: Option<i64>,
    pub former: Option<String>,
    pub gone_us: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
