//! What took how long, for whoever follows one opening through several systems.

use std::time::Duration;

use samsyn_domain::{source::SourceId, state::Unanswered, viewer::Scope};

use super::adapters::TraceId;

/// Takes spans that have just ended. Never about whom; sources, reasons and times are all there is.
pub trait Spans: Send + Sync {
    /// A patient was opened, and the page is done.
    fn opened(&self, trace: TraceId, scope: Scope, took: Duration);

    /// A source was asked, and answered or did not.
    fn asked(&self, trace: TraceId, source: &SourceId, unanswered: Option<Unanswered>, took: Duration);
}
