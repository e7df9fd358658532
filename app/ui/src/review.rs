//! Reviewing the log: what there is to do, a review with its picks, one pick to judge, the report.
//!
//! Rooms: [`room`] the first page and its form · [`file`] a review · [`pick`] one act · [`report`] to print and as CSV · [`follow_up`] an emergency's
//! task · [`said`] reasons and refusals in words. Not here: the rules (`domain::review`), who may (`service::review`).
//! Invariant: the patient's number stands on the page of a pick or a follow-up, which is logged with the patient, and nowhere else; no page
//! leads to a patient.

mod file;
mod follow_up;
mod pick;
mod report;
mod room;
mod said;

use jiff::Timestamp;
use leptos::prelude::*;
use samsyn_domain::{access::Action, review::Period, time::sweden};

pub(crate) use self::said::period_words;
pub use self::{
    file::{ReviewFilePage, review_file_page},
    follow_up::review_follow_up_page,
    pick::{PickPage, pick_page},
    report::{report_csv, report_page},
    room::{ReviewRoomPage, review_room_page, rule_field},
};
use crate::{context::PageContext, paths};

/// Whose log a page is about.
#[derive(Debug, Clone, Copy)]
pub struct LogOwner<'a> {
    /// Name of the organisation.
    pub organisation: &'a str,
    /// HSA-id of the provider.
    pub provider: &'a str,
}

impl LogOwner<'_> {
    pub(crate) fn said(self, context: &PageContext) -> String {
        context.texts().review.report_of(self.organisation, self.provider)
    }
}

/// The pages of whoever reads the log.
pub(crate) fn nav(context: &PageContext) -> AnyView {
    let texts = context.texts();
    let Some(viewer) = &context.viewer else { return ().into_any() };
    let may = |action: Action, to: &'static str, name: &'static str| {
        viewer.rights.may(action).then(|| view! { <a href=to>{name}</a> })
    };
    view! {
        <nav class="log-nav" aria-label=texts.review.nav()>
            {viewer.reviews.then(|| view! { <a href=paths::REVIEW>{texts.review.link()}</a> })}
            {may(Action::Extract, paths::EXTRACT, texts.extract.heading())}
            {may(Action::Statistics, paths::STATISTICS, texts.statistics.heading())}
        </nav>
    }
    .into_any()
}

/// First and last day of a period.
pub(crate) fn days(context: &PageContext, period: Period) -> String {
    let day = |at: Timestamp| at.to_zoned(sweden()).date().to_string();
    let last = period.before.as_microsecond().saturating_sub(1);
    let last = Timestamp::from_microsecond(last).unwrap_or(period.before);
    context.texts().review.period(&day(period.from), &day(last))
}
