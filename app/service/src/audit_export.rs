//! The audit log in the forms that others read: a table (CSV), IHE BALP `AuditEvents` (FHIR R4), and the posts of the national log service
//! (TKB log 2.0).
//!
//! Rooms: `table`, `balp`, `national`, one file for each form. Not here: reading the log (`port::audit_log`), what belongs together
//! (`log_reading`) and what it says (`record::read`), the log's own form with its proofs (`store`), files (`samsyn`).
//! Invariant: no record is left out of the table or of BALP; an opening whose outcome is missing is told as one of which nobody knows the
//! end. The national form has posts of patients only; how many records it leaves out is counted.
//! To add a form: a file that writes [`Event`](crate::log_reading::Event)s.

pub mod balp;
pub mod national;
pub mod table;
