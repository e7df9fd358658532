//! An organisation's catalogue of adapters: uploading a package, the keys of vendors, and what was found of each package.
//!
//! Rooms: [`difference`] what a package would change, in words. Not here: who may, and what a package is judged by (`service::catalogue`, the kit).
//! Invariant: nothing that a package says of itself reads as the portal's own judgement; what asks for more than what is in use stands first; a
//! package that did not pass says why.

mod difference;

use leptos::prelude::*;
use samsyn_domain::package::{Described, Difference, FailedCase, Signature, Trouble, Uploaded, VendorKey, Verdict};

use crate::{
    access::Typed,
    context::PageContext,
    document,
    parts::{local_minute, typed_text},
    paths,
    text::Texts,
};

/// How a trial stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrialLine {
    /// It goes on; which case it is at, when that is known here.
    Running(Option<String>),
    /// It was broken off.
    BrokenOff,
    /// It has ended.
    Ended,
}

/// Why nothing was taken or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogueProblem {
    /// No file was chosen.
    NoFile,
    /// It is larger than any package.
    TooLarge,
    /// It is there already: its digest.
    AlreadyThere(String),
    /// It is being tried: its digest.
    BeingTried(String),
    /// Another one is being tried.
    Busy,
    /// It is no public key.
    Key,
    /// The vendor's name is missing.
    Name,
    /// The key is enrolled already.
    KeyEnrolled,
    /// There is no such key.
    UnknownKey,
}

/// What the page of all packages shows.
#[derive(Debug)]
pub struct CataloguePage<'a> {
    /// Name of the organisation.
    pub organisation: &'a str,
    /// Its packages, newest first, with how each trial stands.
    pub packages: &'a [(Uploaded, TrialLine)],
    /// The keys that it has enrolled.
    pub keys: &'a [VendorKey],
    /// As typed.
    pub typed: &'a Typed,
    /// Why the last attempt did nothing.
    pub problem: Option<CatalogueProblem>,
    /// A key was enrolled or withdrawn.
    pub done: bool,
}

/// The page of all packages.
pub fn catalogue_page(context: &PageContext, page: &CataloguePage<'_>) -> String {
    let texts = context.texts();
    let words = texts.catalogue;
    let packages = page.packages.iter().map(|(uploaded, trial)| package_row(texts, uploaded, trial, page.keys));
    let inner = view! {
        <main id="content" class="plain sources administered" tabindex="-1">
            <h1>{words.heading(page.organisation)}</h1>
            {page.done.then(|| view! { <p class="saved" role="status">{words.done()}</p> })}
            {page.problem.as_ref().map(|problem| problem_box(texts, problem))}
            <p>{words.explained()}</p>
            <form method="post" action=paths::CATALOGUE enctype="multipart/form-data" class="admin-form">
                <h2>{words.upload()}</h2>
                <p>
                    <label for="package">{words.file()}</label>
                    <input id="package" name="package" type="file" accept=".samsyn" required/>
                </p>
                <button class="button" type="submit">{words.upload_button()}</button>
            </form>
            <h2>{words.packages()}</h2>
            {page.packages.is_empty().then(|| view! { <p class="quiet">{words.none()}</p> })}
            <ul class="doors">{packages.collect::<Vec<_>>()}</ul>
            {keys(texts, page)}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

fn package_row(texts: Texts, uploaded: &Uploaded, trial: &TrialLine, keys: &[VendorKey]) -> AnyView {
    let verdict = uploaded.verdict.as_ref();
    let name = verdict.and_then(|verdict| verdict.described.as_ref()).map_or_else(
        || texts.catalogue.unnamed(short(&uploaded.digest)),
        |described| texts.catalogue.named(&described.name, &described.version, &described.vendor),
    );
    let told = texts.catalogue.uploaded(&local_minute(uploaded.at), &uploaded.by.name);
    view! {
        <li>
            <a href=paths::package(&uploaded.digest)>{name}</a>
            <p class=format!("standing {}", standing(verdict, trial))>{verdict_words(texts, verdict, trial)}</p>
            <p class="quiet">{told}{verdict.map(|verdict| format!(" · {}", signed(texts, &verdict.signature, keys)))}</p>
        </li>
    }
    .into_any()
}

/// Enough of a digest to tell packages apart.
fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

/// Which mark goes with how a trial stands.
fn standing(verdict: Option<&Verdict>, trial: &TrialLine) -> &'static str {
    match (verdict, trial) {
        (Some(verdict), _) if verdict.passed() => "live",
        (Some(_), _) | (None, TrialLine::BrokenOff) => "quarantined",
        (None, _) => "draft",
    }
}

fn verdict_words(texts: Texts, verdict: Option<&Verdict>, trial: &TrialLine) -> String {
    let words = texts.catalogue;
    match (verdict, trial) {
        (Some(verdict), _) if verdict.passed() => {
            words.passed(&verdict.cases.to_string(), &verdict.lookups.to_string())
        }
        (Some(verdict), _) if verdict.trouble.is_none() && verdict.cases == 0 => words.no_cases().to_owned(),
        (Some(verdict), _) if verdict.trouble.is_none() => {
            words.failed(&verdict.failed.len().to_string(), &verdict.cases.to_string())
        }
        (Some(_), _) => words.refused().to_owned(),
        (None, TrialLine::BrokenOff) => words.broken_off().to_owned(),
        (None, TrialLine::Running(Some(at))) if !at.is_empty() => words.running_at(at),
        (None, _) => words.running().to_owned(),
    }
}

fn signed(texts: Texts, signature: &Signature, keys: &[VendorKey]) -> String {
    let words = texts.catalogue;
    match signature {
        Signature::Nobody => words.unsigned().to_owned(),
        Signature::Unknown => words.signed_by_unknown().to_owned(),
        Signature::Vendor { key } => keys
            .iter()
            .find(|enrolled| enrolled.key == *key)
            .map_or_else(|| words.signed_by_withdrawn().to_owned(), |enrolled| words.signed_by(&enrolled.name)),
    }
}

fn keys(texts: Texts, page: &CataloguePage<'_>) -> AnyView {
    let words = texts.catalogue;
    let typed = |name: &str| page.typed.get(name).cloned().unwrap_or_default();
    let wrong = |problems: &[CatalogueProblem]| {
        page.problem.as_ref().is_some_and(|problem| problems.contains(problem)).then_some("true")
    };
    let lines = page.keys.iter().map(|key| {
        let label = format!("{} {}", words.withdraw(), key.name);
        view! {
            <li>
                <p><strong>{key.name.clone()}</strong></p>
                <p class="quiet"><code>{key.key.clone()}</code></p>
                <p class="quiet">{words.enrolled(&local_minute(key.at), &key.by.name)}</p>
                <form method="post" action=paths::VENDOR_KEYS>
                    <input type="hidden" name="key" value=key.key.clone()/>
                    <button class="button secondary" type="submit" name="step" value="withdraw" aria-label=label>
                        {words.withdraw()}
                    </button>
                </form>
            </li>
        }
    });
    view! {
        <section>
            <h2>{words.keys()}</h2>
            <p>{words.keys_explained()}</p>
            {page.keys.is_empty().then(|| view! { <p class="quiet">{words.no_keys()}</p> })}
            <ul class="own-list">{lines.collect::<Vec<_>>()}</ul>
            <form method="post" action=paths::VENDOR_KEYS class="admin-form">
                <h3>{words.enrol()}</h3>
                <p>
                    <label for="name">{words.vendor()}</label>
                    <input id="name" name="name" type="text" maxlength="100" value=typed("name") required
                        aria-invalid=wrong(&[CatalogueProblem::Name])/>
                </p>
                <p>
                    <label for="key">{words.key()}</label>
                    <textarea id="key" name="key" rows="3" required spellcheck="false"
                        aria-invalid=wrong(&[CatalogueProblem::Key, CatalogueProblem::KeyEnrolled])>
                        {typed_text(&typed("key"))}
                    </textarea>
                </p>
                <p class="quiet">{words.key_advice()}</p>
                <button class="button" type="submit" name="step" value="enrol">{words.enrol_button()}</button>
            </form>
        </section>
    }
    .into_any()
}

fn problem_box(texts: Texts, problem: &CatalogueProblem) -> AnyView {
    let words = texts.catalogue;
    let link = |digest: &String| Some(view! { <p><a href=paths::package(digest)>{words.see_package()}</a></p> });
    let (text, link) = match problem {
        CatalogueProblem::NoFile => (words.problem_no_file(), None),
        CatalogueProblem::TooLarge => (words.problem_too_large(), None),
        CatalogueProblem::AlreadyThere(digest) => (words.problem_already_there(), link(digest)),
        CatalogueProblem::BeingTried(digest) => (words.problem_being_tried(), link(digest)),
        CatalogueProblem::Busy => (words.problem_busy(), None),
        CatalogueProblem::Key => (words.problem_key(), None),
        CatalogueProblem::Name => (words.problem_name(), None),
        CatalogueProblem::KeyEnrolled => (words.problem_key_enrolled(), None),
        CatalogueProblem::UnknownKey => (words.problem_unknown_key(), None),
    };
    view! {
        <div class="form-error" role="alert">
            <h2>{words.problem_heading()}</h2>
            <p>{text}</p>
            {link}
        </div>
    }
    .into_any()
}

/// The adapter in use that a package is compared with.
#[derive(Debug)]
pub struct Compared {
    /// Labels of the sources that use it.
    pub sources: Vec<String>,
    /// Its version.
    pub version: String,
    /// Whether the package is newer; none when that cannot be told.
    pub newer: Option<std::cmp::Ordering>,
    /// In what the package differs.
    pub differences: Vec<Difference>,
}

/// What the page of one package shows.
#[derive(Debug)]
pub struct PackagePage<'a> {
    /// The package.
    pub uploaded: &'a Uploaded,
    /// How its trial stands.
    pub trial: &'a TrialLine,
    /// The keys that are enrolled.
    pub keys: &'a [VendorKey],
    /// What it would change; empty when the organisation uses no such adapter.
    pub compared: &'a [Compared],
}

/// The page of one package.
pub fn package_page(context: &PageContext, page: &PackagePage<'_>) -> String {
    let texts = context.texts();
    let words = texts.catalogue;
    let uploaded = page.uploaded;
    let verdict = uploaded.verdict.as_ref();
    let described = verdict.and_then(|verdict| verdict.described.as_ref());
    let heading = described.map_or_else(
        || words.unnamed(short(&uploaded.digest)),
        |described| format!("{} {}", described.name, described.version),
    );
    let inner = view! {
        <main id="content" class="plain sources administered" tabindex="-1">
            <p><a href=paths::CATALOGUE>{words.link()}</a></p>
            <h1>{heading}</h1>
            <p class=format!("standing {}", standing(verdict, page.trial)) role="status">{verdict_words(texts, verdict, page.trial)}</p>
            {matches!(page.trial, TrialLine::Running(_)).then(|| view! {
                <p>{words.reads_again()}" "<a href=paths::package(&uploaded.digest)>{words.read_again()}</a></p>
            })}
            {verdict.and_then(|verdict| verdict.trouble.as_ref()).map(|trouble| trouble_box(texts, trouble))}
            {verdict.map(|verdict| failures(texts, &verdict.failed))}
            {verdict.is_some().then(|| difference::compared(texts, page.compared, described))}
            {described.map(|described| says(texts, described))}
            {facts(texts, page)}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

/// What the kit found stays in the language of its reader, the vendor.
fn trouble_box(texts: Texts, trouble: &Trouble) -> AnyView {
    let words = texts.catalogue;
    view! {
        <div class="form-error">
            <h2>{words.trouble()}</h2>
            <p lang="en">{trouble.what.clone()}</p>
            <p>{words.advice()}" "<span lang="en">{trouble.advice.clone()}</span></p>
        </div>
    }
    .into_any()
}

fn failures(texts: Texts, failed: &[FailedCase]) -> AnyView {
    if failed.is_empty() {
        return ().into_any();
    }
    let words = texts.catalogue;
    let cases = failed.iter().map(|case| {
        let found = case.found.iter().map(|found| view! { <li lang="en">{found.clone()}</li> });
        view! { <li><p><strong>{case.case.clone()}</strong></p><ul>{found.collect::<Vec<_>>()}</ul></li> }
    });
    view! {
        <section>
            <h2>{words.failures()}</h2>
            <ul>{cases.collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}

/// What the package says of itself.
fn says(texts: Texts, described: &Described) -> AnyView {
    let words = texts.catalogue;
    let fact = |name: &'static str, value: String| view! { <dt>{name}</dt><dd>{value}</dd> };
    let or_none = |list: &[String]| if list.is_empty() { words.nothing().to_owned() } else { list.join(", ") };
    let origins = described.origins.iter().map(|origin| {
        view! { <li><strong>{origin.alias.clone()}</strong>" ("{origin.methods.join(", ")}"): "{origin.description.clone()}</li> }
    });
    let slots = described.credential_slots.iter().map(|slot| {
        view! { <li><strong>{slot.name.clone()}</strong>" ("{slot.kinds.join(", ")}"): "{slot.description.clone()}</li> }
    });
    let settings = described.settings.iter().map(|setting| {
        let required = setting.required.then(|| format!(" {}", words.required()));
        view! { <li><strong>{setting.key.clone()}</strong>{required}": "{setting.help.clone()}</li> }
    });
    view! {
        <section>
            <h2>{words.says()}</h2>
            <p class="quiet">{words.says_explained()}</p>
            <dl class="told">
                {fact(words.vendor(), described.vendor.clone())}
                {fact(words.version(), described.version.clone())}
                {fact(words.adapter(), described.id.clone())}
                {fact(words.contract(), described.contract.clone())}
                {fact(words.sections(), difference::section_names(texts, &described.sections))}
                {fact(words.badges(), or_none(&difference::badge_names(texts, &described.service_kinds)))}
                {fact(words.identifiers(), or_none(&difference::identifier_names(texts, &described.identifier_kinds)))}
                {fact(words.providers(), if described.multi_provider { words.several() } else { words.one() }.to_owned())}
            </dl>
            <h3>{words.origins()}</h3>
            {described.origins.is_empty().then(|| view! { <p>{words.nothing()}</p> })}
            <ul>{origins.collect::<Vec<_>>()}</ul>
            <h3>{words.slots()}</h3>
            {described.credential_slots.is_empty().then(|| view! { <p>{words.nothing()}</p> })}
            <ul>{slots.collect::<Vec<_>>()}</ul>
            <h3>{words.settings()}</h3>
            {described.settings.is_empty().then(|| view! { <p>{words.nothing()}</p> })}
            <ul>{settings.collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}

/// What the portal itself knows.
fn facts(texts: Texts, page: &PackagePage<'_>) -> AnyView {
    let words = texts.catalogue;
    let uploaded = page.uploaded;
    let verdict = uploaded.verdict.as_ref();
    let component = verdict.and_then(|verdict| verdict.component.clone());
    let untried = verdict.map(|verdict| verdict.untried.clone()).unwrap_or_default();
    view! {
        <section>
            <h2>{words.facts()}</h2>
            <dl class="told">
                <dt>{words.signature()}</dt>
                <dd>{verdict.map(|verdict| signed(texts, &verdict.signature, page.keys))}</dd>
                <dt>{words.digest()}</dt>
                <dd><code>{uploaded.digest.clone()}</code></dd>
                {component.map(|component| view! { <dt>{words.component()}</dt><dd><code>{component}</code></dd> })}
                <dt>{words.from()}</dt>
                <dd>{words.uploaded(&local_minute(uploaded.at), &uploaded.by.name)}</dd>
                {(!untried.is_empty()).then(|| view! {
                    <dt>{words.untried()}</dt><dd>{difference::section_names(texts, &untried)}</dd>
                })}
            </dl>
            {verdict.is_some().then(|| view! {
                <p><a href=paths::package_report(&uploaded.digest)>{words.report()}</a></p>
            })}
        </section>
    }
    .into_any()
}
