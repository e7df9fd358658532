//! The invented people and what every source holds about them, relative to a clock.
//!
//! One file per theme; each exposes functions that build one [`build::Case`]. Not here: wire formats, faults of whole sources.
//! Invariants: identifiers are official test numbers written in the code; names and stories are invented; every tag of [`TAGS`] is
//! shown by somebody; dates follow the clock, so that the same seed at the same moment is the same, byte for byte.
//! To add somebody: a function in the fitting file, and its line in [`cases`].

pub(crate) mod build;
pub(crate) mod origin;

mod blocks;
mod consent;
mod everything;
mod identity;
mod limits;
mod medicines;
mod services;
mod trouble;

use samsyn_domain::source::OrganisationId;

use build::{Case, Clock};

/// What a person can show. A stable surface: tests and guides look people up by these.
pub const TAGS: [&str; 43] = [
    "everything",
    "nothing",
    "conflict",
    "ended-limit",
    "unsigned-limit",
    "palliative-talk",
    "end-of-life",
    "care-agreement",
    "duplicate-dose",
    "suspected-infection",
    "edge-89",
    "edge-90",
    "edge-93",
    "ed-now",
    "discharge-ready",
    "dose-dispensed",
    "protected",
    "coordination-number",
    "reserve-number",
    "child",
    "deceased",
    "interpreter",
    "identity-conflict",
    "blocked",
    "slow",
    "malformed",
    "wrong-patient",
    "on-call-night",
    "no-consent",
    "relation-ended",
    "incapable",
    "advance-consent",
    "inner-block",
    "outer-block",
    "block-exempts-alerts",
    "own-sol",
    "moved-municipality",
    "protected-guardian",
    "other-authority",
    "protected-inner-block",
    "like-outer-block",
    "admitted",
    "planned-visit",
];

/// One invented person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// Twelve characters: personal, coordination or reserve number.
    pub personal_number: String,
    /// Name as in the population register.
    pub name: String,
    /// The organisation where the person lives.
    pub organisation: OrganisationId,
    /// What this person shows, from [`TAGS`].
    pub shows: Vec<&'static str>,
}

/// Builds one case with its running number.
type Build = fn(&Clock, usize) -> Option<Case>;

/// Everybody, in the order of the list.
const CASES: [Build; 47] = [
    everything::everything,
    trouble::nothing,
    limits::conflict,
    limits::ended,
    limits::unsigned_only,
    limits::palliative_talk,
    limits::end_of_life,
    limits::care_agreement,
    medicines::duplicate_dose,
    medicines::suspected_infection,
    services::edge_89,
    services::edge_90,
    services::edge_93,
    services::emergency_now,
    services::discharge_ready,
    medicines::dose_dispensed,
    identity::confidentiality_mark,
    identity::protected_registration,
    identity::coordination_number,
    identity::reserve_number,
    identity::child,
    identity::deceased,
    identity::interpreter,
    trouble::blocked,
    trouble::slow,
    trouble::malformed,
    trouble::wrong_patient,
    services::on_call_night,
    medicines::granliden_dispensed,
    services::fjallnas_on_call,
    identity::identity_conflict,
    consent::no_consent,
    consent::relation_ended,
    consent::incapable,
    consent::advance_consent,
    blocks::inner,
    blocks::outer_region,
    blocks::outer_municipality,
    blocks::exempts_alerts,
    consent::own_sol,
    consent::moved_municipality,
    identity::protected_guardian,
    consent::other_authority,
    blocks::inner_protected,
    blocks::outer_none,
    consent::admitted,
    consent::planned_visit,
];

/// Every case at this clock.
pub(crate) fn cases(clock: &Clock) -> Vec<Case> {
    CASES.iter().enumerate().filter_map(|(index, build)| build(clock, index + 1)).map(Case::finish).collect()
}
