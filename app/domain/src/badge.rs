//! Badges: one per service kind, five looks, never dark because a source failed or was not asked.
//!
//! Rule I4: [`Look::None`] only if every source that could light the badge was asked and answered in full, and no blocked
//! information exists. A kind that no source can light is "not asked", not "none".
//! Not here: colours and words (`ui`).

use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    entry::{Entry, Service},
    limits_view::Validity,
    overview::{Cell, ShownEntry},
    source::{Source, SourceId},
    state::{NotAsked, State, Withheld},
    time::When,
    vocabulary::{EventKind, PlanKind, ServiceKind, ServicePhase},
};

/// How a badge looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// Pågår.
    Ongoing,
    /// Nyligen: ended or noted within the window.
    Recent,
    /// Okänt: somebody who could light it did not answer, or what was answered is withheld.
    Unknown,
    /// Ej efterfrågat.
    NotAsked,
    /// Ingen uppgift att visa.
    None,
    /// Still waiting; exists only while the page is being filled.
    Waiting,
}

/// One badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge {
    /// Which service.
    pub kind: ServiceKind,
    /// How it looks.
    pub look: Look,
    /// Ongoing: started. Recent: ended or last noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<When>,
    /// The latest thing that happened; for a plan, its next follow-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<BadgeEvent>,
    /// Recent: it ended (rather than was noted).
    pub ended: bool,
    /// Not asked: it is decided by social services, and an emergency does not open what social-care providers have of it (SVOD 3:6).
    /// That a care provider could light it too and was not asked either changes nothing of that.
    pub not_in_emergency: bool,
    /// Lit: who says so. Unknown: who is silent. Not asked: who was not asked (empty when they may not be named).
    pub sources: Vec<SourceId>,
    /// Labels of the same.
    pub labels: Vec<String>,
}

/// A short fact printed on a lit badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeEvent {
    /// What.
    pub kind: EventKind,
    /// When.
    pub at: When,
}

/// What the badges are computed from.
#[derive(Debug, Clone, Copy)]
pub struct BadgeInput<'a> {
    /// Shown entries of all sections.
    pub entries: &'a [&'a ShownEntry],
    /// The `services` cell of each considered source.
    pub cells: &'a [&'a Cell],
    /// The `plans` cell of each considered source: plans light two of the badges.
    pub plan_cells: &'a [&'a Cell],
    /// The viewer sees only some kinds of plan.
    pub plans_limited: bool,
    /// Sources outside the viewer's own scope have plans.
    pub others_could_plan: bool,
    /// The considered sources.
    pub sources: &'a [&'a Source],
    /// Kinds that sources outside the viewer's own scope could light; they are not asked and not named.
    pub others_could_light: &'a [ServiceKind],
    /// Blocked information exists and the viewer may know it.
    pub blocked_exists: bool,
    /// First day of the window.
    pub recent_since: Date,
    /// Today, local.
    pub today: Date,
    /// Zone of the sources.
    pub zone: &'a TimeZone,
}

/// One badge per registered kind, then any unregistered kinds that were reported.
pub fn badges(input: BadgeInput<'_>) -> Vec<Badge> {
    let mut kinds: Vec<ServiceKind> = ServiceKind::KNOWN.to_vec();
    for shown in input.entries {
        if let Entry::Service(service) = &shown.entry
            && !kinds.contains(&service.kind)
        {
            kinds.push(service.kind.clone());
        }
    }
    kinds.into_iter().map(|kind| badge(kind, input)).collect()
}

fn badge(kind: ServiceKind, input: BadgeInput<'_>) -> Badge {
    let mut lit: Vec<Lit<'_>> = input.entries.iter().filter_map(|shown| light(&kind, shown, input)).collect();
    lit.sort_by_key(|lit| (lit.look == Look::Recent, std::cmp::Reverse(lit.key)));
    if let Some(first) = lit.first() {
        let look = first.look;
        let same: Vec<&Lit<'_>> = lit.iter().filter(|lit| lit.look == look).collect();
        return Badge {
            kind,
            look,
            since: first.since.cloned(),
            event: same.iter().find_map(|lit| lit.event.clone()),
            ended: first.ended,
            not_in_emergency: false,
            sources: unique(same.iter().map(|lit| lit.shown.source.clone())),
            labels: unique(same.iter().map(|lit| lit.shown.label.clone())),
        };
    }
    dark(kind, input)
}

/// A badge nobody lit: why not.
fn dark(kind: ServiceKind, input: BadgeInput<'_>) -> Badge {
    let could: Vec<&Cell> = input
        .cells
        .iter()
        .copied()
        .filter(|cell| input.sources.iter().any(|s| s.id == cell.source && s.service_kinds.contains(&kind)))
        .chain(input.plan_cells.iter().copied().filter(|cell| lit_by_plans(&kind) && cell.state != State::Unsupported))
        .collect();
    let hidden_plans = kind == ServiceKind::CarePlan && input.plans_limited;
    let those = |test: fn(&State) -> bool| could.iter().copied().filter(|c| test(&c.state)).collect::<Vec<_>>();
    let silent = those(State::is_gap);
    let waiting = those(|state| *state == State::Waiting);
    let not_asked = those(|state| matches!(state, State::NotAsked(_)));
    let others = input.others_could_light.contains(&kind) || (lit_by_plans(&kind) && input.others_could_plan);
    let may_exist = could.iter().any(|cell| cell.state == State::Withheld(Withheld::MayExist));
    let withheld = could.iter().any(|cell| matches!(&cell.state, State::Withheld(why) if *why != Withheld::MayExist));
    let (look, named) = if !silent.is_empty() {
        (Look::Unknown, silent)
    } else if !waiting.is_empty() {
        (Look::Waiting, waiting)
    } else if withheld {
        // The sources have answered: nobody is named as silent.
        (Look::Unknown, Vec::new())
    } else if !not_asked.is_empty() {
        (Look::NotAsked, not_asked)
    } else if others || could.is_empty() {
        (Look::NotAsked, Vec::new())
    } else if input.blocked_exists || may_exist || hidden_plans {
        (Look::Unknown, Vec::new())
    } else {
        (Look::None, Vec::new())
    };
    let not_in_emergency = look == Look::NotAsked && kind.is_of_social_services() && any_barred(&named);
    Badge {
        kind,
        look,
        since: None,
        event: None,
        ended: false,
        not_in_emergency,
        sources: unique(named.iter().map(|cell| cell.source.clone())),
        labels: unique(named.iter().map(|cell| cell.label.clone())),
    }
}

/// One of them is one that an emergency does not open.
fn any_barred(cells: &[&Cell]) -> bool {
    cells.iter().any(|cell| cell.state == State::NotAsked(NotAsked::NotInEmergency))
}

struct Lit<'a> {
    shown: &'a ShownEntry,
    look: Look,
    since: Option<&'a When>,
    key: Option<jiff::civil::DateTime>,
    ended: bool,
    event: Option<BadgeEvent>,
}

fn light<'a>(kind: &ServiceKind, shown: &'a ShownEntry, input: BadgeInput<'_>) -> Option<Lit<'a>> {
    match &shown.entry {
        Entry::Service(service) if service.kind == *kind => light_service(shown, service, input),
        Entry::Plan(plan) if plan_lights(&plan.kind, kind) && shown.validity == Validity::Current => Some(Lit {
            shown,
            look: Look::Ongoing,
            since: plan.valid_from.as_ref().or(plan.decided.as_ref()),
            key: plan.decided.as_ref().and_then(|when| when.order_key(input.zone)),
            ended: false,
            event: plan.next_follow_up.clone().map(|at| BadgeEvent { kind: EventKind::FollowUp, at }),
        }),
        _ => None,
    }
}

/// Kinds that a plan lights too.
const fn lit_by_plans(kind: &ServiceKind) -> bool {
    matches!(kind, ServiceKind::Sip | ServiceKind::CarePlan)
}

fn plan_lights(plan: &PlanKind, kind: &ServiceKind) -> bool {
    matches!((plan, kind), (PlanKind::Sip, ServiceKind::Sip) | (PlanKind::CarePlan, ServiceKind::CarePlan))
}

fn light_service<'a>(shown: &'a ShownEntry, service: &'a Service, input: BadgeInput<'_>) -> Option<Lit<'a>> {
    let ended = service.ended.as_ref().and_then(|when| when.last_day(input.zone)).is_some_and(|day| day < input.today);
    let event = latest_event(service, input.today, input.zone);
    if service.phase == ServicePhase::Ongoing && !ended {
        let since = service.started.as_ref();
        let key = since.and_then(|when| when.order_key(input.zone));
        return Some(Lit { shown, look: Look::Ongoing, since, key, ended: false, event });
    }
    let dates = [service.ended.as_ref(), service.last_noted.as_ref(), service.started.as_ref()]
        .into_iter()
        .flatten()
        .chain(service.events.iter().map(|event| &event.at))
        .chain(shown.entry.provenance().recorded.as_ref());
    let in_window = |when: &&When| {
        when.last_day(input.zone).is_some_and(|day| day >= input.recent_since)
            && when.first_day(input.zone).is_some_and(|day| day <= input.today)
    };
    let latest = dates.filter(in_window).max_by_key(|when| when.order_key(input.zone));
    // Planned, or in a phase the source does not tell: there is something in it, whatever its dates.
    let open = !ended && !matches!(service.phase, ServicePhase::Ended);
    (latest.is_some() || open).then(|| Lit {
        shown,
        look: Look::Recent,
        since: latest,
        key: latest.and_then(|since| since.order_key(input.zone)),
        ended: service.phase == ServicePhase::Ended && latest.is_some() && service.ended.as_ref() == latest,
        event,
    })
}

fn latest_event(service: &Service, today: Date, zone: &TimeZone) -> Option<BadgeEvent> {
    service
        .events
        .iter()
        .filter(|event| event.at.first_day(zone).is_some_and(|day| day <= today))
        .max_by_key(|event| event.at.order_key(zone))
        .map(|event| BadgeEvent { kind: event.kind.clone(), at: event.at.clone() })
}

fn unique<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}
