//! Viva's words for those of the domain.
//!
//! Invariant: a word without a counterpart is written as it is, as a real system with its own codes would.

use samsyn_domain::entry::Weekday;

/// Viva's word, the contract's word.
pub(super) type Words = &'static [(&'static str, &'static str)];

/// Kinds of service (insatstyp).
pub(super) const SERVICE_KIND: Words = &[
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
pub(super) const EVENT_KIND: Words = &[
    ("besok", "visit"),
    ("anteckning", "note"),
    ("beslut", "decision"),
    ("planerat_besok", "planned-visit"),
    ("uppfoljning", "follow-up"),
    ("utskrivningsklar", "ready-for-discharge"),
    ("planerad_utskrivning", "discharge-planned"),
];

/// Kinds of contact (kontakttyp).
pub(super) const CONTACT_KIND: Words = &[
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
pub(super) const LIMIT_NATURE: Words = &[
    ("avsta", "withhold"),
    ("avbryta", "withdraw"),
    ("brytpunktssamtal", "palliative-talk"),
    ("vard_i_livets_slutskede", "end-of-life-care"),
    ("inga_begransningar", "no-limits"),
    ("ospecificerad", "unspecified"),
];

/// Who took the position.
pub(super) const AUTHOR_KIND: Words = &[
    ("lakare", "physician"),
    ("legitimerad", "licensed"),
    ("ovrig_personal", "other-staff"),
    ("patient", "patient"),
    ("anhorig", "relative"),
    ("okand", "unknown"),
];

/// Phase of a care limit, plan or medicine. The contract says `current` of limits and medicines, `active` of plans.
pub(super) const PHASE: Words = &[
    ("gallande", "current"),
    ("aktiv", "active"),
    ("planerad", "planned"),
    ("avslutad", "ended"),
    ("ersatt", "superseded"),
    ("okand", "unknown"),
];

/// Kinds of plan (plantyp).
pub(super) const PLAN_KIND: Words = &[
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
pub(super) const ABILITY_LEVEL: Words =
    &[("sjalvstandig", "independent"), ("delvis_beroende", "partly-dependent"), ("beroende", "dependent")];

/// Kinds of consent.
pub(super) const CONSENT_KIND: Words = &[
    ("sammanhallen", "shared-record"),
    ("informationsoverforing", "information-transfer"),
    ("sip", "sip"),
    ("kvalitetsregister", "quality-registry"),
    ("forskning", "research"),
    ("behandling", "treatment"),
    ("ovrig", "other"),
];

/// Status of a consent.
pub(super) const CONSENT_STATUS: Words = &[
    ("aktivt", "active"),
    ("aterkallat", "revoked"),
    ("avslutat", "ended"),
    ("nekat", "refused"),
    ("okant", "unknown"),
];

/// Who gave a consent.
pub(super) const CONSENT_GIVER: Words =
    &[("patient", "patient"), ("vardnadshavare", "guardian"), ("foretradare", "representative"), ("okand", "unknown")];

/// Kinds of alert (uppmärksamhetstyp).
pub(super) const ALERT_KIND: Words = &[
    ("overkanslighet", "hypersensitivity"),
    ("smitta", "infection"),
    ("allvarlig_sjukdom", "serious-disease"),
    ("behandling", "treatment"),
    ("hot", "threat"),
    ("sarskild_rutin", "special-routine"),
    ("ostrukturerad", "unstructured"),
];

/// Severity of a hypersensitivity.
pub(super) const SEVERITY: Words =
    &[("livshotande", "life-threatening"), ("skadlig", "harmful"), ("besvarande", "discomforting")];

/// Certainty of an alert.
pub(super) const CERTAINTY: Words =
    &[("konstaterad", "confirmed"), ("sannolik", "probable"), ("misstankt", "suspected"), ("avfardad", "refuted")];

/// Sex.
pub(super) const SEX: Words = &[("K", "female"), ("M", "male"), ("X", "other"), ("okant", "unknown")];

/// Phases of a service.
pub(super) const SERVICE_PHASE: Words =
    &[("planerad", "planned"), ("pagaende", "ongoing"), ("avslutad", "ended"), ("okand", "unknown")];

/// Viva's word for the contract's; one without a word of its own is written as it is.
pub(super) fn translate(words: Words, word: &str) -> String {
    words.iter().find(|(_, contract)| *contract == word).map_or(word, |(viva, _)| *viva).to_owned()
}

/// A day of the week.
pub(super) const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "man",
        Weekday::Tuesday => "tis",
        Weekday::Wednesday => "ons",
        Weekday::Thursday => "tor",
        Weekday::Friday => "fre",
        Weekday::Saturday => "lor",
        Weekday::Sunday => "son",
    }
}
