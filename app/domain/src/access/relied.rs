//! Which registrations an opening relied on: for the log, so that whoever reviews it finds what was stated, by whom, and when.
//!
//! Not here: whether there is a ground (`ground`), the form in the log (`service::record`).
//! Invariant: pure; nothing is named that does not hold for this viewer at this moment.

use serde::Serialize;

use super::{
    block::{Block, same_id},
    emergency::steps,
    ground::{Access, Basis, Facts, longest},
    registration::{Kind, Registration},
};
use crate::{source::ProviderId, viewer::Viewer};

/// One thing an opening relied on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Relied {
    /// Something registered here: a consent, a relation, an assertion, a step of an emergency, the lift of a block.
    Registration {
        /// What.
        kind: Kind,
        /// Its id.
        registration: String,
    },
    /// A block that its own provider has lifted for the viewer, in the list of blocks, where lifts have no id.
    TemporaryLift {
        /// The provider.
        temporary_lift_by: ProviderId,
    },
}

/// What the access that was decided on, and the blocks that are lifted, rest on. Of relations the one that lasts longest; of an
/// emergency every step, also when it has opened nothing yet, because it names who could be asked.
pub fn relied(
    viewer: &Viewer,
    access: &Access,
    facts: Facts<'_>,
    lifted: &[Block],
    at: jiff::Timestamp,
) -> Vec<Relied> {
    let holding = |kind: Kind| facts.holding(viewer, at).filter(move |one| one.kind == kind);
    let basis = access.grant().map(|grant| grant.basis);
    let mut registered: Vec<&Registration> = Vec::new();
    if let Some(grant) = access.grant().filter(|grant| grant.basis != Basis::Emergency) {
        registered.extend(facts.holding(viewer, at).find(|one| one.id == grant.registration));
        registered.extend(longest(holding(Kind::Relation)));
    }
    if matches!(basis, None | Some(Basis::Emergency)) {
        registered.extend(steps(viewer, facts, at));
    }
    registered.extend(holding(Kind::Lift).filter(|lift| lifted.iter().any(|block| is_of(lift, block))));
    let registered =
        registered.into_iter().map(|one| Relied::Registration { kind: one.kind, registration: one.id.clone() });
    let by_provider = lifted.iter().filter(|block| block.is_lifted_for(viewer, at));
    let mut all: Vec<Relied> = registered.collect();
    for block in by_provider {
        let lift = Relied::TemporaryLift { temporary_lift_by: block.provider.clone() };
        if !all.contains(&lift) {
            all.push(lift);
        }
    }
    all
}

/// Whether a lift registered here is of this block's unit.
fn is_of(lift: &Registration, block: &Block) -> bool {
    lift.stated.unit.as_deref().zip(block.unit.as_deref()).is_some_and(|(a, b)| same_id(a, b))
}
