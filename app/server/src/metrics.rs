//! Counts and times for whoever watches the process, in the `OpenMetrics` text format that Prometheus reads.
//!
//! Only configured words are labels: sources, patterns of routes, reasons. Not here: how a source stands for a reader (`service::sightings`),
//! who was shown what (the log).
//! Invariant: no label holds anything that somebody typed, and the number of series is bounded by the configuration.

use std::{fmt::Write as _, time::Duration};

use axum::http::StatusCode;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};
use samsyn_domain::{source::SourceId, state::Unanswered, viewer::Scope};
use samsyn_service::port::measures::Measures;

/// Upper bounds in seconds: what a page that waits is judged by, up to the longest that any source may take.
const SECONDS: [f64; 11] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 28.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Opened {
    scope: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    source: String,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfSource {
    source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Requested {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: String,
}

/// Everything that is counted in one process.
pub struct Metrics {
    registry: Registry,
    opened: Family<Opened, Counter>,
    asked: Family<Asked, Counter>,
    asked_seconds: Family<OfSource, Histogram>,
    requests: Family<Requested, Counter>,
    request_seconds: Family<OfRoute, Histogram>,
    paused: Family<OfSource, Gauge>,
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("samsyn");
        let histogram = || Histogram::new(SECONDS);
        let (opened, asked, requests, paused) =
            (Family::default(), Family::default(), Family::default(), Family::default());
        let asked_seconds = Family::new_with_constructor(histogram as fn() -> Histogram);
        let request_seconds = Family::new_with_constructor(histogram as fn() -> Histogram);
        registry.register("build", "This program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("patients_opened", "Openings of a patient, by active choice", opened.clone());
        registry.register("source_questions", "Questions to a source, by how they ended", asked.clone());
        let (waited, answered) =
            ("Time until a source had answered or failed", "Time until the first byte of an answer");
        registry.register_with_unit("source_answer", waited, Unit::Seconds, asked_seconds.clone());
        registry.register("http_requests", "Requests, by pattern of the route and status", requests.clone());
        registry.register_with_unit("http_response", answered, Unit::Seconds, request_seconds.clone());
        registry.register("source_paused", "1 while a source is left alone after repeated failures", paused.clone());
        Self { registry, opened, asked, asked_seconds, requests, request_seconds, paused }
    }

    /// A request was answered. `route` is method and pattern, never the address that was asked for.
    pub fn requested(&self, route: &str, status: StatusCode, took: Duration) {
        let label = Requested { route: route.to_owned(), status: status.as_u16() };
        self.requests.get_or_create(&label).inc();
        self.request_seconds.get_or_create(&OfRoute { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Everything as text, with which sources are left alone now.
    pub fn text(&self, paused: impl IntoIterator<Item = (SourceId, bool)>) -> String {
        for (source, is_paused) in paused {
            self.paused.get_or_create(&OfSource { source: source.to_string() }).set(i64::from(is_paused));
        }
        let mut text = String::new();
        if encode(&mut text, &self.registry).is_err() {
            // Writing to a text does not fail; half a text would be read as whole.
            text.clear();
            let _ = writeln!(text, "# EOF");
        }
        text
    }
}

impl Measures for Metrics {
    fn opened(&self, scope: Scope) {
        let scope = match scope {
            Scope::Own => "own",
            Scope::Shared => "shared",
        };
        self.opened.get_or_create(&Opened { scope }).inc();
    }

    fn asked(&self, source: &SourceId, unanswered: Option<Unanswered>, took: Duration) {
        let result = unanswered.map_or("answered", Unanswered::word);
        self.asked.get_or_create(&Asked { source: source.to_string(), result }).inc();
        self.asked_seconds.get_or_create(&OfSource { source: source.to_string() }).observe(took.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told_and_nothing_else() {
        let metrics = Metrics::new();
        metrics.opened(Scope::Shared);
        metrics.asked(&SourceId::new("viva"), None, Duration::from_millis(30));
        metrics.asked(&SourceId::new("viva"), Some(Unanswered::Timeout), Duration::from_secs(5));
        metrics.requested("GET /overview/{handle}", StatusCode::OK, Duration::from_millis(7));
        let text = metrics.text([(SourceId::new("viva"), true)]);
        for line in [
            "samsyn_patients_opened_total{scope=\"shared\"} 1",
            "samsyn_source_questions_total{source=\"viva\",result=\"answered\"} 1",
            "samsyn_source_questions_total{source=\"viva\",result=\"timeout\"} 1",
            "samsyn_source_answer_seconds_bucket{le=\"0.05\",source=\"viva\"} 1",
            "samsyn_source_answer_seconds_count{source=\"viva\"} 2",
            "samsyn_http_requests_total{route=\"GET /overview/{handle}\",status=\"200\"} 1",
            "samsyn_source_paused{source=\"viva\"} 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}\n{text}");
        }
    }
}
