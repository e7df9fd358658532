//! Sessions: server-side, read from the database on every request, ended by idleness, by age and by signing out.
//!
//! The cookie is a random reference; the database knows only its hash. Not here: how one signs in (`login`), what a page carries of its
//! session (`tag`).
//! Invariants: the reference is replaced at every sign-in, so one planted beforehand is worth nothing; whoever has several assignments
//! is in none until one is chosen.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use samsyn_domain::{provenance::Organisation, viewer::Viewer};
use samsyn_service::port::sessions::{Sessions, StoredSession};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tower_sessions::{
    Session, SessionStore,
    session::{Id, Record},
    session_store,
};

use crate::{clock::real_now, config::SessionConfig, tag::page_tag};

/// The `tower-sessions` store over our port.
#[derive(Clone)]
pub struct SessionRoom {
    sessions: Arc<dyn Sessions>,
}

impl SessionRoom {
    /// Over the port.
    pub fn new(sessions: Arc<dyn Sessions>) -> Self {
        Self { sessions }
    }
}

impl fmt::Debug for SessionRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionRoom")
    }
}

/// The database's key for a reference.
pub fn key_of(id: &Id) -> String {
    hex::encode(Sha256::digest(id.to_string().as_bytes()))
}

#[async_trait]
impl SessionStore for SessionRoom {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // 128 random bits: a collision is not a case that happens, and `save` would only replace.
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let data =
            serde_json::to_string(&record.data).map_err(|error| session_store::Error::Encode(error.to_string()))?;
        let expires = Timestamp::from_second(record.expiry_date.unix_timestamp()).map_err(encode)?;
        let stored = StoredSession { key: key_of(&record.id), data, expires };
        self.sessions.save(&stored).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some(stored) = self.sessions.load(&key_of(id), real_now()).await.map_err(backend)? else {
            return Ok(None);
        };
        let data =
            serde_json::from_str(&stored.data).map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(stored.expires.as_second()).map_err(encode)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.sessions.end(&key_of(id)).await.map_err(backend)
    }
}

fn backend(error: impl fmt::Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

fn encode(error: impl fmt::Display) -> session_store::Error {
    session_store::Error::Encode(error.to_string())
}

/// What a session holds once somebody has signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignedIn {
    /// Every assignment the person may act in.
    pub assignments: Vec<Viewer>,
    /// The one in use; none until one of several is chosen.
    pub current: Option<usize>,
    /// When, in real time.
    pub at: Timestamp,
    /// Handed back to the identity provider at sign-out.
    pub id_token: String,
    /// Who it is, in the identity provider's words.
    #[serde(default)]
    pub subject: String,
    /// When the person was last asked to prove who it is, when the identity provider says so. What needs a fresh sign-in compares
    /// this with now and, when it is too old, sends the browser to `/login/step-up`.
    #[serde(default)]
    pub auth_time: Option<Timestamp>,
    /// When the person has stepped up since: the database's key of the session that the sign-in began with. What was open then stays
    /// open, so the pages keep their tag.
    #[serde(default)]
    pub began_as: Option<String>,
}

/// What the identity provider stated in a sign-in, for the person to look at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Received {
    /// The claims.
    pub claims: Map<String, Value>,
    /// When, in real time.
    pub at: Timestamp,
}

impl SignedIn {
    /// The viewer in the assignment in use.
    pub fn viewer(&self) -> Option<&Viewer> {
        self.assignments.get(self.current?)
    }

    /// The viewer for the log: before an assignment is chosen, the person at the provider of the first, in none.
    pub fn person(&self) -> Option<Viewer> {
        let in_none = |first: &Viewer| Viewer {
            assignment: String::new(),
            purpose: String::new(),
            unit: Organisation::default(),
            ..first.clone()
        };
        self.viewer().cloned().or_else(|| self.assignments.first().map(in_none))
    }

    /// The database's key of the session that the sign-in began with; `key` is the key of the one that holds it now.
    pub fn sign_in<'a>(&'a self, key: &'a str) -> &'a str {
        self.began_as.as_deref().unwrap_or(key)
    }

    /// The tag of the pages drawn now.
    pub fn page_tag(&self, key: &str) -> String {
        page_tag(self.sign_in(key), self.viewer().map(|viewer| viewer.assignment.as_str()))
    }

    /// What a page with this tag is to this sign-in.
    fn standing(&self, key: &str, tag: &str) -> Standing {
        if self.page_tag(key) == tag {
            return Standing::Same;
        }
        let any = self.assignments.iter().map(|viewer| Some(viewer.assignment.as_str())).chain([None]);
        let is_of = |assignment| page_tag(self.sign_in(key), assignment) == tag;
        if any.into_iter().any(is_of) { Standing::OtherAssignment } else { Standing::OtherSignIn }
    }
}

/// What a page that was drawn earlier is to the session the browser has now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Drawn in this sign-in and assignment.
    Same,
    /// Drawn in this sign-in, in another assignment or before one was chosen.
    OtherAssignment,
    /// Somebody has signed in since.
    OtherSignIn,
    /// Nobody is signed in.
    Nobody,
}

/// Key of the moment the session was last used.
const USED: &str = "used";

/// Key of the signed-in person in the session.
const SIGNED_IN: &str = "signed_in";

/// Key of what was stated in the sign-in that succeeded.
const RECEIVED: &str = "received";

/// Key of what was stated in the last one that was refused.
const REFUSED: &str = "refused";

/// How long what a refused sign-in stated can be looked at: the computer may be a shared one.
const REFUSED_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Puts a signed-in person into a fresh session and stores it: the old reference is gone. Gives the database's key of the new one.
///
/// # Errors
/// When the session cannot be stored.
pub async fn begin(
    session: &Session,
    signed_in: &SignedIn,
    claims: &Map<String, Value>,
) -> Result<String, tower_sessions::session::Error> {
    session.clear().await;
    session.cycle_id().await?;
    session.insert(SIGNED_IN, signed_in).await?;
    session.insert(RECEIVED, Received { claims: claims.clone(), at: signed_in.at }).await?;
    session.save().await?;
    Ok(session.id().map(|id| key_of(&id)).unwrap_or_default())
}

/// Keeps what a sign-in stated that was verified and refused all the same.
///
/// # Errors
/// When the session cannot be read.
pub async fn keep_refused(
    session: &Session,
    claims: &Map<String, Value>,
) -> Result<(), tower_sessions::session::Error> {
    session.insert(REFUSED, Received { claims: claims.clone(), at: real_now() }).await
}

/// What the last refused sign-in of this browser stated, for a while.
///
/// # Errors
/// When the session cannot be read.
pub async fn refused(session: &Session) -> Result<Option<Received>, tower_sessions::session::Error> {
    let refused = session.get::<Received>(REFUSED).await?;
    Ok(refused.filter(|received| real_now().duration_since(received.at) < REFUSED_FOR))
}

/// What the sign-in of this session stated.
///
/// # Errors
/// When the session cannot be read.
pub async fn received(session: &Session) -> Result<Option<Received>, tower_sessions::session::Error> {
    session.get::<Received>(RECEIVED).await
}

/// Who was signed in by what the database kept of a session.
pub fn signed_in_by(data: &str) -> Option<SignedIn> {
    let data: Map<String, Value> = serde_json::from_str(data).ok()?;
    serde_json::from_value(data.get(SIGNED_IN)?.clone()).ok()
}

/// Who is signed in.
pub enum Present {
    /// This person.
    Somebody(Box<SignedIn>),
    /// Nobody.
    Nobody,
    /// Nobody any more: the session was older than its absolute limit, and has been ended just now.
    TooOld(Box<SignedIn>),
}

/// The signed-in person. A session that is older than its absolute limit ends.
///
/// # Errors
/// When the session cannot be read.
pub async fn signed_in(session: &Session, limits: &SessionConfig) -> Result<Present, tower_sessions::session::Error> {
    let Some(signed_in) = session.get::<SignedIn>(SIGNED_IN).await? else { return Ok(Present::Nobody) };
    if is_too_old(&signed_in, limits) {
        session.flush().await?;
        return Ok(Present::TooOld(Box::new(signed_in)));
    }
    prolong(session, limits).await?;
    Ok(Present::Somebody(Box::new(signed_in)))
}

fn is_too_old(signed_in: &SignedIn, limits: &SessionConfig) -> bool {
    let age = real_now().duration_since(signed_in.at);
    age > absolute_limit(limits)
}

/// How old a session may become.
pub fn absolute_limit(limits: &SessionConfig) -> SignedDuration {
    SignedDuration::from_mins(i64::from(limits.absolute_minutes))
}

/// Who is signed in by what the database has under this reference, within the absolute limit. Reads only.
///
/// # Errors
/// When the session cannot be read.
pub async fn holder(room: &SessionRoom, limits: &SessionConfig, id: &Id) -> session_store::Result<Option<SignedIn>> {
    let Some(record) = room.load(id).await? else { return Ok(None) };
    let signed_in = record.data.get(SIGNED_IN).and_then(|value| serde_json::from_value::<SignedIn>(value.clone()).ok());
    Ok(signed_in.filter(|signed_in| !is_too_old(signed_in, limits)))
}

/// Use prolongs a session. Only a changed session is saved with a new expiry, so a mark is changed: often enough that nobody
/// who works is signed out, seldom enough that not every page waits for the disk.
async fn prolong(session: &Session, limits: &SessionConfig) -> Result<(), tower_sessions::session::Error> {
    let now = real_now().as_second();
    let used = session.get::<i64>(USED).await?.unwrap_or(0);
    let idle = i64::from(limits.idle_minutes) * 60;
    if now - used > (idle / 20).min(60) {
        session.insert(USED, now).await?;
    }
    Ok(())
}

/// What a page with this tag is to what the database has of the browser's session: within the absolute limit, and without a tag of anybody
/// who is signed in. Reads only: asking does not prolong.
///
/// # Errors
/// When the session cannot be read.
pub async fn standing(
    room: &SessionRoom,
    limits: &SessionConfig,
    id: &Id,
    tag: Option<&str>,
) -> session_store::Result<Standing> {
    Ok(match holder(room, limits, id).await? {
        Some(signed_in) => tag.map_or(Standing::Same, |tag| signed_in.standing(&key_of(id), tag)),
        None => Standing::Nobody,
    })
}

/// Changes the assignment in use. Handles of the former one stop working, because they name it.
///
/// # Errors
/// When the session cannot be stored.
pub async fn change_assignment(
    session: &Session,
    mut signed_in: SignedIn,
    assignment: &str,
) -> Result<bool, tower_sessions::session::Error> {
    let Some(index) = signed_in.assignments.iter().position(|viewer| viewer.assignment == assignment) else {
        return Ok(false);
    };
    signed_in.current = Some(index);
    session.insert(SIGNED_IN, signed_in).await?;
    Ok(true)
}
