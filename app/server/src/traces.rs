//! Spans for whoever follows one opening through several systems: sent to an OpenTelemetry collector (OTLP over HTTP, JSON).
//!
//! The trace-id is the one in the record of the log, and every request to a source carries it with the span of its question, so that a source's
//! own spans hang below the portal's. Not here: counts (`metrics`), who was shown what (the log).
//! Invariant: a span says which source, how it ended and how long it took, and nothing of anybody; a collector that is slow or away costs spans and
//! delays nobody.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use opentelemetry::{
    InstrumentationScope, KeyValue, SpanId,
    trace::{SpanContext, SpanKind, Status, TraceFlags, TraceState},
};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{SpanData, SpanEvents, SpanExporter as _, SpanLinks},
};
use samsyn_domain::{source::SourceId, state::Unanswered, viewer::Scope};
use samsyn_service::port::{adapters::TraceId, spans::Spans};
use tokio::sync::mpsc;
use url::Url;

use crate::clock::real_now;

/// Spans that wait to be sent; what comes beyond is dropped and counted.
const WAITING_MOST: usize = 4_096;
/// Spans in one request to the collector.
const BATCH_MOST: usize = 256;
/// The first span of a request waits so long for others.
const TOGETHER: Duration = Duration::from_secs(1);
/// The collector may take so long.
const SENT_WITHIN: Duration = Duration::from_secs(5);
const NAME: &str = "samsyn";

/// Takes spans and hands them on behind whoever caused them.
#[derive(Debug)]
pub struct Traces {
    waiting: mpsc::Sender<SpanData>,
    dropped: Arc<AtomicU64>,
}

impl Traces {
    /// Sends to the collector at this address from now on, until it is dropped. It runs on the caller's runtime.
    ///
    /// # Errors
    /// When no client for that address can be made.
    pub fn to(collector: &Url) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(SENT_WITHIN)
            .build()
            .map_err(|error| error.to_string())?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpJson)
            .with_endpoint(collector.as_str())
            .with_timeout(SENT_WITHIN)
            .build()
            .map_err(|error| error.to_string())?;
        let (waiting, spans) = mpsc::channel(WAITING_MOST);
        let dropped = Arc::new(AtomicU64::new(0));
        tokio::spawn(send(exporter, spans, Arc::clone(&dropped)));
        Ok(Self { waiting, dropped })
    }

    fn ended(&self, span: SpanData) {
        if self.waiting.try_send(span).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Sends what comes, together where it comes together.
async fn send(mut exporter: SpanExporter, mut spans: mpsc::Receiver<SpanData>, dropped: Arc<AtomicU64>) {
    let service = Resource::builder_empty()
        .with_service_name(NAME)
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    exporter.set_resource(&service);
    let mut failing = false;
    let mut batch = Vec::new();
    while spans.recv_many(&mut batch, 1).await > 0 {
        let together = async { while batch.len() < BATCH_MOST && spans.recv_many(&mut batch, BATCH_MOST).await > 0 {} };
        let _full_or_late = tokio::time::timeout(TOGETHER, together).await;
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            tracing::warn!(lost, "more spans than the collector takes; some were dropped");
        }
        let sent = exporter.export(std::mem::take(&mut batch)).await;
        // Told when it begins and when it ends, not for every batch.
        match (&sent, failing) {
            (Err(error), false) => tracing::warn!(%error, "the collector does not take spans; they are dropped"),
            (Ok(()), true) => tracing::info!("the collector takes spans again"),
            _ => {}
        }
        failing = sent.is_err();
    }
}

fn span(
    trace: TraceId,
    (name, kind): (&'static str, SpanKind),
    attributes: Vec<KeyValue>,
    status: Status,
    took: Duration,
) -> SpanData {
    let (id, opening, own) = trace.parts();
    let end_time = SystemTime::from(real_now());
    let is_opening = opening == own;
    SpanData {
        span_context: SpanContext::new(id.into(), own.into(), TraceFlags::SAMPLED, false, TraceState::default()),
        parent_span_id: if is_opening { SpanId::INVALID } else { opening.into() },
        parent_span_is_remote: false,
        span_kind: kind,
        name: Cow::Borrowed(name),
        start_time: end_time.checked_sub(took).unwrap_or(end_time),
        end_time,
        attributes,
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status,
        instrumentation_scope: InstrumentationScope::builder(NAME).build(),
    }
}

impl Spans for Traces {
    fn opened(&self, trace: TraceId, scope: Scope, took: Duration) {
        let scope = match scope {
            Scope::Own => "own",
            Scope::Shared => "shared",
        };
        let attributes = vec![KeyValue::new("samsyn.scope", scope)];
        self.ended(span(trace, ("open patient", SpanKind::Server), attributes, Status::Unset, took));
    }

    fn asked(&self, trace: TraceId, source: &SourceId, unanswered: Option<Unanswered>, took: Duration) {
        let mut attributes = vec![KeyValue::new("samsyn.source", source.to_string())];
        let status = match unanswered {
            None => Status::Unset,
            Some(why) => {
                attributes.push(KeyValue::new("error.type", why.word()));
                Status::error(why.word())
            }
        };
        self.ended(span(trace, ("ask source", SpanKind::Client), attributes, status, took));
    }
}
