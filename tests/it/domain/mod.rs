//! The rules of the trade, tested as rules: badges at the edge of their window, conflicts, copies, blocks, contacts by the
//! clock, who may see what on which ground, and the invariants I4, I5 and I7 for any combination of answers.

mod access_model;
mod badges;
mod blocks;
mod consent_view;
mod contacts;
mod decision_cost;
mod grounds;
mod invariants;
mod limits;
mod proofs;
mod protected_contacts;
mod protection;
mod registrations;
mod relied;
mod replay;
