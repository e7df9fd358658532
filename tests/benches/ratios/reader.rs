//! The browser's side with a clock at every piece that arrives, and the direct requests it is compared with.
//!
//! Signs in once over the real flow, opens a patient, and then reads the overview of that handle as often as wanted: each
//! read is a new opening with its own record in the log. Not here: what is compared with what.
//! Invariant: the clock is read before anything is looked for in a piece.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures::future::try_join_all;
use memchr::memmem::Finder;
use reqwest::{Client, Method, RequestBuilder, Response, header, redirect};
use url::Url;

use crate::producers::{Density, MARK, PATH, SOURCES, patient, question_body};

/// Nothing here takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was seen of one overview.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Until entries of each source were on the page, in milliseconds.
    pub entries_ms: [Option<f64>; SOURCES],
    /// Until the last byte.
    pub end_ms: f64,
}

impl Seen {
    /// Until the first entries of anybody.
    ///
    /// # Errors
    /// When none came.
    pub fn first_ms(&self) -> Result<f64> {
        self.entries_ms.iter().flatten().copied().min_by(f64::total_cmp).context("no entries on the page")
    }

    /// Until entries of each of these were there.
    ///
    /// # Errors
    /// When one never came.
    pub fn all_ms(&self, sources: std::ops::Range<usize>) -> Result<f64> {
        let mut last = 0.0_f64;
        for source in sources {
            let at = self.entries_ms.get(source).copied().flatten();
            last = last.max(at.with_context(|| {
                format!("no entries of source {source} on the page: it exceeded its limit, or the portal withheld them")
            })?);
        }
        Ok(last)
    }
}

/// Somebody signed in with one patient open.
pub struct Reader {
    client: Client,
    direct: Client,
    portal: Url,
    cookie: String,
    live: Url,
    whole: Url,
    sources: Vec<Url>,
    question: Vec<u8>,
}

impl Reader {
    /// Signs in as the demo's doctor and opens the patient.
    ///
    /// # Errors
    /// When the portal does not let anybody in.
    pub async fn sign_in(portal: &str, sources: &[String]) -> Result<Self> {
        let client = || Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(PATIENCE).build();
        let portal: Url = portal.parse()?;
        let sources = sources.iter().map(|source| source.parse()).collect::<Result<Vec<Url>, _>>()?;
        ensure!(sources.len() == SOURCES, "the sources did not all start");
        let mut reader = Self {
            client: client()?,
            direct: client()?,
            live: portal.clone(),
            whole: portal.clone(),
            portal,
            cookie: String::new(),
            sources,
            question: question_body(&patient()?).to_string().into_bytes(),
        };
        reader.log_in().await?;
        reader.live = reader.open(true).await?;
        reader.whole = reader.open(false).await?;
        Ok(reader)
    }

    async fn log_in(&mut self) -> Result<()> {
        let mut next = self.portal.join("/login?login_hint=doctor")?;
        for _ in 0..6 {
            let reply = self.request(Method::GET, &next).send().await?;
            let given = reply.headers().get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
            if let Some(cookie) = given.filter_map(|cookie| cookie.split(';').next()).next_back() {
                self.cookie = cookie.to_owned();
            }
            let Ok(target) = target(&reply, &next) else { break };
            if target.path() == "/" {
                return Ok(());
            }
            next = target;
        }
        anyhow::bail!("signing in ended at {}", next.path())
    }

    async fn open(&self, live: bool) -> Result<Url> {
        let patient = patient()?;
        let mut form = vec![("patient", patient.as_str()), ("scope", "shared")];
        form.extend(live.then_some(("live", "1")));
        let to = self.portal.join("/overview")?;
        let reply = self.request(Method::POST, &to).form(&form).send().await?;
        target(&reply, &to).with_context(|| format!("opening the patient answered {}", reply.status()))
    }

    fn request(&self, method: Method, url: &Url) -> RequestBuilder {
        self.client.request(method, url.clone()).header(header::COOKIE, &self.cookie)
    }

    /// The overview in pieces.
    ///
    /// # Errors
    /// When it is not an overview.
    pub async fn stream(&self) -> Result<Seen> {
        let mut seen = Seen::default();
        let finder = Finder::new(MARK);
        // The end of the former piece: a mark may be cut in two.
        let mut kept = Vec::new();
        let started = Instant::now();
        let mut reply = self.request(Method::GET, &self.live).header(header::ACCEPT, "text/html").send().await?;
        ensure!(reply.status().is_success(), "the overview answered {}", reply.status());
        while let Some(piece) = reply.chunk().await? {
            let at = milliseconds(started);
            if seen.entries_ms.iter().all(Option::is_some) {
                continue;
            }
            kept.extend_from_slice(&piece);
            for place in finder.find_iter(&kept) {
                let number = kept.get(place + MARK.len()).map(|digit| usize::from(digit.wrapping_sub(b'0')));
                if let Some(entry) = number.and_then(|number| seen.entries_ms.get_mut(number)) {
                    entry.get_or_insert(at);
                }
            }
            let tail = kept.len().saturating_sub(MARK.len());
            kept.drain(..tail);
        }
        seen.end_ms = milliseconds(started);
        Ok(seen)
    }

    /// Time to the last byte of the overview in pieces, looking at nothing.
    ///
    /// # Errors
    /// When it is not an overview.
    pub async fn stream_end(&self) -> Result<f64> {
        self.until_end(&self.live, "text/html").await
    }

    /// The same of the canonical JSON.
    ///
    /// # Errors
    /// When it is not an overview.
    pub async fn json_end(&self) -> Result<f64> {
        self.until_end(&self.live, "application/json").await
    }

    async fn until_end(&self, url: &Url, accept: &str) -> Result<f64> {
        let started = Instant::now();
        let mut reply = self.request(Method::GET, url).header(header::ACCEPT, accept).send().await?;
        ensure!(reply.status().is_success(), "the overview answered {}", reply.status());
        while reply.chunk().await?.is_some() {}
        Ok(milliseconds(started))
    }

    /// The overview as one page, for its size.
    ///
    /// # Errors
    /// When it is not an overview.
    pub async fn page(&self) -> Result<String> {
        Ok(self.request(Method::GET, &self.whole).header(header::ACCEPT, "text/html").send().await?.text().await?)
    }

    /// The overview in pieces as one text, for its size.
    ///
    /// # Errors
    /// When it is not an overview.
    pub async fn pieces(&self) -> Result<String> {
        Ok(self.request(Method::GET, &self.live).header(header::ACCEPT, "text/html").send().await?.text().await?)
    }

    /// The canonical JSON, for its size.
    ///
    /// # Errors
    /// When it is not an overview.
    pub async fn json(&self) -> Result<String> {
        let reply = self.request(Method::GET, &self.live).header(header::ACCEPT, "application/json").send().await?;
        Ok(reply.text().await?)
    }

    /// All sources at once, without anything between: how long each took, in milliseconds.
    ///
    /// # Errors
    /// When one does not answer.
    pub async fn direct(&self) -> Result<Vec<f64>> {
        let started = Instant::now();
        try_join_all(self.sources.iter().map(|source| async move {
            let url = source.join(PATH)?;
            let request = self.direct.post(url).header(header::CONTENT_TYPE, "application/json");
            let reply = request.body(self.question.clone()).send().await?;
            ensure!(!reply.bytes().await?.is_empty(), "a source answered nothing");
            Ok(milliseconds(started))
        }))
        .await
    }

    /// Sets the delays of the sources, first to last.
    ///
    /// # Errors
    /// When a source cannot be told.
    pub async fn delays(&self, delays_ms: [u64; SOURCES]) -> Result<()> {
        for (source, ms) in self.sources.iter().zip(delays_ms) {
            self.direct.post(source.join(&format!("/delay/{ms}"))?).send().await?.error_for_status()?;
        }
        Ok(())
    }

    /// Sets what the sources say.
    ///
    /// # Errors
    /// When a source cannot be told.
    pub async fn density(&self, density: Density) -> Result<()> {
        for source in &self.sources {
            let path = format!("/dense/{}", density == Density::Dense);
            self.direct.post(source.join(&path)?).send().await?.error_for_status()?;
        }
        Ok(())
    }
}

fn target(reply: &Response, from: &Url) -> Result<Url> {
    let location = reply.headers().get(header::LOCATION).context("not a redirect")?;
    Ok(from.join(location.to_str()?)?)
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}
