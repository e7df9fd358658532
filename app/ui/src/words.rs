//! Which text goes with which word of a vocabulary, section, role or preset.
//!
//! Every match is exhaustive: a new registered word does not compile until it has a text in both languages.
//! Invariant: a word outside the registry is shown as the source wrote it.

use samsyn_domain::{
    access::Action,
    section::Section,
    viewer::Role,
    vocabulary::{
        AbilityLevel, AlertKind, AuthorKind, Certainty, ConsentGiver, ConsentKind, ConsentStatus, ContactKind,
        EventKind, InfectionCertainty, LimitNature, Phase, PlanKind, Protection, ServiceKind, ServicePhase, Severity,
        Sex,
    },
};

use crate::text::Texts;

/// Defines the function that gives a vocabulary's words their texts.
macro_rules! words {
    ($($(#[$doc:meta])* $vocabulary:ident in $group:ident: $($case:ident $key:ident),+;)+) => {
        $($(#[$doc])*
        pub(crate) fn $group(texts: Texts, word: &$vocabulary) -> String {
            match word {
                $($vocabulary::$case => texts.$group.$key().to_owned(),)+
                $vocabulary::Other(word) => word.clone(),
            }
        })+

        /// Every registered word of every vocabulary with its text, for the test of completeness.
        #[cfg(test)]
        pub(crate) fn all(texts: Texts) -> Vec<(String, String)> {
            let mut found = Vec::new();
            $(for word in $vocabulary::KNOWN {
                found.push((format!("{} {}", stringify!($vocabulary), word.word()), $group(texts, word)));
            })+
            found
        }
    };
}

words! {
    /// Nature of a care limit.
    LimitNature in limit_nature: Withhold withhold, Withdraw withdraw, PalliativeTalk palliative_talk,
        EndOfLifeCare end_of_life_care, NoLimits no_limits, Unspecified unspecified;
    /// Who took a position.
    AuthorKind in author_kind: Physician physician, Licensed licensed, OtherStaff other_staff, Patient patient,
        Relative relative, Unknown unknown;
    /// Phase of a care limit, plan or medicine.
    Phase in phase: Current current, Active active, Planned planned, Ended ended, Superseded superseded, Unknown unknown;
    /// Kind of consent.
    ConsentKind in consent_kind: SharedRecord shared_record, InformationTransfer information_transfer, Sip sip,
        QualityRegistry quality_registry, Research research, Treatment treatment;
    /// Status of a consent.
    ConsentStatus in consent_status: Active active, Revoked revoked, Ended ended, Refused refused, Unknown unknown;
    /// Who gave a consent.
    ConsentGiver in consent_giver: Patient patient, Guardian guardian, Representative representative, Unknown unknown;
    /// Kind of contact.
    ContactKind in contact_kind: OnCallPhysician on_call_physician, OnCallNurse on_call_nurse, HomeNursing home_nursing,
        ResponsiblePhysician responsible_physician, NamedPhysician named_physician,
        NamedCareContact named_care_contact, NamedSocialContact named_social_contact, ContactNurse contact_nurse,
        CaseOfficer case_officer, HealthCentre health_centre, Clinic clinic, NextOfKin next_of_kin,
        LegalRepresentative legal_representative, Guardian guardian;
    /// Certainty of an infection.
    InfectionCertainty in infection_certainty: Confirmed confirmed, Suspected suspected, Excluded excluded,
        History history;
    /// Kind of service.
    ServiceKind in service_kind: HomeNursing home_nursing, HomeCare home_care, SocialService social_service, Lss lss,
        CareHome care_home, ShortTerm short_term, SafetyAlarm safety_alarm, Aids aids, Sip sip,
        EmergencyVisit emergency_visit, Inpatient inpatient, PlannedDischarge planned_discharge,
        ReadyForDischarge ready_for_discharge, Discharged discharged, CarePlan care_plan;
    /// Phase of a service.
    ServicePhase in service_phase: Planned planned, Ongoing ongoing, Ended ended, Unknown unknown;
    /// Something that happened within a service.
    EventKind in event_kind: Visit visit, Note note, Decision decision, PlannedVisit planned_visit, FollowUp follow_up,
        ReadyForDischarge ready_for_discharge, DischargePlanned discharge_planned;
    /// Kind of alert.
    AlertKind in alert_kind: Hypersensitivity hypersensitivity, Infection infection, SeriousDisease serious_disease,
        Treatment treatment, Threat threat, SpecialRoutine special_routine, Unstructured unstructured;
    /// Severity of a hypersensitivity.
    Severity in severity: LifeThreatening life_threatening, Harmful harmful, Discomforting discomforting;
    /// Certainty of an alert.
    Certainty in certainty: Confirmed confirmed, Probable probable, Suspected suspected, Refuted refuted;
    /// Kind of plan.
    PlanKind in plan_kind: Sip sip, CrisisPlan crisis_plan, Agreement agreement, Palliative palliative,
        Implementation implementation, Order order, CarePlan care_plan, NursingPlan nursing_plan,
        Rehabilitation rehabilitation;
    /// Level of an assessed ability.
    AbilityLevel in ability_level: Independent independent, PartlyDependent partly_dependent, Dependent dependent;
    /// Sex.
    Sex in sex: Female female, Male male, Unknown unknown;
    /// Protected identity.
    Protection in protection: ConfidentialityMark confidentiality_mark, ProtectedRegistration protected_registration;
}

/// Name of a kind of person number, as a manifest writes it; another is shown as it is.
pub(crate) fn identifier_kind(texts: Texts, kind: &str) -> String {
    match kind {
        "personal-number" => texts.catalogue.personal_number().to_owned(),
        "coordination-number" => texts.catalogue.coordination_number().to_owned(),
        "reserve-number" => texts.catalogue.reserve_number().to_owned(),
        other => other.to_owned(),
    }
}

/// Title of a section's card.
pub(crate) const fn section(texts: Texts, section: Section) -> &'static str {
    match section {
        Section::Alerts => texts.section.alerts(),
        Section::CareLimits => texts.section.care_limits(),
        Section::Services => texts.section.services(),
        Section::Contacts => texts.section.contacts(),
        Section::Medications => texts.section.medications(),
        Section::FunctionalStatus => texts.section.functional_status(),
        Section::Plans => texts.section.plans(),
        Section::Covid19 => texts.section.covid_19(),
        Section::Consents => texts.section.consents(),
        Section::Documents => texts.section.documents(),
    }
}

/// Name of a role.
pub(crate) const fn role(texts: Texts, role: Role) -> &'static str {
    match role {
        Role::Physician => texts.role.physician(),
        Role::Nurse => texts.role.nurse(),
        Role::Therapist => texts.role.therapist(),
        Role::CareWorker => texts.role.care_worker(),
        Role::CaseOfficer => texts.role.case_officer(),
        Role::Administrator => texts.role.administrator(),
        Role::Reviewer => texts.role.reviewer(),
    }
}

/// Name of something that a role may do.
pub(crate) const fn action(texts: Texts, action: Action) -> &'static str {
    match action {
        Action::Register => texts.role_action.register(),
        Action::Revoke => texts.role_action.revoke(),
        Action::Void => texts.role_action.void(),
        Action::Assert => texts.role_action.assert(),
        Action::Emergency => texts.role_action.emergency(),
        Action::Lift => texts.role_action.lift(),
        Action::Print => texts.role_action.print(),
        Action::Replay => texts.role_action.replay(),
        Action::Extract => texts.role_action.extract(),
        Action::Report => texts.role_action.report(),
        Action::Statistics => texts.role_action.statistics(),
    }
}
