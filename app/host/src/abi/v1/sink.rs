//! What a guest pushes: counted, checked against the patient, converted, kept outside the store.
//!
//! Invariant: the patient is compared before anything else of a record is read, so an invalid record of another patient
//! is still a record of another patient.

use std::time::Instant;

use serde::Serialize;

use samsyn_domain::{
    entry::Entry,
    section::{PERSON, Section},
    time::When,
};

use super::{
    bindings::samsyn::adapter::{sink, types},
    convert::{Checked, Reader, read_identifier},
    entries, wording,
};
use crate::{
    call::Call,
    collected::{Status, Stop},
    text::{cut, redact},
};

/// Length of the text of a partial section.
const PARTIAL_MAX_BYTES: usize = 1024;

/// Length of a section's name in a note.
const SECTION_MAX_CHARS: usize = 64;

/// A record with its provenance, pushed by a function of this name.
trait Stated: Serialize {
    const SINK: &str;

    fn provenance(&self) -> &types::Provenance;
}

macro_rules! stated {
    ($($record:ident: $sink:literal),+ $(,)?) => {
        $(impl Stated for sink::$record {
            const SINK: &str = $sink;

            fn provenance(&self) -> &types::Provenance {
                &self.provenance
            }
        })+
    };
}

stated!(
    CareLimit: "care-limits",
    Consent: "consents",
    Contact: "contacts",
    Vaccination: "vaccinations",
    Infection: "infections",
    Service: "services",
    Alert: "alerts",
    Plan: "plans",
    FunctionalAssessment: "functional-status",
    Medication: "medications",
    Document: "documents",
);

impl Call {
    fn take<T: Stated>(
        &mut self,
        section: Section,
        items: Vec<T>,
        convert: impl Fn(&Reader<'_>, T) -> Checked<Entry>,
    ) -> wasmtime::Result<()> {
        let started = Instant::now();
        let taken = self.keep(section, items, convert);
        self.cpu.worked_since(started);
        taken
    }

    fn keep<T: Stated>(
        &self,
        section: Section,
        items: Vec<T>,
        convert: impl Fn(&Reader<'_>, T) -> Checked<Entry>,
    ) -> wasmtime::Result<()> {
        let reader = Reader::new(&self.limits.text, self.network.as_ref().map(|network| &*network.egress));
        let mut record = self.record.lock();
        for item in items {
            self.show(T::SINK, &item);
            let stated = item.provenance().patient.as_ref().map(read_identifier);
            if let Err(too_many) = record.sink.count_entry() {
                record.sink.cut_short(section);
                return Err(stop(too_many));
            }
            record.sink.check_patient(stated.as_ref()).map_err(stop)?;
            let entry = convert(&reader, item)
                .inspect_err(|invalid| record.journal.invalid(Some(section), invalid.field, invalid.why))
                .ok();
            if !record.sink.push(section, entry) {
                record.journal.note(format!("{}: an entry of a section that was not asked for", section.name()));
            }
        }
        Ok(())
    }
}

impl Call {
    /// Lets the witness see a record before anything is judged of it.
    fn show(&self, sink: &'static str, record: &impl Serialize) {
        if let Some(witness) = &self.witness {
            witness.pushed(sink, wording::of(record));
        }
    }
}

/// A section's name as the adapter wrote it, fit to be kept.
fn about(section: &str) -> String {
    redact(&cut(section.chars().take(SECTION_MAX_CHARS).collect(), SECTION_MAX_CHARS))
}

fn stop(stop: Stop) -> wasmtime::Error {
    wasmtime::Error::new(stop)
}

impl sink::Host for Call {
    fn person(&mut self, item: sink::PersonDetails) -> wasmtime::Result<()> {
        self.show(PERSON, &item);
        let reader = Reader::new(&self.limits.text, self.network.as_ref().map(|network| &*network.egress));
        let mut record = self.record.lock();
        let named = read_identifier(&item.identifier);
        let stated = item.provenance.patient.as_ref().map(read_identifier);
        record
            .sink
            .check_patient(Some(&named))
            .and_then(|()| record.sink.check_patient(stated.as_ref()))
            .map_err(stop)?;
        let details = entries::person(&reader, item)
            .inspect_err(|invalid| record.journal.invalid(None, invalid.field, invalid.why))
            .ok();
        if !record.sink.push_person(details) {
            record.journal.note("person: a person that was not asked for".to_owned());
        }
        Ok(())
    }

    fn care_limits(&mut self, items: Vec<sink::CareLimit>) -> wasmtime::Result<()> {
        self.take(Section::CareLimits, items, entries::care_limit)
    }

    fn consents(&mut self, items: Vec<sink::Consent>) -> wasmtime::Result<()> {
        self.take(Section::Consents, items, entries::consent)
    }

    fn contacts(&mut self, items: Vec<sink::Contact>) -> wasmtime::Result<()> {
        self.take(Section::Contacts, items, entries::contact)
    }

    fn vaccinations(&mut self, items: Vec<sink::Vaccination>) -> wasmtime::Result<()> {
        self.take(Section::Covid19, items, entries::vaccination)
    }

    fn infections(&mut self, items: Vec<sink::Infection>) -> wasmtime::Result<()> {
        self.take(Section::Covid19, items, entries::infection)
    }

    fn services(&mut self, items: Vec<sink::Service>) -> wasmtime::Result<()> {
        self.take(Section::Services, items, entries::service)
    }

    fn alerts(&mut self, items: Vec<sink::Alert>) -> wasmtime::Result<()> {
        self.take(Section::Alerts, items, entries::alert)
    }

    fn plans(&mut self, items: Vec<sink::Plan>) -> wasmtime::Result<()> {
        self.take(Section::Plans, items, entries::plan)
    }

    fn functional_status(&mut self, items: Vec<sink::FunctionalAssessment>) -> wasmtime::Result<()> {
        self.take(Section::FunctionalStatus, items, entries::functional_assessment)
    }

    fn medications(&mut self, items: Vec<sink::Medication>) -> wasmtime::Result<()> {
        self.take(Section::Medications, items, entries::medication)
    }

    fn documents(&mut self, items: Vec<sink::Document>) -> wasmtime::Result<()> {
        self.take(Section::Documents, items, entries::document)
    }

    fn status(&mut self, section: String, status: sink::SectionStatus) -> wasmtime::Result<()> {
        if let Some(witness) = &self.witness {
            witness.status(&section, wording::of(&status));
        }
        let mut record = self.record.lock();
        let status = match status {
            types::SectionStatus::Complete => Status::Complete,
            types::SectionStatus::Partial(text) => {
                record.journal.reason(&about(&section), text.clone());
                Status::Partial(cut(text, PARTIAL_MAX_BYTES))
            }
            types::SectionStatus::Unavailable(text) => {
                record.journal.reason(&about(&section), text);
                Status::Unavailable(record.journal.unread())
            }
            types::SectionStatus::StatedNone(at) => Status::StatedNone(at.map(|at| When::read(&cut(at, 64)))),
            types::SectionStatus::NothingHeld => Status::NothingHeld,
            types::SectionStatus::Unsupported => Status::Unsupported,
        };
        let asked = if section == PERSON {
            record.sink.set_person_status(status)
        } else {
            Section::named(&section).is_some_and(|section| record.sink.set_status(section, status))
        };
        if !asked {
            record.journal.note(format!("{}: a status of a section that was not asked for", about(&section)));
        }
        Ok(())
    }
}
