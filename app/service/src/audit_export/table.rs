//! The log as a table: one row for each source, provider and unit whose information was shown, and one for everything else.
//!
//! Not here: which records. Invariant: a cell never begins as a spreadsheet's formula does.

use std::io::Write;

use super::{Event, Shown};

/// The columns, in order.
pub const COLUMNS: [&str; 22] = [
    "index",
    "id",
    "time",
    "activity",
    "what",
    "user",
    "name",
    "title",
    "assignment",
    "purpose",
    "provider",
    "unit",
    "patient",
    "active_choice",
    "conclusion",
    "source",
    "source_provider",
    "source_unit",
    "sections",
    "withheld",
    "unanswered",
    "shown_sha256",
];

/// Writes rows.
pub struct Table<W: Write> {
    csv: csv::Writer<W>,
}

impl<W: Write> Table<W> {
    /// Begins with the names of the columns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(to: W) -> csv::Result<Self> {
        let mut csv = csv::Writer::from_writer(to);
        csv.write_record(COLUMNS)?;
        Ok(Self { csv })
    }

    /// Writes an event.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn event(&mut self, event: &Event) -> csv::Result<()> {
        let shown = event.shown();
        if shown.is_empty() {
            return self.row(event, None);
        }
        shown.iter().try_for_each(|line| self.row(event, Some(line)))
    }

    /// Everything is written.
    ///
    /// # Errors
    /// When the rest cannot be written.
    pub fn finish(mut self) -> csv::Result<()> {
        Ok(self.csv.flush()?)
    }

    fn row(&mut self, event: &Event, shown: Option<&Shown>) -> csv::Result<()> {
        let viewer = event.viewer.as_ref();
        let of_viewer =
            |part: fn(&samsyn_domain::viewer::Viewer) -> &str| viewer.map(part).unwrap_or_default().to_owned();
        let of_source = |kind: &str| {
            let lines = event.by_source(kind).into_iter();
            let here = lines.filter(|(source, _)| shown.is_none_or(|shown| shown.source == *source));
            here.map(|(source, said)| format!("{source} {said}")).collect::<Vec<_>>().join("; ")
        };
        let sections =
            shown.map(|shown| shown.sections.iter().map(|section| section.name()).collect::<Vec<_>>().join(" "));
        let cells: [String; COLUMNS.len()] = [
            event.index.to_string(),
            event.id.clone(),
            event.at.to_string(),
            event.activity.word().to_owned(),
            event.details.get("what").and_then(|what| what.as_str()).unwrap_or_default().to_owned(),
            of_viewer(|viewer| &viewer.user_id),
            of_viewer(|viewer| &viewer.name),
            of_viewer(|viewer| &viewer.title),
            of_viewer(|viewer| &viewer.assignment),
            of_viewer(|viewer| &viewer.purpose),
            of_viewer(|viewer| viewer.provider.id.as_str()),
            viewer.and_then(|viewer| viewer.unit.known_id()).unwrap_or_default().to_owned(),
            event.patient.as_ref().map(|patient| patient.digits().to_owned()).unwrap_or_default(),
            event.active_choice().unwrap_or_default().to_owned(),
            event.conclusion().unwrap_or_default().to_owned(),
            shown.map(|shown| shown.source.clone()).unwrap_or_default(),
            shown.and_then(|shown| shown.provider.clone()).unwrap_or_default(),
            shown.and_then(|shown| shown.unit.clone()).unwrap_or_default(),
            sections.unwrap_or_default(),
            of_source("withheld"),
            of_source("unanswered"),
            event.shown_sha256().unwrap_or_default().to_owned(),
        ];
        self.csv.write_record(cells.map(harmless))
    }
}

/// A text that no spreadsheet takes for a formula.
pub fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
