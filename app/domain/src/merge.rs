//! From what each source answered to the one overview that is shown.
//!
//! Pure: recomputed from all answers whenever one arrives. Not here: asking, deciding on records (`access`), words (`ui`).
//! Invariant: nothing a source reported is dropped; a copy is linked to its original, a difference stands side by side.
//! To add a section: its entry type in `entry`, its order in `merge::order`.

mod order;
mod same;

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, Zoned, tz::TimeZone};

use crate::{
    access::{Access, Block, Emergency, covers},
    alert_line::alert_line,
    badge::{BadgeInput, Look, badges},
    completeness::completeness,
    consent_view::{ConsentHere, ask_consent},
    contact_order,
    entry::{Entry, Vaccination},
    identifier::PersonIdentifier,
    limits_view::{self, NotChecked, Validity, validity},
    overview::{Cell, CellDecision, CovidSummary, Identity, Overview, SectionView, ShownEntry},
    person::{PersonAnswer, Said, person},
    plan::{Others, is_register, needs_no_ground},
    protection,
    report::{EntryReference, Refer},
    section::Section,
    source::{Source, SourceId},
    state::{Entries, State, Unanswered, Withheld},
    time::{sweden, today, window_start},
    viewer::{Scope, Viewer},
    vocabulary::{ConsentStatus, ContactKind, InfectionCertainty, Phase, ServiceKind},
};

/// What an opening is about.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Who looks.
    pub viewer: Viewer,
    /// The patient.
    pub patient: PersonIdentifier,
    /// Shared when there is a ground to reach others; otherwise own, whatever was chosen.
    pub scope: Scope,
    /// The ground, or what it lacks.
    pub access: Access,
    /// Every "now" on the page.
    pub opened_at: Zoned,
    /// Months of the "recently" window.
    pub recent_months: u8,
    /// The organisation's own closing text on care limits.
    pub care_limit_text: Option<String>,
    /// Blocked information exists and the viewer may know it.
    pub blocked_exists: bool,
    /// Blocks that are lifted for the viewer: what they would have hidden is marked.
    pub lifted: Vec<Block>,
    /// Consents registered in the portal that the viewer may see; none when they could not be read.
    pub consents_here: Option<Vec<ConsentHere>>,
    /// Danger to life that the viewer has opened.
    pub emergency: Option<Emergency>,
    /// The viewer could ask for consent, and there is none.
    pub may_ask_consent: bool,
    /// What others could have filled, in the own scope.
    pub others: Others,
    /// Drawn for this opening and told to nobody: the numbers of masked sources follow from it.
    pub numbering: [u8; 16],
    /// Makes the references by which the viewer reports what is wrong; none where nothing can be reported from.
    pub refer: Option<Arc<dyn Refer>>,
}

/// One considered source and what has come from it so far, after the access decision.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The source.
    pub source: Source,
    /// The banner; none while waiting.
    pub person: Option<PersonAnswer>,
    /// Every section of the page.
    pub cells: BTreeMap<Section, State>,
    /// When it answered.
    pub fetched_at: Option<Timestamp>,
    /// After the page was complete.
    pub late: bool,
    /// Not asked for a while: failing since.
    pub failing_since: Option<Timestamp>,
}

/// Builds the overview from everything known so far.
pub fn assemble(opening: &Opening, answers: &[Answered]) -> Overview {
    let zone = sweden();
    let day = today(&opening.opened_at);
    let nothing_anywhere = answers.iter().flat_map(|answer| answer.cells.values()).all(|state| match state {
        // Somebody is always left who was not asked; that alone makes nobody known.
        State::NotAsked(_) => true,
        state => state.is_complete_answer() && state.entries().is_empty(),
    });
    let said: Vec<Said<'_>> = answers
        .iter()
        .filter(|answer| answer.source.answers_person)
        .map(|answer| Said { answer: answer.person.as_ref(), register: is_register(&answer.source) })
        .collect();
    let person = person(&opening.patient, &said, nothing_anywhere, &opening.opened_at);
    let conflict = person.identity == Identity::Conflict;
    let mut sections: Vec<SectionView> =
        Section::ALL.into_iter().map(|name| section(name, opening, answers, conflict, &zone)).collect();
    let recent_since = window_start(day, opening.recent_months);
    let shown: Vec<&ShownEntry> = sections.iter().flat_map(|section| &section.entries).collect();
    let cells_of = |name: Section| -> Vec<&Cell> {
        sections.iter().filter(|section| section.name == name).flat_map(|section| &section.cells).collect()
    };
    let (cells, plan_cells) = (cells_of(Section::Services), cells_of(Section::Plans));
    let sources: Vec<&Source> = answers.iter().map(|answer| &answer.source).collect();
    let badges = badges(BadgeInput {
        entries: &shown,
        cells: &cells,
        sources: &sources,
        plan_cells: &plan_cells,
        plans_limited: opening.viewer.role.part_of(Section::Plans).is_some(),
        others_could_light: &opening.others.kinds,
        others_could_plan: opening.others.sections.contains(&Section::Plans),
        blocked_exists: opening.blocked_exists,
        recent_since,
        today: day,
        zone: &zone,
    });
    let window = (recent_since, day);
    let ask = ask_consent(&opening.viewer, &shown, window, &zone).filter(|_| opening.may_ask_consent);
    let line = alert_line(shown.iter().copied());
    let glows = |kind: ServiceKind| badges.iter().any(|b| b.kind == kind && b.look == Look::Ongoing);
    let planning = glows(ServiceKind::Sip) || glows(ServiceKind::ReadyForDischarge);
    let completeness = completeness(&sections, &banner(opening, answers), opening.scope == Scope::Own);
    if let Some(contacts) = sections.iter_mut().find(|section| section.name == Section::Contacts) {
        contacts.named_care_contact_missing = planning && !opening.blocked_exists && nobody_named(contacts);
    }
    let finished = completeness.waiting == 0 && !sections.iter().any(SectionView::is_waiting);
    let mut overview = Overview {
        person,
        scope: opening.scope,
        access: opening.access.clone(),
        // Of whom, is then not known.
        consents_here: if conflict { Some(Vec::new()) } else { opening.consents_here.clone() },
        emergency: opening.emergency.clone(),
        ask_consent: ask,
        alert_line: line,
        blocked_exists: opening.blocked_exists.then_some(true),
        block_lifted: !opening.lifted.is_empty(),
        badges,
        recent_since,
        completeness,
        sections,
        opened_at: opening.opened_at.clone(),
        finished,
        care_limit_text: opening.care_limit_text.clone(),
    };
    if let Some(refer) = &opening.refer {
        make_reportable(&mut overview, &**refer);
    }
    if overview.person.places_masked {
        let sources: Vec<SourceId> = answers.iter().map(|answer| answer.source.id.clone()).collect();
        protection::mask(&mut overview, &sources, &opening.numbering);
    }
    protection::mask_contacts(&mut overview);
    overview
}

/// Before anything is masked: what is reported is the entry as its source knows it.
fn make_reportable(overview: &mut Overview, refer: &dyn Refer) {
    let masked = overview.person.places_masked;
    for section in &mut overview.sections {
        for shown in &mut section.entries {
            let entry = EntryReference {
                source: shown.source.clone(),
                section: section.name,
                entry: shown.entry.provenance().id.clone(),
                masked,
            };
            shown.reference = refer.reference(&entry);
        }
    }
}

/// The banner's own cells: they count in the completeness line although no card shows them.
fn banner(opening: &Opening, answers: &[Answered]) -> Vec<Cell> {
    answers
        .iter()
        .filter(|answer| answer.source.answers_person)
        .map(|answer| {
            let state = match &answer.person {
                None => State::Waiting,
                Some(PersonAnswer::Unanswered(why)) => State::Unanswered(*why),
                Some(PersonAnswer::NotAsked) => return None,
                Some(PersonAnswer::Known(_) | PersonAnswer::NotHeld) => State::NothingHeld,
            };
            Some(cell(opening, answer, state))
        })
        .collect::<Vec<_>>()
        .into_iter()
        .flatten()
        .collect()
}

fn cell(opening: &Opening, answer: &Answered, state: State) -> Cell {
    Cell {
        source: answer.source.id.clone(),
        organisation: answer.source.organisation.clone(),
        label: answer.source.label(),
        fetched_at: if matches!(state, State::Waiting | State::NotAsked(_)) { None } else { answer.fetched_at },
        late: answer.late,
        phone: answer.source.phone.clone(),
        failing_since: match state {
            State::Unanswered(Unanswered::Paused) => answer.failing_since,
            _ => None,
        },
        decision: decision(opening, &answer.source),
        state,
    }
}

fn decision(opening: &Opening, source: &Source) -> Option<CellDecision> {
    let provider = &opening.viewer.provider.id;
    if source.provider.as_ref().is_some_and(|own| provider.is(own.id.as_str())) {
        return Some(CellDecision::Own);
    }
    if needs_no_ground(&opening.viewer, source) {
        return Some(CellDecision::OtherAuthority);
    }
    let grant = opening.access.grant()?;
    let opened = grant.reach.opens(source.provider_kind());
    Some(if opened { CellDecision::On(grant.basis) } else { CellDecision::NotPermitted })
}

fn section(name: Section, opening: &Opening, answers: &[Answered], conflict: bool, zone: &TimeZone) -> SectionView {
    let mut cells = Vec::new();
    let mut entries = Vec::new();
    for answer in answers.iter().filter(|answer| !is_register(&answer.source)) {
        let state = answer.cells.get(&name).cloned().unwrap_or(State::Unsupported);
        if conflict && !matches!(state, State::NotAsked(_) | State::Unsupported | State::Waiting) {
            cells.push(cell(opening, answer, State::Withheld(Withheld::IdentityConflict)));
            continue;
        }
        for entry in state.entries() {
            entries.push(shown(entry, answer, opening, zone));
        }
        cells.push(cell(opening, answer, state));
    }
    let mut entries = same::link(entries, zone);
    let mut view = SectionView {
        name,
        conflict: None,
        not_checked: Vec::new(),
        covid: None,
        role_limited: sees_a_part(opening, name),
        others_not_asked: opening.others.sections.contains(&name),
        named_care_contact_missing: false,
        entries: Vec::new(),
        cells,
    };
    match name {
        Section::CareLimits => {
            limits_view::mark_most_restrictive(&mut entries, zone);
            view.conflict = limits_view::conflict(&entries);
            view.not_checked = not_checked(&view.cells);
        }
        Section::Covid19 => view.covid = covid(&mut entries, zone),
        _ => {}
    }
    order::sort(name, &mut entries, zone);
    view.entries = entries;
    view
}

/// Whether the viewer's role sees the section, but not all of it.
fn sees_a_part(opening: &Opening, section: Section) -> bool {
    opening.viewer.rights.sees(section) && opening.viewer.role.part_of(section).is_some()
}

fn shown(entry: &Entry, answer: &Answered, opening: &Opening, zone: &TimeZone) -> ShownEntry {
    let now = &opening.opened_at;
    let answers_now = match entry {
        Entry::Contact(contact) => contact_order::answers_now(contact, now, zone),
        _ => None,
    };
    ShownEntry {
        source: answer.source.id.clone(),
        organisation: answer.source.organisation.clone(),
        label: answer.source.label(),
        fetched_at: answer.fetched_at.unwrap_or_else(|| now.timestamp()),
        late: answer.late,
        validity: validity_of(entry, now, zone),
        most_restrictive: false,
        copies: Vec::new(),
        possible_duplicate: false,
        reference: None,
        answers_now,
        lifted: opening.lifted.iter().any(|block| {
            let made = entry.provenance();
            made.provider_id().is_some_and(|provider| covers(block, provider, made.unit_id(), entry))
        }),
        absent_today: matches!(entry, Entry::Contact(contact) if contact_order::is_absent(contact, now, zone)),
        entry: entry.clone(),
    }
}

fn validity_of(entry: &Entry, now: &Zoned, zone: &TimeZone) -> Validity {
    match entry {
        Entry::CareLimit(e) => validity(&e.phase, e.valid_from.as_ref(), e.valid_to.as_ref(), now, zone),
        Entry::Alert(e) => validity(&Phase::Unknown, e.valid_from.as_ref(), e.valid_to.as_ref(), now, zone),
        Entry::Plan(e) => validity(&e.phase, e.valid_from.as_ref(), e.valid_to.as_ref(), now, zone),
        Entry::Medication(e) => validity(&e.phase, e.started.as_ref(), e.ended.as_ref(), now, zone),
        Entry::Contact(e) => validity(&Phase::Unknown, e.valid_from.as_ref(), e.valid_to.as_ref(), now, zone),
        Entry::Consent(e) => {
            let phase = match e.status {
                ConsentStatus::Active | ConsentStatus::Unknown | ConsentStatus::Other(_) => Phase::Unknown,
                ConsentStatus::Revoked | ConsentStatus::Ended | ConsentStatus::Refused => Phase::Ended,
            };
            validity(&phase, e.valid_from.as_ref(), e.valid_to.as_ref(), now, zone)
        }
        _ => Validity::Current,
    }
}

/// Where care limits could not be checked: no usable answer, an incomplete one, or withheld for want of ids.
fn not_checked(cells: &[Cell]) -> Vec<NotChecked> {
    cells
        .iter()
        .filter(|cell| {
            cell.state.is_gap()
                || matches!(
                    cell.state,
                    State::Withheld(Withheld::MissingIds | Withheld::BlockUnverified | Withheld::IdentityConflict)
                )
        })
        .map(|cell| NotChecked {
            source: cell.source.clone(),
            organisation: cell.organisation.clone(),
            label: cell.label.clone(),
            phone: cell.phone.clone(),
        })
        .collect()
}

fn nobody_named(contacts: &SectionView) -> bool {
    let named = contacts.entries.iter().any(|shown| {
        shown.validity == Validity::Current
            && matches!(&shown.entry, Entry::Contact(contact) if contact.kind == ContactKind::NamedCareContact)
    });
    let everyone_answered = contacts.cells.iter().all(|cell| cell.state.is_complete_answer());
    !named && everyone_answered && !contacts.others_not_asked
}

/// Whether a concept means covid-19: SNOMED CT, ICD-10-SE and ATC codes, CVX codes in their own system, or the word itself.
pub fn is_covid(concept: &crate::provenance::Concept) -> bool {
    const CODES: [&str; 8] = ["840539006", "U07.1", "U071", "U07.2", "U072", "J07BN01", "J07BX03", "840534001"];
    const CVX: [&str; 3] = ["207", "208", "300"];
    // Letters of both words are plain ones, whatever the rest of the text is; a page asks this some hundred times.
    let says =
        |word: &str| concept.text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
    let is_cvx =
        |coding: &crate::provenance::Coding| coding.system.ends_with("/sid/cvx") && CVX.contains(&coding.code.as_str());
    says("covid")
        || says("sars-cov-2")
        || CODES.iter().any(|code| concept.has_code(code))
        || concept.codings.iter().any(is_cvx)
}

/// Whether a dose is against covid-19.
pub fn is_covid_dose(dose: &Vaccination) -> bool {
    dose.target_diseases.iter().any(is_covid) || dose.vaccine.as_ref().is_some_and(is_covid)
}

/// Marks possible duplicates among covid doses and counts what is certain.
pub(crate) fn covid(entries: &mut [ShownEntry], zone: &TimeZone) -> Option<CovidSummary> {
    same::mark_possible_duplicates(entries, zone);
    let doses: Vec<(&Vaccination, bool)> = entries
        .iter()
        .filter_map(|shown| match &shown.entry {
            Entry::Vaccination(dose) if is_covid_dose(dose) => Some((&**dose, shown.possible_duplicate)),
            _ => None,
        })
        .collect();
    let confirmed = entries.iter().filter_map(|shown| match &shown.entry {
        Entry::Infection(found) if is_covid(&found.what) && found.certainty == InfectionCertainty::Confirmed => {
            found.date.as_ref()
        }
        _ => None,
    });
    let confirmed = confirmed.max_by_key(|when| when.order_key(zone)).cloned();
    let latest = doses.iter().filter_map(|(dose, _)| dose.date.as_ref()).max_by_key(|when| when.order_key(zone));
    (!doses.is_empty() || confirmed.is_some()).then(|| CovidSummary {
        latest_dose: latest.cloned(),
        doses_at_least: doses.iter().filter(|(_, duplicate)| !duplicate).count(),
        doses_at_most: doses.len(),
        confirmed_infection: confirmed,
    })
}

/// A waiting answer for every section that is asked, and the decided state for the rest.
pub fn waiting(ask: &crate::plan::Ask) -> Answered {
    let asked = ask.sections.iter().map(|section| (*section, State::Waiting));
    Answered {
        source: ask.source.clone(),
        person: if ask.person { None } else { Some(PersonAnswer::NotAsked) },
        cells: ask.decided.iter().map(|(section, state)| (*section, state.clone())).chain(asked).collect(),
        fetched_at: None,
        late: false,
        failing_since: None,
    }
}

impl From<Entries> for State {
    fn from(entries: Entries) -> Self {
        Self::Reported(entries)
    }
}
