//! The log as a table: one row for each source, provider and unit whose information was shown, one for each source that showed nothing and
//! kept something back or did not answer, and one for everything else.
//!
//! Not here: which records. Invariant: a cell never begins as a spreadsheet's formula does; no source that failed or withheld is left out.

use std::{collections::BTreeMap, io::Write};

use samsyn_domain::{
    logged::{LoggedOutcome, Resource, SourceTold, Told, Why},
    section::Section,
    spreadsheet::{BYTE_ORDER_MARK, SEPARATOR, harmless},
    state::Unanswered,
    viewer::Viewer,
};

use crate::{log_reading::Event, record::read};

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

/// What a row is about, beside the event.
#[derive(Default)]
struct Line<'a> {
    shown: Option<&'a Resource>,
    source: Option<&'a SourceTold>,
    sections: Vec<Section>,
}

impl<W: Write> Table<W> {
    /// Begins with the names of the columns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(mut to: W) -> csv::Result<Self> {
        to.write_all(BYTE_ORDER_MARK.as_bytes())?;
        let mut csv = csv::WriterBuilder::new().delimiter(SEPARATOR).from_writer(to);
        csv.write_record(COLUMNS)?;
        Ok(Self { csv })
    }

    /// Writes an event.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn event(&mut self, event: &Event) -> csv::Result<()> {
        let lines = event.outcome.as_ref().map(lines).unwrap_or_default();
        if lines.is_empty() {
            return self.row(event, &Line::default());
        }
        lines.iter().try_for_each(|line| self.row(event, line))
    }

    /// Everything is written.
    ///
    /// # Errors
    /// When the rest cannot be written.
    pub fn finish(mut self) -> csv::Result<()> {
        Ok(self.csv.flush()?)
    }

    fn row(&mut self, event: &Event, line: &Line<'_>) -> csv::Result<()> {
        let (first, record) = (&event.first, &event.first.record);
        let viewer = record.viewer.as_ref();
        let of_viewer = |part: fn(&Viewer) -> &str| viewer.map(part).unwrap_or_default().to_owned();
        let shown = |part: fn(&Resource) -> Option<String>| line.shown.and_then(part).unwrap_or_default();
        let source = line.shown.map(|shown| &shown.source).or(line.source.map(|source| &source.source));
        let hash = event.outcome.as_ref().and_then(|outcome| outcome.shown_sha256.clone());
        let cells: [String; COLUMNS.len()] = [
            first.index.to_string(),
            first.id.clone(),
            record.at.to_string(),
            record.activity.word().to_owned(),
            read::named(record).unwrap_or_default().to_owned(),
            of_viewer(|viewer| &viewer.user_id),
            of_viewer(|viewer| &viewer.name),
            of_viewer(|viewer| &viewer.title),
            of_viewer(|viewer| &viewer.assignment),
            of_viewer(|viewer| &viewer.purpose),
            of_viewer(|viewer| viewer.provider.id.as_str()),
            viewer.and_then(|viewer| viewer.unit.known_id()).unwrap_or_default().to_owned(),
            record.patient.as_ref().map(|patient| patient.digits().to_owned()).unwrap_or_default(),
            read::scope(record).map(|scope| scope.name().to_owned()).unwrap_or_default(),
            event.conclusion().unwrap_or_default().to_owned(),
            source.cloned().unwrap_or_default(),
            shown(|shown| shown.provider.clone()),
            shown(|shown| shown.unit.clone()),
            names(line.sections.iter().copied()),
            line.source.map(withheld).unwrap_or_default(),
            line.source.map(unanswered).unwrap_or_default(),
            hash.unwrap_or_default(),
        ];
        self.csv.write_record(cells.map(harmless))
    }
}

/// What was shown, each with what its source has said besides; then the sources that only kept back or failed. A record that does not say
/// whose information was shown still says of which sources.
fn lines(outcome: &LoggedOutcome) -> Vec<Line<'_>> {
    let of = |name: &str| outcome.sources.iter().find(|source| source.source == name);
    let resources = outcome.resources.as_deref().unwrap_or_default();
    let shown = resources.iter().map(|line| Line {
        shown: Some(line),
        source: of(&line.source),
        sections: line.sections.clone(),
    });
    let others = outcome.sources.iter().filter(|source| !resources.iter().any(|line| line.source == source.source));
    let others = others.filter_map(|source| {
        let shown = source.sections.iter().filter(|(_, told)| told.is_shown()).map(|(section, _)| *section);
        let sections: Vec<Section> = shown.collect();
        let says_something = !(sections.is_empty() && withheld(source).is_empty() && unanswered(source).is_empty());
        says_something.then_some(Line { shown: None, source: Some(source), sections })
    });
    shown.chain(others).collect()
}

/// `role: medications plans; some-entries: alerts`.
fn withheld(source: &SourceTold) -> String {
    by_word(source, |told| Some(told.withheld()?.word()))
}

/// `timeout: services contacts`. Who had left before the answer came is told here too.
fn unanswered(source: &SourceTold) -> String {
    by_word(source, |told| match told {
        Told::Failed(why) => Some(why.map_or(Why::NotStated.word(), Unanswered::word)),
        Told::Awaited => Some("reader-left"),
        _ => None,
    })
}

fn by_word(source: &SourceTold, word: impl Fn(Told) -> Option<&'static str>) -> String {
    let mut words: BTreeMap<&str, Vec<Section>> = BTreeMap::new();
    for (section, told) in &source.sections {
        if let Some(word) = word(*told) {
            words.entry(word).or_default().push(*section);
        }
    }
    let said = words.into_iter().map(|(word, sections)| format!("{word}: {}", names(sections)));
    said.collect::<Vec<_>>().join("; ")
}

fn names(sections: impl IntoIterator<Item = Section>) -> String {
    sections.into_iter().map(Section::name).collect::<Vec<_>>().join(" ")
}
