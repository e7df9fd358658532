//! An act as the rules of selection see it: small, because a period may have hundreds of thousands.

use crate::{
    access::{Basis, Missing},
    identifier::PersonIdentifier,
    logged::{Act, Ground, LoggedAct, LoggedOutcome, Place},
    viewer::{Role, Scope},
};

/// One act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Id of its record.
    pub id: String,
    /// Where that stands.
    pub place: Place,
    /// Where the record of its outcome stands.
    pub outcome: Option<Place>,
    /// HSA-id of the reader, in lower case: such ids are the same in either.
    pub reader: String,
    /// In which role.
    pub role: Role,
    /// About whom.
    pub patient: PersonIdentifier,
    /// In danger to life.
    pub emergency: bool,
    /// What was missing for reaching others although that was chosen.
    pub lacking: Vec<Missing>,
    /// The patient's identity was known to be protected.
    pub protected: bool,
}

impl Look {
    /// What the rules need of an act; none for acts that no review chooses among.
    pub fn of(act: &LoggedAct) -> Option<Self> {
        if !act.act.is_reviewed() {
            return None;
        }
        let lacking = match &act.ground {
            Ground::Lacking(missing) if act.scope == Some(Scope::Shared) => missing.clone(),
            _ => Vec::new(),
        };
        Some(Self {
            id: act.id.clone(),
            place: act.place,
            outcome: act.outcome.as_ref().map(|outcome| outcome.place),
            reader: act.reader.user_id.trim().to_ascii_lowercase(),
            role: act.reader.role,
            patient: act.patient.clone(),
            emergency: matches!(act.act, Act::Emergency(_)) || act.ground == Ground::Granted(Basis::Emergency),
            lacking,
            protected: act.outcome.as_ref().and_then(LoggedOutcome::is_protected).unwrap_or(false),
        })
    }
}
