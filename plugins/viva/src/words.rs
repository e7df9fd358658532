//! Viva's own words and those of the contract.
//!
//! Invariant: a word outside a table passes unchanged, so that it is shown instead of dropped.

use samsyn_adapter::types::Weekday;

/// Viva's word, the contract's word.
pub type Words = &'static [(&'static str, &'static str)];

/// Kinds of service (insatstyp).
pub const SERVICE_KIND: Words = &[
    ("HSV", "home-nursing"),
    ("HTJ", "home-care"),
    ("SOL", "social-service"),
    ("LSS", "lss"),
    ("SABO", "care-home"),
    ("KORT", "short-term"),
    ("LARM", "safety-alarm"),
    ("HJM", "aids"),
    ("SIP", "sip"),
    ("VPL", "care-plan"),
];

/// Events within a service (händelsetyp).
pub const EVENT_KIND: Words = &[
    ("besok", "visit"),
    ("anteckning", "note"),
    ("beslut", "decision"),
    ("planerat_besok", "planned-visit"),
    ("uppfoljning", "follow-up"),
    ("utskrivningsklar", "ready-for-discharge"),
    ("planerad_utskrivning", "discharge-planned"),
];

/// Kinds of contact (kontakttyp).
pub const CONTACT_KIND: Words = &[
    ("jourlakare", "on-call-physician"),
    ("sjukskoterska_i_tjanst", "on-call-nurse"),
    ("hemsjukvard", "home-nursing"),
    ("pal", "responsible-physician"),
    ("fast_lakarkontakt", "named-physician"),
    ("fast_vardkontakt", "named-care-contact"),
    ("fast_omsorgskontakt", "named-social-contact"),
    ("kontaktsjukskoterska", "contact-nurse"),
    ("handlaggare", "case-officer"),
    ("halsocentral", "health-centre"),
    ("mottagning", "clinic"),
    ("anhorig", "next-of-kin"),
    ("stallforetradare", "legal-representative"),
    ("vardnadshavare", "guardian"),
    ("ovrig", "other"),
];

/// Nature of a care limit (begränsningstyp).
pub const LIMIT_NATURE: Words = &[
    ("avsta", "withhold"),
    ("avbryta", "withdraw"),
    ("brytpunktssamtal", "palliative-talk"),
    ("vard_i_livets_slutskede", "end-of-life-care"),
    ("inga_begransningar", "no-limits"),
    ("ospecificerad", "unspecified"),
];

/// Who took the position.
pub const AUTHOR_KIND: Words = &[
    ("lakare", "physician"),
    ("legitimerad", "licensed"),
    ("ovrig_personal", "other-staff"),
    ("patient", "patient"),
    ("anhorig", "relative"),
    ("okand", "unknown"),
];

/// Phase of a care limit, plan or medicine. The contract says `current` of limits and medicines, `active` of plans.
pub const PHASE: Words = &[
    ("gallande", "current"),
    ("aktiv", "active"),
    ("planerad", "planned"),
    ("avslutad", "ended"),
    ("ersatt", "superseded"),
    ("okand", "unknown"),
];

/// Kinds of plan (plantyp).
pub const PLAN_KIND: Words = &[
    ("sip", "sip"),
    ("krisplan", "crisis-plan"),
    ("overenskommelse", "agreement"),
    ("palliativ", "palliative"),
    ("genomforandeplan", "implementation"),
    ("ordination", "order"),
    ("vardplan", "care-plan"),
    ("omvardnadsplan", "nursing-plan"),
    ("rehabplan", "rehabilitation"),
    ("ovrig", "other"),
];

/// Level of an assessed ability.
pub const ABILITY_LEVEL: Words =
    &[("sjalvstandig", "independent"), ("delvis_beroende", "partly-dependent"), ("beroende", "dependent")];

/// Kinds of consent.
pub const CONSENT_KIND: Words = &[
    ("sammanhallen", "shared-record"),
    ("informationsoverforing", "information-transfer"),
    ("sip", "sip"),
    ("kvalitetsregister", "quality-registry"),
    ("forskning", "research"),
    ("behandling", "treatment"),
    ("ovrig", "other"),
];

/// Status of a consent.
pub const CONSENT_STATUS: Words = &[
    ("aktivt", "active"),
    ("aterkallat", "revoked"),
    ("avslutat", "ended"),
    ("nekat", "refused"),
    ("okant", "unknown"),
];

/// Who gave a consent.
pub const CONSENT_GIVER: Words =
    &[("patient", "patient"), ("vardnadshavare", "guardian"), ("foretradare", "representative"), ("okand", "unknown")];

/// Kinds of alert (uppmärksamhetstyp).
pub const ALERT_KIND: Words = &[
    ("overkanslighet", "hypersensitivity"),
    ("smitta", "infection"),
    ("allvarlig_sjukdom", "serious-disease"),
    ("behandling", "treatment"),
    ("hot", "threat"),
    ("sarskild_rutin", "special-routine"),
    ("ostrukturerad", "unstructured"),
];

/// Severity of a hypersensitivity.
pub const SEVERITY: Words =
    &[("livshotande", "life-threatening"), ("skadlig", "harmful"), ("besvarande", "discomforting")];

/// Certainty of an alert.
pub const CERTAINTY: Words =
    &[("konstaterad", "confirmed"), ("sannolik", "probable"), ("misstankt", "suspected"), ("avfardad", "refuted")];

/// Sex.
pub const SEX: Words = &[("K", "female"), ("M", "male"), ("X", "other"), ("okant", "unknown")];

/// The contract's word for Viva's.
pub fn translate(words: Words, viva: String) -> String {
    words.iter().find(|(known, _)| *known == viva).map_or(viva, |(_, contract)| (*contract).to_owned())
}

/// A day of the week.
pub fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "man" => Weekday::Monday,
        "tis" => Weekday::Tuesday,
        "ons" => Weekday::Wednesday,
        "tor" => Weekday::Thursday,
        "fre" => Weekday::Friday,
        "lor" => Weekday::Saturday,
        "son" => Weekday::Sunday,
        _ => return None,
    })
}
