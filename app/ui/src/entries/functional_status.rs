//! Functional status (ADL): what was assessed, how, when. The source's words first, the level as an addition.

use leptos::prelude::*;
use samsyn_domain::entry::FunctionalAssessment;

use crate::{
    context::Sheet,
    parts::{day, joined, line},
    words,
};

/// One assessed ability.
pub(crate) fn assessment(sheet: Sheet<'_>, assessment: &FunctionalAssessment) -> AnyView {
    let texts = sheet.texts;
    let level = assessment.level.as_ref().map(|level| words::ability_level(texts, level));
    let assessed = assessment.assessed.as_ref().map(|at| texts.functional_status.assessed(&day(at)));
    view! {
        <h3>{assessment.what.text.clone()}</h3>
        {line(Some(assessment.assessment.clone()))}
        {line(joined([level, assessed]))}
    }
    .into_any()
}
