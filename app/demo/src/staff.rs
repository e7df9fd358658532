//! The invented staff who can sign in, with their assignments as the directory (HSA) would state them.
//!
//! Not here: how a claim becomes a viewer (`server::login`), the sign-in itself (`identity`).
//! Invariant: ids are a stable surface (`login_hint`); every unit belongs to a provider of the person's organisation.
//! Claim names: `domain-facts` §2.1. To add somebody: a row in [`all`].

use samsyn_domain::{source::OrganisationId, viewer::Role};
use serde_json::{Map, Value, json};

use crate::organisations as org;

/// Assurance level of a SITHS card.
pub const ASSURANCE: &str = "http://id.sambi.se/loa/loa3";

/// A unit with its provider.
pub(crate) type Place = (&'static str, &'static str, &'static str, &'static str);

const MEDICINE: Place = ("SE9999100001-E101", "Medicinkliniken", org::REGION, "Region Fjäll");
const AMBULANCE: Place = ("SE9999100001-E110", "Ambulanssjukvården", org::REGION, "Region Fjäll");
const STORSJO_NURSING: Place =
    ("SE9999200002-E201", "Hemsjukvården Storsjö norr", org::STORSJO_HSL, "Storsjö kommun, hälso- och sjukvård");
const STORSJO_REHAB: Place =
    ("SE9999200002-E203", "Rehabenheten Storsjö", org::STORSJO_HSL, "Storsjö kommun, hälso- och sjukvård");
const STORSJO_HOME_CARE: Place =
    ("SE9999200002-E251", "Hemtjänsten Solgläntan", org::STORSJO_SOL, "Storsjö kommun, socialtjänst");
const STORSJO_OFFICE: Place =
    ("SE9999200002-E252", "Biståndsenheten Storsjö", org::STORSJO_SOL, "Storsjö kommun, socialtjänst");
const STORSJO_ADMIN: Place =
    ("SE9999200002-E290", "Vård- och omsorgsförvaltningen", org::STORSJO_HSL, "Storsjö kommun, hälso- och sjukvård");
const STORSJO_SOCIAL_ADMIN: Place =
    ("SE9999200002-E291", "Vård- och omsorgsförvaltningen", org::STORSJO_SOL, "Storsjö kommun, socialtjänst");
const REGION_ADMIN: Place = ("SE9999100001-E190", "Regionstaben", org::REGION, "Region Fjäll");
const FJALLNAS_NURSING: Place =
    ("SE9999300003-E301", "Hemsjukvården Fjällnäs", org::FJALLNAS_HSL, "Fjällnäs kommun, hälso- och sjukvård");
const ASGARDEN: Place = ("SE9999500005-E501", "Åsgården, avdelning 2", org::ASGARDEN, "Åsgården vård AB");
const TJARN_MEDICINE: Place =
    ("SE9999800008-E801", "Medicinmottagningen Tjärn", org::TJARN_CARE, "Region Tjärn, hälso- och sjukvårdsnämnden");

/// One assignment (medarbetaruppdrag).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commission {
    /// HSA-id of the assignment.
    pub id: String,
    /// Name on screen.
    pub name: String,
    /// e.g. `Vård och behandling`.
    pub purpose: &'static str,
    /// `activity;information class;scope`, one per right.
    pub rights: Vec<&'static str>,
    /// HSA-id and name of the unit, then of its provider.
    pub place: Place,
    /// What the holder does there. The portal works it out from the claims; this is what it should arrive at.
    pub role: Role,
}

/// Whoever has acknowledged no text on confidentiality yet.
pub const NEWCOMER: &str = "newcomer";

/// One member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Id for `login_hint`, e.g. `doctor`.
    pub id: &'static str,
    /// HSA-id of the employee.
    pub employee_id: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// Title on screen.
    pub title: &'static str,
    /// Position code; written in the form of the national list.
    pub position_code: &'static str,
    /// Licensed professions, as the directory writes them (`LK` physician, `SJ` nurse, `AT` occupational therapist).
    pub licences: Vec<&'static str>,
    /// System roles `system;role`.
    pub system_roles: Vec<&'static str>,
    /// The organisation in the portal.
    pub organisation: OrganisationId,
    /// Assignments, at least one; whoever has several chooses in the portal.
    pub commissions: Vec<Commission>,
}

/// Everybody who can sign in.
pub fn all() -> Vec<Staff> {
    let mut everybody = clinical();
    everybody.extend(administrative());
    everybody
}

fn clinical() -> Vec<Staff> {
    vec![
        staff("doctor", ("Anders", "Holm"), "överläkare", "201010", &["LK"], "region-fjall")
            .acting(MEDICINE, Role::Physician),
        staff("ambulance", ("Sara", "Nyberg"), "ambulanssjuksköterska", "206011", &["SJ"], "region-fjall")
            .acting(AMBULANCE, Role::Nurse),
        staff("nurse", ("Karin", "Dahl"), "leg. sjuksköterska", "206010", &["SJ"], "storsjo")
            .acting(STORSJO_NURSING, Role::Nurse),
        staff("careworker", ("Fatima", "Lundgren"), "undersköterska", "207023", &[], "storsjo")
            .acting(STORSJO_HOME_CARE, Role::CareWorker),
        staff("officer", ("Johan", "Strand"), "biståndshandläggare", "351012", &[], "storsjo")
            .acting(STORSJO_OFFICE, Role::CaseOfficer),
        staff("two-hats", ("Eva", "Sjödin"), "leg. sjuksköterska", "206010", &["SJ"], "storsjo")
            .acting(STORSJO_NURSING, Role::Nurse)
            .acting(STORSJO_HOME_CARE, Role::CareWorker),
        staff("therapist", ("Mats", "Åkerlund"), "leg. arbetsterapeut", "213010", &["AT"], "storsjo")
            .acting(STORSJO_REHAB, Role::Therapist),
        // Has not yet acknowledged anything: is asked at the first sign-in.
        staff(NEWCOMER, ("Nils", "Ahlgren"), "leg. sjuksköterska", "206010", &["SJ"], "storsjo")
            .acting(STORSJO_NURSING, Role::Nurse),
        staff("nurse-fjallnas", ("Lena", "Hägg"), "leg. sjuksköterska", "206010", &["SJ"], "fjallnas")
            .acting(FJALLNAS_NURSING, Role::Nurse),
        staff("nurse-asgarden", ("Omar", "Saleh"), "leg. sjuksköterska", "206010", &["SJ"], "asgarden")
            .acting(ASGARDEN, Role::Nurse),
        staff("nurse-tjarn", ("Inger", "Fors"), "leg. sjuksköterska", "206010", &["SJ"], "region-tjarn")
            .acting(TJARN_MEDICINE, Role::Nurse),
    ]
}

fn administrative() -> Vec<Staff> {
    let mut admin = staff("admin", ("Britt", "Wallin"), "systemförvaltare", "151000", &[], "storsjo")
        .acting(STORSJO_ADMIN, Role::Administrator);
    admin.system_roles = vec!["samsyn;admin"];
    let mut region = staff("admin-region", ("Siv", "Lindgren"), "systemförvaltare", "151000", &[], "region-fjall")
        .acting(REGION_ADMIN, Role::Administrator);
    region.system_roles = vec!["samsyn;admin"];
    let mut reviewer = staff("reviewer", ("Tomas", "Ek"), "logggranskare", "151013", &[], "storsjo")
        .acting(STORSJO_ADMIN, Role::Reviewer);
    reviewer.system_roles = vec!["samsyn;reviewer"];
    let mut social = staff("reviewer-social", ("Ulla", "Brandt"), "logggranskare", "151013", &[], "storsjo")
        .acting(STORSJO_SOCIAL_ADMIN, Role::Reviewer);
    social.system_roles = vec!["samsyn;reviewer"];
    let mut of_region = staff("reviewer-region", ("Peter", "Norling"), "logggranskare", "151013", &[], "region-fjall")
        .acting(REGION_ADMIN, Role::Reviewer);
    of_region.system_roles = vec!["samsyn;reviewer"];
    vec![admin, region, reviewer, social, of_region]
}

fn staff(
    id: &'static str,
    name: (&'static str, &'static str),
    title: &'static str,
    position_code: &'static str,
    licences: &[&'static str],
    organisation: &str,
) -> Staff {
    Staff::of(id, employee_id(id), name, (title, position_code), licences, organisation)
}

fn employee_id(id: &str) -> &'static str {
    match id {
        "doctor" => "SE9999100001-P101",
        "ambulance" => "SE9999100001-P110",
        "nurse" => "SE9999200002-P201",
        "careworker" => "SE9999200002-P251",
        "officer" => "SE9999200002-P252",
        "two-hats" => "SE9999200002-P202",
        "therapist" => "SE9999200002-P203",
        NEWCOMER => "SE9999200002-P204",
        "nurse-fjallnas" => "SE9999300003-P301",
        "nurse-asgarden" => "SE9999500005-P501",
        "nurse-tjarn" => "SE9999800008-P801",
        "admin-region" => "SE9999100001-P190",
        "admin" => "SE9999200002-P290",
        "reviewer-social" => "SE9999200002-P292",
        "reviewer-region" => "SE9999100001-P191",
        _ => "SE9999200002-P291",
    }
}

impl Staff {
    /// Somebody without an assignment yet. `position` is title and code.
    pub(crate) fn of(
        id: &'static str,
        employee_id: &'static str,
        (given_name, family_name): (&'static str, &'static str),
        (title, position_code): (&'static str, &'static str),
        licences: &[&'static str],
        organisation: &str,
    ) -> Self {
        Self {
            id,
            employee_id,
            given_name,
            family_name,
            title,
            position_code,
            licences: licences.to_vec(),
            system_roles: Vec::new(),
            organisation: OrganisationId::new(organisation),
            commissions: Vec::new(),
        }
    }

    /// With one assignment more.
    pub(crate) fn acting(mut self, place: Place, role: Role) -> Self {
        let (_, unit_name, provider_id, _) = place;
        let social = provider_id.ends_with("-SOL");
        let (purpose, label) = match role {
            Role::Administrator => ("Administration", "Administration"),
            Role::Reviewer => ("Kvalitetssäkring", "Loggranskning"),
            _ => ("Vård och behandling", if social { "Omsorg" } else { "Vård och behandling" }),
        };
        let rights = match role {
            Role::Administrator | Role::Reviewer => Vec::new(),
            _ => vec!["Läsa;alla;VE", "Läsa;alla;SJF"],
        };
        let number = self.commissions.len() + 1;
        self.commissions.push(Commission {
            id: format!("{}-U{number}", self.employee_id),
            name: format!("{label}, {unit_name}"),
            purpose,
            rights,
            place,
            role,
        });
        self
    }

    /// Name as written.
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// The claims of the person and of the first assignment, without the protocol's own (`iss`, `exp` …).
    ///
    /// `allCommissions` lists every assignment as an array of objects with the same claim names; whoever has two chooses in the portal.
    pub fn claims(&self) -> Map<String, Value> {
        let mut claims = object(json!({
            "employeeHsaId": self.employee_id,
            "given_name": self.given_name,
            "family_name": self.family_name,
            "name": self.name(),
            "title": self.title,
            "healthcareProfessionalLicense": self.licences,
            "paTitleCode": [self.position_code],
            "systemRole": self.system_roles,
            "acr": ASSURANCE,
            "allCommissions": self.commissions.iter().map(Commission::claims).collect::<Vec<_>>(),
        }));
        if let Some(first) = self.commissions.first() {
            claims.append(&mut first.claims());
        }
        claims
    }
}

impl Commission {
    /// The assignment's own claims.
    pub fn claims(&self) -> Map<String, Value> {
        let (unit_id, unit_name, provider_id, provider_name) = self.place;
        object(json!({
            "commissionHsaId": self.id,
            "commissionName": self.name,
            "commissionPurpose": self.purpose,
            "commissionRight": self.rights,
            "healthCareUnitHsaId": unit_id,
            "healthCareUnitName": unit_name,
            "healthCareProviderHsaId": provider_id,
            "healthCareProviderName": provider_name,
        }))
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
