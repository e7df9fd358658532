//! The sources of an administrator's organisation: how far each has come, and bringing one to another stage.
//!
//! Not here: who may, and what can be decided (`service::sources`, `domain::stage`).
//! Invariant: whatever the portal itself stopped stands first and says why; what a decision means for the staff stands beside it before it is
//! made; a form that is refused comes back as it was typed.

use leptos::prelude::*;
use samsyn_domain::{
    enablement::REASON_MAX_CHARS,
    source::Source,
    stage::{Cause, Decider, Stage, Staged},
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
    /// None while nothing was decided: it is in use.
    pub staged: Option<&'a Staged>,
}

impl StageLine<'_> {
    fn stage(&self) -> Stage {
        self.staged.map_or(Stage::Live, |staged| staged.stage)
    }
}

/// The page of all of them.
pub fn stages_page(context: &PageContext, organisation: &str, lines: &[StageLine<'_>]) -> String {
    let texts = context.texts();
    let words = texts.stages;
    let (stopped, others): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.stage() == Stage::Quarantined);
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
            <p class=format!("standing {}", line.stage().word())>{stage(texts, line.stage())}</p>
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
}

/// What the page of one source shows.
#[derive(Debug)]
pub struct StagePage<'a> {
    /// The source.
    pub source: &'a Source,
    /// What was decided of it, newest first.
    pub history: &'a [Staged],
    /// The stage that is chosen.
    pub chosen: Option<Stage>,
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

    fn stage(&self) -> Stage {
        self.newest().map_or(Stage::Live, |staged| staged.stage)
    }
}

/// The page.
pub fn stage_page(context: &PageContext, page: &StagePage<'_>) -> String {
    let texts = context.texts();
    let words = texts.stages;
    let told = page.newest().map_or_else(|| words.undecided().to_owned(), |staged| since(texts, staged));
    let inner = view! {
        <main id="content" class="plain sources administered" tabindex="-1">
            <p><a href=paths::ADMIN_SOURCES>{words.link()}</a></p>
            <h1>{page.source.label()}</h1>
            {page.saved.then(|| view! { <p class="saved" role="status">{words.saved()}</p> })}
            {page.problem.map(|problem| problem_box(texts, problem))}
            <p class=format!("standing {}", page.stage().word())>{stage(texts, page.stage())}</p>
            <p class="quiet">{told}</p>
            {(page.stage() == Stage::Quarantined).then(|| view! { <p>{words.quarantine_task()}</p> })}
            {form(texts, page)}
            {history(texts, page)}
        </main>
    };
    document::page(context, words.title(), "page", inner.into_any())
}

fn form(texts: Texts, page: &StagePage<'_>) -> AnyView {
    let words = texts.stages;
    let from = page.stage();
    let choices = from.decisions(true).iter().map(|&to| {
        let id = format!("stage-{}", to.word());
        view! {
            <p>
                <input type="radio" id=id.clone() name="stage" value=to.word() checked=page.chosen == Some(to) required/>
                <label for=id>{action(texts, from, to)}" – "{meaning(texts, to)}</label>
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
        view! { <li><strong>{stage(texts, staged.stage)}</strong>" – "{since(texts, staged)}</li> }
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
    };
    view! {
        <div class="form-error" role="alert">
            <h2>{words.problem_heading()}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}
