//! `[identity.claims]`: under which names an identity provider states what the portal needs to know.
//!
//! Two mappings are ready, chosen by `mapping`; any field can be given names of its own, tried in order. Not here: what a value means
//! (`login::claims`). Source of the names: Inera's attribute list for OpenID Connect 2.0 and its attribute control 2.7, and the fields
//! of HSA's `GetCredentialsForPerson`, whose spellings differ (`License`/`Licence`, `healthcare`/`healthCare`).
//! Invariant: a field without names does not start; no name is tried that is not written here or in the file.
//! To add a field: a case in [`ClaimField`], a key in [`ClaimsConfig`], its names in both mappings. To add a mapping: a case in [`Mapping`].

use serde::Deserialize;

/// What the portal wants to know about the person and each assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimField {
    /// Id of the employee (HSA-id). Needed.
    EmployeeId,
    /// Whole name.
    Name,
    /// Given name, where there is no whole one.
    GivenName,
    /// Family name, where there is no whole one.
    FamilyName,
    /// Title on screen.
    Title,
    /// Licensed professions; several.
    Licences,
    /// System roles `system;role`; several.
    SystemRoles,
    /// A list of every assignment, each an object with the five below.
    Assignments,
    /// Id of an assignment. Needed.
    AssignmentId,
    /// Its purpose. Needed.
    Purpose,
    /// Id of its unit. Needed.
    UnitId,
    /// Name of its unit.
    UnitName,
    /// Id of its provider, which must be one that is configured. Needed.
    ProviderId,
}

impl ClaimField {
    /// All of them, in the order of the page that shows them.
    pub const ALL: [Self; 13] = [
        Self::EmployeeId,
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::Title,
        Self::Licences,
        Self::SystemRoles,
        Self::Assignments,
        Self::AssignmentId,
        Self::Purpose,
        Self::UnitId,
        Self::UnitName,
        Self::ProviderId,
    ];

    /// Its key in the configuration.
    pub const fn key(self) -> &'static str {
        match self {
            Self::EmployeeId => "employee_id",
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Title => "title",
            Self::Licences => "licences",
            Self::SystemRoles => "system_roles",
            Self::Assignments => "assignments",
            Self::AssignmentId => "assignment_id",
            Self::Purpose => "purpose",
            Self::UnitId => "unit_id",
            Self::UnitName => "unit_name",
            Self::ProviderId => "provider_id",
        }
    }
}

/// A ready set of names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mapping {
    /// Inera's identity provider and those that repeat HSA's words.
    #[default]
    Inera,
    /// Any other provider: names as they are usual where an administrator chooses them.
    Generic,
}

impl Mapping {
    /// Its name in the configuration.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Inera => "inera",
            Self::Generic => "generic",
        }
    }

    /// The names of a field, tried in order.
    const fn names(self, field: ClaimField) -> &'static [&'static str] {
        match self {
            Self::Inera => inera(field),
            Self::Generic => generic(field),
        }
    }
}

const fn inera(field: ClaimField) -> &'static [&'static str] {
    match field {
        ClaimField::EmployeeId => &["employeeHsaId", "personHsaId", "allEmployeeHsaIds"],
        ClaimField::Name => &["name", "credentialDisplayName"],
        ClaimField::GivenName => &["given_name", "credentialGivenName"],
        ClaimField::FamilyName => &["family_name", "credentialSurname"],
        ClaimField::Title => &["title", "paTitleName", "healthCareProfessionalTitle"],
        ClaimField::Licences => &[
            "healthcareProfessionalLicense",
            "healthCareProfessionalLicense",
            "healthcareProfessionalLicence",
            "healthCareProfessionalLicence",
        ],
        ClaimField::SystemRoles => &["systemRole", "hsaSystemRole", "systemRoles", "hsaSystemRoles"],
        ClaimField::Assignments => &["allCommissions", "commissions", "commission"],
        ClaimField::AssignmentId => &["commissionHsaId"],
        ClaimField::Purpose => &["commissionPurpose"],
        ClaimField::UnitId => &["healthCareUnitHsaId", "healthcareUnitHsaId"],
        ClaimField::UnitName => &["healthCareUnitName", "healthcareUnitName"],
        ClaimField::ProviderId => &["healthCareProviderHsaId", "healthcareProviderHsaId"],
    }
}

const fn generic(field: ClaimField) -> &'static [&'static str] {
    match field {
        ClaimField::EmployeeId => &["employee_id", "employeeId", "hsa_id", "hsaId"],
        ClaimField::Name => &["name", "displayName"],
        ClaimField::GivenName => &["given_name"],
        ClaimField::FamilyName => &["family_name"],
        ClaimField::Title => &["title", "job_title", "jobTitle"],
        ClaimField::Licences => &["licences", "licenses", "professions"],
        ClaimField::SystemRoles => &["roles", "groups"],
        ClaimField::Assignments => &["assignments"],
        ClaimField::AssignmentId => &["assignment_id", "assignmentId"],
        ClaimField::Purpose => &["purpose", "assignment_purpose"],
        ClaimField::UnitId => &["unit_id", "unitId"],
        ClaimField::UnitName => &["unit_name", "unitName"],
        ClaimField::ProviderId => &["provider_id", "providerId"],
    }
}

/// The table: a mapping, and names of one's own for single fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each but the first is the names of the claim that carries what the key says")]
pub struct ClaimsConfig {
    /// Where the names come from that are not given below.
    pub mapping: Mapping,
    pub employee_id: Option<Vec<String>>,
    pub name: Option<Vec<String>>,
    pub given_name: Option<Vec<String>>,
    pub family_name: Option<Vec<String>>,
    pub title: Option<Vec<String>>,
    pub licences: Option<Vec<String>>,
    pub system_roles: Option<Vec<String>>,
    pub assignments: Option<Vec<String>>,
    pub assignment_id: Option<Vec<String>>,
    pub purpose: Option<Vec<String>>,
    pub unit_id: Option<Vec<String>>,
    pub unit_name: Option<Vec<String>>,
    pub provider_id: Option<Vec<String>>,
}

impl ClaimsConfig {
    /// The names of a field's claim, tried in order.
    pub fn names(&self, field: ClaimField) -> Vec<&str> {
        match self.own(field) {
            Some(own) => own.iter().map(String::as_str).collect(),
            None => self.mapping.names(field).to_vec(),
        }
    }

    /// The names that the file gives a field.
    pub const fn own(&self, field: ClaimField) -> Option<&Vec<String>> {
        match field {
            ClaimField::EmployeeId => self.employee_id.as_ref(),
            ClaimField::Name => self.name.as_ref(),
            ClaimField::GivenName => self.given_name.as_ref(),
            ClaimField::FamilyName => self.family_name.as_ref(),
            ClaimField::Title => self.title.as_ref(),
            ClaimField::Licences => self.licences.as_ref(),
            ClaimField::SystemRoles => self.system_roles.as_ref(),
            ClaimField::Assignments => self.assignments.as_ref(),
            ClaimField::AssignmentId => self.assignment_id.as_ref(),
            ClaimField::Purpose => self.purpose.as_ref(),
            ClaimField::UnitId => self.unit_id.as_ref(),
            ClaimField::UnitName => self.unit_name.as_ref(),
            ClaimField::ProviderId => self.provider_id.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_names_in_every_mapping_and_own_names_replace_them() {
        for field in ClaimField::ALL {
            for mapping in [Mapping::Inera, Mapping::Generic] {
                assert!(!mapping.names(field).is_empty(), "{} in {}", field.key(), mapping.key());
            }
        }
        let own = ClaimsConfig { purpose: Some(vec!["for".into()]), ..ClaimsConfig::default() };
        assert_eq!(own.names(ClaimField::Purpose), ["for"]);
        assert_eq!(own.names(ClaimField::AssignmentId), ["commissionHsaId"]);
    }
}
