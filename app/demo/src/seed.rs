//! Everything the demo starts from, at one moment: organisations, sources, staff, people, holdings, blocks, links.
//!
//! Plain data, no server and no clock of its own. Not here: the content (`people`, `sources`, `staff`), how it is served (`servers`).
//! Invariant: the same moment gives the same seed; every source has holdings, if only empty ones.

use std::collections::BTreeMap;

use jiff::Zoned;
use samsyn_domain::{
    access::{Block, Registration},
    source::{OrganisationId, OrganisationInfo, SourceId},
};

use crate::{
    fault::{Behaviour, Conduct},
    holdings::Holdings,
    organisations,
    people::{self, DemoPerson, build::Clock},
    registrations,
    source::hemplan::Customers,
    sources::{self, DemoSource},
    staff::{self, Staff},
};

/// The demo's data.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Organisations, with the two that only run a register.
    pub organisations: Vec<OrganisationInfo>,
    /// Sources.
    pub sources: Vec<DemoSource>,
    /// Who can sign in.
    pub staff: Vec<Staff>,
    /// The invented people.
    pub people: Vec<DemoPerson>,
    /// What each source answers from. For a person tagged `wrong-patient` one source holds somebody else's records.
    pub holdings: BTreeMap<SourceId, Holdings>,
    /// The block register: identifier and block.
    pub blocks: Vec<(String, Block)>,
    /// The agreed index: identifier and an organisation the person is tied to.
    pub links: Vec<(String, OrganisationId)>,
    /// What staff have registered about them.
    pub registrations: Vec<Registration>,
    /// People for whom a source answers late or brokenly.
    pub behaviours: Vec<Behaviour>,
    /// Whom the home-help planning system plans for; nobody unless [`Seed::with_home_help`] is called.
    pub home_help: Customers,
}

impl Seed {
    /// The seed as of a moment; all dates count from its Swedish local date.
    pub fn new(now: &Zoned) -> Self {
        let sources = sources::all();
        let mut seed = Self {
            organisations: organisations::all(),
            holdings: sources.iter().map(|source| (source.id.clone(), Holdings::default())).collect(),
            sources,
            staff: staff::all(),
            people: Vec::new(),
            blocks: Vec::new(),
            links: Vec::new(),
            registrations: Vec::new(),
            behaviours: Vec::new(),
            home_help: Customers::default(),
        };
        for case in people::cases(&Clock::new(now)) {
            let identifier = case.identifier.digits().to_owned();
            for (source, records) in case.records {
                let holdings = seed.holdings.entry(SourceId::new(source)).or_default();
                holdings.patients.insert(identifier.clone(), records);
            }
            seed.blocks.extend(case.blocks.into_iter().map(|block| (identifier.clone(), block)));
            seed.links.extend(case.links.into_iter().map(|organisation| (identifier.clone(), organisation)));
            seed.behaviours.extend(case.behaviours);
            seed.people.push(case.person);
        }
        seed.mix_up_patients();
        seed.registrations = registrations::all(&seed.people, &seed.staff, now);
        seed
    }

    /// Adds the home-help planning system: its source, and whom it plans for. Its adapter must have been built.
    #[must_use]
    pub fn with_home_help(mut self, now: &Zoned) -> Self {
        let source = sources::home_help();
        self.holdings.insert(source.id.clone(), Holdings::default());
        self.sources.push(source);
        self.home_help = Customers::at(&Clock::new(now));
        self
    }

    /// Puts another patient's records where a person is to be answered wrongly.
    fn mix_up_patients(&mut self) {
        for behaviour in self.behaviours.iter().filter(|behaviour| behaviour.conduct == Conduct::WrongPatient) {
            let Some(holdings) = self.holdings.get_mut(&behaviour.source) else { continue };
            if let Some(other) = holdings.somebody_else(&behaviour.identifier).cloned() {
                holdings.patients.insert(behaviour.identifier.clone(), other);
            }
        }
    }

    /// The first person with a tag.
    pub fn person_showing(&self, tag: &str) -> Option<&DemoPerson> {
        self.people.iter().find(|person| person.shows.contains(&tag))
    }

    /// The same source as if it answered every known identifier with somebody else's records.
    pub(crate) fn mixed_up(&self, source: &SourceId) -> Holdings {
        let Some(right) = self.holdings.get(source) else { return Holdings::default() };
        let patients = self
            .people
            .iter()
            .filter_map(|person| {
                let other = right.somebody_else(&person.personal_number)?;
                Some((person.personal_number.clone(), other.clone()))
            })
            .collect();
        Holdings { patients }
    }
}

impl Holdings {
    /// Records of the next patient who has any; round the corner after the last.
    fn somebody_else(&self, identifier: &str) -> Option<&crate::holdings::PatientRecords> {
        let others = || self.patients.iter().filter(|(known, _)| known.as_str() != identifier);
        let with_entries = || others().filter(|(_, records)| !records.entries.is_empty());
        with_entries()
            .find(|(known, _)| known.as_str() > identifier)
            .or_else(|| with_entries().next())
            .or_else(|| others().next())
            .map(|(_, records)| records)
    }
}

#[cfg(test)]
mod tests;
