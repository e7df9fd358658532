//! The portal when its log fails under it, or when it is killed: nothing is shown without a record, and no record is lost (I2, I3).
//!
//! Rooms: `process` (the portal in a process of its own), `visitor` (opens overviews and notes what came), `ledger` (compares that
//! with the log), `kills` (`kill -9` under load), `failures` (ten ways in which the log's storage fails), `faults` (how each is made), `silence` (a
//! database that falls silent in the middle of a page), `grants` (`kill -9` while an administrator grants).
//! Not here: the store alone (`store::kill`, `store::faults`), what is in a record (`audit`).
//! Invariant: the ledger is kept outside the portal, by whoever asked; what the portal says of itself is not believed.
//! To add a failure: a fault, and its row in `failures`.

mod failures;
mod faults;
mod grants;
mod kills;
mod ledger;
mod process;
mod silence;
mod visitor;
