//! The eight service contracts this adapter asks, as data: names, namespaces, default paths, sections they answer.
//!
//! Not here: how a request is written (`soap`) or a record is read (one file per kind of record).
//! Invariant: one contract is asked at most once per lookup, however many sections need it.
//! To add one: a case here, its row in [`Contract::facts`], a reader, and a path setting appears in the manifest by itself.

use samsyn_adapter::Language;

/// A service contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contract {
    /// Uppmärksamhetsinformation.
    AlertInformation,
    /// Vaccinationer.
    VaccinationHistory,
    /// Vård- och omsorgstjänster.
    CareServices,
    /// Vårdplaner, SIP.
    CarePlans,
    /// Fasta kontakter.
    CareManagers,
    /// Vårdkontakter.
    CareContacts,
    /// Funktionsstatus.
    FunctionalStatus,
    /// Läkemedel.
    MedicationHistory,
}

/// What is fixed about a contract.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Operation, e.g. `GetAlertInformation`.
    pub operation: &'static str,
    /// Namespace of request and response.
    pub responder: &'static str,
    /// Namespace of the types inside.
    pub core: &'static str,
    /// Value of the SOAP action header.
    pub action: &'static str,
    /// Path below the platform's base URL.
    pub path: &'static str,
    /// Key of the setting that moves the path, or turns the contract off.
    pub setting: &'static str,
    /// Element that repeats, once per record.
    pub record: &'static str,
    /// Sections it answers.
    pub sections: &'static [&'static str],
    /// National information type of its records, as blocks name it.
    pub information_type: &'static str,
    /// The patient is written as root and extension rather than id and type.
    pub patient_as_root: bool,
    /// The schema requires a result element in the response.
    pub has_result: bool,
    swedish: &'static str,
    english: &'static str,
}

impl Contract {
    /// Every contract.
    pub const ALL: [Self; 8] = [
        Self::AlertInformation,
        Self::VaccinationHistory,
        Self::CareServices,
        Self::CarePlans,
        Self::CareManagers,
        Self::CareContacts,
        Self::FunctionalStatus,
        Self::MedicationHistory,
    ];

    /// The row of this contract.
    pub const fn facts(self) -> &'static Facts {
        match self {
            Self::AlertInformation => &ALERT_INFORMATION,
            Self::VaccinationHistory => &VACCINATION_HISTORY,
            Self::CareServices => &CARE_SERVICES,
            Self::CarePlans => &CARE_PLANS,
            Self::CareManagers => &CARE_MANAGERS,
            Self::CareContacts => &CARE_CONTACTS,
            Self::FunctionalStatus => &FUNCTIONAL_STATUS,
            Self::MedicationHistory => &MEDICATION_HISTORY,
        }
    }

    /// What a clinician calls it.
    pub const fn label(self, language: Language) -> &'static str {
        language.text(self.facts().swedish, self.facts().english)
    }
}

const ALERT_INFORMATION: Facts = Facts {
    operation: "GetAlertInformation",
    responder: "urn:riv:clinicalprocess:healthcond:description:GetAlertInformationResponder:2",
    core: "urn:riv:clinicalprocess:healthcond:description:2",
    action: "urn:riv:clinicalprocess:healthcond:description:GetAlertInformationResponder:2:GetAlertInformation",
    path: "/clinicalprocess/healthcond/description/GetAlertInformation/2/rivtabp21",
    setting: "path-alert-information",
    record: "alertInformation",
    sections: &["alerts", "care-limits"],
    information_type: "upp",
    patient_as_root: false,
    has_result: true,
    swedish: "uppmärksamhetsinformation",
    english: "alert information",
};

const VACCINATION_HISTORY: Facts = Facts {
    operation: "GetVaccinationHistory",
    responder: "urn:riv:clinicalprocess:activityprescription:actoutcome:GetVaccinationHistoryResponder:2",
    core: "urn:riv:clinicalprocess:activityprescription:actoutcome:2",
    action: "urn:riv:clinicalprocess:activityprescription:actoutcome:GetVaccinationHistoryResponder:2:GetVaccinationHistory",
    path: "/clinicalprocess/activityprescription/actoutcome/GetVaccinationHistory/2/rivtabp21",
    setting: "path-vaccination-history",
    record: "vaccinationMedicalRecord",
    sections: &["covid-19"],
    information_type: "caa-gvh",
    patient_as_root: false,
    has_result: true,
    swedish: "vaccinationer",
    english: "vaccinations",
};

const CARE_SERVICES: Facts = Facts {
    operation: "GetCareServices",
    responder: "urn:riv:clinicalprocess:logistics:logistics:GetCareServicesResponder:2",
    core: "urn:riv:clinicalprocess:logistics:logistics:3",
    // The published WSDL has one `logistics` here, unlike every namespace of the domain.
    action: "urn:riv:clinicalprocess:logistics:GetCareServicesResponder:2:GetCareServices",
    path: "/clinicalprocess/logistics/logistics/GetCareServices/2/rivtabp21",
    setting: "path-care-services",
    record: "careService",
    sections: &["services"],
    information_type: "cll-cs",
    patient_as_root: false,
    has_result: true,
    swedish: "vård- och omsorgstjänster",
    english: "care services",
};

const CARE_PLANS: Facts = Facts {
    operation: "GetCarePlans",
    responder: "urn:riv:clinicalprocess:logistics:logistics:GetCarePlansResponder:2",
    core: "urn:riv:clinicalprocess:logistics:logistics:3",
    action: "urn:riv:clinicalprocess:logistics:logistics:GetCarePlansResponder:2:GetCarePlans",
    path: "/clinicalprocess/logistics/logistics/GetCarePlans/2/rivtabp21",
    setting: "path-care-plans",
    record: "carePlan",
    sections: &["plans", "services"],
    information_type: "vpo",
    patient_as_root: false,
    has_result: true,
    swedish: "vårdplaner",
    english: "care plans",
};

const CARE_MANAGERS: Facts = Facts {
    operation: "GetCareManagers",
    responder: "urn:riv:coreprocess:residentparticipation:residentparticipation:GetCareManagersResponder:1",
    core: "urn:riv:coreprocess:residentparticipation:residentparticipation:1",
    action: "urn:riv:coreprocess:residentparticipation:residentparticipation:GetCareManagersResponder:1:GetCareManagers",
    path: "/coreprocess/residentparticipation/residentparticipation/GetCareManagers/1/rivtabp21",
    setting: "path-care-managers",
    record: "careManager",
    sections: &["contacts"],
    information_type: "crr-gcm",
    patient_as_root: true,
    has_result: false,
    swedish: "fasta kontakter",
    english: "named contacts",
};

const CARE_CONTACTS: Facts = Facts {
    operation: "GetCareContacts",
    responder: "urn:riv:clinicalprocess:logistics:logistics:GetCareContactsResponder:3",
    core: "urn:riv:clinicalprocess:logistics:logistics:3",
    action: "urn:riv:clinicalprocess:logistics:logistics:GetCareContactsResponder:3:GetCareContacts",
    path: "/clinicalprocess/logistics/logistics/GetCareContacts/3/rivtabp21",
    setting: "path-care-contacts",
    record: "careContact",
    sections: &["services"],
    information_type: "vko",
    patient_as_root: false,
    has_result: true,
    swedish: "vårdkontakter",
    english: "care contacts",
};

const FUNCTIONAL_STATUS: Facts = Facts {
    operation: "GetFunctionalStatus",
    responder: "urn:riv:clinicalprocess:healthcond:description:GetFunctionalStatusResponder:2",
    core: "urn:riv:clinicalprocess:healthcond:description:2",
    action: "urn:riv:clinicalprocess:healthcond:description:GetFunctionalStatusResponder:2:GetFunctionalStatus",
    path: "/clinicalprocess/healthcond/description/GetFunctionalStatus/2/rivtabp21",
    setting: "path-functional-status",
    record: "functionalStatusAssessment",
    sections: &["functional-status"],
    information_type: "fun",
    patient_as_root: false,
    has_result: true,
    swedish: "funktionsstatus",
    english: "functional status",
};

const MEDICATION_HISTORY: Facts = Facts {
    operation: "GetMedicationHistory",
    responder: "urn:riv:clinicalprocess:activityprescription:actoutcome:GetMedicationHistoryResponder:2",
    core: "urn:riv:clinicalprocess:activityprescription:actoutcome:2",
    action: "urn:riv:clinicalprocess:activityprescription:actoutcome:GetMedicationHistoryResponder:2:GetMedicationHistory",
    path: "/clinicalprocess/activityprescription/actoutcome/GetMedicationHistory/2/rivtabp21",
    setting: "path-medication-history",
    record: "medicationMedicalRecord",
    sections: &["medications"],
    information_type: "lak",
    patient_as_root: false,
    has_result: true,
    swedish: "läkemedel",
    english: "medication",
};
