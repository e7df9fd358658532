//! Who may see what, and on what ground.
//!
//! Rooms: [`registration`] what staff register about a patient · [`follow_up`] what an emergency leaves behind · [`proof`] a relation that the
//! own source reports · [`ground`] whether other providers' information may be reached · [`block`] blocks · [`matrix`] what an
//! organisation grants its roles · [`relied`] what an opening rests on · [`role`] what a role is kept to · [`emergency`] danger to life in two steps ·
//! [`decision`] the decision on each record · [`replayed`] the same when what was shown is shown again.
//! Rules: product.md Law 1–5 and 10, L-01 … L-15. Not here: whom to ask (`plan`), protected persons (`protection`).
//! Invariant: pure; the same facts at the same moment give the same decision.

mod block;
mod decision;
mod emergency;
mod follow_up;
mod ground;
mod matrix;
mod proof;
mod registration;
mod relied;
mod replayed;
mod role;

pub(crate) use block::covers;
pub use block::{
    Block, BlockKind, BlockStatus, CAN_BE_LEFT_OPEN, Employees, LiftReason, TemporaryLift, blocked_exists,
    blocked_units,
};
pub use decision::Decision;
pub use emergency::Emergency;
pub use follow_up::{FOLLOW_UP_WITHIN, FollowUp, Written};
pub use ground::{Access, Basis, Facts, Grant, Missing, Reach, access, blocks_for, consented, lifted_for, still_given};
pub use matrix::{Action, Fixed, Right, Rights, RoleMatrix, fixed};
pub use proof::{Proof, ProofKind, proof};
pub use registration::{
    Assertion, EMERGENCY, Ended, GivenBy, Kind, Period, Preset, REASON_MAX_CHARACTERS, Reason, Receiver, Refusal,
    Registrar, Registration, RelationReason, Stated, is_child,
};
pub use relied::{Relied, relied};
pub use replayed::Replayed;
pub(crate) use role::Part;
