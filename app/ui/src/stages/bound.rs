//! What a source was granted at the screen, binding by binding; its trial beside the source in use; its own test.
//!
//! Not here: the form for a new one (`binding`). Invariant: no secret has a way here; that nothing was compared is told apart from "alike".

use leptos::prelude::*;
use samsyn_domain::{
    binding::BindingVersion,
    stage::{Staged, Step},
    trial::{Compared, Comparison, Tested},
};

use super::StagePage;
use crate::{parts::local_minute, paths, text::Texts, words};

/// Everything about bindings on the page of a source.
pub(super) fn bound(texts: Texts, page: &StagePage<'_>) -> AnyView {
    let words = texts.stages;
    let Some(head) = page.head else { return ().into_any() };
    let versions = page.versions.iter().map(|version| one(texts, page, head, version));
    view! {
        {head.trial.map(|number| trial(texts, page, number))}
        {roll_back(texts, page, head)}
        <section>
            <h2>{words.bindings()}</h2>
            <p><a href=paths::bind(Some(&page.source.id))>{words.bind_again()}</a></p>
            <ul class="own-list">{versions.collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}

/// One action: the version that was in use before this one.
fn roll_back(texts: Texts, page: &StagePage<'_>, head: &Staged) -> AnyView {
    let words = texts.stages;
    let former = page.history.iter().filter_map(|staged| staged.running).find(|number| Some(*number) != head.running);
    let Some(number) = former.filter(|number| head.running.is_some() && page.steps.contains(&Step::Use(*number)))
    else {
        return ().into_any();
    };
    let version = page.versions.iter().find(|version| version.number == number);
    let name = version.map(|version| version.binding.described.version.clone()).unwrap_or_default();
    view! {
        <form method="post" action=paths::admin_source(&page.source.id) class="admin-form">
            <h2>{words.roll_back()}</h2>
            <p>{words.roll_back_means(&number.to_string(), &name)}</p>
            <input type="hidden" name="base" value=head.number.to_string()/>
            <input type="hidden" name="step" value=Step::Use(number).word()/>
            <input type="hidden" name="reason" value=words.rolled_back(&number.to_string())/>
            <button class="button" type="submit">{words.roll_back_button(&number.to_string())}</button>
        </form>
    }
    .into_any()
}

fn one(texts: Texts, page: &StagePage<'_>, head: &Staged, version: &BindingVersion) -> AnyView {
    let words = texts.stages;
    let number = version.number.to_string();
    let binding = &version.binding;
    let state = if head.running == Some(version.number) {
        Some(("live", words.in_use()))
    } else if head.trial == Some(version.number) {
        Some(("shadow", words.tried()))
    } else {
        None
    };
    let origins = binding.origins.iter().map(|origin| {
        let ranges = if origin.address_ranges.is_empty() {
            String::new()
        } else {
            format!(" ({})", origin.address_ranges.join(", "))
        };
        view! { <dt>{origin.alias.clone()}</dt><dd>{origin.base_url.clone()}{ranges}</dd> }
    });
    let credentials = binding.credentials.iter().map(|credential| {
        view! { <dt>{credential.slot.clone()}</dt><dd>{words.secret_of(&credential.secret.to_string())}</dd> }
    });
    let settings = binding.settings.iter().map(|(key, value)| view! { <dt>{key.clone()}</dt><dd>{value.clone()}</dd> });
    let is_tested = page.tested.filter(|(tested, _)| *tested == version.number);
    view! {
        <li id=format!("binding-{number}")>
            <h3>{words.binding(&number, &binding.described.name, &binding.described.version)}</h3>
            {state.map(|(stage, said)| view! { <p class=format!("standing {stage}")>{said}</p> })}
            <p class="quiet">{words.since_by(&local_minute(version.at), &version.by.name, &version.reason)}</p>
            <p><a href=paths::package(&binding.package)>{words.package()}</a></p>
            <dl class="told">
                {origins.collect::<Vec<_>>()}
                {credentials.collect::<Vec<_>>()}
                {settings.collect::<Vec<_>>()}
                <dt>{texts.binding.answer_within()}</dt><dd>{binding.answer_within_ms.to_string()}</dd>
                {binding.contact.clone().map(|contact| view! { <dt>{texts.binding.contact()}</dt><dd>{contact}</dd> })}
            </dl>
            {is_tested.map(|(_, tested)| said(texts, tested))}
            {test_button(texts, page, version.number)}
        </li>
    }
    .into_any()
}

/// Runs the adapter's own test.
pub(super) fn test_button(texts: Texts, page: &StagePage<'_>, number: u32) -> AnyView {
    let words = texts.stages;
    view! {
        <form method="post" action=paths::source_test(&page.source.id)>
            <input type="hidden" name="binding" value=number.to_string()/>
            <button class="button secondary" type="submit">{words.test()}</button>
        </form>
    }
    .into_any()
}

/// How it went.
pub(super) fn said(texts: Texts, tested: &Tested) -> AnyView {
    let words = texts.stages;
    let (good, text, detail) = match tested {
        Tested::Said(said) => (true, words.test_said(), Some(said.clone())),
        Tested::NotOffered => (false, words.test_not_offered(), None),
        Tested::Failed { code, message } => (false, words.test_failed(), Some(format!("{code}: {message}"))),
        Tested::Stopped(why) => (false, words.test_stopped(), Some(why.clone())),
        Tested::TimedOut => (false, words.test_timed_out(), None),
        Tested::NotReady => (false, words.test_not_ready(), None),
    };
    view! {
        <p class=if good { "standing live" } else { "standing quarantined" } role="status">
            {text}{detail.map(|detail| format!(" {detail}"))}
        </p>
    }
    .into_any()
}

fn trial(texts: Texts, page: &StagePage<'_>, number: u32) -> AnyView {
    let words = texts.stages;
    let number = number.to_string();
    let Some(comparison) = page.comparison else {
        return view! {
            <section><h2>{words.trial(&number)}</h2><p>{words.trial_nothing()}</p></section>
        }
        .into_any();
    };
    let row = |(section, compared): (&samsyn_domain::section::Section, &Compared)| {
        view! {
            <tr>
                <th scope="row">{words::section(texts, *section)}</th>
                <td>{compared.same}</td>
                <td>{compared.different}</td>
                <td>{compared.only_in_use}</td>
                <td>{compared.only_in_trial}</td>
                <td>{compared.trial_failed}</td>
                <td>{compared.alone}</td>
                <td>{compared.neither}</td>
            </tr>
        }
    };
    view! {
        <section>
            <h2>{words.trial(&number)}</h2>
            <p>{words.trial_told(&comparison.lookups.to_string(), &mean(comparison.took, comparison), &mean(comparison.in_use_took, comparison))}</p>
            <div class="wide-table" tabindex="0" role="region" aria-label=words.trial_table()>
                <table class="compared">
                    <thead>
                        <tr>
                            <th scope="col">{words.trial_section()}</th>
                            <th scope="col">{words.trial_same()}</th>
                            <th scope="col">{words.trial_different()}</th>
                            <th scope="col">{words.trial_only_in_use()}</th>
                            <th scope="col">{words.trial_only_in_trial()}</th>
                            <th scope="col">{words.trial_failed()}</th>
                            <th scope="col">{words.trial_alone()}</th>
                            <th scope="col">{words.trial_neither()}</th>
                        </tr>
                    </thead>
                    <tbody>{comparison.sections.iter().map(row).collect::<Vec<_>>()}</tbody>
                </table>
            </div>
            <p class="quiet">{words.trial_here()}</p>
        </section>
    }
    .into_any()
}

fn mean(took: std::time::Duration, comparison: &Comparison) -> String {
    let lookups = u128::from(comparison.lookups.max(1));
    (took.as_millis() / lookups).to_string()
}
