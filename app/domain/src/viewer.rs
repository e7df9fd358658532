//! The signed-in person in one assignment, and what the assignment's role may see.
//!
//! Not here: how a claim becomes an assignment (`server::login`).
//! Invariant: a viewer acts in exactly one assignment; rules follow its provider's kind (L-03).

use serde::{Deserialize, Serialize};

use crate::{
    access::{Action, Rights},
    provenance::Organisation,
    source::{OrganisationId, Provider, ProviderId, ProviderKind},
};

/// What an assignment makes of its holder; what it lets it do is its organisation's to say (`access::RoleMatrix`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Läkare.
    Physician,
    /// Sjuksköterska, ambulanssjuksköterska included.
    Nurse,
    /// Arbetsterapeut, fysioterapeut: licensed, without medication.
    Therapist,
    /// Staff without licence: home care, care assistants.
    CareWorker,
    /// Biståndshandläggare.
    CaseOfficer,
    /// Administers the portal for an organisation; opens no patient.
    Administrator,
    /// Reviews the organisation's log; opens no patient.
    Reviewer,
}

impl Role {
    /// Every role, in the order they stand on the page.
    pub const ALL: [Self; 7] = [
        Self::Physician,
        Self::Nurse,
        Self::Therapist,
        Self::CareWorker,
        Self::CaseOfficer,
        Self::Administrator,
        Self::Reviewer,
    ];

    /// Its name in forms, in the log and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Physician => "physician",
            Self::Nurse => "nurse",
            Self::Therapist => "therapist",
            Self::CareWorker => "care-worker",
            Self::CaseOfficer => "case-officer",
            Self::Administrator => "administrator",
            Self::Reviewer => "reviewer",
        }
    }
}

/// Own provider's records, or those of others as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Egen verksamhet.
    Own,
    /// Sammanhållen översikt.
    Shared,
}

impl Scope {
    /// Its word in forms and in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Shared => "shared",
        }
    }
}

/// Who is looking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// HSA-id of the employee.
    pub user_id: String,
    /// Name.
    pub name: String,
    /// Title on screen, e.g. `leg. sjuksköterska`.
    pub title: String,
    /// What the assignment allows.
    pub role: Role,
    /// The organisation in the portal.
    pub organisation: OrganisationId,
    /// Its name on screen.
    pub organisation_name: String,
    /// The provider the viewer acts for.
    pub provider: Provider,
    /// The unit.
    pub unit: Organisation,
    /// Id of the assignment (medarbetaruppdrag).
    pub assignment: String,
    /// e.g. `Vård och behandling`.
    pub purpose: String,
    /// What the role may see and do: read from the database on every request, so it is neither kept in a session nor in the log. A
    /// viewer that was not given any may nothing.
    #[serde(skip)]
    pub rights: Rights,
    /// The other authorities of the own region or municipality whose health records are reached like the own provider's (PDL 5:4,
    /// `OrganisationInfo::authorities_beside`). Read from configuration on every request, like the rights; a viewer that was not given
    /// any has none.
    #[serde(skip)]
    pub authorities: Vec<ProviderId>,
}

impl Viewer {
    /// Whether this provider's records need no ground of SVOD: the own provider's, and another authority's of the same region or
    /// municipality (PDL 4 and 5:4).
    pub fn needs_no_ground(&self, provider: &str) -> bool {
        self.provider.id.is(provider) || self.authorities.iter().any(|one| one.is(provider))
    }

    /// Whether the law lets this viewer know that blocked information exists (SVOD 2:5: care providers only).
    pub fn may_know_of_blocks(&self) -> bool {
        self.provider.kind == ProviderKind::Care
    }

    /// Whether the purpose is one of care: no other reaches a patient (SVOD 3:7).
    pub fn has_care_purpose(&self) -> bool {
        self.purpose == "Vård och behandling" && self.role.is_of_care()
    }

    /// Whether the assignment includes this.
    pub fn may(&self, action: Action) -> bool {
        self.rights.may(action)
    }
}
