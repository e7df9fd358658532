//! Everything the demo starts from, at one moment: organisations, sources, staff, people, holdings, blocks, links.
//!
//! Plain data, no server and no clock of its own. Not here: the content (`people`, `sources`, `staff`), how it is served (`servers`).
//! Invariant: the same moment gives the same seed; every source has holdings, if only empty ones.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Zoned;
use samsyn_domain::{
    access::{Block, Registration},
    source::{LinkRule, OrganisationId, OrganisationInfo, SourceId},
};

use crate::{
    fault::{Behaviour, Conduct},
    holdings::Holdings,
    neighbours, organisations,
    people::{self, DemoPerson, build::Clock},
    registrations,
    source::{
        filfall::{self, Folder},
        hemplan::Customers,
    },
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
    /// Whom the home-help planning system plans for; nobody unless [`Seed::with_all_languages`] is called.
    pub home_help: Customers,
    /// The private provider's web folder; empty unless the same is called.
    pub web_folder: Folder,
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
            web_folder: Folder::default(),
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

    /// Adds what adapters in other languages than Rust read: the home-help planning system, and a private provider with its web folder.
    /// Nothing else changes. Those adapters must have been built.
    #[must_use]
    pub fn with_all_languages(mut self, now: &Zoned) -> Self {
        let provider = organisations::hemrehab();
        self.home_help = Customers::at(&Clock::new(now));
        self.web_folder = Folder::exported(now);
        let everywhere = self.people.iter().filter(|person| self.is_linked_everywhere(person));
        let known = everywhere.map(|person| person.personal_number.clone()).chain(filfall::patients());
        let linked: BTreeSet<String> = known.collect();
        self.links.extend(linked.into_iter().map(|number| (number, provider.id.clone())));
        self.organisations.push(provider);
        for source in sources::other_languages() {
            self.holdings.insert(source.id.clone(), Holdings::default());
            self.sources.push(source);
        }
        self
    }

    /// Adds municipalities of the same region, until it and they are so many; 4 to 9. Nothing else changes.
    #[must_use]
    pub fn with_organisations(mut self, count: usize) -> Self {
        let (organisations, sources, staff) = neighbours::first(count.saturating_sub(neighbours::FEWEST));
        self.organisations.extend(organisations);
        self.staff.extend(staff);
        for source in sources {
            self.holdings.insert(source.id.clone(), Holdings::default());
            self.sources.push(source);
        }
        self
    }

    /// Whether every source is asked about a person, whatever its rule.
    fn is_linked_everywhere(&self, person: &DemoPerson) -> bool {
        let links = |source: &DemoSource| {
            self.links.iter().any(|(number, known)| *number == person.personal_number && *known == source.organisation)
        };
        self.sources.iter().all(|source| source.link_rule == LinkRule::Always || links(source))
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
