//! Open vocabularies: a known word is an enum case, an unknown one is kept as it was written.
//!
//! The words are those of `wit/vocabulary.json`; a test in `tests/` compares the two.
//! Invariant: reading a word and writing it again gives the same word, known or not.
//! To add a word: add it here and in the registry, then give it a text in both locale files.

/// Defines an open vocabulary: an enum with one case per registered word and `Other` for the rest.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$case_doc])* #[doc = concat!("`", $word, "`")] $case,)+
            /// A word outside the registry, shown as it is.
            Other(String),
        }

        impl $name {
            /// Every registered word, in order.
            pub const KNOWN: &'static [Self] = &[$(Self::$case),+];

            /// Reads a word; an unknown one is kept.
            pub fn read(word: &str) -> Self {
                match word {
                    $($word => Self::$case,)+
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The word as written in the contract.
            pub fn word(&self) -> &str {
                match self {
                    $(Self::$case => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::read(&<String as serde::Deserialize>::deserialize(deserializer)?))
            }
        }
    };
}

vocabulary! {
    /// Nature of a care limit.
    LimitNature {
        Withhold = "withhold", Withdraw = "withdraw", PalliativeTalk = "palliative-talk",
        EndOfLifeCare = "end-of-life-care", NoLimits = "no-limits", Unspecified = "unspecified",
    }
}
vocabulary! {
    /// Who took a position on care limits.
    AuthorKind {
        Physician = "physician", Licensed = "licensed", OtherStaff = "other-staff",
        Patient = "patient", Relative = "relative", Unknown = "unknown",
    }
}
vocabulary! {
    /// Phase of a care limit, plan or medicine.
    Phase {
        Current = "current", Active = "active", Planned = "planned", Ended = "ended",
        Superseded = "superseded", Unknown = "unknown",
    }
}
vocabulary! {
    /// Kind of consent; only `shared-record` opens anything.
    ConsentKind {
        SharedRecord = "shared-record", InformationTransfer = "information-transfer", Sip = "sip",
        QualityRegistry = "quality-registry", Research = "research", Treatment = "treatment",
    }
}
vocabulary! {
    /// Status of a consent.
    ConsentStatus { Active = "active", Revoked = "revoked", Ended = "ended", Refused = "refused", Unknown = "unknown" }
}
vocabulary! {
    /// Who gave a consent.
    ConsentGiver { Patient = "patient", Guardian = "guardian", Representative = "representative", Unknown = "unknown" }
}
vocabulary! {
    /// Kind of contact.
    ContactKind {
        OnCallPhysician = "on-call-physician", OnCallNurse = "on-call-nurse", HomeNursing = "home-nursing",
        ResponsiblePhysician = "responsible-physician", NamedPhysician = "named-physician",
        NamedCareContact = "named-care-contact", NamedSocialContact = "named-social-contact",
        ContactNurse = "contact-nurse", CaseOfficer = "case-officer", HealthCentre = "health-centre",
        Clinic = "clinic", NextOfKin = "next-of-kin", LegalRepresentative = "legal-representative",
        Guardian = "guardian",
    }
}

impl ContactKind {
    /// Somebody of the patient's own life, not of the staff: a relative, a guardian, a representative.
    pub const fn is_relative(&self) -> bool {
        matches!(self, Self::NextOfKin | Self::LegalRepresentative | Self::Guardian)
    }
}

vocabulary! {
    /// Certainty of an infection.
    InfectionCertainty { Confirmed = "confirmed", Suspected = "suspected", Excluded = "excluded", History = "history" }
}
vocabulary! {
    /// Kind of service: one badge each.
    ServiceKind {
        HomeNursing = "home-nursing", HomeCare = "home-care", SocialService = "social-service", Lss = "lss",
        CareHome = "care-home", ShortTerm = "short-term", SafetyAlarm = "safety-alarm", Aids = "aids", Sip = "sip",
        EmergencyVisit = "emergency-visit", Inpatient = "inpatient", PlannedDischarge = "planned-discharge",
        ReadyForDischarge = "ready-for-discharge", Discharged = "discharged", CarePlan = "care-plan",
    }
}
impl ServiceKind {
    /// Decided by social services, under the Social Services Act (SoL) or LSS. A place in a care home and short-term care are such
    /// decisions too, whoever runs the house.
    pub const fn is_of_social_services(&self) -> bool {
        matches!(
            self,
            Self::HomeCare | Self::SocialService | Self::Lss | Self::CareHome | Self::ShortTerm | Self::SafetyAlarm
        )
    }
}

vocabulary! {
    /// Phase of a service.
    ServicePhase { Planned = "planned", Ongoing = "ongoing", Ended = "ended", Unknown = "unknown" }
}
vocabulary! {
    /// Something that happened within a service.
    EventKind {
        Visit = "visit", Note = "note", Decision = "decision", PlannedVisit = "planned-visit", FollowUp = "follow-up",
        ReadyForDischarge = "ready-for-discharge", DischargePlanned = "discharge-planned",
    }
}
vocabulary! {
    /// Kind of alert.
    AlertKind {
        Hypersensitivity = "hypersensitivity", Infection = "infection", SeriousDisease = "serious-disease",
        Treatment = "treatment", Threat = "threat", SpecialRoutine = "special-routine", Unstructured = "unstructured",
    }
}
vocabulary! {
    /// Severity of a hypersensitivity.
    Severity { LifeThreatening = "life-threatening", Harmful = "harmful", Discomforting = "discomforting" }
}
vocabulary! {
    /// Certainty of an alert.
    Certainty { Confirmed = "confirmed", Probable = "probable", Suspected = "suspected", Refuted = "refuted" }
}
vocabulary! {
    /// Kind of plan.
    PlanKind {
        Sip = "sip", CrisisPlan = "crisis-plan", Agreement = "agreement", Palliative = "palliative",
        Implementation = "implementation", Order = "order", CarePlan = "care-plan", NursingPlan = "nursing-plan",
        Rehabilitation = "rehabilitation",
    }
}
vocabulary! {
    /// Level of an assessed ability.
    AbilityLevel { Independent = "independent", PartlyDependent = "partly-dependent", Dependent = "dependent" }
}
vocabulary! {
    /// Sex as a source states it.
    Sex { Female = "female", Male = "male", Unknown = "unknown" }
}
vocabulary! {
    /// Protected identity.
    Protection { ConfidentialityMark = "confidentiality-mark", ProtectedRegistration = "protected-registration" }
}
