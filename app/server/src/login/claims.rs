//! From verified claims to assignments: who, for whom, in which role.
//!
//! Claim names are configuration (`config::claims`); the meaning is here. Not here: verifying the token (`flow`).
//! Invariant: an assignment without unit or provider id, or for a provider nobody has configured, is left out; with none
//! left nobody is signed in.

use samsyn_domain::{
    access::Rights,
    provenance::Organisation,
    source::{OrganisationInfo, Provider, ProviderKind},
    viewer::{Role, Viewer},
};
use serde_json::{Map, Value};

use crate::config::{ClaimField, ClaimsConfig, IdentityConfig};

/// Every assignment the claims give.
pub fn assignments(
    claims: &Map<String, Value>,
    identity: &IdentityConfig,
    organisations: &[OrganisationInfo],
) -> Vec<Viewer> {
    let listed = list_of_objects(find(claims, &identity.claims, ClaimField::Assignments));
    let person = Stated { own: claims, person: claims, names: &identity.claims };
    if listed.is_empty() {
        assignment(&person, identity, organisations).into_iter().collect()
    } else {
        listed.iter().filter_map(|own| assignment(&Stated { own, ..person }, identity, organisations)).collect()
    }
}

/// The employee that the claims are about, also one who has no assignment any more.
pub fn employee(claims: &Map<String, Value>, identity: &IdentityConfig) -> Option<String> {
    find(claims, &identity.claims, ClaimField::EmployeeId).and_then(text)
}

/// By role, the claims that give it and what has to stand in each: what [`assignments`] does, in words for administrators.
pub fn giving(identity: &IdentityConfig) -> Vec<(Role, Vec<(String, String)>)> {
    let name = |field: ClaimField| identity.claims.names(field).join(" / ");
    let purpose = || (name(ClaimField::Purpose), CARE_PURPOSE.to_owned());
    let licence = |codes: &[&str]| vec![purpose(), (name(ClaimField::Licences), codes.join(" / "))];
    let system_role = |role: &str| vec![(name(ClaimField::SystemRoles), role.to_owned())];
    Role::ALL
        .into_iter()
        .map(|role| {
            let claims = match role {
                Role::Physician => licence(&PHYSICIAN),
                Role::Nurse => licence(&NURSE),
                Role::Therapist => licence(&THERAPIST),
                Role::CareWorker => vec![purpose()],
                Role::CaseOfficer => vec![purpose(), (name(ClaimField::Title), format!("… {CASE_OFFICER} …"))],
                Role::Administrator => {
                    let mut claims = system_role(ADMINISTRATOR);
                    if !identity.administrators.is_empty() {
                        let named = format!("[identity] administrators ({})", identity.administrators.len());
                        claims.push((name(ClaimField::EmployeeId), named));
                    }
                    claims
                }
                Role::Reviewer => system_role(REVIEWER),
            };
            (role, claims)
        })
        .collect()
}

/// The claim that carries a field: the first of its names that is there with something in it.
pub fn found<'m>(
    claims: &'m Map<String, Value>,
    names: &ClaimsConfig,
    field: ClaimField,
) -> Option<(&'m str, &'m Value)> {
    let is_said = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    };
    names.names(field).into_iter().find_map(|name| {
        let (name, value) = claims.get_key_value(name)?;
        is_said(value).then_some((name.as_str(), value))
    })
}

fn find<'m>(claims: &'m Map<String, Value>, names: &ClaimsConfig, field: ClaimField) -> Option<&'m Value> {
    found(claims, names, field).map(|(_, value)| value)
}

/// The objects of a list in any of the forms that providers give it: an array of objects, of objects written as text, or all
/// of it written as one text.
pub fn list_of_objects(value: Option<&Value>) -> Vec<Map<String, Value>> {
    let parsed: Value;
    let items = match value {
        Some(Value::Array(items)) => items,
        Some(Value::String(text)) => {
            parsed = serde_json::from_str(text).unwrap_or_default();
            match &parsed {
                Value::Array(items) => items,
                Value::Object(one) => return vec![one.clone()],
                _ => return Vec::new(),
            }
        }
        Some(Value::Object(one)) => return vec![one.clone()],
        _ => return Vec::new(),
    };
    let object = |item: &Value| match item {
        Value::Object(object) => Some(object.clone()),
        Value::String(text) => serde_json::from_str(text).ok(),
        _ => None,
    };
    items.iter().filter_map(object).collect()
}

/// What is stated about one assignment and about the person who has it.
#[derive(Clone, Copy)]
struct Stated<'c> {
    own: &'c Map<String, Value>,
    person: &'c Map<String, Value>,
    names: &'c ClaimsConfig,
}

impl Stated<'_> {
    /// Of the assignment alone: what is stated of the person may be about another one.
    fn of_assignment(&self, field: ClaimField) -> Option<String> {
        find(self.own, self.names, field).and_then(text)
    }

    /// Of the assignment, else of the person, who may be an employee of several.
    fn of_person(&self, field: ClaimField) -> Option<String> {
        self.of_assignment(field).or_else(|| find(self.person, self.names, field).and_then(text))
    }

    fn list(&self, field: ClaimField) -> Vec<String> {
        strings(find(self.person, self.names, field))
    }

    fn name(&self) -> String {
        let parts = || {
            let parts = [ClaimField::GivenName, ClaimField::FamilyName].map(|field| self.of_person(field));
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        };
        self.of_person(ClaimField::Name).unwrap_or_else(parts)
    }
}

fn assignment(stated: &Stated<'_>, identity: &IdentityConfig, organisations: &[OrganisationInfo]) -> Option<Viewer> {
    let provider_id = stated.of_assignment(ClaimField::ProviderId)?;
    let (organisation, provider) = provider(&provider_id, organisations)?;
    let title = stated.of_person(ClaimField::Title).unwrap_or_default();
    let purpose = stated.of_assignment(ClaimField::Purpose)?;
    let user_id = stated.of_person(ClaimField::EmployeeId)?;
    let role = if purpose == CARE_PURPOSE {
        care_role(&stated.list(ClaimField::Licences), &title, provider.kind)
    } else {
        portal_role(&stated.list(ClaimField::SystemRoles), identity.administrators.contains(&user_id))?
    };
    Some(Viewer {
        name: stated.name(),
        title,
        role,
        organisation: organisation.id.clone(),
        organisation_name: organisation.name.clone(),
        provider,
        unit: Organisation {
            id: Some(stated.of_assignment(ClaimField::UnitId)?),
            name: stated.of_assignment(ClaimField::UnitName),
        },
        assignment: stated.of_assignment(ClaimField::AssignmentId)?,
        purpose,
        user_id,
        rights: Rights::default(),
        authorities: Vec::new(),
    })
}

fn provider<'a>(id: &str, organisations: &'a [OrganisationInfo]) -> Option<(&'a OrganisationInfo, Provider)> {
    organisations.iter().find_map(|organisation| {
        let provider = organisation.providers.iter().find(|provider| provider.id.is(id))?;
        Some((organisation, provider.clone()))
    })
}

/// One text. Several are one only if there is just one of them: nobody knows which of many is meant.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Array(items) => match items.as_slice() {
            [one] => text(one),
            _ => None,
        },
        _ => None,
    }
}

/// Several texts; HSA writes a system role as an object with two.
fn strings(value: Option<&Value>) -> Vec<String> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Object(role) => {
            let part = |name: &str| role.get(name).and_then(Value::as_str);
            Some(format!("{};{}", part("systemId")?, part("role")?))
        }
        _ => None,
    };
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(one).collect(),
        Some(single) => one(single).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The only purpose that reaches patients (SVOD 3:7).
const CARE_PURPOSE: &str = "Vård och behandling";
/// System roles.
const ADMINISTRATOR: &str = "samsyn;admin";
const REVIEWER: &str = "samsyn;reviewer";
/// Licences, as HOSP codes and by name.
const PHYSICIAN: [&str; 2] = ["LK", "Läkare"];
const NURSE: [&str; 4] = ["SJ", "Sjuksköterska", "BM", "Barnmorska"];
const THERAPIST: [&str; 5] = ["AT", "Arbetsterapeut", "SG", "Fysioterapeut", "Sjukgymnast"];
/// What the title of a case officer in social care has in it.
const CASE_OFFICER: &str = "handläggare";

/// What an assignment without care purpose may do, by system role or by name in the configuration; otherwise nothing.
fn portal_role(system_roles: &[String], named_administrator: bool) -> Option<Role> {
    let has = |wanted: &str| system_roles.iter().any(|role| role.eq_ignore_ascii_case(wanted));
    if has(REVIEWER) {
        Some(Role::Reviewer)
    } else {
        (has(ADMINISTRATOR) || named_administrator).then_some(Role::Administrator)
    }
}

/// The role in care by licence (HOSP codes or their names). In social care a licence gives nothing, because the work there
/// needs none.
fn care_role(licences: &[String], title: &str, kind: ProviderKind) -> Role {
    let licensed = |codes: &[&str]| licences.iter().any(|one| codes.iter().any(|code| one.eq_ignore_ascii_case(code)));
    if kind == ProviderKind::SocialCare {
        if title.to_lowercase().contains(CASE_OFFICER) { Role::CaseOfficer } else { Role::CareWorker }
    } else if licensed(&PHYSICIAN) {
        Role::Physician
    } else if licensed(&NURSE) {
        Role::Nurse
    } else if licensed(&THERAPIST) {
        Role::Therapist
    } else {
        Role::CareWorker
    }
}

#[cfg(test)]
mod tests;
