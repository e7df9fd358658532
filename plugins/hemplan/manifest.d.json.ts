// The type of manifest.json: written by the build when that file has changed. Do not edit.

interface ThisManifest {
    readonly "id": "hemplan";
    readonly "name": "Hemplan (antaget gränssnitt)";
    readonly "vendor": "Samsyn";
    readonly "version": "1.0.0";
    readonly "contract": "1.0.0";
    readonly "sections": readonly [
        "person",
        "services",
        "contacts",
        "plans",
        "documents",
    ];
    readonly "service_kinds": readonly [
        "home-care",
        "social-service",
        "lss",
        "safety-alarm",
    ];
    readonly "identifier_kinds": readonly [
        "personal-number",
        "coordination-number",
    ];
    readonly "origins": readonly [
        {
            readonly "alias": "hemplan";
            readonly "description": "Verksamhetens Hemplan-server. Frågorna går till /plan/v1/… under denna adress.";
            readonly "methods": readonly [
                "GET",
                "POST",
            ];
        },
    ];
    readonly "credential_slots": readonly [
        {
            readonly "name": "nyckel";
            readonly "kinds": readonly [
                "static-header",
                "oauth2-client-credentials",
            ];
            readonly "description": "API-nyckel i rubriken X-Hemplan-Nyckel, eller OAuth 2 med client credentials. Hemplans administratör väljer vilka listor nyckeln får läsa.";
        },
    ];
    readonly "settings": readonly [
        {
            readonly "key": "besok-dagar";
            readonly "type": "integer";
            readonly "default": "7";
            readonly "help": "Så många dagar bakåt och framåt som besök hämtas, 1 till 28.";
        },
    ];
    readonly "languages": readonly [
        "sv",
        "en",
    ];
}

declare const manifest: ThisManifest;
export default manifest;
