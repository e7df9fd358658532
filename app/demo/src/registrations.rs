//! What the demo's staff have registered about its people: standing consents and relations, and the exceptions to them.
//!
//! Not here: the people (`people`), the rules (`domain::access`). Invariant: the same moment gives the same registrations, by the
//! same ids, so that a second start keeps them as they are.
//! To add a case: a tag in [`of`] and a person who shows it.

use jiff::{SignedDuration, Timestamp, Zoned};
use samsyn_domain::{
    access::{
        Action, Assertion, GivenBy, Kind, Period, Receiver, Registrar, Registration, RelationReason, RoleMatrix,
        Stated, is_child,
    },
    identifier::PersonIdentifier,
    provenance::Organisation,
    source::{Provider, ProviderId, ProviderKind},
    time::today,
};

use crate::{people::DemoPerson, staff::Staff};

/// How long ago most of it was registered.
const REGISTERED: SignedDuration = SignedDuration::from_hours(-30 * 24);
/// How much longer the relations last.
const LASTING: SignedDuration = SignedDuration::from_hours(300 * 24);
/// When the ended relation ended.
const ENDED: SignedDuration = SignedDuration::from_hours(-24);

/// The emergency department's unit and who wrote down a consent for it.
const EMERGENCY_UNIT: (&str, &str) = ("SE9999100001-E101", "Medicinkliniken");

/// Everything registered about everybody.
pub fn all(people: &[DemoPerson], staff: &[Staff], now: &Zoned) -> Vec<Registration> {
    let registrars = registrars(staff);
    let mut made = Made { now, made: Vec::new() };
    for person in people {
        if let Ok(patient) = PersonIdentifier::stated(&person.personal_number) {
            of(person, &patient, &registrars, &mut made);
        }
    }
    made.made
}

fn of(person: &DemoPerson, patient: &PersonIdentifier, registrars: &[Registrar], made: &mut Made<'_>) {
    let shows = |tag: &str| person.shows.contains(&tag);
    if ["no-consent", "other-authority", "admitted", "planned-visit"].into_iter().any(shows) {
        return;
    }
    for registrar in registrars {
        let from = made.at(REGISTERED);
        // Whoever has moved is nobody's patient where she or he came from.
        let over = shows("relation-ended") || shows("moved-municipality") && of_fjallnas(registrar);
        let until = made.at(if over { ENDED } else { LASTING });
        let relation = match registrar.provider.kind {
            ProviderKind::Care => RelationReason::Enrolled,
            ProviderKind::SocialCare => RelationReason::SocialCare,
        };
        let stated = Stated { relation: Some(relation), ..Stated::default() };
        made.add(patient, Kind::Relation, everybody(registrar), Period { from, to: Some(until) }, stated, registrar);
        if shows("incapable") {
            // The first registrar of each provider speaks for its unit.
            let stated = Stated { assertions: Assertion::ALL.to_vec(), ..Stated::default() };
            let period = Period { from, to: Some(made.at(LASTING.checked_div(3).unwrap_or(LASTING))) };
            if of_storsjo(registrar) {
                made.add(patient, Kind::Incapable, everybody(registrar), period, stated, registrar);
            }
        } else if shows("child") && of_storsjo(registrar) {
            // Elsewhere a guardian has consented; here staff have said that the child cannot.
            let period = Period { from, to: Some(until) };
            made.add(patient, Kind::Child, everybody(registrar), period, Stated::default(), registrar);
        } else if shows("own-sol") && registrar.provider.id.is(crate::organisations::STORSJO_SOL) {
            // Nobody there has asked.
        } else if shows("advance-consent") {
            if registrar.provider.id.is(crate::organisations::STORSJO_SOL) {
                let (unit, name) = EMERGENCY_UNIT;
                let receiver = Receiver {
                    provider: ProviderId::new(crate::organisations::REGION),
                    unit: Some(Organisation { id: Some(unit.to_owned()), name: Some(name.to_owned()) }),
                    employee: None,
                };
                made.add(
                    patient,
                    Kind::Consent,
                    receiver,
                    Period { from, to: None },
                    given(GivenBy::Patient),
                    registrar,
                );
            }
        } else {
            let by = if is_child(patient, today(made.now)) { GivenBy::Guardian } else { GivenBy::Patient };
            made.add(patient, Kind::Consent, everybody(registrar), Period { from, to: None }, given(by), registrar);
        }
    }
}

fn of_storsjo(registrar: &Registrar) -> bool {
    registrar.organisation.as_str() == "storsjo"
}

fn of_fjallnas(registrar: &Registrar) -> bool {
    registrar.organisation.as_str() == "fjallnas"
}

fn given(by: GivenBy) -> Stated {
    Stated { given_by: Some(by), ..Stated::default() }
}

/// All units of the registrar's provider.
fn everybody(registrar: &Registrar) -> Receiver {
    Receiver { provider: registrar.provider.id.clone(), unit: None, employee: None }
}

/// One of the staff who may register, for each provider that anybody treats for.
fn registrars(staff: &[Staff]) -> Vec<Registrar> {
    let mut registrars: Vec<Registrar> = Vec::new();
    for member in staff {
        for commission in &member.commissions {
            let (unit, unit_name, provider, _) = commission.place;
            let known = registrars.iter().any(|one| one.provider.id.is(provider));
            let kind = if provider.ends_with("-SOL") { ProviderKind::SocialCare } else { ProviderKind::Care };
            let may_register = RoleMatrix::default().rights(commission.role, kind).may(Action::Register);
            if known || !may_register {
                continue;
            }
            registrars.push(Registrar {
                user_id: member.employee_id.to_owned(),
                name: member.name(),
                title: member.title.to_owned(),
                organisation: member.organisation.clone(),
                provider: Provider { id: ProviderId::new(provider), kind },
                unit: Organisation { id: Some(unit.to_owned()), name: Some(unit_name.to_owned()) },
            });
        }
    }
    registrars
}

struct Made<'a> {
    now: &'a Zoned,
    made: Vec<Registration>,
}

impl Made<'_> {
    fn at(&self, from_now: SignedDuration) -> Timestamp {
        self.now.timestamp().checked_add(from_now).unwrap_or_else(|_| self.now.timestamp())
    }

    fn add(
        &mut self,
        patient: &PersonIdentifier,
        kind: Kind,
        receiver: Receiver,
        period: Period,
        stated: Stated,
        registrar: &Registrar,
    ) {
        self.made.push(Registration {
            id: format!("00000000-0000-4000-8000-{:012}", self.made.len() + 1),
            kind,
            patient: patient.clone(),
            receiver,
            period,
            stated,
            registered_at: period.from,
            registered_by: registrar.clone(),
            ended: None,
        });
    }
}
