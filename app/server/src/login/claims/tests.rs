//! The same person in the words of different providers.

use samsyn_domain::source::ProviderId;
use serde_json::json;

use super::*;
use crate::config::Mapping;

const ISSUER: &str = r#"{"issuer":"https://identity.example","client_id":"samsyn"}"#;

fn identity(claims: ClaimsConfig) -> IdentityConfig {
    IdentityConfig { claims, ..serde_json::from_str(ISSUER).unwrap() }
}

fn organisations() -> Vec<OrganisationInfo> {
    serde_json::from_value(json!([{
        "id": "storsjo", "name": "Storsjö kommun", "phone": null,
        "providers": [{ "id": "SE9999200002-HSL", "kind": "care" }, { "id": "SE9999200002-SOL", "kind": "social-care" }],
    }]))
    .unwrap()
}

fn read(mapping: Mapping, claims: &Value) -> Vec<Viewer> {
    let identity = identity(ClaimsConfig { mapping, ..ClaimsConfig::default() });
    assignments(claims.as_object().unwrap(), &identity, &organisations())
}

/// One commission with the two words whose spelling differs.
fn commission(care: &str) -> Value {
    json!({
        "commissionHsaId": "SE9999200002-U1",
        "commissionPurpose": "Vård och behandling",
        format!("{care}UnitHsaId"): "SE9999200002-E201",
        format!("{care}UnitName"): "Hemsjukvården norr",
        format!("{care}ProviderHsaId"): "SE9999200002-HSL",
    })
}

fn with(mut one: Value, more: &Value) -> Value {
    one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    one
}

#[test]
fn every_spelling_of_licence_and_care_gives_the_same_nurse() {
    for licence in ["healthcareProfessionalLicense", "healthCareProfessionalLicense"] {
        for licence in [licence.to_owned(), licence.replace("License", "Licence")] {
            for care in ["healthCare", "healthcare"] {
                let person =
                    json!({ "employeeHsaId": "SE9999200002-P1", "name": "Karin Dahl", licence.as_str(): ["SJ"] });
                let viewers = read(Mapping::Inera, &with(commission(care), &person));
                let [nurse] = viewers.as_slice() else { panic!("{licence} {care}: {viewers:?}") };
                assert_eq!(nurse.role, Role::Nurse, "{licence} {care}");
                assert_eq!(nurse.unit.name.as_deref(), Some("Hemsjukvården norr"));
                assert_eq!(nurse.provider.id, ProviderId::new("SE9999200002-HSL"));
            }
        }
    }
}

#[test]
fn all_commissions_may_be_a_list_a_list_of_texts_or_one_text() {
    let list = json!([commission("healthCare"), with(commission("healthCare"), &json!({ "commissionHsaId": "U2" }))]);
    let texts: Vec<Value> = list.as_array().unwrap().iter().map(|one| Value::String(one.to_string())).collect();
    for form in [list.clone(), Value::Array(texts), Value::String(list.to_string())] {
        let claims = json!({
            "allEmployeeHsaIds": ["SE9999200002-P1"], "credentialGivenName": "Karin", "credentialSurname": "Dahl",
            "allCommissions": form,
        });
        let viewers = read(Mapping::Inera, &claims);
        let ids: Vec<&str> = viewers.iter().map(|viewer| viewer.assignment.as_str()).collect();
        assert_eq!(ids, ["SE9999200002-U1", "U2"], "{claims}");
        assert!(viewers.iter().all(|viewer| viewer.name == "Karin Dahl" && viewer.user_id == "SE9999200002-P1"));
    }
}

#[test]
fn what_is_stated_of_another_assignment_fills_no_gap() {
    let mut own = commission("healthCare");
    own.as_object_mut().unwrap().remove("healthCareUnitHsaId");
    let claims = with(commission("healthCare"), &json!({ "employeeHsaId": "P1", "allCommissions": [own] }));
    assert!(read(Mapping::Inera, &claims).is_empty());
}

#[test]
fn of_several_employee_ids_none_is_guessed_and_an_assignments_own_is_taken() {
    let several = json!({ "allEmployeeHsaIds": ["P1", "P2"], "allCommissions": [commission("healthCare")] });
    assert!(read(Mapping::Inera, &several).is_empty());
    let own = with(commission("healthCare"), &json!({ "employeeHsaId": "P2" }));
    let stated = json!({ "allEmployeeHsaIds": ["P1", "P2"], "allCommissions": [own] });
    assert_eq!(read(Mapping::Inera, &stated).first().unwrap().user_id, "P2");
}

#[test]
fn hsa_ids_are_the_same_in_either_case() {
    let lower = json!({ "employeeHsaId": "P1", "healthCareProviderHsaId": "se9999200002-hsl" });
    assert_eq!(read(Mapping::Inera, &with(commission("healthCare"), &lower)).len(), 1);
}

#[test]
fn a_system_role_may_be_written_as_an_object() {
    let admin = json!({
        "employeeHsaId": "P1", "commissionPurpose": "Administration",
        "hsaSystemRole": [{ "systemId": "BIF", "role": "x" }, { "systemId": "SAMSYN", "role": "admin" }],
    });
    let viewers = read(Mapping::Inera, &with(commission("healthCare"), &admin));
    assert_eq!(viewers.first().unwrap().role, Role::Administrator);
}

#[test]
fn the_generic_mapping_reads_plain_words_and_own_names_go_before_it() {
    let claims = json!({
        "employee_id": "P1", "name": "Karin Dahl", "licences": ["Sjuksköterska"], "purpose": "Vård och behandling",
        "unit_id": "E201", "provider_id": "SE9999200002-HSL", "assignment_id": "U1",
    });
    assert_eq!(read(Mapping::Generic, &claims).first().unwrap().role, Role::Nurse);
    assert!(read(Mapping::Inera, &claims).is_empty(), "another mapping knows none of these names");
    let own = ClaimsConfig {
        mapping: Mapping::Generic,
        assignment_id: Some(vec!["nowhere".into(), "assignment_id".into()]),
        employee_id: Some(vec!["sub".into()]),
        ..ClaimsConfig::default()
    };
    let with_sub = with(claims, &json!({ "sub": "S1" }));
    let viewers = assignments(with_sub.as_object().unwrap(), &identity(own), &organisations());
    assert_eq!(viewers.first().unwrap().user_id, "S1");
}

#[test]
fn an_empty_claim_is_no_claim() {
    let names = ClaimsConfig::default();
    let claims = json!({ "name": " ", "credentialDisplayName": "Karin Dahl" });
    let found = found(claims.as_object().unwrap(), &names, ClaimField::Name);
    assert_eq!(found.unwrap().0, "credentialDisplayName");
}
