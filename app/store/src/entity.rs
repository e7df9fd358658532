//! The tables as rows. What a column means stands in the migration that made it.
//!
//! Not here: translation to the domain's types (the file of each port).
//! Invariant: one file for one table, in the words of the table.

pub mod acknowledgement;
pub mod audit_head;
pub mod audit_patient;
pub mod audit_record;
pub mod audit_tile;
pub mod block;
pub mod block_register;
pub mod enablement;
pub mod follow_up;
pub mod go_live;
pub mod handle;
pub mod link;
pub mod login_test;
pub mod notice;
pub mod package;
pub mod package_content;
pub mod portal_user;
pub mod provider_logout;
pub mod provider_session;
pub mod registration;
pub mod report;
pub mod review;
pub mod review_closing;
pub mod review_mark;
pub mod review_pick;
pub mod role_matrix;
pub mod sealing_key;
pub mod session;
pub mod snapshot;
pub mod snapshot_content;
pub mod snapshot_key;
pub mod source_binding;
pub mod source_secret;
pub mod source_stage;
pub mod unit;
pub mod vendor_key;
