//! Filfall: the web folder of a small private provider, invented, with files in formats of our own assumption.
//!
//! `GET /index.csv` names every file of the last export with its length, checksum and time; `GET /FILE` gives it: CSV with semicolons and one
//! XML file, in windows-1252. The folder is the same whoever is asked about. The README of the adapter `filfall` describes each column.
//! Rooms: `export` what is in the files. Not here: the password (`crate::gate`), faults and delay (`crate::fault`).
//! Invariant: the export ran the last time the clock showed ten past two at night, so that a demo that is not started anew shows its
//! files as old after a day and a half, as that of a provider whose nightly export has stopped.

mod export;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use jiff::{Span, Zoned, civil::DateTime};
use samsyn_domain::time::sweden;
use sha2::{Digest as _, Sha256};

use crate::people::build::Clock;

const INDEX: &str = "index.csv";

/// The folder as the last export left it.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// Files by name, the index among them. One that is changed afterwards is no longer what the index says.
    pub files: BTreeMap<&'static str, Vec<u8>>,
}

impl Folder {
    /// The folder at a moment.
    pub(crate) fn exported(now: &Zoned) -> Self {
        let mut files = export::files(&Clock::new(now));
        let made = last_export(now).strftime("%F %T").to_string();
        let mut index = String::from("fil;bytes;sha256;skapad\r\n");
        for (name, body) in &files {
            let row = [*name, &body.len().to_string(), &hex::encode(Sha256::digest(body)), &made].join(";");
            index.push_str(&row);
            index.push_str("\r\n");
        }
        files.insert(INDEX, index.into_bytes());
        Self { files }
    }
}

/// Twelve-digit numbers of everybody in the files.
pub(crate) fn patients() -> impl Iterator<Item = String> {
    export::PATIENTS.iter().map(|number| number.replace('-', ""))
}

/// When files were last written, in local time: ten past two at night.
fn last_export(now: &Zoned) -> DateTime {
    let local = now.with_time_zone(sweden()).datetime();
    let tonight = local.date().at(2, 10, 0, 0);
    if tonight <= local { tonight } else { tonight.saturating_sub(Span::new().days(1)) }
}

/// The server of one provider.
pub fn router(folder: Arc<Folder>) -> Router {
    Router::new().route("/{file}", get(file)).with_state(folder)
}

async fn file(State(folder): State<Arc<Folder>>, Path(name): Path<String>) -> Response {
    let Some(body) = folder.files.get(name.as_str()) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = if name.split_once('.').is_some_and(|(_, kind)| kind == "xml") {
        "application/xml"
    } else {
        "text/csv; charset=windows-1252"
    };
    ([(header::CONTENT_TYPE, kind)], body.clone()).into_response()
}

#[cfg(test)]
mod tests;
