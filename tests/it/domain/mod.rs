//! The rules of the trade, tested as rules: badges at the edge of their window, conflicts, copies, blocks, contacts by the
//! clock, and the invariants I4, I5 and I7 for any combination of answers.

mod badges;
mod blocks;
mod contacts;
mod invariants;
mod limits;
mod protection;
