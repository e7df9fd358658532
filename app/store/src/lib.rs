//! The database: sessions, handles, blocks, known links, the register of consents, relations and exceptions, what emergencies
//! left to be told, reviews of the log, what was shown where that is kept, the matrices of roles, acknowledgements, and the audit log, on SQLite or PostgreSQL.
//!
//! Rooms: `open` (pools, files, durability), `migration` (the schema, one set for both engines), `entity` (the tables),
//! `audit` (the transparency log: group commit, tree, checkpoints, verification), `key` and `seal` (patients at rest), `answer` (how long a question may
//! take), and one file for each of the other ports.
//! Not here: what is logged and when (`service`), what a session contains (`server`), who may see what (`domain::access`).
//! Invariants: an acknowledged audit record is durable and present exactly once (I2); decisions are read from the database
//! on every call and cached nowhere (I8); no error text carries a value that was stored, though it may name the row; the patient of
//! a record, a handle, a registration, a block or a follow-up is stored sealed.
//! To add a table: a migration, an entity, then a file here that implements the port.

mod acknowledgements;
mod answer;
mod audit;
mod bindings;
mod blocks;
mod config;
mod drafts;
mod enablements;
mod entity;
mod error;
mod follow_ups;
mod go_live;
mod handles;
mod key;
mod links;
mod migration;
mod moving;
mod notices;
mod open;
mod packages;
mod registrations;
mod reports;
mod reviews;
mod role_matrices;
mod seal;
mod sessions;
mod sign_ins;
mod snapshots;
mod stages;
mod store;
mod units;
mod users;

pub use samsyn_service::port::acknowledgements::Acknowledgement;

pub use audit::{
    AuditBreak, AuditFile, AuditFileError, AuditHead, AuditStep, AuditVerdict, CheckpointError, ExportError,
    LogCheckpoint, ProvenRecord, exported_key, verify_exported,
};
pub use config::{Place, StoreConfig};
pub use error::StoreError;
pub use key::{KeyError, StoreKey};
pub use moving::{Copied, CopyError, copy_store, forgotten_tables};
pub use store::Store;
