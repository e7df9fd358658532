//! Who may see what, and on what ground.
//!
//! Rooms: [`registration`] what staff register about a patient · [`follow_up`] what an emergency leaves behind · [`ground`] whether other providers' information may be reached ·
//! [`proof`] a relation that the own
//! source reports · [`block`] blocks · [`role`] sections by role · [`decision`] the decision on each record.
//! Rules: product.md Law 1–5 and 10, L-01 … L-15. Not here: whom to ask (`plan`), protected persons (`protection`).
//! Invariant: pure; the same facts at the same moment give the same decision.

mod block;
mod decision;
mod follow_up;
mod ground;
mod proof;
mod registration;
mod role;

pub use block::{Block, BlockKind, BlockStatus, blocked_exists};
pub use decision::Decision;
pub use follow_up::{FOLLOW_UP_WITHIN, FollowUp, Written};
pub use ground::{Access, Basis, Facts, Grant, Missing, Reach, access, blocks_for, consented};
pub use proof::{Proof, ProofKind, proof};
pub use registration::{
    Assertion, EMERGENCY, Ended, GivenBy, Kind, Period, Preset, REASON_MAX_CHARACTERS, Reason, Receiver, Refusal,
    Registrar, Registration, RelationReason, Stated, is_child,
};
pub use role::{Action, may, may_have_relatives_numbers, plans_are_limited, visible_sections};
