//! Facts as values of the domain, and the decision on them.
//!
//! Not here: what is right (`super`). Invariant: everything that is not a fact is the same in every case.

mod registered;

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use jiff::{SignedDuration, Timestamp, Zoned, civil::date};
use samsyn_domain::{
    access::{
        self, Access, BlockStatus, Decision, Employees, LiftReason, Registration, Right, RoleMatrix, TemporaryLift,
        blocked_exists, blocks_for,
    },
    entry::Entry,
    identifier::PersonIdentifier,
    plan::{Known, plan as plan_of},
    provenance::Organisation,
    section::Section,
    source::{OrganisationId, OrganisationInfo, Provider, ProviderId, ProviderKind, ProviderKinds, Source},
    state::{Entries, State, Withheld},
    time::When,
    viewer::{Scope, Viewer},
    vocabulary::{AlertKind, PlanKind},
};
use samsyn_tests::build::{entry, plan, source, viewer};

use super::{Block, Choice, Consent, Facts, Ids, Matrix, Outcome, Reader, What, Whose};

const MUNICIPAL_CARE: &str = "SE9999000010-H001";
const SOCIAL_SERVICES: &str = "SE9999000010-S001";
const CARE_HOME: &str = "SE9999000011-V001";
const CARE_HOME_AS_SOCIAL: &str = "SE9999000011-S001";
const OTHER_CARE: &str = "SE9999000012-R001";
const OTHER_SOCIAL: &str = "SE9999000013-S001";
const OTHER_CARE_HOME: &str = "SE9999000014-V001";
/// Another board of the municipality that gives health care.
const OTHER_AUTHORITY: &str = "SE9999000010-H002";
const STRANGER: &str = "SE9999000015-R001";
/// The unit the record belongs to when it is not the reader's own.
const RECORD_UNIT: &str = "SE9999000016-E001";

/// Read once: there are some hundred thousand cases.
static NOW: LazyLock<Zoned> = LazyLock::new(samsyn_tests::build::now);

/// Matrices an administrator might have saved.
static WITHOUT: LazyLock<RoleMatrix> = LazyLock::new(|| {
    let kinds = [ProviderKind::Care, ProviderKind::SocialCare];
    RoleMatrix::granting(|role, right| {
        RoleMatrix::default().grants(role, &kinds, right)
            && !matches!(right, Right::See(Section::Services | Section::CareLimits))
    })
});
static EVERYTHING: LazyLock<RoleMatrix> = LazyLock::new(|| RoleMatrix::granting(|_, _| true));

/// What the domain was asked, and what it needs to answer.
pub(super) struct Scene {
    facts: Facts,
    viewer: Viewer,
    patient: PersonIdentifier,
    registered: Vec<Registration>,
}

impl Scene {
    pub(super) fn new(facts: Facts) -> Self {
        let care = ProviderKind::Care;
        let (provider, kind) = match facts.reader {
            Reader::MunicipalCare => (MUNICIPAL_CARE, care),
            Reader::SocialServices => (SOCIAL_SERVICES, ProviderKind::SocialCare),
            Reader::PrivateCareHome => (CARE_HOME, care),
        };
        let mut viewer = viewer(facts.role, kind);
        viewer.provider.id = ProviderId::new(provider);
        viewer.authorities = municipality(facts.whose != Whose::ClosedAuthority).authorities_beside(&viewer.provider);
        match facts.matrix {
            Matrix::Default => {}
            Matrix::WithoutServicesAndLimits => WITHOUT.equip(&mut viewer),
            Matrix::Everything => EVERYTHING.equip(&mut viewer),
        }
        if facts.choice == Choice::SharedForStatistics {
            viewer.purpose = "Statistik".into();
        }
        let number = if facts.is_child { "201402102394" } else { "195009072553" };
        let mut scene =
            Self { facts, viewer, patient: PersonIdentifier::stated(number).unwrap(), registered: Vec::new() };
        scene.relation();
        scene.consent();
        scene.exception();
        scene.lift();
        scene
    }

    /// The ground the domain finds.
    pub(super) fn access(&self) -> Access {
        let scope = if self.facts.choice == Choice::Own { Scope::Own } else { Scope::Shared };
        access::access(&self.viewer, scope, self.known(), &NOW)
    }

    fn known(&self) -> access::Facts<'_> {
        access::Facts {
            patient: &self.patient,
            registered: Some(&self.registered),
            accepts_others_consents: self.facts.consent == Consent::ByOthersAccepted,
        }
    }

    /// What becomes of the record, and whether the reader is told that there are blocks.
    pub(super) fn decide(&self, access: &Access, kinds: &ProviderKinds) -> (Outcome, bool) {
        let blocks = blocks_for(&self.viewer, self.blocks(), self.known(), NOW.timestamp());
        let decision = Decision {
            viewer: &self.viewer,
            grant: access.grant(),
            blocks: &blocks,
            kinds,
            otherwise: ProviderKind::Care,
        };
        let told = Entries::new(vec![self.record()]).map(State::Reported).unwrap();
        let outcome = match decision.apply(self.section(), told) {
            State::Reported(_) => Outcome::Shown,
            State::NothingHeld => Outcome::NothingHeld,
            State::Withheld(Withheld::Role) => Outcome::Role,
            State::Withheld(Withheld::MissingIds) => Outcome::MissingIds,
            State::Withheld(Withheld::BlockUnverified) => Outcome::BlockUnverified,
            State::Withheld(Withheld::MayExist) => Outcome::MayExist,
            other => panic!("{:?}: {other:?}", self.facts),
        };
        (outcome, blocked_exists(&self.viewer, access.grant(), &blocks))
    }

    /// Whether the record's own source is asked for its section.
    pub(super) fn asks(&self, access: &Access) -> bool {
        let kind = if self.facts.record_is_care() { ProviderKind::Care } else { ProviderKind::SocialCare };
        let provider = Provider { id: ProviderId::new(self.provider()), kind };
        let source = Source { provider: Some(provider), ..source("a") };
        let none = BTreeMap::new();
        let known =
            Known { identifier: self.patient.kind(), links: None, ask_all: true, enabled: None, left_alone: &none };
        let plan = plan_of(&self.viewer, access.grant(), &[source], known);
        plan.asks.iter().any(|ask| ask.sections.contains(&self.section()))
    }

    fn provider(&self) -> &str {
        match (self.facts.whose, self.facts.reader) {
            (Whose::OwnUnit | Whose::OwnOtherUnit, _) => self.viewer.provider.id.as_str(),
            (Whose::Sibling, Reader::MunicipalCare) => SOCIAL_SERVICES,
            (Whose::Sibling, Reader::SocialServices) => MUNICIPAL_CARE,
            (Whose::Sibling, Reader::PrivateCareHome) => CARE_HOME_AS_SOCIAL,
            (Whose::OtherCare, _) => OTHER_CARE,
            (Whose::OtherSocial, _) => OTHER_SOCIAL,
            (Whose::OtherCareHome, _) => OTHER_CARE_HOME,
            (Whose::OtherAuthority | Whose::ClosedAuthority, _) => OTHER_AUTHORITY,
        }
    }

    fn section(&self) -> Section {
        match self.facts.what {
            What::Alert | What::Infection => Section::Alerts,
            What::CareLimit => Section::CareLimits,
            What::Medication => Section::Medications,
            What::Service => Section::Services,
            What::Contact => Section::Contacts,
            What::Sip | What::Implementation | What::CrisisPlan => Section::Plans,
        }
    }

    fn record(&self) -> Entry {
        let mut record = match self.facts.what {
            What::Sip => Entry::Plan(Arc::new(plan("r", PlanKind::Sip))),
            What::Implementation => Entry::Plan(Arc::new(plan("r", PlanKind::Implementation))),
            What::CrisisPlan => Entry::Plan(Arc::new(plan("r", PlanKind::CrisisPlan))),
            _ => entry(self.section(), "r"),
        };
        if let (What::Infection, Entry::Alert(alert)) = (self.facts.what, &mut record) {
            Arc::make_mut(alert).kind = AlertKind::Infection;
        }
        // Sources write HSA-ids as they like.
        let (provider, unit) = (self.provider().to_lowercase(), self.record_unit().to_lowercase());
        let provenance = record.provenance_mut();
        provenance.patient = Some(self.patient.to_identifier());
        provenance.care_provider = Some(Organisation::new(provider, "Vårdgivaren"));
        provenance.care_unit = Some(Organisation::new(unit, "Enheten"));
        provenance.recorded = Some(When::read("2026-10-02"));
        match self.facts.ids {
            Ids::Complete => {}
            Ids::NoProvider => provenance.care_provider = None,
            Ids::PlaceholderUnit => provenance.care_unit = Some(Organisation::new("?", "Enheten")),
            Ids::NoPatient => provenance.patient = None,
        }
        record
    }

    fn blocks(&self) -> BlockStatus {
        let provider = ProviderId::new(self.provider());
        let outer = access::Block::outer(provider.clone());
        let inner = access::Block::inner(provider.clone(), self.record_unit());
        let (reader, colleague) = (self.viewer.user_id.to_lowercase(), "SE9999000018-P001".to_owned());
        let unit = self.viewer.unit.id.clone().unwrap();
        let lift = |unit: &str, employee: Option<&str>, minutes| TemporaryLift {
            reason: LiftReason::PatientsConsent,
            unit: unit.to_lowercase(),
            employee: employee.map(Into::into),
            from: Some(minutes_from_now(-60)),
            to: minutes_from_now(minutes),
        };
        let lifted = |block: &access::Block, lift| access::Block { lifts: vec![lift], ..block.clone() };
        let about = |employees| access::Block { employees, ..outer.clone() };
        let but = |kind: &str| access::Block { except: vec![kind.into()], ..outer.clone() };
        BlockStatus::Verified(vec![match self.facts.block {
            Block::None => return BlockStatus::Verified(Vec::new()),
            Block::Unverified => return BlockStatus::Unverified,
            Block::UnverifiedHere => {
                return BlockStatus::Partly { blocks: Vec::new(), verified: vec![ProviderId::new(STRANGER)] };
            }
            Block::UnverifiedElsewhere => return BlockStatus::Partly { blocks: Vec::new(), verified: vec![provider] },
            Block::Elsewhere => access::Block::outer(ProviderId::new(STRANGER)),
            Block::Outer => outer.clone(),
            Block::OuterButAlerts => but("upp"),
            Block::OuterButMedicines => but("lak"),
            Block::OuterLongAgo => access::Block { to: Some(date(2026, 10, 1)), ..outer.clone() },
            Block::OuterButReader => about(Employees::AllBut(vec![colleague, reader])),
            Block::OuterOnlyReader => about(Employees::Only(vec![colleague, reader])),
            Block::OuterOnlyColleague => about(Employees::Only(vec![colleague])),
            Block::OuterNotYet => access::Block { valid_from: Some(minutes_from_now(1)), ..outer.clone() },
            Block::OuterOver => access::Block { valid_to: Some(minutes_from_now(0)), ..outer.clone() },
            Block::OuterLiftedByOwner => lifted(&outer, lift(&unit, None, 1)),
            Block::OuterLiftedByOwnerForReader => lifted(&outer, lift(&unit, Some(&reader), 1)),
            Block::OuterLiftedByOwnerForColleague => lifted(&outer, lift(&unit, Some(&colleague), 1)),
            Block::OuterLiftedByOwnerForOtherUnit => lifted(&outer, lift("SE9999000017-E001", None, 1)),
            Block::OuterLiftByOwnerOver => lifted(&outer, lift(&unit, None, 0)),
            Block::Inner | Block::InnerLifted | Block::InnerLiftedForColleague | Block::InnerLiftOver => inner,
            Block::InnerLiftedByOwner => lifted(&inner, lift(&unit, None, 1)),
        }])
    }

    fn record_unit(&self) -> String {
        match self.facts.whose {
            Whose::OwnUnit => self.viewer.unit.id.clone().unwrap(),
            _ => RECORD_UNIT.into(),
        }
    }
}

fn minutes_from_now(minutes: i64) -> Timestamp {
    NOW.timestamp().checked_add(SignedDuration::from_mins(minutes)).unwrap()
}

/// The catalogue. One provider is missing in it: its kind is that of its source.
pub(super) fn kinds() -> ProviderKinds {
    let (care, social) = (ProviderKind::Care, ProviderKind::SocialCare);
    ProviderKinds::new(&[
        municipality(true),
        organisation("home", &[(CARE_HOME, care), (CARE_HOME_AS_SOCIAL, social)]),
        organisation("neighbour", &[(OTHER_SOCIAL, social)]),
        organisation("other-home", &[(OTHER_CARE_HOME, care)]),
    ])
}

/// The municipality, with or without direct access between its two boards that give health care.
fn municipality(authorities_have_direct_access: bool) -> OrganisationInfo {
    let (care, social) = (ProviderKind::Care, ProviderKind::SocialCare);
    let providers = [(MUNICIPAL_CARE, care), (OTHER_AUTHORITY, care), (SOCIAL_SERVICES, social)];
    OrganisationInfo { authorities_have_direct_access, ..organisation("municipality", &providers) }
}

fn organisation(id: &str, providers: &[(&str, ProviderKind)]) -> OrganisationInfo {
    let provider = |(id, kind): &(&str, ProviderKind)| Provider { id: ProviderId::new(*id), kind: *kind };
    OrganisationInfo {
        id: OrganisationId::new(id),
        name: id.into(),
        providers: providers.iter().map(provider).collect(),
        phone: None,
        recent_months: 3,
        care_limit_text: None,
        receiving_units: Vec::new(),
        accepts_others_consents: false,
        shift_hours: 12,
        confidentiality_text: None,
        review: samsyn_domain::review::ReviewRules::default(),
        extract_names: samsyn_domain::extract::ReaderNames::default(),
        authorities_have_direct_access: false,
        snapshots: None,
        support: None,
        publishes_for_all: false,
    }
}
