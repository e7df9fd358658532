//! The print pages: a snapshot that carries its own name, number, user, time and completeness on every sheet.
//!
//! Not here: logging the print (the server does, before this is called). Invariant: the head of every sheet says whose it
//! is, who printed it and when, how complete it is, and that it is a snapshot; state lines are printed too. On the screen it is
//! a page about a patient like the overview: blanked when nobody is there, and when the session is over.
//! To add a preset: a case, its texts, its sections in [`content`] and in [`Preset::sections`].

use jiff::Zoned;
use leptos::prelude::*;
use samsyn_domain::{
    access::{Access, Missing},
    badge::Look,
    overview::Identity,
    section::Section,
};

use crate::{
    context::{PageContext, Sheet},
    document,
    overview::{badges, banner, care_limits, completeness, section},
    parts::{html, moment},
    paths,
    text::Texts,
    words,
};

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Akutblad: one A4 with person, alerts, limits, services, contacts, ADL.
    Akutblad,
    /// Läkemedelslista; not a prescription document.
    Lakemedelslista,
}

impl Preset {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Akutblad, Self::Lakemedelslista];

    /// The name in addresses and log records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Akutblad => "akutblad",
            Self::Lakemedelslista => "lakemedelslista",
        }
    }

    /// The preset of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// The sections that it shows something of, for the log: the line under the name is of alerts and infections, a badge of plans too.
    pub const fn sections(self) -> &'static [Section] {
        match self {
            Self::Akutblad => &[
                Section::Alerts,
                Section::CareLimits,
                Section::Services,
                Section::Contacts,
                Section::FunctionalStatus,
                Section::Plans,
                Section::Covid19,
            ],
            Self::Lakemedelslista => &[Section::Alerts, Section::Medications, Section::Covid19],
        }
    }

    pub(crate) const fn title(self, texts: Texts) -> &'static str {
        match self {
            Self::Akutblad => texts.print.akutblad(),
            Self::Lakemedelslista => texts.print.lakemedelslista(),
        }
    }

    pub(crate) const fn explained(self, texts: Texts) -> &'static str {
        match self {
            Self::Akutblad => texts.print.akutblad_explained(),
            Self::Lakemedelslista => texts.print.lakemedelslista_explained(),
        }
    }
}

/// The print page. `handle` leads back to the overview; `user` is who prints. It stands on a screen like the overview does, so
/// the script watches it in the same way, and blanks it after the idle limit.
pub fn print_page(
    context: &PageContext,
    overview: &samsyn_domain::overview::Overview,
    preset: Preset,
    handle: &str,
    printed_at: &Zoned,
    user: &str,
) -> String {
    // A print cannot be fetched again without being logged again: what leads anew leads to the overview.
    let context = &PageContext { path: paths::overview(handle), ..context.clone() };
    let texts = context.texts();
    let sheet = Sheet::paper(context, overview);
    let page = view! {
        <nav class="print-controls">
            <a href=paths::overview(handle)>{texts.print.back()}</a>
            <button class="button" type="button" data-print="">{texts.print.now()}</button>
        </nav>
        <main id="content" tabindex="-1">
            <table class="sheet" role="presentation">
                <thead><tr><td>{head(sheet, preset, printed_at, user)}</td></tr></thead>
                <tbody><tr><td>{content(sheet, preset)}</td></tr></tbody>
                <tfoot><tr><td class="sheet-foot">
                    {texts.print.snapshot()}" · "{texts.completeness.not_replacing()}
                </td></tr></tfoot>
            </table>
        </main>
    };
    let frame = document::frame(context, texts.print.title(), "print-page", true);
    [frame.opening, html(page.into_any()), frame.closing.to_owned()].concat()
}

/// Repeated by the browser at the top of every sheet.
fn head(sheet: Sheet<'_>, preset: Preset, printed_at: &Zoned, user: &str) -> AnyView {
    let texts = sheet.texts;
    let unreadable = matches!(&sheet.overview.access, Access::Own(missing) if missing.contains(&Missing::Register));
    let unreadable = unreadable.then(|| texts.access.missing_register().to_owned());
    let complete: Vec<String> = std::iter::once(completeness::counted(sheet))
        .chain(unreadable)
        .chain(completeness::said(sheet).into_iter().map(|(_, words)| words))
        .chain(std::iter::once(completeness::fetched(sheet)))
        .collect();
    view! {
        <div class="sheet-head">
            {named(sheet, preset)}
            <p><strong>{texts.print.snapshot()}</strong>" · "{texts.print.printed(&moment(printed_at), user)}</p>
            <p>{complete.join(" · ")}</p>
        </div>
    }
    .into_any()
}

/// Whose the sheet is and what it is, without who printed it and when.
pub(crate) fn named(sheet: Sheet<'_>, preset: Preset) -> AnyView {
    let protection = sheet.overview.person.protection.is_some().then(|| sheet.texts.person.protected());
    view! {
        <p class="sheet-kind">{preset.title(sheet.texts)}</p>
        <div class="sheet-person">{banner::name(sheet)}<p class="who">{banner::who(sheet)}</p>
            {protection.map(|words| view! { <p><strong>{words}</strong></p> })}
        </div>
    }
    .into_any()
}

/// What the sheet is about.
pub(crate) fn content(sheet: Sheet<'_>, preset: Preset) -> AnyView {
    let texts = sheet.texts;
    if sheet.overview.person.identity == Identity::Conflict {
        return view! { <p><strong>{texts.person.identity_conflict()}</strong></p> }.into_any();
    }
    let card = |name| section::card(sheet, name);
    match preset {
        Preset::Akutblad => view! {
            {banner::alert_line(sheet)}
            {card(Section::Alerts)}
            {care_limits::card(sheet)}
            {services(sheet)}
            {card(Section::Contacts)}
            {card(Section::FunctionalStatus)}
        }
        .into_any(),
        Preset::Lakemedelslista => view! {
            <p class="not-order"><strong>{texts.print.not_order()}</strong></p>
            {banner::alert_line(sheet)}
            {card(Section::Medications)}
        }
        .into_any(),
    }
}

/// Services in the words of their badges: short enough for one sheet.
fn services(sheet: Sheet<'_>) -> AnyView {
    let texts = sheet.texts;
    let lit = [Look::Ongoing, Look::Recent, Look::Unknown, Look::Waiting];
    let rows: Vec<_> = lit
        .into_iter()
        .flat_map(|look| sheet.overview.badges.iter().filter(move |badge| badge.look == look))
        .map(|badge| {
            let name = words::service_kind(texts, &badge.kind);
            let who = matches!(badge.look, Look::Ongoing | Look::Recent).then(|| badge.labels.join(", "));
            view! {
                <li><strong>{name}</strong>" "{badges::said(sheet, badge)}
                    {who.filter(|who| !who.is_empty()).map(|who| format!(" · {who}"))}
                </li>
            }
        })
        .collect();
    let dark = [Look::NotAsked, Look::None].map(|look| {
        let names: Vec<String> = sheet
            .overview
            .badges
            .iter()
            .filter(|badge| badge.look == look)
            .map(|badge| words::service_kind(texts, &badge.kind))
            .collect();
        let lead = if look == Look::None { texts.badges.none() } else { texts.badges.not_asked() };
        (!names.is_empty()).then(|| view! { <p class="line">{format!("{lead}: {}", names.join(", "))}</p> })
    });
    let states = sheet.overview.section(Section::Services).map(|view| section::state_lines(sheet, view));
    view! {
        <section class="card" aria-labelledby="services-heading">
            {section::heading(sheet, Section::Services)}
            {states}
            <ul class="entries">{rows}</ul>
            {dark.into_iter().collect::<Vec<_>>()}
            <p class="quiet">{texts.badges.since(&sheet.overview.recent_since.to_string())}</p>
        </section>
    }
    .into_any()
}
