//! People whose blocks are the point: inside a provider, between providers, and one that leaves alerts open.
//!
//! Not here: `blocked`, where several things come together (`trouble`). Everybody here has a standing consent, so that nothing but the
//! block keeps anything away.
//! Invariant: of the two people with an outer block each has the same records as the other, by another provider.

use samsyn_domain::{
    access::Block,
    entry::{Alert, CareLimit, Service},
    provenance::Concept,
    source::ProviderId,
    vocabulary::{AlertKind, AuthorKind, LimitNature, Protection, ServiceKind, ServicePhase, Severity},
};

use super::{
    build::{Case, Clock, Who, alert, atc, care_limit, document, medication, service, some},
    origin::{FJALLNAS_NURSING, MEDICINE, Origin, PSYCHIATRY, STORSJO_NURSING},
};
use crate::organisations as org;

/// Psychiatry's information is blocked for the region's other units.
pub(crate) fn inner(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194402273462", "Ingrid", "Viklund", "storsjo");
    let mut case = Case::new(clock, number, who, &["inner-block"])?;
    let (unit, name) = PSYCHIATRY.unit;
    let block = Block::inner(ProviderId::new(org::REGION), unit);
    case.blocks.push(Block { unit_name: Some(name.to_owned()), ..block });
    case.add(&PSYCHIATRY, 40, |p, clock| Service {
        started: Some(clock.day(300)),
        last_noted: Some(clock.day(40)),
        ..service(ServiceKind::CarePlan, ServicePhase::Ongoing, "Vårdplan: samtalskontakt", p)
    })
    .add(&PSYCHIATRY, 40, |p, _| medication(atc("Litiumsulfat 42 mg depottablett", "N05AN01"), "2 + 0 + 0 + 2", p))
    .add(&MEDICINE, 12, |p, clock| Service {
        started: Some(clock.day(12)),
        ..service(ServiceKind::CarePlan, ServicePhase::Ongoing, "Vårdplan: hjärtsvikt", p)
    });
    nursing(&mut case);
    Some(case)
}

/// Protected personal data and an inner block at once: that something is blocked may be told, and neither where nor by which unit.
pub(crate) fn inner_protected(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("196203233066", "Vendela", "Rask", "storsjo");
    let mut case = Case::new(clock, number, who, &["protected-inner-block"])?;
    case.details.protection = Some(Protection::ConfidentialityMark);
    let (unit, name) = PSYCHIATRY.unit;
    let block = Block::inner(ProviderId::new(org::REGION), unit);
    case.blocks.push(Block { unit_name: Some(name.to_owned()), ..block });
    case.add(&PSYCHIATRY, 25, |p, _| medication(atc("Kvetiapin 50 mg tablett", "N05AH04"), "0 + 0 + 0 + 1", p))
        .add(&PSYCHIATRY, 25, |p, _| {
            let text = "Bor på skyddat boende, Tallbacken 3. Samtal varje vecka på Psykiatriska öppenvården.";
            document(Concept::plain("Anteckning"), "Samtal", text, p)
        })
        .add(&MEDICINE, 12, |p, _| medication(atc("Metoprolol 50 mg depottablett", "C07AB02"), "1 + 0 + 0 + 0", p));
    nursing(&mut case);
    Some(case)
}

/// The region's information is blocked for others.
pub(crate) fn outer_region(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194407148180", "Kerstin", "Dalin", "storsjo");
    outer(clock, number, who, org::REGION, &MEDICINE)
}

/// A municipality's is.
pub(crate) fn outer_municipality(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194408278184", "Gunvor", "Falken", "storsjo");
    outer(clock, number, who, org::FJALLNAS_HSL, &FJALLNAS_NURSING)
}

fn outer(clock: &Clock, number: usize, who: Who, provider: &str, origin: &Origin) -> Option<Case> {
    let mut case = unblocked(clock, number, who, &["outer-block"])?;
    case.blocks.push(Block::outer(ProviderId::new(provider)));
    case.add(origin, 20, |p, clock| Service {
        started: Some(clock.day(20)),
        ..service(ServiceKind::CarePlan, ServicePhase::Ongoing, "Vårdplan: smärtbehandling", p)
    });
    Some(case)
}

/// What the two have, without a block and without anything behind one. The names of all three are of one length.
pub(crate) fn outer_none(clock: &Clock, number: usize) -> Option<Case> {
    unblocked(clock, number, ("194401229085", "Ingrid", "Edmark", "storsjo"), &["like-outer-block"])
}

fn unblocked(clock: &Clock, number: usize, who: Who, shows: &[&'static str]) -> Option<Case> {
    let mut case = Case::new(clock, number, who, shows)?;
    case.known_by(&MEDICINE).known_by(&FJALLNAS_NURSING);
    nursing(&mut case);
    Some(case.linked_everywhere())
}

/// The region's information is blocked for others, alerts and care limits left open.
pub(crate) fn exempts_alerts(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("194410188876", "Gunnar", "Hellberg", "storsjo");
    let mut case = Case::new(clock, number, who, &["block-exempts-alerts"])?;
    case.blocks.push(Block { except: vec!["upp".to_owned()], ..Block::outer(ProviderId::new(org::REGION)) });
    case.add(&MEDICINE, 90, |p, clock| CareLimit {
        decided: Some(clock.day(90)),
        ..care_limit("Ej intensivvård", LimitNature::Withhold, AuthorKind::Physician, p)
    })
    .add(&MEDICINE, 800, |p, _| Alert {
        severity: Some(Severity::Harmful),
        comment: some("Andnöd"),
        ..alert(AlertKind::Hypersensitivity, "Acetylsalicylsyra", p)
    })
    .add(&MEDICINE, 90, |p, _| medication(atc("Warfarin 2,5 mg tablett", "B01AA03"), "enligt ordination", p));
    nursing(&mut case);
    Some(case)
}

/// Home nursing in Storsjö, which nobody has blocked.
fn nursing(case: &mut Case) {
    case.add(&STORSJO_NURSING, 6, |p, clock| Service {
        started: Some(clock.day(150)),
        last_noted: Some(clock.day(6)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, "Hemsjukvård: såromläggning", p)
    });
}
