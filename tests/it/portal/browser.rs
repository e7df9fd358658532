//! A browser by hand: it keeps the cookies itself and follows redirects one by one.
//!
//! A client library would refuse a `Secure` cookie on loopback, and would hide the steps that these tests are about.
//! Invariant: cookies go to the portal only, never to the identity provider.

use std::collections::BTreeMap;

use http::{HeaderMap, Method};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, redirect::Policy};
use serde_json::Value;
use url::Url;

use super::harness::Portal;

/// Name of the session cookie.
pub const COOKIE: &str = "__Host-samsyn";

/// One browser with its cookies.
pub struct Browser {
    home: Url,
    client: Client,
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
    /// Every address that was asked for or redirected to.
    pub addresses: Vec<String>,
    /// Every `Set-Cookie` line, oldest first.
    pub set_cookies: Vec<String>,
}

/// An answer, read to its end.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// A header, empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }
}

/// Ids of the assignments that the page offers.
pub fn assignments(page: &str) -> Vec<String> {
    let values = page.split("name=\"assignment\" value=\"").skip(1);
    values.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

impl Browser {
    /// Nobody signed in.
    pub fn new(portal: &Portal) -> Self {
        Self::at(portal.public_url.clone())
    }

    /// The same at a portal in another process.
    pub fn at(home: Url) -> Self {
        // Also before any portal of this process has done so.
        Self::over(home, Client::builder())
    }

    /// The same with a connection of its own for each request, so that a balancer passes each on anew.
    pub fn unpooled(home: Url) -> Self {
        Self::over(home, Client::builder().pool_max_idle_per_host(0))
    }

    fn over(home: Url, client: ClientBuilder) -> Self {
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let client = client.redirect(Policy::none()).no_proxy().build().unwrap();
        Self { home, client, cookies: BTreeMap::new(), addresses: Vec::new(), set_cookies: Vec::new() }
    }

    /// A fresh browser in which this member of staff has signed in.
    pub async fn signed_in(portal: &Portal, staff: &str) -> Self {
        let mut browser = Self::new(portal);
        let reply = browser.sign_in(staff).await;
        assert_eq!(reply.status, 200, "{staff}: {}", reply.body);
        browser
    }

    /// Goes all the way to the identity provider and back; gives the search page, or what stands there instead.
    pub async fn sign_in(&mut self, staff: &str) -> Reply {
        let provider = self.get(&format!("/login?login_hint={staff}")).await;
        let back = self.get(provider.location()).await;
        let home = self.get(back.location()).await;
        assert!(home.status == 303 && matches!(home.location(), "/" | "/assignment"), "{}", home.body);
        // Whoever has several assignments is sent to choose; the first is the one that most tests mean.
        if home.location() == "/assignment" {
            let first = assignments(&self.get("/assignment").await.body).swap_remove(0);
            assert_eq!(self.post("/assignment", &[("assignment", &first)]).await.status, 303);
        }
        self.get("/").await
    }

    /// Another window of this browser: the same cookies, as they are now.
    pub fn window(&self) -> Self {
        Self {
            home: self.home.clone(),
            client: self.client.clone(),
            cookies: self.cookies.clone(),
            addresses: Vec::new(),
            set_cookies: Vec::new(),
        }
    }

    /// Asks without following.
    pub async fn get(&mut self, address: &str) -> Reply {
        let request = self.request(Method::GET, address);
        self.finish(request.header("accept", "text/html")).await
    }

    /// Asks with headers that a browser or a proxy might add.
    pub async fn get_with(&mut self, address: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = self.request(Method::GET, address).header("accept", "text/html");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.finish(request).await
    }

    /// Asks for JSON.
    pub async fn json(&mut self, address: &str) -> Reply {
        let request = self.request(Method::GET, address);
        self.finish(request.header("accept", "application/json")).await
    }

    /// Asks for the head of an answer.
    pub async fn head(&mut self, address: &str) -> Reply {
        let request = self.request(Method::HEAD, address);
        self.finish(request).await
    }

    /// Sends a form.
    pub async fn post(&mut self, address: &str, form: &[(&str, &str)]) -> Reply {
        let request = self.request(Method::POST, address);
        self.finish(request.form(form)).await
    }

    /// Sends a form with one file in it.
    pub async fn upload(&mut self, address: &str, field: &str, file: &[u8]) -> Reply {
        const BOUNDARY: &str = "----samsyn-test";
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.samsyn\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
        let request = self.request(Method::POST, address);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.finish(request.header("content-type", kind).body(body)).await
    }

    /// Sends a form that names the page it stands on.
    pub async fn post_from(&mut self, address: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        let mut request = self.request(Method::POST, address).form(form);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.finish(request).await
    }

    /// Begins an answer that comes in pieces.
    pub async fn begin(&mut self, address: &str) -> Response {
        self.request(Method::GET, address).send().await.unwrap()
    }

    /// Chooses a patient; gives the overview's address.
    pub async fn open(&mut self, patient: &str, scope: &str) -> String {
        self.open_with(&[("patient", patient), ("scope", scope)]).await
    }

    /// The same with any form.
    pub async fn open_with(&mut self, form: &[(&str, &str)]) -> String {
        let reply = self.post("/overview", form).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        assert!(reply.location().starts_with("/overview/"), "{}", reply.location());
        reply.location().to_owned()
    }

    /// The canonical JSON of a patient.
    pub async fn overview(&mut self, patient: &str, scope: &str) -> Value {
        let address = self.open(patient, scope).await;
        let reply = self.json(&address).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// The page of a patient, complete, as without script.
    pub async fn page(&mut self, patient: &str, scope: &str) -> String {
        let address = self.open(patient, scope).await;
        let reply = self.get(&address).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    /// A print page of a patient.
    pub async fn print(&mut self, patient: &str, scope: &str, preset: &str) -> String {
        let address = self.open(patient, scope).await;
        let reply = self.post(&format!("{address}/print/{preset}"), &[]).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    fn request(&mut self, method: Method, address: &str) -> RequestBuilder {
        let url = self.home.join(address).unwrap();
        self.addresses.push(url.to_string());
        let ours = url.origin() == self.home.origin();
        let request = self.client.request(method, url);
        if !ours || self.cookies.is_empty() {
            return request;
        }
        let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header("cookie", line.join("; "))
    }

    async fn finish(&mut self, request: RequestBuilder) -> Reply {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for line in headers.get_all("set-cookie") {
            self.keep(line.to_str().unwrap());
        }
        if let Some(location) = headers.get("location") {
            self.addresses.push(location.to_str().unwrap().to_owned());
        }
        let body = response.text().await.unwrap();
        Reply { status, headers, body }
    }

    fn keep(&mut self, line: &str) {
        self.set_cookies.push(line.to_owned());
        let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
        if value.is_empty() || line.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
