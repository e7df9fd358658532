//! Full alerts (uppmärksamhetsinformation). The short line under the name is `overview::banner`.

use leptos::prelude::*;
use samsyn_domain::entry::Alert;

use crate::{
    context::Sheet,
    parts::{date, joined, line, period},
    words,
};

/// Kind and the source's own words; severity and certainty as stated.
pub(crate) fn alert(sheet: Sheet<'_>, alert: &Alert) -> AnyView {
    let texts = sheet.texts;
    let kind = words::alert_kind(texts, &alert.kind);
    let agent = alert
        .agent
        .as_ref()
        .map(|agent| agent.text.clone())
        .filter(|agent| !alert.text.to_lowercase().contains(&agent.to_lowercase()));
    let graded = joined([
        agent,
        alert.severity.as_ref().map(|severity| words::severity(texts, severity)),
        alert.certainty.as_ref().map(|certainty| words::certainty(texts, certainty)),
    ]);
    let dated = joined([
        alert.noted.as_ref().map(|at| texts.alerts.noted(&date(at))),
        period(texts, alert.valid_from.as_ref(), alert.valid_to.as_ref()),
    ]);
    let label = alert.label.as_ref().map(|label| format!("{}: {}", texts.alerts.label(), label.text));
    view! {
        <h3>{format!("{kind}: {}", alert.text)}</h3>
        {line(graded)}
        {line(alert.comment.clone())}
        {line(joined([label, dated]))}
    }
    .into_any()
}
