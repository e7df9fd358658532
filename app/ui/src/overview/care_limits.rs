//! Care limits: conflict, where nobody could check, then each position with its validity first and the source's own
//! words as its heading.
//!
//! Rules CL-1 … CL-15. Not here: which position is marked, what differs (`domain::limits_view`).
//! Invariant: the heading is the source's text, whole; an unsigned note or a relative's word never looks like a signed
//! physician's position; "no position" is said only of sources that answered.

use leptos::prelude::*;
use samsyn_domain::{
    entry::{CareLimit, Entry},
    limits_view::{Conflict, NotChecked, Validity, is_signed_by_physician},
    overview::{Cell, SectionView, ShownEntry},
    provenance::Signing,
    section::Section,
    state::{State, Withheld},
    vocabulary::AuthorKind,
};

use super::section::{call_words, heading, state_lines};
use crate::{
    context::Sheet,
    parts::{actor, day, fact, fold, joined, late_mark, period, source_line},
    state_words::{Rank, rank},
    words,
};

/// The care-limit fragment.
pub(crate) fn card(sheet: Sheet<'_>) -> AnyView {
    let Some(view) = sheet.overview.section(Section::CareLimits) else { return ().into_any() };
    let class = if view.is_waiting() { "limits waiting" } else { "limits" };
    view! {
        <section id="care-limits" class=class aria-labelledby="care-limits-heading" data-section="care-limits">
            {heading(sheet, Section::CareLimits)}
            {banners(sheet, view)}
            {positions(sheet, view)}
            {no_position(sheet, view)}
            {past(sheet, view)}
            {answers(sheet, view)}
            {closing(sheet, view)}
        </section>
    }
    .into_any()
}

/// What must be read before the positions: conflict, and where they could not be checked, with equal weight.
fn banners(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    view! {
        {view.conflict.as_ref().map(|conflict| view! {
            <p class="limit-banner limit-conflict">
                <span aria-hidden="true">"⚠ "</span>{conflict_words(sheet, conflict)}
            </p>
        })}
        {view.not_checked.iter().map(|missing| not_checked(sheet, missing)).collect::<Vec<_>>()}
    }
    .into_any()
}

fn conflict_words(sheet: Sheet<'_>, conflict: &Conflict) -> String {
    let words = sheet.texts.care_limits;
    let counted = |count: usize, text: fn(crate::text::CareLimitsTexts, &str) -> String| {
        (count > 0).then(|| text(words, &count.to_string()))
    };
    let counts: Vec<String> = [
        counted(conflict.signed_by_physician, crate::text::CareLimitsTexts::conflict_physician),
        counted(conflict.signed_by_other, crate::text::CareLimitsTexts::conflict_other),
        counted(conflict.unsigned, crate::text::CareLimitsTexts::conflict_unsigned),
    ]
    .into_iter()
    .flatten()
    .collect();
    words.conflict(&counts.join(", "))
}

fn not_checked(sheet: Sheet<'_>, missing: &NotChecked) -> AnyView {
    view! {
        <p class="limit-banner limit-not-checked" data-not-checked=missing.organisation.to_string()>
            <span aria-hidden="true">"? "</span>
            {sheet.texts.care_limits.not_checked(&missing.label)}
            {missing.phone.as_ref().map(|number| view! { " – "{call_words(sheet, number)} })}
        </p>
    }
    .into_any()
}

/// Current and coming positions, side by side.
fn positions(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    let of = |validity| view.entries.iter().filter(move |shown| shown.validity == validity);
    let shown: Vec<AnyView> = of(Validity::Current)
        .chain(of(Validity::NotYet))
        .enumerate()
        .filter_map(|(index, shown)| position(sheet, shown, &format!("limit-{index}")))
        .collect();
    (!shown.is_empty()).then(|| view! { <div class="positions">{shown}</div> }).into_any()
}

fn position(sheet: Sheet<'_>, shown: &ShownEntry, id: &str) -> Option<AnyView> {
    let Entry::CareLimit(limit) = &shown.entry else { return None };
    let texts = sheet.texts;
    let class = if is_signed_by_physician(limit) { "position position-signed" } else { "position" };
    let text = view! { <h3 class="position-text">{limit.text.clone()}</h3> };
    Some(
        view! {
            <article class=class data-signed=is_signed_by_physician(limit).to_string()>
                <p class="validity">
                    {validity_words(sheet, limit)}
                    {not_yet(sheet, shown, limit)}
                    {late_mark(texts, shown.late)}
                </p>
                {text}
                {shown.most_restrictive.then(|| view! {
                    <p class="most-restrictive"><span class="mark">{texts.care_limits.most_restrictive()}</span></p>
                })}
                {fold(sheet, format!("{id}-details"), texts.care_limits.details().to_owned(), details(sheet, shown, limit))}
            </article>
        }
        .into_any(),
    )
}

/// "Läkares ställningstagande, signerat 2026-10-02, omprövat 2026-11-01".
pub(crate) fn validity_words(sheet: Sheet<'_>, limit: &CareLimit) -> String {
    let words = sheet.texts.care_limits;
    let physician = limit.author_kind == AuthorKind::Physician;
    let who = if physician {
        words.physician().to_owned()
    } else {
        words.not_physician_kind(&words::author_kind(sheet.texts, &limit.author_kind))
    };
    let mut said = match &limit.provenance.signing {
        Signing::Signed { at, .. } => {
            let at = at.as_ref().map_or_else(|| sheet.texts.entry.not_stated().to_owned(), day);
            format!("{who}, {}", words.signed(&at))
        }
        Signing::Unsigned if physician => words.unsigned().to_owned(),
        Signing::NotStated if physician => words.unsigned_not_stated().to_owned(),
        Signing::Unsigned => format!("{} · {who}", words.unsigned()),
        Signing::NotStated => format!("{} · {who}", words.unsigned_not_stated()),
    };
    if let Some(at) = &limit.reassessed {
        said = format!("{said}, {}", words.reassessed(&day(at)));
    }
    said
}

fn not_yet(sheet: Sheet<'_>, shown: &ShownEntry, limit: &CareLimit) -> AnyView {
    (shown.validity == Validity::NotYet)
        .then(|| {
            let from = limit.valid_from.as_ref().map_or_else(|| sheet.texts.entry.not_stated().to_owned(), day);
            view! { " "<strong class="mark">{sheet.texts.care_limits.not_yet(&from)}</strong> }
        })
        .into_any()
}

/// Everything else the source says of the position. What it does not say is said to be missing.
fn details(sheet: Sheet<'_>, shown: &ShownEntry, limit: &CareLimit) -> AnyView {
    let texts = sheet.texts;
    let label = texts.care_limits;
    let stated = |text: &Option<String>| Some(text.clone().unwrap_or_else(|| texts.entry.not_stated().to_owned()));
    let measures: Vec<&str> = limit.measures.iter().map(|measure| measure.text.as_str()).collect();
    let consulted: Vec<String> = limit.consulted.iter().filter_map(actor).collect();
    let consulted = if consulted.is_empty() { texts.entry.not_stated().to_owned() } else { consulted.join("; ") };
    view! {
        <dl class="facts">
            {fact(label.grounds(), stated(&limit.grounds))}
            {fact(label.nature(), Some(words::limit_nature(texts, &limit.nature)))}
            {fact(label.measures(), (!measures.is_empty()).then(|| measures.join(", ")))}
            {fact(label.attitude_patient(), stated(&limit.patient_attitude))}
            {fact(label.attitude_relatives(), stated(&limit.relatives_attitude))}
            {fact(label.decided_by(), stated(&limit.decided_by.as_ref().and_then(actor)))}
            {fact(label.consulted(), Some(consulted))}
            {fact(label.decided(), limit.decided.as_ref().map(day))}
            {fact(label.valid(), period(texts, limit.valid_from.as_ref(), limit.valid_to.as_ref()))}
        </dl>
        {source_line(sheet, shown, false)}
    }
    .into_any()
}

/// Said only when something answered, nothing is withheld, and nothing is awaited.
fn no_position(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    let any = |test: fn(&State) -> bool| view.cells.iter().any(|cell| test(&cell.state));
    let shown = is_shown(view);
    let answered = any(|state| matches!(state, State::Reported(_) | State::StatedNone(_) | State::NothingHeld));
    let doubtful = any(|state| matches!(state, State::Waiting | State::Withheld(_) | State::Partial { .. }))
        || sheet.overview.blocked_exists == Some(true);
    (!shown && answered && !doubtful)
        .then(|| view! { <p class="no-position">{sheet.texts.care_limits.no_position()}</p> })
        .into_any()
}

/// Ended and superseded positions, apart.
fn past(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    let past: Vec<(&ShownEntry, &CareLimit)> = view
        .entries
        .iter()
        .filter(|shown| matches!(shown.validity, Validity::Ended | Validity::Superseded))
        .filter_map(|shown| match &shown.entry {
            Entry::CareLimit(limit) => Some((shown, &**limit)),
            _ => None,
        })
        .collect();
    let latest = past
        .iter()
        .filter_map(|(_, limit)| limit.valid_to.as_ref().or(limit.reassessed.as_ref()).or(limit.decided.as_ref()))
        .map(day)
        .max()
        .unwrap_or_else(|| sheet.texts.entry.not_stated().to_owned());
    let summary = sheet.texts.care_limits.ended(&past.len().to_string(), &latest);
    let listed: Vec<AnyView> = past.iter().map(|(shown, limit)| past_position(sheet, shown, limit)).collect();
    if past.is_empty() {
        return ().into_any();
    }
    if sheet.print {
        return view! { <p class="line">{summary}</p> }.into_any();
    }
    fold(sheet, "limits-past".to_owned(), summary, listed.into_any())
}

fn past_position(sheet: Sheet<'_>, shown: &ShownEntry, limit: &CareLimit) -> AnyView {
    let phase = words::phase(
        sheet.texts,
        if shown.validity == Validity::Superseded {
            &samsyn_domain::vocabulary::Phase::Superseded
        } else {
            &samsyn_domain::vocabulary::Phase::Ended
        },
    );
    let when = period(sheet.texts, limit.valid_from.as_ref(), limit.valid_to.as_ref());
    view! {
        <article class="position position-past">
            <p class="validity">{joined([Some(phase), when])}{late_mark(sheet.texts, shown.late)}</p>
            <h3 class="position-text">{limit.text.clone()}</h3>
            <p class="line">{validity_words(sheet, limit)}</p>
            {source_line(sheet, shown, false)}
        </article>
    }
    .into_any()
}

/// The sources' state lines. What a banner above already says of a source stands folded with the quiet answers.
fn answers(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    let said_above = |cell: &Cell| view.not_checked.iter().any(|missing| missing.label == cell.label);
    let quiet = |cell: &Cell| matches!(rank(&cell.state), Rank::StatedNone | Rank::NothingHeld);
    let visible = |cell: &Cell| !said_above(cell) && (!quiet(cell) || !is_shown(view));
    let part = |keep: &dyn Fn(&Cell) -> bool| SectionView {
        cells: view.cells.iter().filter(|cell| keep(cell)).cloned().collect(),
        entries: Vec::new(),
        not_checked: Vec::new(),
        ..view.clone()
    };
    let folded = part(&|cell| !visible(cell) && !matches!(cell.state, State::Reported(_)));
    let folded = SectionView { role_limited: false, others_not_asked: false, ..folded };
    let shown = part(&visible);
    let has_lines = !shown.cells.is_empty() || shown.others_not_asked || shown.role_limited || view.cells.is_empty();
    let summary = sheet.texts.care_limits.sources(&folded.cells.len().to_string());
    view! {
        {has_lines.then(|| state_lines(sheet, &shown))}
        {(!folded.cells.is_empty() && !sheet.print).then(|| {
            fold(sheet, "limits-sources".to_owned(), summary, state_lines(sheet, &folded))
        })}
    }
    .into_any()
}

/// Whether a position that holds, or will, is on the page.
fn is_shown(view: &SectionView) -> bool {
    view.entries.iter().any(|shown| matches!(shown.validity, Validity::Current | Validity::NotYet))
}

/// The organisation's own text, or the national default: where no position is shown, or not everything was checked.
fn closing(sheet: Sheet<'_>, view: &SectionView) -> AnyView {
    // Whoever may not see care limits at all has learnt nothing of them, and is told nothing about CPR.
    let by_role = |cell: &Cell| cell.state == State::Withheld(Withheld::Role);
    let hidden = view.cells.iter().any(by_role)
        && view.cells.iter().all(|cell| by_role(cell) || cell.state == State::Unsupported);
    if hidden && !view.others_not_asked {
        return ().into_any();
    }
    let settled = !view.is_waiting() && !is_shown(view);
    if !settled && view.not_checked.is_empty() {
        return ().into_any();
    }
    let own = sheet.overview.care_limit_text.clone();
    view! { <p class="closing">{own.unwrap_or_else(|| sheet.texts.care_limits.closing().to_owned())}</p> }.into_any()
}
