//! What the adapter is, for the administrator and for admission.

use serde_json::json;

/// Sections the simple contract covers.
pub const SECTIONS: [&str; 11] = [
    "person",
    "alerts",
    "care-limits",
    "services",
    "contacts",
    "medications",
    "functional-status",
    "plans",
    "covid-19",
    "consents",
    "documents",
];

/// The manifest.
pub fn describe() -> String {
    json!({
        "id": "enkel",
        "name": "Enkelt kontrakt (JSON eller CSV)",
        "vendor": "Samsyn",
        "version": env!("CARGO_PKG_VERSION"),
        "contract": "1.0.0",
        "sections": SECTIONS,
        "service_kinds": [
            "home-nursing", "home-care", "social-service", "lss", "care-home", "short-term", "safety-alarm", "aids", "sip",
            "emergency-visit", "inpatient", "planned-discharge", "ready-for-discharge", "discharged", "care-plan"
        ],
        "identifier_kinds": ["personal-number", "coordination-number", "reserve-number"],
        "origins": [{
            "alias": "api",
            "description": "Aktörens tjänst. Frågan skickas till /samsyn/v1/… under denna adress.",
            "methods": ["POST"]
        }],
        "credential_slots": [{
            "name": "access",
            "kinds": ["static-header", "basic", "oauth2-client-credentials", "client-certificate"],
            "description": "Hur portalen visar vem den är. Används om inställningen anonymous inte är true."
        }],
        "settings": [
            {
                "key": "format", "type": "choice", "choices": ["json", "csv"], "required": false, "default": "json",
                "help": "json (ett dokument per fråga) eller csv (en fil per del)."
            },
            {
                "key": "csv-sections", "type": "string", "required": false,
                "default": "services,contacts,care-limits,documents",
                "help": "Delar som tjänsten har som CSV-filer, åtskilda med komma. Övriga visas som att källan inte lämnar dem."
            },
            {
                "key": "anonymous", "type": "boolean", "required": false, "default": "false",
                "help": "true om tjänsten inte kräver inloggning (bara på ett skyddat nät)."
            }
        ],
        "languages": ["sv", "en"],
        "multi_provider": false
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_json_and_names_the_contract() {
        let manifest: serde_json::Value = serde_json::from_str(&describe()).unwrap();
        assert_eq!(manifest["contract"], "1.0.0");
        assert_eq!(manifest["sections"].as_array().unwrap().len(), 11);
    }
}
