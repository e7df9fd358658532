//! Counts of what goes on, for whoever watches the process.

use std::time::Duration;

use samsyn_domain::{source::SourceId, state::Unanswered, viewer::Scope};

/// Takes counts. Never about whom, and nothing that a reader is told apart by: sources, reasons and times are all there is.
pub trait Measures: Send + Sync {
    /// A patient was opened.
    fn opened(&self, scope: Scope);

    /// A source was asked, and answered or did not.
    fn asked(&self, source: &SourceId, unanswered: Option<Unanswered>, took: Duration);
}
