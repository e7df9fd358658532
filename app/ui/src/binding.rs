//! What a source is granted: choosing a package, and the form with everything that it asks for.
//!
//! Not here: who may, and what can be granted (`service::sources::binding`), how far the source has come (`stages`).
//! Invariant: what the adapter says stands beside what is granted and never in its place; a secret is taken and never shown; a form that is
//! refused comes back as it was typed, but for secrets, and says which field is wrong and why.

use std::collections::BTreeSet;

use leptos::prelude::*;
use samsyn_domain::{
    binding::{Fault, Wrong},
    enablement::REASON_MAX_CHARS,
    package::{Described, DescribedSetting, DescribedSlot, Uploaded},
    source::{Provider, ProviderKind, Source},
};

use crate::{
    access::Typed,
    context::PageContext,
    document,
    parts::{local_minute, typed_text},
    paths,
    text::Texts,
};

/// Most occasions of maintenance that are shown.
const OCCASIONS_MOST: usize = 20;
/// Days of the week, as the form sends them.
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What the page of packages shows.
#[derive(Debug)]
pub struct BindChoicePage<'a> {
    /// The source that gets another binding; none is a new one.
    pub source: Option<&'a Source>,
    /// The packages that can be bound, newest first.
    pub packages: &'a [Uploaded],
    /// The one that was filled in may not be used any more, and nothing was kept.
    pub gone: bool,
}

/// Choosing a package.
pub fn bind_choice_page(context: &PageContext, page: &BindChoicePage<'_>) -> String {
    let texts = context.texts();
    let words = texts.binding;
    let source = page.source.map(|source| &source.id);
    let packages = page.packages.iter().filter_map(|uploaded| {
        let described = uploaded.verdict.as_ref()?.described.as_ref()?;
        let name = texts.catalogue.named(&described.name, &described.version, &described.vendor);
        let told = texts.catalogue.uploaded(&local_minute(uploaded.at), &uploaded.by.name);
        Some(view! {
            <li>
                <a href=paths::bind_package(&uploaded.digest, source)>{name}</a>
                <p class="quiet">{told}</p>
            </li>
        })
    });
    let heading = page.source.map_or_else(|| words.new_heading().to_owned(), |source| words.heading(&source.label()));
    let inner = view! {
        <main id="content" class="plain sources administered" tabindex="-1">
            <p><a href=paths::ADMIN_SOURCES>{texts.stages.link()}</a></p>
            <h1>{heading}</h1>
            {page.gone.then(|| view! { <p class="form-error" role="alert">{words.problem_package()}</p> })}
            <p>{words.choose_explained()}</p>
            {page.packages.is_empty().then(|| view! {
                <p class="quiet">{words.no_package()}" "<a href=paths::CATALOGUE>{texts.catalogue.link()}</a></p>
            })}
            <ul class="doors">{packages.collect::<Vec<_>>()}</ul>
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

/// Why nothing was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindProblem {
    /// Something that is granted cannot be used.
    Faults(Vec<Fault>),
    /// No reason, or one that is too long.
    Reason,
    /// Somebody else has bound it meanwhile.
    Stale,
    /// The package may not be used any more.
    Package,
}

/// What the form shows.
#[derive(Debug)]
pub struct BindPage<'a> {
    /// The source that gets another binding; none is a new one.
    pub source: Option<&'a Source>,
    /// Number of its newest binding, 0 for a new one.
    pub base: u32,
    /// SHA-256 of the package.
    pub package: &'a str,
    /// What the adapter says of itself.
    pub described: &'a Described,
    /// The organisation's providers.
    pub providers: &'a [Provider],
    /// Sources that a trial can be compared with.
    pub beside: &'a [&'a Source],
    /// Slots that have a secret, which can stay.
    pub held: &'a BTreeSet<String>,
    /// As typed, or as it was granted before.
    pub typed: &'a Typed,
    /// Why the last attempt kept nothing.
    pub problem: Option<BindProblem>,
}

impl BindPage<'_> {
    fn typed(&self, name: &str) -> String {
        self.typed.get(name).cloned().unwrap_or_default()
    }

    fn faults(&self) -> &[Fault] {
        match &self.problem {
            Some(BindProblem::Faults(faults)) => faults,
            _ => &[],
        }
    }

    fn wrong(&self, name: &str) -> Option<&Wrong> {
        self.faults().iter().find(|fault| fault.field == name).map(|fault| &fault.why)
    }
}

/// The form.
pub fn bind_page(context: &PageContext, page: &BindPage<'_>) -> String {
    let texts = context.texts();
    let words = texts.binding;
    let described = page.described;
    let heading = page.source.map_or_else(|| words.new_heading().to_owned(), |source| words.heading(&source.label()));
    let origins = described.origins.iter().map(|origin| {
        let field = |name: &str| format!("origin.{}.{name}", origin.alias);
        view! {
            <fieldset>
                <legend>{words.origin(&origin.alias)}</legend>
                <p class="quiet">{origin.description.clone()}</p>
                <p>{words.methods(&origin.methods.join(", "))}</p>
                {line(texts, page, &field("base_url"), words.base_url(), "url")}
                {lines(texts, page, &field("address_ranges"), words.address_ranges(), 2)}
                {lines(texts, page, &field("ca"), words.ca(), 3)}
            </fieldset>
        }
    });
    let slots = described.credential_slots.iter().map(|asked| slot(texts, page, asked));
    let settings = described.settings.iter().map(|asked| setting(texts, page, asked));
    let wrong_reason = (page.problem == Some(BindProblem::Reason)).then_some("true");
    let inner = view! {
        <main id="content" class="plain sources administered" tabindex="-1">
            <p><a href=paths::ADMIN_SOURCES>{texts.stages.link()}</a></p>
            <h1>{heading}</h1>
            {page.problem.as_ref().map(|problem| problem_box(texts, page, problem))}
            <p>
                <a href=paths::package(page.package)>{texts.catalogue.named(&described.name, &described.version, &described.vendor)}</a>
            </p>
            <p>{words.explained()}</p>
            <form method="post" action=paths::BIND class="admin-form" autocomplete="off">
                <input type="hidden" name="package" value=page.package.to_owned()/>
                <input type="hidden" name="base" value=page.base.to_string()/>
                {page.source.map(|source| view! { <input type="hidden" name="source" value=source.id.to_string()/> })}
                <h2>{words.whose()}</h2>
                {line(texts, page, "system", words.system(), "text")}
                {providers(texts, page)}
                {line(texts, page, "phone", words.phone(), "tel")}
                {line(texts, page, "contact", words.contact(), "text")}
                <h2>{words.origins()}</h2>
                {described.origins.is_empty().then(|| view! { <p>{texts.catalogue.nothing()}</p> })}
                {origins.collect::<Vec<_>>()}
                <h2>{words.secrets()}</h2>
                {if described.credential_slots.is_empty() {
                    view! { <p>{texts.catalogue.nothing()}</p> }.into_any()
                } else {
                    view! { <p class="quiet">{words.secrets_explained()}</p> }.into_any()
                }}
                {slots.collect::<Vec<_>>()}
                <h2>{words.settings()}</h2>
                {described.settings.is_empty().then(|| view! { <p>{texts.catalogue.nothing()}</p> })}
                {settings.collect::<Vec<_>>()}
                <h2>{words.asking()}</h2>
                {link_rule(texts, page)}
                {line(texts, page, "answer_within_ms", words.answer_within(), "number")}
                {line(texts, page, "lookups_at_once", words.lookups_at_once(), "number")}
                {line(texts, page, "memory_mib", words.memory(), "number")}
                {maintenance(texts, page)}
                {beside(texts, page)}
                <h2>{words.why()}</h2>
                <p class="field">
                    <label for="reason">{texts.stages.reason()}</label>
                    <textarea id="reason" name="reason" rows="3" maxlength=REASON_MAX_CHARS.to_string() required
                        aria-invalid=wrong_reason>{typed_text(&page.typed("reason"))}</textarea>
                </p>
                <p class="quiet">{words.not_yet()}</p>
                <button class="button" type="submit">{words.save()}</button>
            </form>
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

/// What is wrong with a field, beside it.
fn beside_field(texts: Texts, page: &BindPage<'_>, name: &str) -> Option<AnyView> {
    let wrong = page.wrong(name)?;
    let id = format!("{name}-fault");
    Some(view! { <span class="field-fault" id=id>{why(texts, wrong)}</span> }.into_any())
}

fn line(texts: Texts, page: &BindPage<'_>, name: &str, label: &'static str, kind: &'static str) -> AnyView {
    let wrong = page.wrong(name).is_some();
    let described_by = wrong.then(|| format!("{name}-fault"));
    view! {
        <p class="field">
            <label for=name.to_owned()>{label}</label>
            <input id=name.to_owned() name=name.to_owned() type=kind value=page.typed(name)
                aria-invalid=wrong.then_some("true") aria-describedby=described_by/>
            {beside_field(texts, page, name)}
        </p>
    }
    .into_any()
}

fn lines(texts: Texts, page: &BindPage<'_>, name: &str, label: &'static str, rows: u8) -> AnyView {
    let wrong = page.wrong(name).is_some();
    let described_by = wrong.then(|| format!("{name}-fault"));
    view! {
        <p class="field">
            <label for=name.to_owned()>{label}</label>
            <textarea id=name.to_owned() name=name.to_owned() rows=rows.to_string() spellcheck="false"
                aria-invalid=wrong.then_some("true") aria-describedby=described_by>{typed_text(&page.typed(name))}</textarea>
            {beside_field(texts, page, name)}
        </p>
    }
    .into_any()
}

fn select(
    texts: Texts,
    page: &BindPage<'_>,
    name: &str,
    label: &'static str,
    choices: Vec<(String, String)>,
) -> AnyView {
    let chosen = page.typed(name);
    let options = choices.into_iter().map(|(value, text)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{text}</option> }
    });
    let wrong = page.wrong(name).is_some();
    let described_by = wrong.then(|| format!("{name}-fault"));
    view! {
        <p class="field">
            <label for=name.to_owned()>{label}</label>
            <select id=name.to_owned() name=name.to_owned() aria-invalid=wrong.then_some("true") aria-describedby=described_by>
                {options.collect::<Vec<_>>()}
            </select>
            {beside_field(texts, page, name)}
        </p>
    }
    .into_any()
}

fn providers(texts: Texts, page: &BindPage<'_>) -> AnyView {
    let words = texts.binding;
    let mut choices: Vec<(String, String)> = page
        .providers
        .iter()
        .map(|provider| {
            let kind = match provider.kind {
                ProviderKind::Care => words.care(),
                ProviderKind::SocialCare => words.social_care(),
            };
            (provider.id.to_string(), format!("{} ({kind})", provider.id))
        })
        .collect();
    let none = if page.described.multi_provider { words.several_providers() } else { words.choose() };
    choices.insert(0, (String::new(), none.to_owned()));
    select(texts, page, "provider", words.provider(), choices)
}

fn link_rule(texts: Texts, page: &BindPage<'_>) -> AnyView {
    let words = texts.binding;
    let chosen = page.typed("link_rule");
    let choices = [("known", words.link_known()), ("always", words.link_always())].map(|(value, label)| {
        let id = format!("link-{value}");
        view! {
            <p>
                <input type="radio" id=id.clone() name="link_rule" value=value checked=chosen == value/>
                <label for=id>{label}</label>
            </p>
        }
    });
    view! { <fieldset><legend>{words.link_rule()}</legend>{choices.into_iter().collect::<Vec<_>>()}</fieldset> }
        .into_any()
}

fn beside(texts: Texts, page: &BindPage<'_>) -> AnyView {
    let words = texts.binding;
    let mut choices = vec![(String::new(), words.beside_none().to_owned())];
    choices.extend(page.beside.iter().map(|source| (source.id.to_string(), source.label())));
    select(texts, page, "compared_with", words.compared_with(), choices)
}

/// The occasions there are, and room for one more.
fn maintenance(texts: Texts, page: &BindPage<'_>) -> AnyView {
    let words = texts.binding;
    let rows =
        (0..OCCASIONS_MOST).take_while(|row| !page.typed(&format!("maintenance.{row}.day")).is_empty()).count() + 1;
    let all = (0..rows).map(|row| {
        let field = |name: &str| format!("maintenance.{row}.{name}");
        let mut days = vec![(String::new(), words.never().to_owned())];
        days.extend(DAYS.map(|day| (day.to_owned(), day_name(texts, day).to_owned())));
        let mut weeks = vec![(String::new(), words.every_week().to_owned())];
        weeks.extend((1..=5).map(|week: u8| (week.to_string(), words.week(&week.to_string()))));
        view! {
            {select(texts, page, &field("day"), words.day(), days)}
            {select(texts, page, &field("week_of_month"), words.week_of_month(), weeks)}
            {line(texts, page, &field("from"), words.from(), "time")}
            {line(texts, page, &field("minutes"), words.minutes(), "number")}
        }
    });
    view! { <fieldset><legend>{words.maintenance()}</legend>{all.collect::<Vec<_>>()}</fieldset> }.into_any()
}

fn day_name(texts: Texts, day: &str) -> &'static str {
    let words = texts.binding;
    match day {
        "monday" => words.monday(),
        "tuesday" => words.tuesday(),
        "wednesday" => words.wednesday(),
        "thursday" => words.thursday(),
        "friday" => words.friday(),
        "saturday" => words.saturday(),
        _ => words.sunday(),
    }
}

fn setting(texts: Texts, page: &BindPage<'_>, asked: &DescribedSetting) -> AnyView {
    let words = texts.binding;
    let name = format!("setting.{}", asked.key);
    let label =
        if asked.required && asked.default.is_none() { words.setting_required(&asked.key) } else { asked.key.clone() };
    let choices: Option<Vec<String>> = match asked.kind.as_str() {
        "choice" => Some(asked.choices.clone()),
        "boolean" => Some(vec!["true".to_owned(), "false".to_owned()]),
        _ => None,
    };
    let chosen = page.typed(&name);
    let wrong = page.wrong(&name).is_some();
    let described_by = if wrong { format!("{name}-help {name}-fault") } else { format!("{name}-help") };
    let field = match choices {
        Some(choices) => {
            let usual = asked.default.as_ref().map_or_else(|| words.choose().to_owned(), |usual| words.usual(usual));
            let mut all = vec![(String::new(), usual)];
            all.extend(choices.into_iter().map(|choice| (choice.clone(), choice)));
            let options = all.into_iter().map(|(value, text)| {
                let selected = value == chosen;
                view! { <option value=value selected=selected>{text}</option> }
            });
            view! {
                <select id=name.clone() name=name.clone() aria-invalid=wrong.then_some("true") aria-describedby=described_by>
                    {options.collect::<Vec<_>>()}
                </select>
            }
            .into_any()
        }
        None => view! {
            <input id=name.clone() name=name.clone() type="text" value=chosen aria-invalid=wrong.then_some("true")
                placeholder=asked.default.clone() aria-describedby=described_by/>
        }
        .into_any(),
    };
    view! {
        <p class="field">
            <label for=name.clone()>{label}</label>
            {field}
            {beside_field(texts, page, &name)}
            <span class="quiet" id=format!("{name}-help")>{asked.help.clone()}</span>
        </p>
    }
    .into_any()
}

/// The kinds of the configuration that a kind of the contract stands for.
fn kinds(asked: &DescribedSlot) -> Vec<&'static str> {
    let of = |kind: &String| -> &[&'static str] {
        match kind.as_str() {
            "static-header" => &["static-header"],
            "basic" => &["basic"],
            "oauth2-client-credentials" => &["client-credentials", "private-key-jwt"],
            "client-certificate" => &["client-certificate"],
            "hmac" => &["hmac"],
            _ => &[],
        }
    };
    asked.kinds.iter().flat_map(of).copied().collect()
}

fn slot(texts: Texts, page: &BindPage<'_>, asked: &DescribedSlot) -> AnyView {
    let words = texts.binding;
    let field = |name: &str| format!("credential.{}.{name}", asked.name);
    let kinds = kinds(asked);
    let any = |wanted: &[&str]| kinds.iter().any(|kind| wanted.contains(kind));
    let mut choices = vec![(String::new(), words.no_secret().to_owned())];
    choices.extend(kinds.iter().map(|kind| ((*kind).to_owned(), kind_name(texts, kind).to_owned())));
    let held = page.held.contains(&asked.name);
    let oauth = ["client-credentials", "private-key-jwt"];
    let secret = field("secret");
    let wrong = page.wrong(&secret).is_some();
    view! {
        <fieldset>
            <legend>{words.slot(&asked.name)}</legend>
            <p class="quiet">{asked.description.clone()}</p>
            {select(texts, page, &field("kind"), words.kind(), choices)}
            {any(&["static-header"]).then(|| line(texts, page, &field("header"), words.header(), "text"))}
            {any(&["basic"]).then(|| line(texts, page, &field("user"), words.user(), "text"))}
            {any(&oauth).then(|| view! {
                {line(texts, page, &field("token_url"), words.token_url(), "url")}
                {line(texts, page, &field("client_id"), words.client_id(), "text")}
                {line(texts, page, &field("scope"), words.scope(), "text")}
            })}
            {any(&["private-key-jwt"]).then(|| line(texts, page, &field("key_id"), words.key_id(), "text"))}
            {any(&["client-certificate"]).then(|| lines(texts, page, &field("certificate"), words.certificate(), 3))}
            <p class="field">
                <label for=secret.clone()>{if held { words.new_secret() } else { words.secret() }}</label>
                <textarea id=secret.clone() name=secret.clone() rows="2" spellcheck="false" autocomplete="off" class="secret"
                    aria-invalid=wrong.then_some("true")></textarea>
                {beside_field(texts, page, &secret)}
                {held.then(|| view! { <span class="quiet">{words.held()}</span> })}
            </p>
        </fieldset>
    }
    .into_any()
}

fn kind_name(texts: Texts, kind: &str) -> &'static str {
    let words = texts.binding;
    match kind {
        "static-header" => words.kind_static_header(),
        "basic" => words.kind_basic(),
        "client-credentials" => words.kind_client_credentials(),
        "private-key-jwt" => words.kind_private_key_jwt(),
        "client-certificate" => words.kind_client_certificate(),
        _ => words.kind_hmac(),
    }
}

fn why(texts: Texts, wrong: &Wrong) -> AnyView {
    let words = texts.binding;
    let text = match wrong {
        Wrong::Missing => words.wrong_missing().to_owned(),
        Wrong::TooLong(most) => words.wrong_too_long(&most.to_string()),
        Wrong::Address => words.wrong_address().to_owned(),
        Wrong::Range => words.wrong_range().to_owned(),
        Wrong::Private => words.wrong_private().to_owned(),
        Wrong::Number(least, most) => words.wrong_number(&least.to_string(), &most.to_string()),
        Wrong::NotPermitted => words.wrong_not_permitted().to_owned(),
        Wrong::Again => words.wrong_again().to_owned(),
        Wrong::Choice => words.wrong_choice().to_owned(),
        Wrong::Time => words.wrong_time().to_owned(),
        // The host's own words, for whoever knows the adapter.
        Wrong::Detail(detail) => return view! { <span lang="en">{detail.clone()}</span> }.into_any(),
    };
    view! { <span>{text}</span> }.into_any()
}

fn problem_box(texts: Texts, page: &BindPage<'_>, problem: &BindProblem) -> AnyView {
    let words = texts.binding;
    let told = match problem {
        BindProblem::Faults(faults) => {
            let all = faults.iter().map(|fault| {
                let label = label(texts, &fault.field);
                view! { <li><a href=format!("#{}", fault.field)>{label}</a>": "{why(texts, &fault.why)}</li> }
            });
            let secrets = !page.described.credential_slots.is_empty();
            view! {
                <ul>{all.collect::<Vec<_>>()}</ul>
                {secrets.then(|| view! { <p>{words.secrets_again()}</p> })}
            }
            .into_any()
        }
        BindProblem::Reason => view! { <p>{texts.stages.problem_reason()}</p> }.into_any(),
        BindProblem::Stale => view! { <p>{words.problem_stale()}</p> }.into_any(),
        BindProblem::Package => view! { <p>{words.problem_package()}</p> }.into_any(),
    };
    view! { <div class="form-error" role="alert"><h2>{texts.stages.problem_heading()}</h2>{told}</div> }.into_any()
}

/// What a field is called where it is pointed to from above.
fn label(texts: Texts, field: &str) -> String {
    let words = texts.binding;
    let mut parts = field.splitn(3, '.');
    let (list, name, rest) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let of_rest = match rest.unwrap_or_default() {
        "base_url" => words.base_url(),
        "address_ranges" => words.address_ranges(),
        "ca" => words.ca(),
        "kind" => words.kind(),
        "header" => words.header(),
        "user" => words.user(),
        "token_url" => words.token_url(),
        "client_id" => words.client_id(),
        "scope" => words.scope(),
        "key_id" => words.key_id(),
        "certificate" => words.certificate(),
        "secret" => words.secret(),
        "day" => words.day(),
        "week_of_month" => words.week_of_month(),
        "from" => words.from(),
        "minutes" => words.minutes(),
        _ => "",
    };
    match (list, name) {
        ("origin", Some(name)) => format!("{} – {of_rest}", words.origin(name)),
        ("credential", Some(name)) => format!("{} – {of_rest}", words.slot(name)),
        ("setting", Some(name)) => name.to_owned(),
        ("maintenance", _) => format!("{} – {of_rest}", words.maintenance()),
        ("system", _) => words.system().to_owned(),
        ("provider", _) => words.provider().to_owned(),
        ("phone", _) => words.phone().to_owned(),
        ("contact", _) => words.contact().to_owned(),
        ("answer_within_ms", _) => words.answer_within().to_owned(),
        ("lookups_at_once", _) => words.lookups_at_once().to_owned(),
        ("memory_mib", _) => words.memory().to_owned(),
        ("link_rule", _) => words.link_rule().to_owned(),
        ("compared_with", _) => words.compared_with().to_owned(),
        _ => words.the_rest().to_owned(),
    }
}
