//! What an adapter's functions are given: the query, and the way to the source.
//!
//! Room: sending, and remembering what failed. Not here: following pages ([`crate::pages`]), what a reply means.
//! Invariant: an exchange that failed in [`Ask::read`] is remembered: a section that depended on it can no longer be complete or
//! empty, even if its function forgets to say so. What failed in `prepare` concerns every section.

use crate::{
    Call, Json, Language, Problem, Query,
    answer::{Answer, Entry},
    host::Host,
    http, log,
    request::{self, header},
    types::{Failure, FailureKind, Identifier, SectionStatus},
};

/// The lookup as the functions of an adapter see it.
pub struct Ask<'a> {
    host: &'a mut dyn Host,
    query: &'a Query,
    patient: &'a Identifier,
    language: Language,
    /// Missing from every section.
    of_all: Vec<String>,
    /// Missing from the section that is being answered; none while `prepare` runs.
    of_section: Option<Vec<String>>,
}

/// A reply that is a success.
#[derive(Debug, Clone)]
pub struct Reply {
    request: http::Request,
    response: http::Response,
    language: Language,
}

impl<'a> Ask<'a> {
    /// Begins a lookup.
    ///
    /// # Errors
    /// When the query names nobody, which the host does not do.
    pub fn new(host: &'a mut dyn Host, query: &'a Query) -> Result<Self, Failure> {
        let nobody = || Failure::new(FailureKind::Internal, "no-identifier", "the query names nobody");
        let patient = query.identifiers.first().ok_or_else(nobody)?;
        let language = Language::read(&query.language);
        Ok(Self { host, query, patient, language, of_all: Vec::new(), of_section: None })
    }

    /// The query.
    pub const fn query(&self) -> &'a Query {
        self.query
    }

    /// Language for texts the adapter writes itself.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The patient's identifier that the source prefers. Never copy it into an entry: there the record's own belongs.
    pub const fn patient(&self) -> &'a Identifier {
        self.patient
    }

    /// Whether a number as a source writes it is one of those asked for: with or without separators, with or without its century. A `+`
    /// is written from the year in which somebody turns a hundred; without it ten digits mean a younger one.
    pub fn is_patient(&self, written: &str) -> bool {
        let mut numbers = self.query.identifiers.iter().map(|identifier| identifier.value.as_str());
        numbers.any(|number| crate::number::is_same(number, written, &self.query.now))
    }

    /// Whether this section is asked for: `prepare` need not read what nobody wants.
    pub fn asks(&self, section: &str) -> bool {
        self.query.sections.iter().any(|asked| asked == section)
    }

    /// A setting of this source; none when left out or blank.
    pub fn setting(&self, key: &str) -> Option<String> {
        self.host.setting(key)
    }

    /// A log line. Never patient data.
    pub fn log(&mut self, level: log::Level, message: &str) {
        self.host.log(level, message);
    }

    /// HMAC-SHA-256 under the secret of a credential slot.
    ///
    /// # Errors
    /// Names the slot.
    pub fn hmac_sha256(&mut self, slot: &str, data: &[u8]) -> Result<Vec<u8>, String> {
        self.host.hmac_sha256(slot, data)
    }

    /// Sends one request. Anything but a 2xx reply is a problem, and is remembered.
    ///
    /// # Errors
    /// What went wrong, in words for the clinician and for the administrator.
    pub fn read(&mut self, call: Call) -> Result<Reply, Problem> {
        let result = self.exchange(call.build());
        if let Err(problem) = &result {
            self.missing(problem.text.clone());
        }
        result
    }

    /// The same where the source says "not here" with 404: none, and nothing is missing.
    ///
    /// # Errors
    /// What went wrong, when it is not a 404.
    pub fn find(&mut self, call: Call) -> Result<Option<Reply>, Problem> {
        match self.exchange(call.build()) {
            Err(problem) if problem.status == Some(404) => Ok(None),
            Err(problem) => {
                self.missing(problem.text.clone());
                Err(problem)
            }
            Ok(reply) => Ok(Some(reply)),
        }
    }

    /// Sends several requests at once; results keep the order. Nothing is remembered here, because each result may concern
    /// another section: hand it to that section and use `?` there.
    pub fn read_all(&mut self, calls: Vec<Call>) -> Vec<Result<Reply, Problem>> {
        let requests: Vec<http::Request> = calls.into_iter().map(Call::build).collect();
        let results = self.host.send_all(&requests);
        let language = self.language;
        requests.into_iter().zip(results).map(|(request, result)| Reply::of(language, request, result)).collect()
    }

    /// Sends one request and gives whatever came; every HTTP status is a reply. Nothing is remembered: for exchanges the answer
    /// does not depend on.
    ///
    /// # Errors
    /// When nothing became a reply.
    pub fn send(&mut self, call: Call) -> Result<http::Response, http::Error> {
        self.host.send(&call.build())
    }

    /// Something is missing from this section (in `prepare`: from every section). The text is for the clinician.
    pub fn missing(&mut self, what: impl Into<String>) {
        self.of_section.as_mut().unwrap_or(&mut self.of_all).push(what.into());
    }

    pub(crate) fn exchange(&mut self, request: http::Request) -> Result<Reply, Problem> {
        let result = self.host.send(&request);
        Reply::of(self.language, request, result)
    }

    /// Answers one section. [`crate::adapter!`] calls it.
    #[doc(hidden)]
    pub fn answer<E: Entry>(&mut self, section: &str, give: impl FnOnce(&mut Self) -> Result<Answer<E>, Problem>) {
        self.of_section = Some(Vec::new());
        let given = give(self);
        let mut gaps = self.of_all.clone();
        gaps.extend(self.of_section.take().unwrap_or_default());
        let answer = given.unwrap_or_else(|problem| {
            let Failure { code, message, .. } = &problem.failure;
            self.log(log::Level::Warn, &format!("{section}: {code}: {message}"));
            Answer::unavailable(problem.text)
        });
        let (entries, status) = answer.settle(section, &gaps);
        for entries in entries.into_iter().filter(|entries| !entries.is_empty()) {
            self.host.push(entries);
        }
        self.host.status(section, &status);
    }

    /// Says that the adapter never has a section. [`crate::adapter!`] calls it.
    #[doc(hidden)]
    pub fn lacks(&mut self, section: &str) {
        self.host.status(section, &SectionStatus::Unsupported);
    }
}

impl Reply {
    fn of(
        language: Language,
        request: http::Request,
        result: Result<http::Response, http::Error>,
    ) -> Result<Self, Problem> {
        request::success(language, result).map(|response| Self { request, response, language })
    }

    /// What was asked.
    pub const fn request(&self) -> &http::Request {
        &self.request
    }

    /// The bytes.
    pub fn body(&self) -> &[u8] {
        &self.response.body
    }

    /// A header, by name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.response, name)
    }

    /// The body as JSON, to be read with [`crate::Fields`].
    ///
    /// # Errors
    /// When it is not JSON. The problem tells line and column, never the content.
    pub fn json(&self) -> Result<Json<'_>, Problem> {
        Json::parse(self.body()).map_err(|error| {
            self.malformed("not-json", format!("not JSON, line {} column {}", error.line(), error.column()))
        })
    }

    /// The body as text.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn text(&self) -> Result<&str, Problem> {
        std::str::from_utf8(self.body()).map_err(|_| self.malformed("not-utf-8", "not UTF-8"))
    }

    /// The body as XML.
    ///
    /// # Errors
    /// Which rule it breaks.
    #[cfg(feature = "xml")]
    pub fn xml(&self) -> Result<crate::xml::Node, Problem> {
        crate::xml::parse(self.body()).map_err(|why| self.malformed("not-xml", why.rule()))
    }

    /// The body as a CSV file.
    ///
    /// # Errors
    /// Which rule it breaks.
    #[cfg(feature = "csv")]
    pub fn csv(&self, encoding: crate::csv::Encoding) -> Result<crate::csv::Table, Problem> {
        self.csv_with(encoding, &[])
    }

    /// A CSV file that has these columns. One without is another file, or a page for people: never "nobody's row".
    ///
    /// # Errors
    /// Which rule it breaks, or which columns it lacks.
    #[cfg(feature = "csv")]
    pub fn csv_with(&self, encoding: crate::csv::Encoding, required: &[&str]) -> Result<crate::csv::Table, Problem> {
        let table =
            crate::csv::Table::read(self.body(), encoding).map_err(|why| self.malformed("not-csv", why.rule()))?;
        let absent: Vec<&str> = required.iter().copied().filter(|name| !table.has(name)).collect();
        if absent.is_empty() {
            Ok(table)
        } else {
            Err(self.malformed("not-csv", format!("the header row has no column {}", absent.join(", "))))
        }
    }

    /// The problem of a reply that cannot be understood. `what` names the place, never the content.
    pub fn malformed(&self, code: &str, what: impl Into<String>) -> Problem {
        Problem::malformed(self.language, code, what)
    }
}
