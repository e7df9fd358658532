//! The invented organisations: two regions, three municipalities, one private provider, and the two that only run a register.
//!
//! A municipality is two providers by law: care (HSL) and social care (SoL). The second region runs its care through two boards, each an
//! authority of its own (PDL 5:4). Not here: their sources (`sources`).
//! Invariant: names, HSA-ids and phone numbers are invented; every provider id belongs to exactly one organisation.
//! To add one: a function here and its place in [`all`]; then its sources and its units (`people::origin`).

use samsyn_domain::{
    snapshot::SnapshotTerms,
    source::{OrganisationId, OrganisationInfo, Provider, ProviderId, ProviderKind, ReceivingUnit},
    support::{DirectNumber, Helpdesk, SupportCard},
};

/// Region Fjäll, as care provider.
pub const REGION: &str = "SE9999100001-RF";
/// Storsjö kommun, health care (HSL).
pub const STORSJO_HSL: &str = "SE9999200002-HSL";
/// Storsjö kommun, social care (SoL).
pub const STORSJO_SOL: &str = "SE9999200002-SOL";
/// Fjällnäs kommun, health care (HSL).
pub const FJALLNAS_HSL: &str = "SE9999300003-HSL";
/// Fjällnäs kommun, social care (SoL).
pub const FJALLNAS_SOL: &str = "SE9999300003-SOL";
/// Granlidens kommun, health care (HSL).
pub const GRANLIDEN_HSL: &str = "SE9999400004-HSL";
/// Granlidens kommun, social care (SoL).
pub const GRANLIDEN_SOL: &str = "SE9999400004-SOL";
/// Åsgården vård AB, as care provider.
pub const ASGARDEN: &str = "SE9999500005-VG";
/// Region Tjärn, hälso- och sjukvårdsnämnden: one of two authorities of one region.
pub const TJARN_CARE: &str = "SE9999800008-HSN";
/// Region Tjärn, habiliteringsnämnden: the other.
pub const TJARN_HABILITATION: &str = "SE9999800008-HAB";
/// Hemrehab Fjäll AB, as care provider. Only with [`crate::seed::Seed::with_all_languages`].
pub const HEMREHAB: &str = "SE9999900009-VG";
/// The population register. It gives no care; it has an id so that its records can name who is responsible.
pub const REGISTER: &str = "SE9999600006-BR";

/// Every organisation. The last two run the population register and the national platform; nobody works there.
pub fn all() -> Vec<OrganisationInfo> {
    let care = |id: &str| provider(id, ProviderKind::Care);
    let social = |id: &str| provider(id, ProviderKind::SocialCare);
    vec![
        organisation("region-fjall", "Region Fjäll", vec![care(REGION)], "063-555 10 00"),
        organisation("storsjo", "Storsjö kommun", vec![care(STORSJO_HSL), social(STORSJO_SOL)], "063-555 20 00"),
        organisation("fjallnas", "Fjällnäs kommun", vec![care(FJALLNAS_HSL), social(FJALLNAS_SOL)], "063-555 30 00"),
        organisation(
            "granliden",
            "Granlidens kommun",
            vec![care(GRANLIDEN_HSL), social(GRANLIDEN_SOL)],
            "063-555 40 00",
        ),
        organisation("asgarden", "Åsgården vård AB", vec![care(ASGARDEN)], "063-555 50 00"),
        OrganisationInfo {
            authorities_have_direct_access: true,
            ..organisation(
                "region-tjarn",
                "Region Tjärn",
                vec![care(TJARN_CARE), care(TJARN_HABILITATION)],
                "063-555 80 00",
            )
        },
        organisation("folkbokforing", "Befolkningsregistret", vec![care(REGISTER)], "063-555 60 00"),
        organisation("nationella", "Nationella tjänster", Vec::new(), "063-555 70 00"),
    ]
}

/// The small private provider of home nursing and rehabilitation, whose system leaves files; not among [`all`], because the adapter that
/// reads them is built with Python.
pub fn hemrehab() -> OrganisationInfo {
    let care = vec![provider(HEMREHAB, ProviderKind::Care)];
    organisation("hemrehab", "Hemrehab Fjäll AB", care, "063-555 90 00")
}

/// A provider value.
pub fn provider(id: &str, kind: ProviderKind) -> Provider {
    Provider { id: ProviderId::new(id), kind }
}

/// An organisation with what most of them have decided.
pub(crate) fn organisation(id: &str, name: &str, providers: Vec<Provider>, phone: &str) -> OrganisationInfo {
    OrganisationInfo {
        id: OrganisationId::new(id),
        name: name.to_owned(),
        providers,
        phone: Some(phone.to_owned()),
        recent_months: 3,
        care_limit_text: None,
        receiving_units: receiving_units(id),
        // The region takes the patient's word wherever it was written down; the others have not decided so.
        accepts_others_consents: id == "region-fjall",
        shift_hours: 12,
        confidentiality_text: None,
        review: samsyn_domain::review::ReviewRules::default(),
        extract_names: samsyn_domain::extract::ReaderNames::default(),
        authorities_have_direct_access: false,
        snapshots: kept_here(id),
        support: support(id),
        publishes_for_all: id == "region-fjall",
    }
}

/// The region and one municipality have decided to keep what their staff are shown; the others have not, and keep nothing.
fn kept_here(organisation: &str) -> Option<SnapshotTerms> {
    let terms = |disposal_decision: &str| SnapshotTerms {
        purpose: "Utredning av vårdskador och avvikelser".to_owned(),
        retention_days: 90,
        disposal_decision: disposal_decision.to_owned(),
    };
    match organisation {
        "region-fjall" => Some(terms("Gallringsbeslut RS 2026/118")),
        "storsjo" => Some(terms("Gallringsbeslut KS 2026/77")),
        _ => None,
    }
}

/// Whom the staff turn to. The region runs the portal: its staff in readiness may be called directly.
fn support(organisation: &str) -> Option<SupportCard> {
    let card = |name: &str, phone: &str, hours: &str, who: &str, routine: &str| SupportCard {
        first_line: "Ladda om sidan. Hjälper det inte: fråga enhetens superanvändare.".to_owned(),
        helpdesk: Helpdesk { name: name.to_owned(), phone: phone.to_owned(), hours: hours.to_owned() },
        direct: Some(DirectNumber { phone: "0980-31 92 99".to_owned(), who: who.to_owned() }),
        reserve_routine: routine.to_owned(),
    };
    match organisation {
        "region-fjall" => Some(card(
            "IT-support, Region Fjäll",
            "0980-31 92 10",
            "dygnet runt",
            "Driftchef och tjänsteman i beredskap",
            "Läs i det egna journalsystemet. Ring kommunens sjuksköterska i tjänst om vårdbegränsningar och pågående insatser.\n\n\
             Frånvaro av uppgifter betyder inte att inga finns.",
        )),
        "storsjo" => Some(card(
            "Servicedesk, Storsjö kommun",
            "0980-31 92 20",
            "vardagar 7–17, övrig tid jouren 0980-31 92 21",
            "Medicinskt ansvarig sjuksköterska",
            "Använd pärmen med reservrutiner på enheten. Ring hälsocentralen eller akutmottagningen om regionens uppgifter.\n\n\
             Frånvaro av uppgifter betyder inte att inga finns.",
        )),
        _ => None,
    }
}

/// Units that others may be asked to register a consent for.
fn receiving_units(organisation: &str) -> Vec<ReceivingUnit> {
    let unit = |provider: &str, unit: &str, name: &str| ReceivingUnit {
        provider: ProviderId::new(provider),
        unit: unit.to_owned(),
        name: name.to_owned(),
    };
    match organisation {
        "region-fjall" => vec![
            unit(REGION, "SE9999100001-E110", "Ambulanssjukvården, Region Fjäll"),
            unit(REGION, "SE9999100001-E102", "Akutmottagningen, Region Fjäll"),
            unit(REGION, "SE9999100001-E101", "Medicinkliniken, Region Fjäll"),
            unit(REGION, "SE9999100001-E120", "Hälsocentralen Backen, Region Fjäll"),
        ],
        "storsjo" => vec![unit(STORSJO_SOL, "SE9999200002-E251", "Hemtjänsten Solgläntan, Storsjö kommun")],
        _ => Vec::new(),
    }
}
