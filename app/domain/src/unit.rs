//! The units of an organisation, by HSA-id: what each is called, what it is a part of, on whose behalf it works, and from when to when.
//!
//! What an administrator writes down. It names units where a source or a claim has an id alone, and shows which users act for a unit that nobody knows; it gives no right.
//! Not here: providers (configuration: access decisions compare them), who may write (`service::units`).
//! Invariant: nothing is changed: another version with a date follows, and of a unit on a day the newest that holds then counts.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    access::Registrar,
    source::{OrganisationId, OrganisationInfo},
};

/// Length of a name, in characters.
pub const NAME_MAX_CHARS: usize = 120;
/// Length of why it is written, in characters.
pub const REASON_MAX_CHARS: usize = 300;

/// A unit as it is from a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// HSA-id.
    pub id: String,
    /// Name.
    pub name: String,
    /// HSA-id of the unit or provider it is a part of.
    pub parent: String,
    /// HSA-id of whom it works for, when it is a private performer.
    pub performs_for: Option<String>,
    /// From which day it is so.
    pub from: Date,
    /// The last day; none while it goes on.
    pub until: Option<Date>,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitVersion {
    /// Whose.
    pub organisation: OrganisationId,
    /// 1, 2, 3 … of each organisation.
    pub number: u32,
    /// What it says.
    pub unit: Unit,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: Registrar,
    /// When it was written.
    pub at: Timestamp,
}

/// Why a unit is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitFault {
    /// The id is not of the form `SE1234567890-…`.
    Id,
    /// No name, or one that is too long.
    Name,
    /// What it is a part of is neither a provider nor a unit of the organisation on its first day, or is a part of the unit itself.
    Parent,
    /// Whom it works for has no HSA-id's form.
    PerformsFor,
    /// It ends before it begins.
    Period,
    /// No reason, or one that is too long.
    Reason,
}

impl UnitFault {
    /// The field it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Parent => "parent",
            Self::PerformsFor => "performs-for",
            Self::Period => "until",
            Self::Reason => "reason",
        }
    }
}

/// HSA-ids are the same in either case.
fn same(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

/// Whether it has the form of an HSA-id: `SE`, ten digits, a hyphen, and letters, digits or hyphens.
pub fn is_hsa_id(text: &str) -> bool {
    let Some((organisation, own)) = text.split_once('-') else { return false };
    let digits = organisation.strip_prefix("SE").or_else(|| organisation.strip_prefix("se")).unwrap_or_default();
    digits.len() == 10
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !own.is_empty()
        && text.len() <= 64
        && own.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The units that there are on a day, by HSA-id in lower case.
pub fn on(versions: &[UnitVersion], day: Date) -> BTreeMap<String, &UnitVersion> {
    let mut units = BTreeMap::new();
    // In order: of several that have begun the newest counts, also where it says that the unit has ended.
    for version in versions.iter().filter(|version| version.unit.from <= day) {
        units.insert(version.unit.id.to_ascii_lowercase(), version);
    }
    units.retain(|_, version| version.unit.until.is_none_or(|until| day <= until));
    units
}

impl UnitVersion {
    /// What is wrong with it, beside what is written already.
    pub fn faults(&self, organisation: &OrganisationInfo, versions: &[Self]) -> Vec<UnitFault> {
        let unit = &self.unit;
        let bounded = |text: &str, most: usize| (1..=most).contains(&text.trim().chars().count());
        let checks = [
            (is_hsa_id(&unit.id), UnitFault::Id),
            (bounded(&unit.name, NAME_MAX_CHARS), UnitFault::Name),
            (self.has_parent(organisation, versions), UnitFault::Parent),
            (unit.performs_for.as_deref().is_none_or(is_hsa_id), UnitFault::PerformsFor),
            (unit.until.is_none_or(|until| unit.from <= until), UnitFault::Period),
            (bounded(&self.reason, REASON_MAX_CHARS), UnitFault::Reason),
        ];
        checks.into_iter().filter(|(good, _)| !good).map(|(_, fault)| fault).collect()
    }

    /// Whether going upwards from it on its first day leads to a provider of the organisation, and not back to it.
    fn has_parent(&self, organisation: &OrganisationInfo, versions: &[Self]) -> bool {
        let units = on(versions, self.unit.from);
        let mut above = self.unit.parent.as_str();
        // No more steps than there are units: whatever has gone in a circle stops.
        for _ in 0..=units.len() {
            if organisation.providers.iter().any(|provider| provider.id.is(above)) {
                return true;
            }
            if same(above, &self.unit.id) {
                return false;
            }
            match units.get(&above.trim().to_ascii_lowercase()) {
                Some(version) => above = &version.unit.parent,
                None => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        provenance::Organisation,
        source::{Provider, ProviderId, ProviderKind},
    };

    fn organisation() -> OrganisationInfo {
        serde_json::from_value(serde_json::json!({
            "id": "storsjo", "name": "Storsjö kommun", "phone": null,
            "providers": [{ "id": "SE9999200002-HSL", "kind": "care" }],
        }))
        .unwrap()
    }

    fn version(number: u32, id: &str, parent: &str, from: Date, until: Option<Date>) -> UnitVersion {
        let by = Registrar {
            user_id: "SE-1".to_owned(),
            name: String::new(),
            title: String::new(),
            organisation: OrganisationId::new("storsjo"),
            provider: Provider { id: ProviderId::new("SE9999200002-HSL"), kind: ProviderKind::Care },
            unit: Organisation::default(),
        };
        let unit = Unit {
            id: id.to_owned(),
            name: "Norr".to_owned(),
            parent: parent.to_owned(),
            performs_for: None,
            from,
            until,
        };
        let organisation = OrganisationId::new("storsjo");
        UnitVersion { organisation, number, unit, reason: "Ny".to_owned(), by, at: Timestamp::UNIX_EPOCH }
    }

    const PROVIDER: &str = "SE9999200002-HSL";

    #[test]
    fn of_a_unit_on_a_day_the_newest_that_has_begun_counts_until_it_ends() {
        let (spring, summer, autumn) = (date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1));
        let mut moved = version(2, "se9999200002-a", PROVIDER, summer, Some(autumn));
        "Söder".clone_into(&mut moved.unit.name);
        let versions = [version(1, "SE9999200002-A", PROVIDER, spring, None), moved];
        let name = |day| on(&versions, day).values().next().map(|one| one.unit.name.clone());
        assert_eq!(name(date(2026, 2, 28)), None);
        assert_eq!(name(date(2026, 5, 31)).as_deref(), Some("Norr"));
        assert_eq!((name(summer).as_deref(), name(autumn).as_deref()), (Some("Söder"), Some("Söder")));
        assert_eq!(name(date(2026, 9, 2)), None, "the former does not come back");
    }

    #[test]
    fn what_it_is_a_part_of_leads_to_a_provider_and_not_back_to_it() {
        let day = date(2026, 3, 1);
        let versions = [
            version(1, "SE9999200002-A", PROVIDER, day, None),
            version(2, "SE9999200002-B", "se9999200002-a", day, None),
        ];
        let faults = |one: &UnitVersion| one.faults(&organisation(), &versions);
        assert_eq!(faults(&version(3, "SE9999200002-C", "SE9999200002-B", day, None)), []);
        for (id, parent) in [
            ("SE9999200002-A", "SE9999200002-B"),
            ("SE9999200002-C", "SE9999200002-C"),
            ("SE9999200002-C", "SE9999200002-D"),
            ("SE9999200002-C", ""),
        ] {
            assert_eq!(faults(&version(3, id, parent, day, None)), [UnitFault::Parent], "{id} {parent}");
        }
        let early = version(3, "SE9999200002-C", "SE9999200002-B", date(2026, 2, 1), None);
        assert_eq!(faults(&early), [UnitFault::Parent], "it is not there yet");
    }

    #[test]
    fn every_field_has_its_fault() {
        let day = date(2026, 3, 1);
        let good = version(1, "SE9999200002-A", PROVIDER, day, None);
        let refused = |adjust: fn(&mut UnitVersion)| {
            let mut one = good.clone();
            adjust(&mut one);
            one.faults(&organisation(), &[])
        };
        assert_eq!(refused(|one| one.unit.id = "A".to_owned()), [UnitFault::Id]);
        assert_eq!(refused(|one| one.unit.name = " ".to_owned()), [UnitFault::Name]);
        assert_eq!(refused(|one| one.unit.performs_for = Some("x".to_owned())), [UnitFault::PerformsFor]);
        assert_eq!(refused(|one| one.unit.until = Some(date(2026, 2, 1))), [UnitFault::Period]);
        assert_eq!(refused(|one| one.reason = "å".repeat(REASON_MAX_CHARS + 1)), [UnitFault::Reason]);
        for id in ["SE9999200002-", "SE999920000-A", "SE9999200002-Å", "NO9999200002-A", "SE99992000021-A"] {
            assert!(!is_hsa_id(id), "{id}");
        }
    }
}
