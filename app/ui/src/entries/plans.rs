//! Plans: the one-line "Gör så här" verbatim and first, then who is responsible and when it is followed up.

use leptos::prelude::*;
use samsyn_domain::{entry::Plan, limits_view::Validity, overview::ShownEntry};

use crate::{
    context::Sheet,
    parts::{actor, day, joined, line, organisations, period},
    words,
};

/// One plan.
pub(crate) fn plan(sheet: Sheet<'_>, shown: &ShownEntry, plan: &Plan) -> AnyView {
    let texts = sheet.texts;
    let kind = words::plan_kind(texts, &plan.kind);
    let title = if plan.title.to_lowercase().contains(&kind.to_lowercase()) {
        plan.title.clone()
    } else {
        format!("{kind}: {}", plan.title)
    };
    let phase = (shown.validity != Validity::Current).then(|| words::phase(texts, &plan.phase));
    let dated = joined([
        phase,
        plan.decided.as_ref().map(day),
        period(texts, plan.valid_from.as_ref(), plan.valid_to.as_ref()),
    ]);
    let responsible = plan.responsible.as_ref().and_then(actor).map(|name| texts.plans.responsible(&name));
    let follow_up = plan.next_follow_up.as_ref().map(|at| texts.plans.follow_up(&day(at)));
    view! {
        <h3>{title}</h3>
        {plan.instruction.clone().map(|words| view! {
            <p class="instruction"><strong>{texts.plans.do_this()}</strong>" "<q class="verbatim">{words}</q></p>
        })}
        {plan.text.clone().map(|text| view! { <p class="verbatim">{text}</p> })}
        {line(joined([responsible, follow_up]))}
        {line(organisations(&plan.participants).map(|names| texts.plans.participants(&names)))}
        {line(dated)}
    }
    .into_any()
}
