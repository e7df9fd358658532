//! What the adapter is, for the administrator and for admission.

use serde_json::json;

/// Sections Viva has. Vaccinations and infections are kept elsewhere.
pub const SECTIONS: [&str; 10] = [
    "person",
    "alerts",
    "care-limits",
    "services",
    "contacts",
    "medications",
    "functional-status",
    "plans",
    "consents",
    "documents",
];

/// The manifest.
pub fn describe() -> String {
    json!({
        "id": "viva",
        "name": "Viva (antaget gränssnitt)",
        "vendor": "Samsyn",
        "version": env!("CARGO_PKG_VERSION"),
        "contract": "1.0.0",
        "sections": SECTIONS,
        "service_kinds": [
            "home-nursing", "home-care", "social-service", "lss", "care-home", "short-term", "safety-alarm", "aids", "sip",
            "care-plan"
        ],
        "identifier_kinds": ["personal-number", "coordination-number"],
        "origins": [{
            "alias": "viva",
            "description": "Kommunens Viva-server. Frågorna går till /api/v2/… under denna adress.",
            "methods": ["GET", "POST"]
        }],
        "credential_slots": [{
            "name": "licens",
            "kinds": ["static-header"],
            "description": "Licensnyckel från leverantören, skickas i rubriken X-Viva-Licens."
        }],
        "settings": [{
            "key": "lagrum", "type": "choice", "choices": ["HSL", "SOL"], "required": true,
            "help": "Verksamhetsgren som bindningen läser: HSL (kommunal hälso- och sjukvård) eller SOL (socialtjänst och LSS). \
                     En kommun binds två gånger, en gång per lag."
        }],
        "languages": ["sv", "en"],
        "multi_provider": false
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_asks_for_one_law_per_binding() {
        let manifest: serde_json::Value = serde_json::from_str(&describe()).unwrap();
        assert_eq!(manifest["settings"][0]["choices"], json!(["HSL", "SOL"]));
        assert_eq!(manifest["settings"][0]["required"], true);
        assert_eq!(manifest["sections"].as_array().unwrap().len(), crate::pages::LISTS.len() + 1);
    }
}
