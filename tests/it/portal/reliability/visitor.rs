//! Somebody signed in who opens one patient again and again, and notes when each page began to show that patient.
//!
//! Not here: what is compared with what (`ledger`). Invariant: what cannot be sent or read to its end is an outcome, never a panic; one
//! visitor opens one page at a time, so that no two of its openings overlap.

use std::time::Duration;

use http::{Method, header};
use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, redirect::Policy};
use url::Url;

use super::super::browser::{Browser, Reply};

/// Longer than anything that the portal lets its reader wait for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A patient, and the words that are about that patient only.
#[derive(Debug, Clone)]
pub struct Patient {
    pub number: String,
    words: Vec<String>,
}

impl Patient {
    /// By number and name, with further words of the record.
    pub fn new(number: &str, name: &str, further: &[&str]) -> Self {
        let given = [number, &number[2..], &format!("{}-{}", &number[..8], &number[8..]), name];
        let words = given.iter().chain(further).map(|word| (*word).to_owned()).collect();
        Self { number: number.to_owned(), words }
    }

    /// The first word of this patient in a text.
    pub fn in_text<'a>(&'a self, text: &str) -> Option<&'a str> {
        self.words.iter().map(String::as_str).find(|word| text.contains(word))
    }
}

/// One attempt to open an overview.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub patient: String,
    /// Just before it was asked for.
    pub from: Timestamp,
    /// When its first piece had come, or that none would.
    pub to: Timestamp,
    /// The page had begun to come.
    pub shown: bool,
    /// What was going on, for whoever reads a failure.
    pub when: String,
}

/// Whoever opens.
#[derive(Clone)]
pub struct Visitor {
    client: Client,
    home: Url,
    cookie: String,
    pub patient: Patient,
}

impl Visitor {
    /// Signs in.
    pub async fn signed_in(home: &Url, staff: &str, patient: Patient) -> Self {
        let mut browser = Browser::at(home.clone());
        let reply = browser.sign_in(staff).await;
        assert_eq!(reply.status, 200, "{staff}: {}", reply.body);
        let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(PATIENCE).build().unwrap();
        Self { client, home: home.clone(), cookie: cookies.join("; "), patient }
    }

    fn request(&self, method: Method, address: &str, accept: &str) -> RequestBuilder {
        let url = self.home.join(address).unwrap();
        self.client.request(method, url).header(header::COOKIE, &self.cookie).header(header::ACCEPT, accept)
    }

    /// Asks and reads to the end.
    ///
    /// # Errors
    /// When the portal went away before it was done.
    pub async fn ask(
        &self,
        method: Method,
        address: &str,
        accept: &str,
        form: &[(&str, &str)],
    ) -> Result<Reply, reqwest::Error> {
        let request = self.request(method.clone(), address, accept);
        let request = if method == Method::POST { request.form(form) } else { request };
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Reply { status, headers, body: response.text().await? })
    }

    /// Chooses the patient; none when that was refused or the portal went away. A refusal names nobody.
    pub async fn choose(&self, live: bool) -> Option<String> {
        let live = if live { "1" } else { "0" };
        let form = [("patient", self.patient.number.as_str()), ("scope", "shared"), ("live", live)];
        let reply = self.ask(Method::POST, "/overview", "text/html", &form).await.ok()?;
        if reply.status == 303 {
            return Some(reply.location().to_owned());
        }
        assert!(reply.status >= 500, "{}: {}", reply.status, reply.body);
        assert_eq!(self.patient.in_text(&reply.body), None, "{}", reply.body);
        None
    }

    /// Opens the page in pieces at an address that [`Visitor::choose`] gave; `begun` is called when the first is there. A refusal names
    /// nobody.
    pub async fn open(&self, address: &str, when: &str, begun: impl FnOnce()) -> Attempt {
        let from = Timestamp::now();
        let attempt =
            |to, shown| Attempt { patient: self.patient.number.clone(), from, to, shown, when: when.to_owned() };
        let Ok(mut response) = self.request(Method::GET, address, "text/html").send().await else {
            return attempt(Timestamp::now(), false);
        };
        if response.status() != 200 {
            let status = response.status().as_u16();
            let attempt = attempt(Timestamp::now(), false);
            if let Ok(body) = response.text().await {
                assert!(status >= 500, "{when}: {status} {body}");
                assert_eq!(self.patient.in_text(&body), None, "{when}: {body}");
            }
            return attempt;
        }
        let first = response.chunk().await;
        let attempt = attempt(Timestamp::now(), matches!(first, Ok(Some(_))));
        if attempt.shown {
            begun();
        }
        while let Ok(Some(_)) = response.chunk().await {}
        attempt
    }
}
