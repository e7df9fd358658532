//! Faults put in front of a source: which, how they are written on the command line, and those that answer over HTTP.
//!
//! Room: [`FaultKind`], [`Faults`] (`--fault KEY=KIND,…`), behaviours of single people, and the layer that applies them.
//! Not here: faults below HTTP (`refuse`, `reset`, `hang`), which need the socket: `servers::broken`.
//! Invariant: a fault never changes the seed; without `--fault` only the people tagged for it meet one.
//! To add a kind: a case of [`FaultKind`], its word in [`KINDS`] and `FaultKind::read`, its effect below.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use samsyn_domain::source::SourceId;

use crate::sources::{DemoSource, Format};

/// The kinds as written on the command line.
pub const KINDS: &str = "hang refuse reset 500 429 401 empty truncated html slow=MS wrong-patient";

/// Largest request or reply body a fault looks at.
const BODY_MAX_BYTES: usize = 8 * 1024 * 1024;
/// Longest `slow=MS`.
const SLOW_MAX_MS: u64 = 600_000;

/// What is wrong with a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Takes the request and never answers.
    Hang,
    /// Nobody listens.
    Refuse,
    /// The connection is reset in the middle of the reply.
    Reset,
    /// This HTTP status: 500, 429 or 401.
    Status(u16),
    /// 200 and nothing in it.
    Empty,
    /// The reply stops half-way, framed as if it were whole.
    Truncated,
    /// An HTML page where data was expected.
    Html,
    /// Answers rightly, but this late.
    Slow(Duration),
    /// Answers about somebody else.
    WrongPatient,
}

impl FaultKind {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "hang" => Self::Hang,
            "refuse" => Self::Refuse,
            "reset" => Self::Reset,
            "500" => Self::Status(500),
            "429" => Self::Status(429),
            "401" => Self::Status(401),
            "empty" => Self::Empty,
            "truncated" => Self::Truncated,
            "html" => Self::Html,
            "wrong-patient" => Self::WrongPatient,
            slow => {
                let milliseconds: u64 = slow.strip_prefix("slow=")?.parse().ok()?;
                (milliseconds <= SLOW_MAX_MS).then(|| Self::Slow(Duration::from_millis(milliseconds)))?
            }
        })
    }
}

/// Why `--fault` could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// No `=` in it.
    #[error("`{0}` is not of the form KEY=KIND; kinds are: {KINDS}")]
    Form(String),
    /// No source and no adapter of this name.
    #[error("`{key}` is neither a source nor an adapter; known are: {known}")]
    Key {
        /// What was written.
        key: String,
        /// Source ids and adapter names.
        known: String,
    },
    /// Nobody is named in what is asked of the source.
    #[error("`{0}=wrong-patient` cannot be: the files are the same whoever is asked about; try truncated")]
    NobodyAsked(String),
    /// No such kind.
    #[error("`{kind}` is not a kind of fault (slow takes at most {SLOW_MAX_MS} ms); kinds are: {KINDS}")]
    Kind {
        /// What was written.
        kind: String,
    },
}

/// Faults by source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(BTreeMap<SourceId, FaultKind>);

impl Faults {
    /// Reads `KEY=KIND,…`. A key is a source id or an adapter name; what is written about a source wins over what is written
    /// about its adapter, and the later of two of the same sort wins.
    ///
    /// # Errors
    /// What is wrong, with everything that would have been right.
    pub fn read(text: &str, sources: &[DemoSource]) -> Result<Self, FaultError> {
        let mut by_adapter = BTreeMap::new();
        let mut by_source = BTreeMap::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (key, word) = part.split_once('=').ok_or_else(|| FaultError::Form(part.to_owned()))?;
            let kind = FaultKind::read(word).ok_or_else(|| FaultError::Kind { kind: word.to_owned() })?;
            let is_meant = |source: &&DemoSource| source.id.as_str() == key || source.adapter == key;
            let of_files = sources.iter().filter(is_meant).any(|source| source.format == Format::Filfall);
            if of_files && kind == FaultKind::WrongPatient {
                return Err(FaultError::NobodyAsked(key.to_owned()));
            }
            if let Some(source) = sources.iter().find(|source| source.id.as_str() == key) {
                by_source.insert(source.id.clone(), kind);
            } else if sources.iter().any(|source| source.adapter == key) {
                let of_adapter = sources.iter().filter(|source| source.adapter == key);
                by_adapter.extend(of_adapter.map(|source| (source.id.clone(), kind)));
            } else {
                return Err(FaultError::Key { key: key.to_owned(), known: known_keys(sources) });
            }
        }
        by_adapter.extend(by_source);
        Ok(Self(by_adapter))
    }

    /// The fault of one source.
    pub fn of(&self, source: &SourceId) -> Option<FaultKind> {
        self.0.get(source).copied()
    }
}

fn known_keys(sources: &[DemoSource]) -> String {
    let mut keys: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
    for source in sources {
        if !keys.contains(&source.adapter) {
            keys.push(source.adapter);
        }
    }
    keys.join(" ")
}

/// How a source answers about one person, without any fault asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    /// This late.
    Slow(Duration),
    /// Cut off half-way.
    Truncated,
    /// About somebody else; arranged in the seed's holdings.
    WrongPatient,
}

/// One person's trouble with one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// The source.
    pub source: SourceId,
    /// The person, twelve characters.
    pub identifier: String,
    /// What happens.
    pub conduct: Conduct,
}

/// What stands in front of one source's router.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// Delay before every reply.
    pub delay: Duration,
    /// The source's fault, if it has one.
    pub fault: Option<FaultKind>,
    /// Trouble of single people.
    pub behaviours: Vec<Behaviour>,
}

/// Puts delay, fault and behaviours around a source's router.
pub fn around(router: Router, front: Front) -> Router {
    router.layer(from_fn_with_state(Arc::new(front), apply))
}

async fn apply(State(front): State<Arc<Front>>, request: Request, next: Next) -> Response {
    tokio::time::sleep(front.delay).await;
    let truncate = front.fault == Some(FaultKind::Truncated);
    match front.fault {
        Some(FaultKind::Status(code)) => return refusal(code),
        Some(FaultKind::Empty) => return ([(header::CONTENT_TYPE, "application/json")], "").into_response(),
        Some(FaultKind::Html) => return html_page(),
        Some(FaultKind::Slow(delay)) => tokio::time::sleep(delay).await,
        _ => {}
    }
    let (request, conduct) =
        if front.behaviours.is_empty() { (request, None) } else { recognise(&front, request).await };
    if let Some(Conduct::Slow(delay)) = conduct {
        tokio::time::sleep(delay).await;
    }
    let response = next.run(request).await;
    if truncate || conduct == Some(Conduct::Truncated) { cut_short(response).await } else { response }
}

/// Finds out whether the request names somebody with a behaviour, wherever the format puts the identifier.
async fn recognise(front: &Front, request: Request) -> (Request, Option<Conduct>) {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_MAX_BYTES).await.unwrap_or_default();
    let address = parts.uri.to_string();
    let names = |identifier: &str| {
        let hyphenated = identifier.split_at_checked(8).map(|(date, rest)| format!("{date}-{rest}"));
        [Some(identifier.to_owned()), hyphenated]
            .into_iter()
            .flatten()
            .any(|form| address.contains(&form) || contains(&body, form.as_bytes()))
    };
    let conduct = front.behaviours.iter().find(|behaviour| names(&behaviour.identifier)).map(|found| found.conduct);
    (Request::from_parts(parts, Body::from(body)), conduct)
}

fn contains(body: &Bytes, wanted: &[u8]) -> bool {
    body.windows(wanted.len()).any(|window| window == wanted)
}

async fn cut_short(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, BODY_MAX_BYTES).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body.slice(..body.len() / 2)))
}

fn refusal(code: u16) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, "fault asked for at start\n").into_response();
    let extra = match code {
        429 => Some((header::RETRY_AFTER, HeaderValue::from_static("2"))),
        401 => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
        _ => None,
    };
    if let Some((name, value)) = extra {
        response.headers_mut().insert(name, value);
    }
    response
}

fn html_page() -> Response {
    let page = "<!doctype html><title>Logga in</title><h1>Sessionen har upphört</h1><p>Logga in på nytt.</p>\n";
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Faults, FaultError> {
        Faults::read(text, &crate::sources::all())
    }

    #[test]
    fn an_adapter_name_means_all_its_sources_and_a_source_id_wins_over_it() {
        let faults = read("viva-storsjo-sol=slow=250,viva=hang").unwrap();
        assert_eq!(faults.of(&SourceId::new("viva-storsjo-hsl")), Some(FaultKind::Hang));
        assert_eq!(faults.of(&SourceId::new("viva-fjallnas-sol")), Some(FaultKind::Hang));
        let slow = FaultKind::Slow(Duration::from_millis(250));
        assert_eq!(faults.of(&SourceId::new("viva-storsjo-sol")), Some(slow));
        assert_eq!(faults.of(&SourceId::new("cosmic-region")), None);
    }

    #[test]
    fn every_kind_that_is_announced_can_be_written() {
        for word in KINDS.split(' ') {
            let word = word.replace("MS", "10");
            assert!(read(&format!("enkel={word}")).is_ok(), "{word}");
        }
    }

    #[test]
    fn a_mistake_is_answered_with_what_would_have_been_right() {
        assert!(read("viva").unwrap_err().to_string().contains("wrong-patient"));
        assert!(read("viva=hangs").unwrap_err().to_string().contains("hang refuse reset"));
        assert!(read("viva=slow=").is_err());
        assert!(read("viva=slow=9999999").is_err());
        assert!(read("vivo=hang").unwrap_err().to_string().contains("viva-storsjo-hsl"));
        assert_eq!(read("").unwrap(), Faults::default());
    }

    #[test]
    fn files_that_are_the_same_for_everybody_cannot_be_asked_to_answer_about_somebody_else() {
        let sources = crate::sources::other_languages();
        for key in ["filfall", "filfall-hemrehab"] {
            let refused = Faults::read(&format!("{key}=wrong-patient"), &sources).unwrap_err();
            assert!(refused.to_string().contains("the same whoever is asked about"), "{refused}");
        }
        assert!(Faults::read("hemplan=wrong-patient,filfall=truncated", &sources).is_ok());
    }
}
