//! People for whom something goes wrong, is blocked, or is simply absent, without any fault asked for at start.

use std::time::Duration;

use samsyn_domain::{
    access::Block,
    entry::{CareLimit, Contact, Service},
    source::ProviderId,
    vocabulary::{AuthorKind, ContactKind, LimitNature, ServiceKind, ServicePhase},
};

use super::{
    build::{Case, Clock, always_open, atc, care_limit, contact, medication, service, snomed, some},
    origin::{MEDICINE, PSYCHIATRY, STORSJO_NURSING},
};
use crate::{fault::Conduct, organisations as org};

/// Known to the register; every source answers and holds nothing.
pub(crate) fn nothing(clock: &Clock, number: usize) -> Option<Case> {
    Case::new(clock, number, ("195104172555", "Bengt", "Lind", "storsjo"), &["nothing"]).map(Case::linked_everywhere)
}

/// The region's information is blocked for others, except alert information, so that a care limit is seen; so is that of
/// a municipality where the person lived before, so that the region's own staff meet a block too.
pub(crate) fn blocked(clock: &Clock, number: usize) -> Option<Case> {
    let who = ("196204142852", "Rolf", "Engman", "storsjo");
    let mut case = Case::new(clock, number, who, &["blocked"])?;
    case.blocks.push(Block { except: vec!["upp".to_owned()], ..Block::outer(ProviderId::new(org::REGION)) });
    case.blocks.push(Block::outer(ProviderId::new(org::FJALLNAS_HSL)));
    case.add(&MEDICINE, 55, |p, clock| CareLimit {
        measures: vec![snomed("Läkarbeslut finns om att inte utföra hjärt-lungräddning", "61921000052102")],
        grounds: some("Progredierande ALS"),
        decided: Some(clock.day(55)),
        ..care_limit("Ej HLR. Ej respirator.", LimitNature::Withhold, AuthorKind::Physician, p)
    })
    .add(&MEDICINE, 55, |p, _| medication(atc("Riluzol 50 mg tablett", "N07XX02"), "1 + 0 + 1 + 0", p))
    .add(&PSYCHIATRY, 70, |p, clock| Service {
        started: Some(clock.day(70)),
        ..service(ServiceKind::CarePlan, ServicePhase::Ongoing, "Vårdplan psykiatrin", p)
    });
    nursing(&mut case, "Hemsjukvård: andningsstöd");
    Some(case)
}

/// The municipality's source needs three seconds for this person.
pub(crate) fn slow(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("196805029268", "Lisbeth", "Öman", "storsjo"), &["slow"])?;
    nursing(&mut case, "Hemsjukvård: stomi");
    case.behaves(&STORSJO_NURSING, Conduct::Slow(Duration::from_secs(3)));
    Some(case)
}

/// The municipality's replies about this person are cut off in the middle.
pub(crate) fn malformed(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("196805229272", "Peter", "Sjögren", "storsjo"), &["malformed"])?;
    nursing(&mut case, "Hemsjukvård: infusion");
    case.behaves(&STORSJO_NURSING, Conduct::Truncated);
    Some(case)
}

/// The municipality answers about somebody else.
pub(crate) fn wrong_patient(clock: &Clock, number: usize) -> Option<Case> {
    let mut case = Case::new(clock, number, ("195803193258", "Mikael", "Ström", "storsjo"), &["wrong-patient"])?;
    nursing(&mut case, "Hemsjukvård: såromläggning");
    case.behaves(&STORSJO_NURSING, Conduct::WrongPatient);
    Some(case)
}

fn nursing(case: &mut Case, what: &str) {
    case.add(&STORSJO_NURSING, 10, |p, clock| Service {
        started: Some(clock.day(160)),
        last_noted: Some(clock.day(10)),
        ..service(ServiceKind::HomeNursing, ServicePhase::Ongoing, what, p)
    })
    .add(&STORSJO_NURSING, 160, |p, _| Contact {
        openings: always_open(),
        ..contact(ContactKind::HomeNursing, "Hemsjukvården Storsjö norr", "sjuksköterska i tjänst", "063-555 20 41", p)
    });
}
