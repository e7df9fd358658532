//! What staff register about a patient so that information may be reached: consent, relation, and the exceptions.
//!
//! Shapes follow the national consent and relation services (`domain-facts` §2.4, §2.5): bound to patient, receiving provider,
//! perhaps unit, perhaps employee, with a start and perhaps an end. Not here: what they lead to (`ground`), keeping them (`store`).
//! Invariant: a registration that [`Registration::check`] refuses is never kept; one that has been kept is ended, never changed away.
//! To add a kind: [`Kind`], its rule in [`Registration::check`], what it opens in `ground`.

use jiff::{SignedDuration, Timestamp, ToSpan, Zoned, civil::Date};
use serde::{Deserialize, Serialize};

use super::{block::same_id, matrix::Action, proof::Proof};
use crate::{
    identifier::PersonIdentifier,
    provenance::Organisation,
    section::Section,
    source::{OrganisationId, Provider, ProviderId, ProviderKind},
    time::{sweden, today},
    viewer::Viewer,
};

/// Longest reason, as in the national services.
pub const REASON_MAX_CHARACTERS: usize = 1024;
/// How long danger to life lasts before it must be extended.
pub const EMERGENCY: SignedDuration = SignedDuration::from_mins(60);
/// What is registered again within this is a form that was sent twice.
const SENT_TWICE_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Age at which nobody is a child.
const ADULT: i16 = 18;

/// What is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The patient lets others' information be reached (SVOD 3:1 3, 3:2 3).
    Consent,
    /// A current relation of care, or measures by social services received or investigated (SVOD 3:1 1, 3:2 1).
    Relation,
    /// A child who cannot consent (SVOD 3:1, 3:2).
    Child,
    /// Not only temporarily unable to consent (SVOD 3:3, 3:4).
    Incapable,
    /// Danger to life, consent cannot be obtained (SVOD 3:6). Care providers only.
    Emergency,
    /// An inner block of the own provider is lifted for the reader (PDL 4:5).
    Lift,
}

/// Whom a registration is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    /// The provider.
    pub provider: ProviderId,
    /// One unit of it; none is all of them.
    pub unit: Option<Organisation>,
    /// One employee's HSA-id; none is everybody there.
    pub employee: Option<String>,
}

/// Who gave a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GivenBy {
    /// The patient.
    Patient,
    /// A child's guardian.
    Guardian,
}

/// Why there is a relation, when somebody states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationReason {
    /// Is here now.
    Visit,
    /// Is admitted or enrolled.
    Enrolled,
    /// A booking, referral or notice.
    Planned,
    /// Receives measures by social services, or they are being investigated.
    SocialCare,
    /// The own provider's source reports it.
    Proven,
}

impl RelationReason {
    /// Whether a provider of this kind can have it: care in the one, measures in the other (SVOD 3:1 1, 3:2 1).
    pub fn suits(self, kind: ProviderKind) -> bool {
        match self {
            Self::Visit | Self::Enrolled | Self::Planned => kind == ProviderKind::Care,
            Self::SocialCare => kind == ProviderKind::SocialCare,
            Self::Proven => true,
        }
    }
}

/// Why danger to life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Unconscious or not contactable.
    Unconscious,
    /// Acutely ill and cannot answer for herself.
    AcutelyIll,
    /// Confused.
    Confused,
    /// Something else, told in words.
    Other,
}

/// What must be asserted, each by itself, before somebody unable to consent is read about (SVOD 3:3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assertion {
    /// The information is needed for necessary care.
    Necessary,
    /// The person's attitude has been clarified as far as possible.
    AttitudeClarified,
    /// There is no reason to believe that the person would have objected.
    NoObjection,
}

impl Assertion {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Necessary, Self::AttitudeClarified, Self::NoObjection];
}

/// What was stated when it was registered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// Consent, and a lift on consent: by whom.
    pub given_by: Option<GivenBy>,
    /// Relation: why.
    pub relation: Option<RelationReason>,
    /// Relation: what the own provider's source reported, when that is the reason.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// Emergency, and a lift in danger to life: why.
    pub reason: Option<Reason>,
    /// Emergency: the sections that are needed. Empty in its first step, which shows only which providers there are (SVOD 3:6).
    #[serde(default)]
    pub sections: Vec<Section>,
    /// Incapable: what was asserted.
    #[serde(default)]
    pub assertions: Vec<Assertion>,
    /// Lift: the unit whose block is lifted.
    pub unit: Option<String>,
    /// Lift: its name.
    #[serde(default)]
    pub unit_name: Option<String>,
    /// In words.
    pub text: Option<String>,
    /// Emergency: the sign-in was older than a shift, and the identity provider could not renew it.
    #[serde(default)]
    pub sign_in_not_renewed: bool,
}

impl Stated {
    /// The same was stated; of a proof, that it is the same record, whenever it was asked for.
    fn is_same_as(&self, other: &Self) -> bool {
        let record = |stated: &Self| stated.proof.as_ref().map(|proof| (proof.source.clone(), proof.record.clone()));
        let rest = |stated: &Self| Self { proof: None, ..stated.clone() };
        record(self) == record(other) && rest(self) == rest(other)
    }
}

/// From when to when; without an end until it is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First moment.
    pub from: Timestamp,
    /// First moment after it.
    pub to: Option<Timestamp>,
}

impl Period {
    /// Of danger to life that begins now.
    pub fn of_emergency(now: &Zoned) -> Self {
        let from = now.timestamp();
        Self { from, to: Some(from.checked_add(EMERGENCY).unwrap_or(Timestamp::MAX)) }
    }

    /// Whether a moment lies in it.
    pub fn holds(self, at: Timestamp) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

/// The lengths one can choose. None is chosen beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Denna kontakt: to the end of the day after.
    ThisContact,
    /// 3 månader.
    ThreeMonths,
    /// 6 månader: the longest before an inability to consent is reviewed.
    SixMonths,
    /// 12 månader.
    TwelveMonths,
    /// Tills vidare.
    UntilRevoked,
}

impl Preset {
    /// The period that begins now.
    pub fn period(self, now: &Zoned) -> Period {
        let span = match self {
            Self::ThisContact => 2.days(),
            Self::ThreeMonths => 3.months(),
            Self::SixMonths => 6.months(),
            Self::TwelveMonths => 12.months(),
            Self::UntilRevoked => return Period { from: now.timestamp(), to: None },
        };
        // Whole days in Sweden: nobody's information goes dark in the middle of a round.
        let end = now.with_time_zone(sweden()).start_of_day().and_then(|day| day.checked_add(span));
        Period { from: now.timestamp(), to: Some(end.map_or(now.timestamp(), |end| end.timestamp())) }
    }
}

/// Who registered or ended it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registrar {
    /// HSA-id.
    pub user_id: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// The organisation in the portal.
    pub organisation: OrganisationId,
    /// The provider acted for.
    pub provider: Provider,
    /// The unit.
    pub unit: Organisation,
}

impl From<&Viewer> for Registrar {
    fn from(viewer: &Viewer) -> Self {
        Self {
            user_id: viewer.user_id.clone(),
            name: viewer.name.clone(),
            title: viewer.title.clone(),
            organisation: viewer.organisation.clone(),
            provider: viewer.provider.clone(),
            unit: viewer.unit.clone(),
        }
    }
}

/// How a registration ended before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// True: registered by mistake (makulerad). False: withdrawn (återkallad) or closed.
    pub voided: bool,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Registrar,
}

/// One registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// UUID, made by the portal.
    pub id: String,
    /// What.
    pub kind: Kind,
    /// About whom.
    pub patient: PersonIdentifier,
    /// For whom.
    pub receiver: Receiver,
    /// When it holds.
    pub period: Period,
    /// What was stated.
    pub stated: Stated,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// By whom.
    pub registered_by: Registrar,
    /// How it ended before its time.
    pub ended: Option<Ended>,
}

/// Why a registration is not accepted. Nothing has been kept then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The assignment's role or purpose does not include it.
    #[error("the role may not register this")]
    Role,
    /// Social-care providers have no emergency access (SVOD 3:6).
    #[error("only a care provider has emergency access")]
    CareProvidersOnly,
    /// It ends before it begins, or has ended already.
    #[error("it ends before it begins")]
    Period,
    /// An exception must have an end, and not a later one than this.
    #[error("it must end, and sooner")]
    TooLong,
    /// Not a child, or the age is not known.
    #[error("the patient is not known to be a child")]
    NotAChild,
    /// Something that must be stated is not.
    #[error("something that must be stated is missing")]
    NotStated,
    /// The reason is none for this kind of provider.
    #[error("the reason is not one that this kind of provider has")]
    Reason,
    /// No source of the own provider reports what would prove the relation.
    #[error("no source of the own provider reports it")]
    Unproven,
    /// The reason is too long.
    #[error("the reason is too long")]
    TextTooLong,
    /// Only a consent can be for another provider's unit.
    #[error("it can only be registered for the own unit")]
    Receiver,
    /// The unit is none that a consent can be for.
    #[error("there is no such receiving unit")]
    UnknownUnit,
    /// Danger to life: the first step has not been taken, or its time is over (SVOD 3:6).
    #[error("the first step of the emergency is missing")]
    FirstStep,
    /// The organisation does not take part in the shared overview.
    #[error("the organisation has not gone live")]
    NotLive,
    /// What is for one reader's own reading is ended by that reader.
    #[error("only whoever it is for may end it")]
    NotYours,
}

impl Refusal {
    /// The word of the log, when it says no to the person rather than to what the form says: somebody tried what the assignment does not
    /// include, or what is another's.
    pub const fn denial(self) -> Option<&'static str> {
        match self {
            Self::Role => Some("role"),
            Self::CareProvidersOnly => Some("care-providers-only"),
            Self::NotYours => Some("not-yours"),
            Self::NotLive => Some("not-live"),
            Self::Period
            | Self::TooLong
            | Self::NotAChild
            | Self::NotStated
            | Self::Reason
            | Self::Unproven
            | Self::TextTooLong
            | Self::Receiver
            | Self::UnknownUnit
            | Self::FirstStep => None,
        }
    }
}

impl Receiver {
    /// The viewer's unit.
    pub fn unit_of(viewer: &Viewer) -> Self {
        Self { provider: viewer.provider.id.clone(), unit: Some(viewer.unit.clone()), employee: None }
    }

    /// The viewer alone.
    pub fn only(viewer: &Viewer) -> Self {
        Self { employee: Some(viewer.user_id.clone()), ..Self::unit_of(viewer) }
    }

    /// Whether the viewer is among those it is for.
    pub fn covers(&self, viewer: &Viewer) -> bool {
        let unit = |unit: &Organisation| {
            unit.known_id().zip(viewer.unit.known_id()).is_some_and(|(wanted, own)| same_id(wanted, own))
        };
        self.provider.is(viewer.provider.id.as_str())
            && self.unit.as_ref().is_none_or(unit)
            && self.employee.as_deref().is_none_or(|employee| same_id(employee, &viewer.user_id))
    }
}

impl Registration {
    /// Whether it is the viewer's provider's affair: made for it, or by it.
    pub fn concerns(&self, viewer: &Viewer) -> bool {
        let own = viewer.provider.id.as_str();
        self.receiver.provider.is(own) || self.registered_by.provider.id.is(own)
    }

    /// Whether the viewer may know of it: it is the own provider's affair. That a block has been lifted tells that there is one, and is
    /// for whoever reads behind it.
    pub fn is_told_to(&self, viewer: &Viewer) -> bool {
        self.concerns(viewer) && (self.kind != Kind::Lift || self.receiver.covers(viewer))
    }

    /// Whether the viewer may end it before its time, as `right` says: [`Action::Revoke`] or [`Action::Void`]. Whoever has opened an emergency or lifted a block may always leave it, and nobody
    /// else ends it under that reader's hands.
    ///
    /// # Errors
    /// The rule it breaks.
    pub fn check_end(&self, viewer: &Viewer, right: Action) -> Result<(), Refusal> {
        match self.kind {
            _ if !viewer.has_care_purpose() => Err(Refusal::Role),
            Kind::Emergency | Kind::Lift if !self.receiver.covers(viewer) => Err(Refusal::NotYours),
            Kind::Emergency | Kind::Lift => Ok(()),
            _ if !viewer.may(right) => Err(Refusal::Role),
            _ => Ok(()),
        }
    }

    /// Whether this is the same thing said once more, by the same person, while `standing` holds: a form that was sent twice. Nothing
    /// new has been said then.
    pub fn repeats(&self, standing: &Self) -> bool {
        let since = self.registered_at.duration_since(standing.registered_at);
        let (by, before) = (&self.registered_by, &standing.registered_by);
        standing.holds(self.registered_at)
            && (SignedDuration::ZERO..=SENT_TWICE_WITHIN).contains(&since)
            && self.kind == standing.kind
            && self.patient == standing.patient
            && self.receiver == standing.receiver
            && self.period.to == standing.period.to
            && self.stated.is_same_as(&standing.stated)
            && same_id(&by.user_id, &before.user_id)
            && by.provider == before.provider
            && by.unit == before.unit
    }

    /// Whether it holds at this moment.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.ended.is_none() && self.period.holds(at)
    }

    /// Whether it holds at this moment, and for this viewer.
    pub fn holds_for(&self, viewer: &Viewer, at: Timestamp) -> bool {
        self.holds(at) && self.receiver.covers(viewer)
    }

    /// Whether this viewer may register it now.
    ///
    /// # Errors
    /// The first rule it breaks.
    pub fn check(&self, viewer: &Viewer, now: &Zoned) -> Result<(), Refusal> {
        let action = match self.kind {
            Kind::Consent | Kind::Relation => Action::Register,
            Kind::Child | Kind::Incapable => Action::Assert,
            Kind::Emergency => Action::Emergency,
            Kind::Lift => Action::Lift,
        };
        // Who would have the profession is told of the law, which no matrix changes.
        if self.kind == Kind::Emergency && viewer.provider.kind != ProviderKind::Care && viewer.role.is_licensed() {
            return Err(Refusal::CareProvidersOnly);
        }
        if !viewer.has_care_purpose() || !viewer.may(action) {
            return Err(Refusal::Role);
        }
        if self.stated.text.as_ref().is_some_and(|text| text.chars().count() > REASON_MAX_CHARACTERS) {
            return Err(Refusal::TextTooLong);
        }
        if self.period.to.is_some_and(|to| to <= self.period.from || to <= now.timestamp()) {
            return Err(Refusal::Period);
        }
        if self.kind != Kind::Consent && !self.receiver.covers(viewer) {
            return Err(Refusal::Receiver);
        }
        // A patient may consent to what is to come; what staff state is about now.
        if self.kind != Kind::Consent && self.period.from > now.timestamp() {
            return Err(Refusal::Period);
        }
        self.check_kind(viewer, now)
    }

    fn check_kind(&self, viewer: &Viewer, now: &Zoned) -> Result<(), Refusal> {
        let stated = &self.stated;
        let is_child = is_child(&self.patient, today(now));
        match self.kind {
            Kind::Consent => match stated.given_by {
                None => Err(Refusal::NotStated),
                Some(GivenBy::Guardian) if !is_child => Err(Refusal::NotAChild),
                Some(_) => Ok(()),
            },
            Kind::Relation => {
                let Some(reason) = stated.relation else { return Err(Refusal::NotStated) };
                if !reason.suits(viewer.provider.kind) {
                    return Err(Refusal::Reason);
                }
                if (reason == RelationReason::Proven) != stated.proof.is_some() {
                    return Err(Refusal::Unproven);
                }
                self.ends_within(now, Preset::TwelveMonths)
            }
            Kind::Child => {
                if !is_child {
                    return Err(Refusal::NotAChild);
                }
                self.ends_within(now, Preset::TwelveMonths)
            }
            Kind::Incapable => {
                if !Assertion::ALL.iter().all(|assertion| stated.assertions.contains(assertion)) {
                    return Err(Refusal::NotStated);
                }
                self.ends_within(now, Preset::SixMonths)
            }
            Kind::Emergency => {
                if self.receiver.employee.is_none() {
                    return Err(Refusal::Receiver);
                }
                match stated.reason {
                    None => Err(Refusal::NotStated),
                    Some(Reason::Other) if blank(stated.text.as_deref()) => Err(Refusal::NotStated),
                    Some(_) => self.ends_by(self.period.from.checked_add(EMERGENCY).ok()),
                }
            }
            Kind::Lift => {
                if viewer.provider.kind != ProviderKind::Care {
                    return Err(Refusal::CareProvidersOnly);
                }
                if self.receiver.employee.is_none() {
                    return Err(Refusal::Receiver);
                }
                if blank(stated.unit.as_deref()) {
                    return Err(Refusal::NotStated);
                }
                // The patient consents, or cannot be asked and it is indispensable (PDL 4:5): one of the two.
                match (stated.given_by, stated.reason) {
                    (Some(GivenBy::Patient), None) => {}
                    (None, Some(reason)) if reason != Reason::Other || !blank(stated.text.as_deref()) => {}
                    _ => return Err(Refusal::NotStated),
                }
                self.ends_within(now, Preset::ThisContact)
            }
        }
    }

    fn ends_within(&self, now: &Zoned, longest: Preset) -> Result<(), Refusal> {
        self.ends_by(longest.period(now).to)
    }

    fn ends_by(&self, latest: Option<Timestamp>) -> Result<(), Refusal> {
        let in_time = self.period.to.zip(latest).is_some_and(|(to, latest)| to <= latest);
        if in_time { Ok(()) } else { Err(Refusal::TooLong) }
    }
}

fn blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// Whether somebody born on a day is a child on another.
pub fn is_child(patient: &PersonIdentifier, day: Date) -> bool {
    patient.age(day).is_some_and(|age| age < ADULT)
}
