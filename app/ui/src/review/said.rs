//! Rules, reasons and refusals in words.

use leptos::prelude::*;
use samsyn_domain::{
    access::Registrar,
    review::{PeriodRefusal, Reason, ReviewFile, ReviewRefusal, Rule, Verdict},
};

use crate::{logged::lacking, text::Texts};

/// Name of a rule.
pub(super) const fn rule(texts: Texts, rule: Rule) -> &'static str {
    let words = texts.review_rule;
    match rule {
        Rule::Emergency => words.emergency(),
        Rule::NoGround => words.no_ground(),
        Rule::Named => words.named(),
        Rule::Protected => words.protected(),
        Rule::ManyInAnHour => words.many_in_an_hour(),
        Rule::ManyInADay => words.many_in_a_day(),
        Rule::UnusualHour => words.unusual_hour(),
    }
}

/// Why an act was chosen.
pub(super) fn reason(texts: Texts, reason: &Reason) -> String {
    let words = texts.review_reason;
    match reason {
        Reason::Random => words.random().to_owned(),
        Reason::Emergency => words.emergency().to_owned(),
        Reason::NoGround { missing } => words.no_ground(&lacking(texts, missing)),
        Reason::Named => words.named().to_owned(),
        Reason::Protected => words.protected().to_owned(),
        Reason::ManyInAnHour { patients } => words.many_in_an_hour(&patients.to_string()),
        Reason::ManyInADay { patients, norm: Some(norm) } => {
            words.many_in_a_day_own(&patients.to_string(), &norm.to_string())
        }
        Reason::ManyInADay { patients, norm: None } => words.many_in_a_day(&patients.to_string()),
        Reason::UnusualHour => words.unusual_hour().to_owned(),
    }
}

/// All of them.
pub(super) fn reasons(texts: Texts, reasons: &[Reason]) -> String {
    reasons.iter().map(|one| reason(texts, one)).collect::<Vec<_>>().join(" · ")
}

/// Name of a verdict.
pub(super) const fn verdict(texts: Texts, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Justified => texts.review.verdict_justified(),
        Verdict::Questioned => texts.review.verdict_questioned(),
    }
}

/// How far a review has come.
pub(super) fn counts(texts: Texts, file: &ReviewFile) -> String {
    let all = file.picks.len();
    let done = all.saturating_sub(file.unmarked().count());
    let questioned = file.judged(Verdict::Questioned);
    texts.review.counts(&done.to_string(), &all.to_string(), &questioned.to_string())
}

/// Name and title.
pub(super) fn who(texts: Texts, who: &Registrar) -> String {
    texts.review.who_role(&who.name, &who.title)
}

/// What was refused, and what to do.
pub(super) fn refusal_words(texts: Texts, refusal: ReviewRefusal) -> String {
    let words = texts.review_refusal;
    match refusal {
        ReviewRefusal::Period(refusal) => period_words(texts, refusal),
        ReviewRefusal::Number => words.number().to_owned(),
        ReviewRefusal::NothingChosen => words.nothing_chosen().to_owned(),
        ReviewRefusal::Named(line) => words.named(&line.to_string()),
        ReviewRefusal::Verdict => words.verdict().to_owned(),
        ReviewRefusal::NoteMissing => words.note_missing().to_owned(),
        ReviewRefusal::TextTooLong => words.text_too_long().to_owned(),
        ReviewRefusal::Own => words.own().to_owned(),
        ReviewRefusal::Unmarked(left) => words.unmarked(&left.to_string()),
        ReviewRefusal::ResultMissing => words.result_missing().to_owned(),
        ReviewRefusal::Closed => words.closed().to_owned(),
    }
}

/// Why a period is not read, and what to do.
pub(crate) fn period_words(texts: Texts, refusal: PeriodRefusal) -> String {
    let words = texts.period_refusal;
    match refusal {
        PeriodRefusal::None => words.none().to_owned(),
        PeriodRefusal::Ahead => words.ahead().to_owned(),
        PeriodRefusal::TooLong { years: 1 } => words.too_long_year().to_owned(),
        PeriodRefusal::TooLong { years } => words.too_long(&years.to_string()),
        PeriodRefusal::TooMany => words.too_many().to_owned(),
    }
}

/// What was refused. Its id is what the fields are described by.
pub(super) fn problem(texts: Texts, refusal: ReviewRefusal) -> AnyView {
    let text = refusal_words(texts, refusal);
    view! {
        <div class="form-error" role="alert" id="review-error">
            <h2>{texts.review.problem()}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}

/// What was being written when the session ended stands in the form.
pub(super) fn restored(texts: Texts) -> AnyView {
    view! { <p class="notice" role="status">{texts.follow_up.restored()}</p> }.into_any()
}
