//! The manifest: what an administrator sees and grants before the adapter is ever asked.
//!
//! Invariant: every contract has a path setting, so that none is asked that the platform does not have.

use serde_json::{Value, json};

use crate::{
    contract::Contract,
    soap::{CERTIFICATE, ORIGIN},
};

/// Key of the required setting.
pub const LOGICAL_ADDRESS: &str = "logical-address";
/// Key of the setting for the original consumer.
pub const CONSUMER: &str = "consumer-hsa-id";
/// Key of the setting that lets the host present the client certificate.
pub const USE_CERTIFICATE: &str = "use-client-certificate";
/// Key of the setting that names emergency departments.
pub const EMERGENCY_UNITS: &str = "emergency-units";
/// What emergency departments are called when the administrator names none.
pub const EMERGENCY_DEFAULT: &str = "akut";

/// The manifest as JSON.
pub fn manifest() -> String {
    json!({
        "id": "riv-ta",
        "name": "RIV-TA",
        "vendor": "Samsyn",
        "version": env!("CARGO_PKG_VERSION"),
        "contract": "1.0.0",
        "sections": [
            "alerts", "care-limits", "services", "contacts", "medications", "functional-status", "plans", "covid-19"
        ],
        "service_kinds": [
            "home-nursing", "home-care", "social-service", "lss", "care-home", "sip", "emergency-visit", "inpatient",
            "care-plan"
        ],
        "identifier_kinds": ["personal-number", "coordination-number"],
        "origins": [{
            "alias": ORIGIN,
            "description": "Tjänsteplattform eller källsystem som svarar på nationella tjänstekontrakt (SOAP)",
            "methods": ["POST"],
        }],
        "credential_slots": [{
            "name": CERTIFICATE,
            "kinds": ["client-certificate"],
            "description": "Funktionscertifikat (SITHS) för ömsesidig TLS mot tjänsteplattformen",
        }],
        "settings": settings(),
        "languages": ["sv", "en"],
        "multi_provider": true,
    })
    .to_string()
}

fn settings() -> Vec<Value> {
    let setting = |key: &str, kind: &str, required: bool, default: Value, help: &str| {
        let mut setting = json!({ "key": key, "type": kind, "required": required, "help": help });
        if let Some(object) = setting.as_object_mut().filter(|_| !default.is_null()) {
            object.insert("default".into(), default);
        }
        setting
    };
    let mut settings = vec![
        setting(
            LOGICAL_ADDRESS,
            "string",
            true,
            Value::Null,
            "Logisk adress som frågorna ställs till (HSA-id), t.ex. den aggregerande tjänstens.",
        ),
        setting(
            CONSUMER,
            "string",
            false,
            Value::Null,
            "HSA-id för ursprunglig konsument, om plattformen kräver x-rivta-original-serviceconsumer-hsaid.",
        ),
        setting(
            USE_CERTIFICATE,
            "boolean",
            false,
            json!("false"),
            "Använd klientcertifikatet i varje fråga. Slås på för nationella plattformen.",
        ),
        setting(
            EMERGENCY_UNITS,
            "string",
            false,
            json!(EMERGENCY_DEFAULT),
            "Akutmottagningar, kommaseparerat: HSA-id eller en del av namnet. Besök där visas som akutbesök.",
        ),
    ];
    settings.extend(Contract::ALL.into_iter().map(|contract| {
        let facts = contract.facts();
        let help = format!(
            "Sökväg för {} under plattformens bas-URL. Skriv off för ett kontrakt som inte är anslutet.",
            facts.operation
        );
        setting(facts.setting, "string", false, json!(facts.path), &help)
    }));
    settings
}
