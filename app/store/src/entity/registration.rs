//! What staff have registered about a patient: a consent, a relation or an exception.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registration")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub kind: String,
    pub patient_tag: String,
    pub patient: String,
    pub provider: String,
    pub unit_id: Option<String>,
    pub unit_name: Option<String>,
    pub employee: Option<String>,
    pub from_us: i64,
    pub to_us: Option<i64>,
    pub stated: String,
    pub registered_us: i64,
    pub registered_by: String,
    pub ended_us: Option<i64>,
    pub ended_by: Option<String>,
    pub voided: Option<bool>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
