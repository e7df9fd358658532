//! The units of an organisation: those there are, those to come and those that have ended, and the form for another version of one.
//!
//! Not here: what a unit is (`domain::unit`), who may write (`service::units`).
//! Invariant: a form that is refused comes back as it was typed, with what is wrong beside each field.

use jiff::civil::Date;
use leptos::prelude::*;
use samsyn_domain::{
    source::{Provider, ProviderKind},
    unit::{NAME_MAX_CHARS, REASON_MAX_CHARS, UnitFault, UnitVersion, on},
};

use crate::{
    access::Typed,
    context::PageContext,
    document,
    parts::{local_minute, typed_text},
    paths,
    text::Texts,
};

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitProblem {
    /// What is wrong with it.
    Faults(Vec<UnitFault>),
    /// Something was written meanwhile.
    Stale,
}

/// What the page shows.
#[derive(Debug)]
pub struct UnitsPage<'a> {
    /// Whose.
    pub organisation: &'a str,
    /// Its providers, in configuration.
    pub providers: &'a [Provider],
    /// Every version, in order.
    pub versions: &'a [UnitVersion],
    /// The page's day.
    pub today: Date,
    /// In the form.
    pub typed: &'a Typed,
    /// Something was written just now.
    pub saved: bool,
    /// Why the last attempt wrote nothing.
    pub problem: Option<UnitProblem>,
}

impl UnitsPage<'_> {
    fn typed(&self, name: &str) -> String {
        self.typed.get(name).cloned().unwrap_or_default()
    }

    fn fault(&self, name: &str) -> Option<UnitFault> {
        match &self.problem {
            Some(UnitProblem::Faults(faults)) => faults.iter().copied().find(|fault| fault.field() == name),
            _ => None,
        }
    }
}

/// The page.
pub fn units_page(context: &PageContext, page: &UnitsPage<'_>) -> String {
    let context = &PageContext { path: paths::UNITS.to_owned(), ..context.clone() };
    let texts = context.texts();
    let words = texts.units;
    let problem = page.problem.as_ref().map(|problem| {
        let text = match problem {
            UnitProblem::Faults(_) => words.problem_fields(),
            UnitProblem::Stale => words.problem_stale(),
        };
        view! { <p class="form-error" role="alert">{text}</p> }
    });
    let now = on(page.versions, page.today);
    let coming: Vec<&UnitVersion> = page.versions.iter().filter(|one| one.unit.from > page.today).collect();
    let inner = view! {
        <main id="content" class="plain administered" tabindex="-1">
            <p><a href=paths::ADMIN>{texts.admin.link()}</a></p>
            <h1>{words.heading(page.organisation)}</h1>
            {page.saved.then(|| view! { <p class="saved" role="status">{words.saved()}</p> })}
            {problem}
            <p>{words.explained()}</p>
            <h2>{words.providers()}</h2>
            <ul class="own-list">
                {page.providers.iter().map(|provider| view! {
                    <li>
                        <h3>{provider.id.to_string()}</h3>
                        <p class="quiet">{kind(texts, provider.kind)}</p>
                        {below(texts, page, provider.id.as_str())}
                    </li>
                }).collect::<Vec<_>>()}
            </ul>
            {now.is_empty().then(|| view! { <p class="quiet">{words.none()}</p> })}
            {(!coming.is_empty()).then(|| view! {
                <h2>{words.coming()}</h2>
                <ul class="own-list">{coming.iter().map(|one| view! { <li>{said(texts, one)}</li> }).collect::<Vec<_>>()}</ul>
            })}
            {form(texts, page)}
            {history(texts, page)}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

const fn kind(texts: Texts, kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Care => texts.units.care(),
        ProviderKind::SocialCare => texts.units.social_care(),
    }
}

/// The units that are a part of something today, with what is a part of them.
fn below(texts: Texts, page: &UnitsPage<'_>, parent: &str) -> AnyView {
    let units = on(page.versions, page.today);
    let parts: Vec<_> =
        units.values().filter(|one| one.unit.parent.trim().eq_ignore_ascii_case(parent)).copied().collect();
    if parts.is_empty() {
        return ().into_any();
    }
    let items = parts.into_iter().map(|one| {
        view! {
            <li>
                {said(texts, one)}
                <p><a href=paths::unit(&one.unit.id)>{texts.units.change(&one.unit.name)}</a></p>
                {below(texts, page, &one.unit.id)}
            </li>
        }
    });
    view! { <ul class="tree">{items.collect::<Vec<_>>()}</ul> }.into_any()
}

/// One version in words.
fn said(texts: Texts, version: &UnitVersion) -> AnyView {
    let words = texts.units;
    let unit = &version.unit;
    let period = match unit.until {
        None => words.from_day(&unit.from.to_string()),
        Some(until) => words.from_to(&unit.from.to_string(), &until.to_string()),
    };
    let performs = unit.performs_for.as_ref().map(|id| view! { <p class="quiet">{words.performs(id)}</p> });
    view! {
        <p><strong>{unit.name.clone()}</strong>{format!(" · {} · {period}", unit.id)}</p>
        {performs}
    }
    .into_any()
}

fn form(texts: Texts, page: &UnitsPage<'_>) -> AnyView {
    let words = texts.units;
    let base = page.versions.last().map_or(0, |version| version.number);
    let chosen = page.typed("parent");
    let now = on(page.versions, page.today);
    let providers = page.providers.iter().map(|one| (one.id.to_string(), one.id.to_string()));
    let units = now.values().map(|one| (one.unit.id.clone(), format!("{} · {}", one.unit.name, one.unit.id)));
    let options: Vec<_> = providers
        .chain(units)
        .map(|(id, label)| {
            let selected = id.eq_ignore_ascii_case(&chosen);
            view! { <option value=id selected=selected>{label}</option> }
        })
        .collect();
    let faulty = |name: &'static str| page.fault(name).is_some().then_some("true");
    let told = |name: &'static str| {
        page.fault(name).map(|fault| {
            view! { <span class="field-fault" id=format!("fault-{name}")>{wrong(texts, fault)}</span> }
        })
    };
    let line = |name: &'static str, label: &'static str, kind: &'static str, required: bool| {
        view! {
            <p class="field">
                <label for=name>{label}</label>
                <input id=name name=name type=kind value=page.typed(name) required=required maxlength=NAME_MAX_CHARS.to_string()
                    aria-invalid=faulty(name) aria-describedby=faulty(name).map(|_| format!("fault-{name}"))/>
                {told(name)}
            </p>
        }
    };
    view! {
        <form method="post" action=paths::UNITS class="admin-form">
            <h2>{words.write()}</h2>
            <input type="hidden" name="base" value=base.to_string()/>
            {line("id", words.id(), "text", true)}
            {line("name", words.name(), "text", true)}
            <p class="field">
                <label for="parent">{words.parent()}</label>
                <select id="parent" name="parent" aria-invalid=faulty("parent")
                    aria-describedby=faulty("parent").map(|_| "fault-parent")>{options}</select>
                {told("parent")}
            </p>
            {line("performs-for", words.performs_for(), "text", false)}
            {line("from", words.from_date(), "date", true)}
            {line("until", words.until(), "date", false)}
            <p class="field">
                <label for="reason">{words.reason()}</label>
                <textarea id="reason" name="reason" rows="2" required maxlength=REASON_MAX_CHARS.to_string()
                    aria-invalid=faulty("reason") aria-describedby=faulty("reason").map(|_| "fault-reason")>
                    {typed_text(&page.typed("reason"))}
                </textarea>
                {told("reason")}
            </p>
            <button class="button" type="submit">{words.save()}</button>
        </form>
    }
    .into_any()
}

const fn wrong(texts: Texts, fault: UnitFault) -> &'static str {
    let words = texts.units;
    match fault {
        UnitFault::Id => words.wrong_id(),
        UnitFault::Name => words.wrong_name(),
        UnitFault::Parent => words.wrong_parent(),
        UnitFault::PerformsFor => words.wrong_performs_for(),
        UnitFault::Period => words.wrong_period(),
        UnitFault::Reason => words.wrong_reason(),
    }
}

fn history(texts: Texts, page: &UnitsPage<'_>) -> AnyView {
    let words = texts.units;
    if page.versions.is_empty() {
        return ().into_any();
    }
    let line = |one: &UnitVersion| {
        view! {
            <li>
                {said(texts, one)}
                <p class="quiet">{words.written(&local_minute(one.at), &one.by.name, &one.reason)}</p>
            </li>
        }
    };
    view! {
        <details>
            <summary>{words.history(&page.versions.len().to_string())}</summary>
            <ul class="own-list">{page.versions.iter().rev().map(line).collect::<Vec<_>>()}</ul>
        </details>
    }
    .into_any()
}
