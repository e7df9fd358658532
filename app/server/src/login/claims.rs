//! From verified claims to assignments: who, for whom, in which role.
//!
//! Claim names are configuration; the meaning is here. Not here: verifying the token (`flow`).
//! Invariant: an assignment without unit or provider id, or for a provider nobody has configured, is left out; with none
//! left nobody is signed in.

use samsyn_domain::{
    provenance::Organisation,
    source::{OrganisationInfo, Provider, ProviderKind},
    viewer::{Role, Viewer},
};
use serde_json::{Map, Value};

use crate::config::IdentityConfig;

/// Every assignment the claims give.
pub fn assignments(
    claims: &Map<String, Value>,
    identity: &IdentityConfig,
    organisations: &[OrganisationInfo],
) -> Vec<Viewer> {
    let names = &identity.claims;
    let listed = list_of_objects(claims.get(&names.assignments));
    if listed.is_empty() {
        assignment(claims, claims, identity, organisations).into_iter().collect()
    } else {
        listed.iter().filter_map(|one| assignment(claims, one, identity, organisations)).collect()
    }
}

/// `allCommissions` is an array, or a JSON array written as a string, depending on the provider.
fn list_of_objects(value: Option<&Value>) -> Vec<Map<String, Value>> {
    let parsed;
    let items = match value {
        Some(Value::Array(items)) => items,
        Some(Value::String(text)) => {
            parsed = serde_json::from_str::<Vec<Value>>(text).unwrap_or_default();
            &parsed
        }
        _ => return Vec::new(),
    };
    items.iter().filter_map(|item| item.as_object().cloned()).collect()
}

fn assignment(
    person: &Map<String, Value>,
    one: &Map<String, Value>,
    identity: &IdentityConfig,
    organisations: &[OrganisationInfo],
) -> Option<Viewer> {
    let names = &identity.claims;
    let text = |map: &Map<String, Value>, name: &str| map.get(name).and_then(Value::as_str).map(str::to_owned);
    let provider_id = text(one, &names.provider_id)?;
    let (organisation, provider) = provider(&provider_id, organisations)?;
    let title = text(person, &names.title).unwrap_or_default();
    let purpose = text(one, &names.purpose)?;
    let user_id = text(person, &names.employee_id)?;
    let role = if purpose == CARE_PURPOSE {
        care_role(&strings(person.get(&names.licences)), &title, provider.kind)
    } else {
        portal_role(&strings(person.get(&names.system_roles)), identity.administrators.contains(&user_id))?
    };
    Some(Viewer {
        user_id,
        name: text(person, &names.name).unwrap_or_default(),
        title,
        role,
        organisation: organisation.id.clone(),
        organisation_name: organisation.name.clone(),
        provider,
        unit: Organisation { id: Some(text(one, &names.unit_id)?), name: text(one, &names.unit_name) },
        assignment: text(one, &names.assignment_id)?,
        purpose,
    })
}

fn provider<'a>(id: &str, organisations: &'a [OrganisationInfo]) -> Option<(&'a OrganisationInfo, Provider)> {
    organisations.iter().find_map(|organisation| {
        let provider = organisation.providers.iter().find(|provider| provider.id.as_str() == id)?;
        Some((organisation, provider.clone()))
    })
}

fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

/// The only purpose that reaches patients (SVOD 3:7).
const CARE_PURPOSE: &str = "Vård och behandling";

/// What an assignment without care purpose may do, by system role or by name in the configuration; otherwise nothing.
fn portal_role(system_roles: &[String], named_administrator: bool) -> Option<Role> {
    let has = |wanted: &str| system_roles.iter().any(|role| role.eq_ignore_ascii_case(wanted));
    if has("samsyn;reviewer") {
        Some(Role::Reviewer)
    } else {
        (has("samsyn;admin") || named_administrator).then_some(Role::Administrator)
    }
}

/// The role in care by licence (HOSP codes or their names). In social care a licence gives nothing, because the work there
/// needs none.
fn care_role(licences: &[String], title: &str, kind: ProviderKind) -> Role {
    let licensed = |codes: &[&str]| licences.iter().any(|one| codes.iter().any(|code| one.eq_ignore_ascii_case(code)));
    if kind == ProviderKind::SocialCare {
        if title.to_lowercase().contains("handläggare") { Role::CaseOfficer } else { Role::CareWorker }
    } else if licensed(&["LK", "Läkare"]) {
        Role::Physician
    } else if licensed(&["SJ", "Sjuksköterska", "BM", "Barnmorska"]) {
        Role::Nurse
    } else if licensed(&["AT", "Arbetsterapeut", "SG", "Fysioterapeut", "Sjukgymnast"]) {
        Role::Therapist
    } else {
        Role::CareWorker
    }
}
