//! One record of the audit log.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_record")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub leaf_index: i64,
    pub id: String,
    pub stage: String,
    pub intent: Option<String>,
    pub activity: String,
    pub at: String,
    pub provider: Option<String>,
    pub user_id: Option<String>,
    pub patient: Option<String>,
    pub viewer: Option<String>,
    pub details: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
