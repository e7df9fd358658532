//! The sources of an administrator's organisation: how far each has come, and bringing one to another stage.
//!
//! Room: [`bound`] what one was granted at the screen. Not here: who may, and what can be decided (`service::sources`, `domain::stage`).
//! Invariant: whatever the portal itself stopped stands first and says why; what a decision means for the staff stands beside it before it is
//! made; a form that is refused comes back as it was typed.

mod bound;

use leptos::prelude::*;
use samsyn_domain::{
    binding::BindingVersion,
    enablement::REASON_MAX_CHARS,
    source::Source,
    stage::{Cause, Decider, Stage, Staged, Step},
    trial::{Comparison, Tested},
};

use crate::{
    context::PageContext,
    document,
    parts::{local_minute, typed_text},
    paths,
    text::Texts,
};

/// A source with what was decided of it last.
#[derive(Debug)]
pub struct StageLine<'a> {
    /// The source.
    pub source: &'a Source,
    /// What was decided of it last; none while nothing was.
    pub staged: Option<&'a Staged>,
    /// Its stage.
    pub stage: Stage,
}

/// The page of all of them.
pub fn stages_page(context: &PageContext, organisation: &str, lines: &[StageLine<'_>]) -> String {
    let texts = context.texts();
    let words = texts.stages;
    let (stopped, others): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.stage == Stage::Quarantined);
    let task = (!stopped.is_empty()).then(|| {
        view! {
            <section class="form-error" role="alert">
                <h2>{words.task()}</h2>
                <ul>{stopped.iter().map(|line| row(texts, line)).collect::<Vec<_>>()}</ul>
            </section>
        }
    });
    let inner = view! {
        <main id="content" class="plain sources administered" tabindex="-1">
            <h1>{words.heading(organisation)}</h1>
            {task}
            <p>{words.explained()}</p>
            <p><a href=paths::bind(None)>{words.bind_new()}</a></p>
            {others.is_empty().then(|| view! { <p class="quiet">{words.none()}</p> })}
            <ul class="doors">{others.iter().map(|line| row(texts, line)).collect::<Vec<_>>()}</ul>
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

fn row(texts: Texts, line: &StageLine<'_>) -> AnyView {
    let told = line.staged.map_or_else(|| texts.stages.undecided().to_owned(), |staged| since(texts, staged));
    view! {
        <li>
            <a href=paths::admin_source(&line.source.id)>{line.source.label()}</a>
            <p class=format!("standing {}", line.stage.word())>{stage(texts, line.stage)}</p>
            <p class="quiet">{told}</p>
        </li>
    }
    .into_any()
}

/// Since when, and why or by whom.
fn since(texts: Texts, staged: &Staged) -> String {
    let at = local_minute(staged.at);
    match &staged.decider {
        Decider::Administrator { by, reason } => texts.stages.since_by(&at, &by.name, reason),
        Decider::Portal { cause: why } => texts.stages.since(&at, cause(texts, *why)),
    }
}

/// The word for a stage.
const fn stage(texts: Texts, stage: Stage) -> &'static str {
    let words = texts.stages;
    match stage {
        Stage::Draft => words.draft(),
        Stage::Shadow => words.shadow(),
        Stage::Live => words.live(),
        Stage::Paused => words.paused(),
        Stage::Quarantined => words.quarantined(),
        Stage::Retired => words.retired(),
    }
}

const fn cause(texts: Texts, cause: Cause) -> &'static str {
    match cause {
        Cause::WrongPatient => texts.stages.wrong_patient(),
        Cause::AdapterFaults => texts.stages.adapter_faults(),
        Cause::Drift => texts.stages.drift(),
    }
}

/// Why nothing was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageProblem {
    /// It has come to another stage meanwhile.
    Stale,
    /// It cannot come to this stage, or none was chosen.
    Choice,
    /// No reason, or one that is too long.
    Reason,
    /// The package may not be used: its key is not enrolled any more.
    Package,
    /// It could not be made ready to run.
    NotReady,
    /// There is no room for another source.
    Full,
}

/// What the page of one source shows.
#[derive(Debug)]
pub struct StagePage<'a> {
    /// The source.
    pub source: &'a Source,
    /// What was decided of it, newest first.
    pub history: &'a [Staged],
    /// Its stage.
    pub stage: Stage,
    /// What was decided last of one that was bound at the screen, or that it was bound.
    pub head: Option<&'a Staged>,
    /// What it was granted at the screen, newest first.
    pub versions: &'a [BindingVersion],
    /// What can be made of it.
    pub steps: &'a [Step],
    /// How the trial goes on this node.
    pub comparison: Option<&'a Comparison>,
    /// How the own test of a binding has just gone; 0 is the configuration file's.
    pub tested: Option<(u32, &'a Tested)>,
    /// What is chosen.
    pub chosen: Option<Step>,
    /// As typed.
    pub reason: &'a str,
    /// Why the last attempt decided nothing.
    pub problem: Option<StageProblem>,
    /// A decision has just been made.
    pub saved: bool,
}

impl StagePage<'_> {
    fn newest(&self) -> Option<&Staged> {
        self.history.first()
    }
}

/// The page.
pub fn stage_page(context: &PageContext, page: &StagePage<'_>) -> String {
    let texts = context.texts();
    let words = texts.stages;
    let told = page.head.or(page.newest()).map_or_else(|| words.undecided().to_owned(), |staged| since(texts, staged));
    let inner = view! {
        <main id="content" class="plain sources administered" tabindex="-1">
            <p><a href=paths::ADMIN_SOURCES>{words.link()}</a></p>
            <h1>{page.source.label()}</h1>
            {page.saved.then(|| view! { <p class="saved" role="status">{words.saved()}</p> })}
            {page.problem.map(|problem| problem_box(texts, problem))}
            <p class=format!("standing {}", page.stage.word())>{stage(texts, page.stage)}</p>
            <p class="quiet">{told}</p>
            {page.head.is_none().then(|| view! {
                {page.tested.map(|(_, tested)| bound::said(texts, tested))}
                {bound::test_button(texts, page, 0)}
            })}
            {(page.stage == Stage::Quarantined).then(|| view! { <p>{words.quarantine_task()}</p> })}
            {form(texts, page)}
            {bound::bound(texts, page)}
            {history(texts, page)}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

fn form(texts: Texts, page: &StagePage<'_>) -> AnyView {
    let words = texts.stages;
    let choices = page.steps.iter().map(|step| {
        let id = format!("step-{}", step.word());
        view! {
            <p>
                <input type="radio" id=id.clone() name="step" value=step.word() checked=page.chosen == Some(*step) required/>
                <label for=id>{choice(texts, page, *step)}</label>
            </p>
        }
    });
    let choices: Vec<_> = choices.collect();
    if choices.is_empty() {
        return ().into_any();
    }
    let base = page.newest().map_or(0, |staged| staged.number);
    let wrong = (page.problem == Some(StageProblem::Reason)).then_some("true");
    view! {
        <form method="post" action=paths::admin_source(&page.source.id) class="admin-form">
            <h2>{words.change()}</h2>
            <input type="hidden" name="base" value=base.to_string()/>
            <fieldset><legend>{words.choose()}</legend>{choices}</fieldset>
            <p>
                <label for="reason">{words.reason()}</label>
                <textarea id="reason" name="reason" rows="3" maxlength=REASON_MAX_CHARS.to_string() required aria-invalid=wrong>
                    {typed_text(page.reason)}
                </textarea>
            </p>
            <p class="quiet">{words.no_patients()}</p>
            <button class="button" type="submit">{words.decide()}</button>
        </form>
    }
    .into_any()
}

/// What is done, and what it means for the staff.
fn choice(texts: Texts, page: &StagePage<'_>, step: Step) -> String {
    let words = texts.stages;
    let named = |number: u32| {
        let version = page.versions.iter().find(|version| version.number == number);
        version.map(|version| version.binding.described.version.clone()).unwrap_or_default()
    };
    match step {
        Step::To(to) => format!("{} – {}", action(texts, page.stage, to), meaning(texts, to)),
        Step::Try(number) => words.try_binding(&number.to_string(), &named(number)),
        Step::Use(number) => words.use_binding(&number.to_string(), &named(number)),
        Step::EndTrial => words.end_trial().to_owned(),
    }
}

/// What is done to bring a source from one stage to another.
const fn action(texts: Texts, from: Stage, to: Stage) -> &'static str {
    let words = texts.stages;
    match (from, to) {
        (Stage::Paused | Stage::Quarantined, Stage::Live) => words.start_again(),
        (_, Stage::Live) => words.start(),
        (_, Stage::Paused) => words.pause(),
        (_, Stage::Shadow) => words.to_shadow(),
        (_, Stage::Draft) => words.to_draft(),
        (_, Stage::Retired | Stage::Quarantined) => words.retire(),
    }
}

/// What it means for the staff.
const fn meaning(texts: Texts, to: Stage) -> &'static str {
    let words = texts.stages;
    match to {
        Stage::Live => words.live_means(),
        Stage::Paused => words.paused_means(),
        Stage::Shadow => words.shadow_means(),
        Stage::Draft => words.draft_means(),
        Stage::Retired | Stage::Quarantined => words.retired_means(),
    }
}

fn history(texts: Texts, page: &StagePage<'_>) -> AnyView {
    if page.history.is_empty() {
        return ().into_any();
    }
    let lines = page.history.iter().map(|staged| {
        let running = staged.running.map(|number| format!(" ({})", texts.stages.binding_number(&number.to_string())));
        view! { <li><strong>{stage(texts, staged.stage)}</strong>{running}" – "{since(texts, staged)}</li> }
    });
    view! {
        <section class="versions">
            <h2>{texts.stages.history()}</h2>
            <ol reversed=true>{lines.collect::<Vec<_>>()}</ol>
        </section>
    }
    .into_any()
}

fn problem_box(texts: Texts, problem: StageProblem) -> AnyView {
    let words = texts.stages;
    let text = match problem {
        StageProblem::Stale => words.problem_stale(),
        StageProblem::Choice => words.problem_choice(),
        StageProblem::Reason => words.problem_reason(),
        StageProblem::Package => words.problem_package(),
        StageProblem::NotReady => words.problem_not_ready(),
        StageProblem::Full => words.problem_full(),
    };
    view! {
        <div class="form-error" role="alert">
            <h2>{words.problem_heading()}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}
