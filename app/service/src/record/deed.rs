//! What is read beside an overview, and what is changed: the word `what` and the fields that go with it.
//!
//! Not here: whether it may be done (`access`, `roles`, `blocks`). Invariant: words that somebody typed stay where they are kept,
//! but the reason for a change of what is enabled or of a source's stage, which is about no person.

use std::collections::BTreeMap;

use jiff::Timestamp;
use samsyn_domain::{
    access::{Assertion, GivenBy, Kind, Proof, Reason, Receiver, Registration, RelationReason, Right},
    binding::BindingVersion,
    go_live::Item,
    notice::NoticeKind,
    report::{Mistake, Step, Topic},
    section::Section,
    source::{OrganisationId, ProviderId, SourceId},
    stage::{Cause, Stage},
    viewer::Role,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::opening::{Policy, sha256};

/// One deed.
#[derive(Debug, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Deed<'a> {
    /// Read what is registered about a patient.
    AccessRegister,
    /// Read which units of the own provider have blocked information.
    BlockedUnits,
    /// Asked the own sources whether they report a relation.
    RelationProof {
        /// Which.
        sources: &'a [&'a SourceId],
        /// Under which rules.
        policy: &'a Policy,
    },
    /// Asked the own sources who the patient is.
    Person {
        /// Which.
        sources: &'a [&'a SourceId],
        /// Under which rules.
        policy: &'a Policy,
    },
    /// Read the task that an emergency left.
    FollowUp {
        /// The emergency.
        registration: &'a str,
    },
    /// Wrote it.
    WriteFollowUp {
        /// The emergency.
        registration: &'a str,
        /// When it was opened.
        opened: Timestamp,
        /// When the task was due.
        due: Timestamp,
        /// It was overdue.
        overdue: bool,
    },
    /// Registered a consent, a relation, an exception, an emergency or the lift of a block.
    Register(Box<Registered<'a>>),
    /// Ended one before its time.
    End {
        /// Which.
        registration: &'a str,
        /// The other steps of the same emergency, which end with it.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        steps: &'a [&'a str],
        /// What.
        kind: Kind,
        /// As a mistake, not withdrawn.
        voided: bool,
    },
    /// Gave an emergency another hour.
    Extend {
        /// Which step it was asked for.
        registration: &'a str,
        /// Every step, all of which it is given to.
        steps: &'a [&'a str],
        /// What.
        kind: Kind,
        /// When it would have ended.
        before: Option<Timestamp>,
        /// When it ends now.
        to: Timestamp,
    },
    /// Asked another organisation to lift its block.
    LiftRequest {
        /// Which.
        asked: &'a OrganisationId,
    },
    /// Changed an organisation's matrix of roles.
    RoleMatrix {
        /// Whose.
        organisation: &'a OrganisationId,
        /// Number of the version that held, 0 for the defaults.
        before: u32,
        /// SHA-256 of its canonical JSON.
        before_sha256: &'a str,
        /// Number of the version that holds now.
        version: u32,
        /// SHA-256 of its canonical JSON.
        sha256: &'a str,
        /// What is granted otherwise.
        changes: Vec<RightChange>,
    },
    /// Changed what an organisation's staff are shown.
    Enablement {
        /// Whose.
        organisation: &'a OrganisationId,
        /// Number of the version that held, 0 for everything that is configured.
        before: u32,
        /// SHA-256 of its canonical JSON.
        before_sha256: &'a str,
        /// Number of the new version.
        version: u32,
        /// SHA-256 of its canonical JSON.
        sha256: &'a str,
        /// From when it holds.
        from: Timestamp,
        /// Why.
        reason: &'a str,
        /// What is enabled otherwise.
        changes: Vec<SourceChange>,
    },
    /// Brought a source to another stage.
    SourceStage {
        /// Which.
        source: &'a SourceId,
        /// Its organisation.
        organisation: &'a OrganisationId,
        /// Number of the new stage.
        version: u32,
        /// Where it stood.
        before: Stage,
        /// Where it stands now.
        stage: Stage,
        /// Number of the binding that is in use.
        #[serde(skip_serializing_if = "Option::is_none")]
        running: Option<u32>,
        /// Number of the binding that is tried.
        #[serde(skip_serializing_if = "Option::is_none")]
        trial: Option<u32>,
        /// Why, in the administrator's words.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
        /// Why the portal itself stopped it.
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<Cause>,
    },
    /// Bound a package to a source: what it is granted, without secrets.
    SourceBinding {
        /// Which source.
        source: &'a SourceId,
        /// Its organisation.
        organisation: &'a OrganisationId,
        /// Number of the binding.
        version: u32,
        /// SHA-256 of the package.
        package: &'a str,
        /// SHA-256 of its component.
        adapter_sha256: &'a str,
        /// Where it may go, by alias.
        origins: BTreeMap<&'a str, &'a str>,
        /// The slots that are filled, and the number of the binding each secret came with.
        credentials: BTreeMap<&'a str, u32>,
        /// SHA-256 of the canonical JSON of all of it.
        sha256: String,
        /// Why.
        reason: &'a str,
    },
    /// Ran the own test of a source.
    SourceTest {
        /// Which source.
        source: &'a SourceId,
        /// Its organisation.
        organisation: &'a OrganisationId,
        /// Number of the binding; 0 for the configuration file's.
        version: u32,
    },
    /// Uploaded a package to an organisation's catalogue.
    Package {
        /// Whose.
        organisation: &'a OrganisationId,
        /// SHA-256 of the file.
        package: &'a str,
        /// Number of its trial.
        version: u32,
        /// How large it is.
        bytes: usize,
    },
    /// Enrolled a vendor's key, or withdrew it.
    VendorKey {
        /// For which organisation.
        organisation: &'a OrganisationId,
        /// The public key.
        key: &'a str,
        /// enrol or withdraw.
        step: &'static str,
    },
    /// Published a notice to staff, or took one back. Its words are kept where it is.
    Notice {
        /// Whose.
        organisation: &'a OrganisationId,
        /// Which.
        notice: &'a str,
        /// publish or withdraw.
        step: &'static str,
        /// What it is.
        kind: NoticeKind,
        /// The source it is about.
        source: Option<&'a SourceId>,
        /// To the staff of every organisation.
        everyone: bool,
        /// From when it holds.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
        /// SHA-256 of its canonical JSON.
        sha256: &'a str,
    },
    /// Reported an entry to who answers for its source.
    Report {
        /// Its id.
        report: &'a str,
        /// Of which source.
        source: &'a SourceId,
        /// In which section.
        section: Section,
        /// What is wrong.
        mistake: Mistake,
        /// Who answers.
        to: &'a OrganisationId,
    },
    /// Said something of the portal. The words are kept where it is.
    Feedback {
        /// Its id.
        report: &'a str,
        /// Of what kind.
        topic: Topic,
        /// Who answers.
        to: &'a OrganisationId,
    },
    /// Took a step with a report.
    ReportStep {
        /// Its id.
        report: &'a str,
        /// Which step.
        step: Step,
        /// Its number.
        version: u32,
    },
    /// Decided on something that an organisation has to have in place, or that it goes live. What was noted is kept where it is.
    GoLive {
        /// Whose.
        organisation: &'a OrganisationId,
        /// Number of the decision.
        version: u32,
        /// Of what.
        item: Item,
        /// In place, or not any more.
        done: bool,
    },
    /// Wrote another version of a unit.
    Unit {
        /// Of which organisation.
        organisation: &'a OrganisationId,
        /// Number of the version.
        version: u32,
        /// HSA-id of the unit.
        unit: &'a str,
        /// SHA-256 of its canonical JSON.
        sha256: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// Acknowledged the text on confidentiality.
    Confidentiality {
        /// Whose text.
        organisation: &'a OrganisationId,
        /// SHA-256 of it.
        text: &'a str,
    },
    /// Found that signing in is right.
    LoginTest {
        /// For which organisation.
        organisation: &'a OrganisationId,
    },
    /// Chose an assignment.
    Assignment {
        /// The one it replaces, if any.
        before: Option<&'a str>,
    },
    /// Replaced a provider's list of blocks.
    BlocksImport {
        /// Whose.
        provider: &'a ProviderId,
        /// The list that was held.
        before: Option<HeldList>,
        /// When the new one was verified.
        verified_at: Timestamp,
        /// How many blocks it has.
        blocks: usize,
        /// Of the file it came in.
        sha256: &'a str,
        /// In the outcome: done, newer-held or failed.
        result: Option<&'static str>,
    },
    /// Handed out the log, as others verify it or in a form that others read.
    AuditExport {
        /// tiles, csv, balp or national.
        format: &'a str,
        /// Whose; none is everybody's.
        provider: Option<&'a str>,
        /// The first moment of the period.
        from: Option<Timestamp>,
        /// The first moment after it.
        before: Option<Timestamp>,
    },
    /// Handed out everything of an organisation.
    OrganisationExport {
        /// Which.
        organisation: &'a OrganisationId,
    },
    /// Handed out a provider's list of blocks.
    BlocksExport {
        /// Whose.
        provider: &'a ProviderId,
    },
}

impl Deed<'_> {
    /// The details of its record.
    pub fn details(&self) -> Value {
        json!(self)
    }
}

impl<'a> From<&'a BindingVersion> for Deed<'a> {
    fn from(version: &'a BindingVersion) -> Self {
        let binding = &version.binding;
        let origins = binding.origins.iter().map(|origin| (origin.alias.as_str(), origin.base_url.as_str()));
        let credentials = binding.credentials.iter().map(|credential| (credential.slot.as_str(), credential.secret));
        Self::SourceBinding {
            source: &version.source,
            organisation: &version.organisation,
            version: version.number,
            package: &binding.package,
            adapter_sha256: &binding.component,
            origins: origins.collect(),
            credentials: credentials.collect(),
            sha256: sha256(&json!(binding)),
            reason: &version.reason,
        }
    }
}

/// What was registered, without the words.
#[derive(Debug, Serialize)]
pub struct Registered<'a> {
    registration: &'a str,
    kind: Kind,
    receiver: &'a Receiver,
    from: Timestamp,
    to: Option<Timestamp>,
    stated: Stated<'a>,
}

#[derive(Debug, Serialize)]
struct Stated<'a> {
    given_by: Option<GivenBy>,
    relation: Option<RelationReason>,
    proof: Option<&'a Proof>,
    reason: Option<Reason>,
    sections: &'a [Section],
    assertions: &'a [Assertion],
    unit: Option<&'a str>,
    sign_in_not_renewed: bool,
}

impl<'a> From<&'a Registration> for Deed<'a> {
    fn from(new: &'a Registration) -> Self {
        let stated = &new.stated;
        Self::Register(Box::new(Registered {
            registration: &new.id,
            kind: new.kind,
            receiver: &new.receiver,
            from: new.period.from,
            to: new.period.to,
            stated: Stated {
                given_by: stated.given_by,
                relation: stated.relation,
                proof: stated.proof.as_ref(),
                reason: stated.reason,
                sections: &stated.sections,
                assertions: &stated.assertions,
                unit: stated.unit.as_deref(),
                sign_in_not_renewed: stated.sign_in_not_renewed,
            },
        }))
    }
}

/// A right that a role was given or lost.
#[derive(Debug, Serialize)]
pub struct RightChange {
    role: Role,
    right: &'static str,
    granted: bool,
}

impl From<(Role, Right, bool)> for RightChange {
    fn from((role, right, granted): (Role, Right, bool)) -> Self {
        Self { role, right: right.name(), granted }
    }
}

/// The sections of one source that were switched on or off: together, because an entry of the log has no room for a line each.
#[derive(Debug, Serialize)]
pub struct SourceChange {
    source: SourceId,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    enabled: Vec<Section>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disabled: Vec<Section>,
}

/// By source.
pub fn by_source(changes: Vec<(SourceId, Section, bool)>) -> Vec<SourceChange> {
    let mut sources: Vec<SourceChange> = Vec::new();
    for (source, section, enabled) in changes {
        if sources.last().is_none_or(|last| last.source != source) {
            sources.push(SourceChange { source, enabled: Vec::new(), disabled: Vec::new() });
        }
        if let Some(last) = sources.last_mut() {
            if enabled { last.enabled.push(section) } else { last.disabled.push(section) }
        }
    }
    sources
}

/// A list of blocks that was held.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct HeldList {
    /// When it was verified.
    pub verified_at: Timestamp,
    /// How many blocks it has.
    pub blocks: usize,
}
