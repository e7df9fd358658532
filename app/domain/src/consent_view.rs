//! Consent on the overview beside what sources report: what is registered in the portal, and when it is time to ask.
//!
//! Rules: issue points 5 and 6; L-04. Not here: what a source reports of consents (`entry`), the ground (`access`).
//! Invariant: what is registered here never passes for a source's word, and nobody is reminded who has nothing to ask for.
//! To have another service remind: a line in [`reminds`].

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    access::{Action, Facts, Kind, Registration, consented},
    entry::Entry,
    overview::ShownEntry,
    section::Section,
    time::When,
    viewer::Viewer,
    vocabulary::{PlanKind, ServiceKind, ServicePhase},
};

/// A consent registered in the portal that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentHere {
    /// For which unit; none is every unit of the provider, or a place that is masked.
    pub unit: Option<String>,
    /// For one employee only.
    pub for_one: bool,
    /// From when.
    pub from: Timestamp,
    /// Until when; none is until it is revoked.
    pub until: Option<Timestamp>,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// By whom: name and title; none when places are masked.
    pub registered_by: Option<String>,
}

/// A service has begun lately and nobody has the patient's consent to reach others' information.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskConsent {
    /// Which.
    pub service: ServiceKind,
    /// When it began.
    pub began: When,
}

/// The consents that the viewer's provider may use or has registered, newest first; empty for a role that sees no consents, and
/// `None` when the register could not be read.
pub fn consents_here(viewer: &Viewer, registered: Option<&[Registration]>, at: Timestamp) -> Option<Vec<ConsentHere>> {
    if !viewer.rights.sees(Section::Consents) {
        return Some(Vec::new());
    }
    let holding = registered?.iter().filter(|one| one.kind == Kind::Consent && one.holds(at));
    let here = holding.filter(|one| one.concerns(viewer)).map(|one| ConsentHere {
        unit: one.receiver.unit.as_ref().and_then(|unit| unit.name.clone()),
        for_one: one.receiver.employee.is_some(),
        from: one.period.from,
        until: one.period.to,
        registered_at: one.registered_at,
        registered_by: Some(format!("{}, {}", one.registered_by.name, one.registered_by.title)),
    });
    Some(here.collect())
}

/// Whether the viewer has somebody to ask: it may register, and neither consent nor what stands instead of it is known to be there.
pub fn may_ask(viewer: &Viewer, facts: Facts<'_>, at: Timestamp) -> bool {
    let known = facts.registered.is_some();
    known && viewer.has_care_purpose() && viewer.may(Action::Register) && !consented(viewer, facts, at)
}

/// The latest of the own provider's services that began in the window and is still going on.
pub fn ask_consent(
    viewer: &Viewer,
    entries: &[&ShownEntry],
    (since, today): (Date, Date),
    zone: &TimeZone,
) -> Option<AskConsent> {
    let own = entries
        .iter()
        .filter(|shown| shown.entry.provenance().provider_id().is_some_and(|id| viewer.provider.id.is(id)));
    own.filter_map(|shown| {
        let (service, began) = begun(&shown.entry)?;
        let day = began.first_day(zone).filter(|day| since <= *day && *day <= today)?;
        Some((day, AskConsent { service, began }))
    })
    .max_by_key(|(day, _)| *day)
    .map(|(_, ask)| ask)
}

fn begun(entry: &Entry) -> Option<(ServiceKind, When)> {
    match entry {
        Entry::Service(service) if reminds(&service.kind) && service.phase == ServicePhase::Ongoing => {
            Some((service.kind.clone(), service.started.clone().filter(|_| service.ended.is_none())?))
        }
        Entry::Plan(plan) if plan.kind == PlanKind::Sip => Some((ServiceKind::Sip, plan.decided.clone()?)),
        _ => None,
    }
}

/// SoL-insats, hemsjukvård, särskilt boende, SIP.
const fn reminds(kind: &ServiceKind) -> bool {
    matches!(
        kind,
        ServiceKind::HomeNursing
            | ServiceKind::HomeCare
            | ServiceKind::SocialService
            | ServiceKind::Lss
            | ServiceKind::CareHome
            | ServiceKind::ShortTerm
            | ServiceKind::SafetyAlarm
            | ServiceKind::Sip
    )
}
