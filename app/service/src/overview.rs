//! Opening an overview: whom to ask, asking all at once, deciding on what comes, and the log around it.
//!
//! Not here: the rules themselves (`domain`), how a source is reached (`host`), the page (`ui`).
//! Invariant: [`OverviewService::open`] returns only after the audit intent is durable; [`Opened`] always leaves an outcome.

mod blocked_units;
mod breaker;
mod narrow;
mod opened;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::{Timestamp, Zoned};
use samsyn_domain::{
    access::{
        self, Access, Action, Block, BlockStatus, Decision, Emergency, Facts, Grant, Registration, Relied,
        blocked_exists, blocks_for, lifted_for, relied,
    },
    consent_view::{consents_here, may_ask},
    enablement::Enablement,
    identifier::PersonIdentifier,
    merge::{Opening, waiting},
    person::PersonAnswer,
    plan::{Ask, Known, Others, Plan, is_register, needs_no_ground, plan},
    section::Section,
    source::{OrganisationId, OrganisationInfo, ProviderId, ProviderKinds, Source, SourceId},
    state::{State, Unanswered},
    viewer::{Scope, Viewer},
};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub use self::{
    blocked_units::BlockedUnits,
    narrow::{Narrowly, Proofs},
    opened::{Conclusion, Opened},
};
use self::{
    breaker::Breaker,
    opened::{Arrival, Keeper, OutcomeWriter},
};
use crate::{
    limits::ServiceLimits,
    notices::NoticeBoard,
    port::{
        PortError,
        access_register::AccessRegister,
        adapters::{Adapters, Answer, Question, TraceId},
        audit_log::{Activity, AuditLog, AuditRecord},
        blocks::Blocks,
        enablements::Enablements,
        links::Links,
        measures::Measures,
        snapshots::Snapshots,
    },
    record::{Policy, opening::Intent},
    sightings::Sightings,
};

/// Sources and organisations, as configuration has them.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// In the order they stand on the page.
    pub sources: Vec<Source>,
    /// By id.
    pub organisations: Vec<OrganisationInfo>,
}

impl Catalogue {
    /// An organisation by id.
    pub fn organisation(&self, id: &OrganisationId) -> Option<&OrganisationInfo> {
        self.organisations.iter().find(|organisation| organisation.id == *id)
    }
}

/// What a viewer asks to see.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who.
    pub viewer: Viewer,
    /// About whom.
    pub patient: PersonIdentifier,
    /// Own or shared: the active choice.
    pub scope: Scope,
    /// Also the sources without known link.
    pub ask_all: bool,
    /// Every "now" of this opening.
    pub opened_at: Zoned,
    /// BCP 47.
    pub language: String,
    /// Read or print, for the log.
    pub activity: Activity,
    /// What is printed.
    pub preset: Option<&'static str>,
    /// The rules in force for the viewer, for the log.
    pub policy: Policy,
}

/// Why nothing is shown at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The assignment's purpose reaches no patient.
    #[error("the assignment's purpose does not reach patients")]
    NoCarePurpose,
    /// The role does not include printing.
    #[error("the role does not include printing")]
    MayNotPrint,
    /// What the viewer's organisation has enabled cannot be read: nobody may be asked.
    #[error("what is enabled could not be read")]
    EnablementUnreadable(#[source] PortError),
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
}

/// What is known beside the patient's number when it is decided whom to ask.
#[derive(Debug, Clone, Copy)]
struct Index<'a> {
    links: Option<&'a BTreeSet<OrganisationId>>,
    enabled: Option<&'a Enablement>,
    worked_on: &'a BTreeSet<SourceId>,
}

impl<'a> Index<'a> {
    fn known(self, request: &Request, ask_all: bool) -> Known<'a> {
        let Self { links, enabled, worked_on } = self;
        Known { identifier: request.patient.kind(), links, ask_all, enabled, worked_on }
    }
}

/// The use case.
pub struct OverviewService {
    adapters: Arc<dyn Adapters>,
    audit: Arc<dyn AuditLog>,
    blocks: Arc<dyn Blocks>,
    links: Arc<dyn Links>,
    register: Arc<dyn AccessRegister>,
    kinds: Arc<ProviderKinds>,
    catalogue: Catalogue,
    breaker: Arc<Breaker>,
    limits: ServiceLimits,
    snapshots: Option<Arc<dyn Snapshots>>,
    enablements: Option<Arc<dyn Enablements>>,
    board: Option<Arc<NoticeBoard>>,
    measures: Option<Arc<dyn Measures>>,
    sightings: Arc<Sightings>,
    unfinished: TaskTracker,
}

impl OverviewService {
    /// Puts the ports together.
    pub fn new(
        adapters: Arc<dyn Adapters>,
        audit: Arc<dyn AuditLog>,
        blocks: Arc<dyn Blocks>,
        links: Arc<dyn Links>,
        register: Arc<dyn AccessRegister>,
        catalogue: Catalogue,
        limits: ServiceLimits,
    ) -> Self {
        let kinds = Arc::new(ProviderKinds::new(&catalogue.organisations));
        let breaker = Arc::new(Breaker::new(limits.pause_after_failures, Duration::from_millis(limits.pause_ms)));
        Self {
            adapters,
            audit,
            blocks,
            links,
            register,
            kinds,
            catalogue,
            breaker,
            limits,
            snapshots: None,
            enablements: None,
            measures: None,
            board: None,
            sightings: Arc::default(),
            unfinished: TaskTracker::new(),
        }
    }

    /// Keeps what is shown where the reader's organisation has decided so. Without this nothing is kept.
    #[must_use]
    pub fn keeping(mut self, snapshots: Arc<dyn Snapshots>) -> Self {
        self.snapshots = Some(snapshots);
        self
    }

    /// Asks only what the viewer's organisation has enabled. Without this everything that is bound is asked.
    #[must_use]
    pub fn enabled_by(mut self, enablements: Arc<dyn Enablements>) -> Self {
        self.enablements = Some(enablements);
        self
    }

    /// Leaves alone what the board says is worked on. Without this nothing is.
    #[must_use]
    pub fn minding(mut self, board: Arc<NoticeBoard>) -> Self {
        self.board = Some(board);
        self
    }

    /// Counts for whoever watches the process. Without this nothing is counted.
    #[must_use]
    pub fn measured_by(mut self, measures: Arc<dyn Measures>) -> Self {
        self.measures = Some(measures);
        self
    }

    /// How the sources have answered lately.
    pub fn sightings(&self) -> &Sightings {
        &self.sightings
    }

    /// Since when a source has been failing that is left alone for a while.
    pub fn paused_since(&self, source: &SourceId) -> Option<Timestamp> {
        self.breaker.pause_of(source, tokio::time::Instant::now()).map(|pause| pause.since)
    }

    fn keeper(&self, viewer: &Viewer) -> Option<Keeper> {
        let terms = self.catalogue.organisation(&viewer.organisation)?.snapshots.clone()?;
        Some(Keeper { snapshots: self.snapshots.clone()?, terms })
    }

    /// The catalogue in use.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// What must end before the store is closed: outcomes on their way to the log, and whoever delivers an opening in pieces.
    pub fn unfinished(&self) -> &TaskTracker {
        &self.unfinished
    }

    /// The table of limits in use.
    pub fn limits(&self) -> &ServiceLimits {
        &self.limits
    }

    /// Starts asking and writes the intent at the same time; returns once the intent is durable.
    ///
    /// # Errors
    /// When the viewer's purpose reaches no patient, the role does not include printing what is to be printed, or the log cannot be
    /// written: then everything that was started is dropped and nothing may be shown.
    pub async fn open(&self, request: Request) -> Result<Opened, OpenError> {
        if !request.viewer.has_care_purpose() {
            return Err(OpenError::NoCarePurpose);
        }
        if request.activity == Activity::Print && !request.viewer.may(Action::Print) {
            return Err(OpenError::MayNotPrint);
        }
        let (links, (blocks, registered), enabled, worked_on) = tokio::join!(
            self.links(&request.patient),
            self.blocks_and_registered(&request.patient, &request.opened_at),
            self.enabled(&request.viewer, &request.opened_at),
            self.worked_on(&request.opened_at)
        );
        let enabled = enabled.map_err(OpenError::EnablementUnreadable)?;
        let facts = self.facts(&request.viewer, &request.patient, registered.as_deref());
        let access = access::access(&request.viewer, request.scope, facts, &request.opened_at);
        let at = request.opened_at.timestamp();
        let lifted = lifted_for(&request.viewer, access.grant(), &blocks, facts, at);
        let blocks = blocks_for(&request.viewer, blocks, facts, at);
        let index = Index { links: links.as_ref(), enabled: enabled.as_ref(), worked_on: &worked_on };
        let plan = self.plan(&request, access.grant(), index);
        let trace = TraceId::random();
        let (arrivals, tasks) = self.ask_everyone(&plan, &request, access.grant(), &blocks, trace);
        let relied = relied(&request.viewer, &access, facts, &lifted, at);
        let record = intent_record(&request, &access, &relied, &plan, &blocks, trace);
        if let Some(measures) = &self.measures {
            measures.opened(request.scope);
        }
        let opening = self.opening(&request, access, (&blocks, lifted), (plan.others.clone(), index), facts);
        let answers = plan.asks.iter().map(waiting).collect();
        let (audit, keeper) = (self.audit.clone(), self.keeper(&request.viewer));
        let (limits, unfinished) = (self.limits.clone(), self.unfinished.clone());
        // A task of its own: whoever goes away while the log is written leaves an opening behind, which says that it was broken off.
        let opened = self.unfinished.spawn(async move {
            let intent = audit.append(&record).await.map_err(OpenError::LogUnavailable)?;
            let writer = OutcomeWriter::new(audit, intent, &request, keeper, unfinished);
            Ok(Opened::new(opening, answers, arrivals, tasks, writer, &limits))
        });
        opened.await.map_err(|error| OpenError::LogUnavailable(PortError::new("write the intent", error)))?
    }

    fn plan(&self, request: &Request, grant: Option<&Grant>, index: Index<'_>) -> Plan {
        self.plan_for(request, grant, index.known(request, request.ask_all))
    }

    fn plan_for(&self, request: &Request, grant: Option<&Grant>, known: Known<'_>) -> Plan {
        plan(&request.viewer, grant, &self.catalogue.sources, known)
    }

    /// Names of the others that could be asked about a patient in danger to life (SVOD 3:6, the first step). While nobody knows whom the
    /// patient is tied to, all of them.
    fn could_be_asked(&self, request: &Request, index: Index<'_>) -> Vec<String> {
        let known = index.known(request, request.ask_all || index.links.is_none());
        let asks = self.plan_for(request, Some(&Grant::emergency()), known).asks;
        let others =
            asks.into_iter().filter(|ask| !ask.sections.is_empty() && !needs_no_ground(&request.viewer, &ask.source));
        let names: BTreeSet<String> = others.map(|ask| ask.source.organisation_name).collect();
        names.into_iter().collect()
    }

    /// What the viewer's organisation has enabled at a moment; none while it has decided nothing.
    /// The sources that are worked on now.
    async fn worked_on(&self, now: &Zoned) -> BTreeSet<SourceId> {
        match &self.board {
            Some(board) => board.worked_on(&self.catalogue.sources, now).await,
            None => BTreeSet::new(),
        }
    }

    async fn enabled(&self, viewer: &Viewer, now: &Zoned) -> Result<Option<Enablement>, PortError> {
        let Some(enablements) = &self.enablements else { return Ok(None) };
        let version = enablements.in_force(&viewer.organisation, now.timestamp()).await?;
        Ok(version.map(|version| version.enablement))
    }

    /// The organisations the patient is tied to; none when nobody knows.
    async fn links(&self, patient: &PersonIdentifier) -> Option<BTreeSet<OrganisationId>> {
        let links = self.links.of_patient(patient).await;
        links.inspect_err(|error| tracing::error!(%error, "links unreadable; sources that need one are not asked")).ok()
    }

    /// All blocks, and what staff have registered; none when it cannot be read, which gives no ground for reaching others.
    async fn blocks_and_registered(
        &self,
        patient: &PersonIdentifier,
        now: &Zoned,
    ) -> (BlockStatus, Option<Vec<Registration>>) {
        let (blocks, registered) = tokio::join!(self.block_status(patient, now), self.register.of_patient(patient));
        let unreadable = |error: &_| tracing::error!(%error, "register of consents unreadable; others are not reached");
        (blocks, registered.inspect_err(unreadable).ok())
    }

    /// The blocks that stand for the viewer now.
    async fn blocks_now(&self, viewer: &Viewer, patient: &PersonIdentifier, now: &Zoned) -> BlockStatus {
        let (blocks, registered) = self.blocks_and_registered(patient, now).await;
        blocks_for(viewer, blocks, self.facts(viewer, patient, registered.as_deref()), now.timestamp())
    }

    fn facts<'a>(
        &self,
        viewer: &Viewer,
        patient: &'a PersonIdentifier,
        registered: Option<&'a [Registration]>,
    ) -> Facts<'a> {
        let organisation = self.catalogue.organisation(&viewer.organisation);
        let accepts_others_consents = organisation.is_some_and(|organisation| organisation.accepts_others_consents);
        Facts { patient, registered, accepts_others_consents }
    }

    /// Reads the block register. A provider whose list cannot be read, or is too old, is not verified (L-14).
    pub(crate) async fn block_status(&self, patient: &PersonIdentifier, now: &Zoned) -> BlockStatus {
        let read = match self.blocks.of_patient(patient).await {
            Ok(read) => read,
            Err(error) => {
                tracing::error!(%error, "block register unreadable; what could be blocked is withheld");
                return BlockStatus::Unverified;
            }
        };
        let limit = i64::from(self.limits.block_register_max_age_hours) * 3600;
        let fresh = |at: &Timestamp| now.timestamp().duration_since(*at).as_secs() <= limit;
        let verified: Vec<ProviderId> =
            read.verified.into_iter().filter(|(_, at)| fresh(at)).map(|(provider, _)| provider).collect();
        let is_verified = |provider: &ProviderId| verified.iter().any(|one| one.is(provider.as_str()));
        let blocks = read.blocks.into_iter().filter(|block| is_verified(&block.provider)).collect();
        // Registers of the population hold nothing that could be blocked.
        let mut custodians = self.catalogue.sources.iter().filter(|source| !is_register(source));
        if verified.is_empty() {
            BlockStatus::Unverified
        } else if custodians.all(|source| source.provider.as_ref().is_none_or(|provider| is_verified(&provider.id))) {
            BlockStatus::Verified(blocks)
        } else {
            BlockStatus::Partly { blocks, verified }
        }
    }

    fn opening(
        &self,
        request: &Request,
        access: Access,
        (blocks, lifted): (&BlockStatus, Vec<Block>),
        (others, index): (Others, Index<'_>),
        facts: Facts<'_>,
    ) -> Opening {
        let at = request.opened_at.timestamp();
        let organisation = self.catalogue.organisation(&request.viewer.organisation);
        let blocked_exists = blocked_exists(&request.viewer, access.grant(), blocks);
        Opening {
            viewer: request.viewer.clone(),
            patient: request.patient.clone(),
            scope: if access.grant().is_some() { Scope::Shared } else { Scope::Own },
            access,
            opened_at: request.opened_at.clone(),
            recent_months: organisation.map_or(3, |organisation| organisation.recent_months.clamp(1, 12)),
            care_limit_text: organisation.and_then(|organisation| organisation.care_limit_text.clone()),
            blocked_exists,
            lifted,
            consents_here: consents_here(&request.viewer, facts.registered, at),
            may_ask_consent: may_ask(&request.viewer, facts, at),
            emergency: Emergency::begun(&request.viewer, facts, at, || self.could_be_asked(request, index)),
            others,
            numbering: Uuid::new_v4().into_bytes(),
        }
    }

    /// How long a source may take.
    fn answer_within(&self, source: &Source) -> Duration {
        source.answer_within.min(Duration::from_millis(self.limits.answer_within_max_ms))
    }

    /// One task per asked source; each sends its decided answer as soon as it has one.
    fn ask_everyone(
        &self,
        plan: &Plan,
        request: &Request,
        grant: Option<&Grant>,
        blocks: &BlockStatus,
        trace: TraceId,
    ) -> (mpsc::UnboundedReceiver<Arrival>, JoinSet<()>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        for (index, ask) in plan.asks.iter().enumerate().filter(|(_, ask)| ask.is_asked()) {
            let task = AskOne {
                adapters: self.adapters.clone(),
                breaker: self.breaker.clone(),
                sightings: self.sightings.clone(),
                measures: self.measures.clone(),
                trace,
                ask: ask.clone(),
                request: request.clone(),
                grant: grant.cloned(),
                blocks: blocks.clone(),
                kinds: Arc::clone(&self.kinds),
                within: self.answer_within(&ask.source),
            };
            let sender = sender.clone();
            tasks.spawn(async move {
                let arrival = task.run(index).await;
                // Nobody listens any more when the page was closed; then the answer is not needed.
                let _ = sender.send(arrival);
            });
        }
        (receiver, tasks)
    }
}

/// Why a source did not answer, or not everything that it was asked.
fn unanswered(answer: &Answer) -> Option<Unanswered> {
    let of_section = answer.sections.values().find_map(|state| match state {
        State::Unanswered(why) => Some(*why),
        _ => None,
    });
    match answer.person {
        PersonAnswer::Unanswered(why) => of_section.or(Some(why)),
        _ => of_section,
    }
}

/// How much longer than its limit a source is waited for before the service itself gives up on the host.
const GRACE: Duration = Duration::from_millis(250);

struct AskOne {
    adapters: Arc<dyn Adapters>,
    breaker: Arc<Breaker>,
    sightings: Arc<Sightings>,
    measures: Option<Arc<dyn Measures>>,
    trace: TraceId,
    ask: Ask,
    request: Request,
    grant: Option<Grant>,
    blocks: BlockStatus,
    kinds: Arc<ProviderKinds>,
    within: Duration,
}

impl AskOne {
    async fn run(self, index: usize) -> Arrival {
        let id = self.ask.source.id.clone();
        let begun = self.request.opened_at.timestamp();
        let started = tokio::time::Instant::now();
        let pause = self.breaker.pause_of(&id, started);
        let mut question = self.question();
        if pause.is_some() {
            // Care limits are always asked, whatever the source has done before.
            question.sections.retain(|section| *section == Section::CareLimits);
        }
        let asked = question.person || !question.sections.is_empty();
        let answer = if asked {
            self.answer(&id, &question).await
        } else {
            Answer::failed(&question, Unanswered::Paused, String::new())
        };
        let fetched_at = after(begun, started.elapsed());
        if asked {
            // What was not asked has neither failed nor worked.
            self.note(&id, &answer, fetched_at);
            if let Some(measures) = &self.measures {
                measures.asked(&id, unanswered(&answer), started.elapsed());
            }
            for section in &question.sections {
                self.sightings.note(&id, *section, &answered(&answer, *section), fetched_at, started.elapsed());
            }
        }
        let decision = Decision {
            viewer: &self.request.viewer,
            grant: self.grant.as_ref(),
            blocks: &self.blocks,
            kinds: &self.kinds,
            otherwise: self.ask.source.provider_kind(),
        };
        let cells = self.ask.sections.iter().map(|section| {
            let paused = pause.is_some() && *section != Section::CareLimits;
            let state = if paused { State::Unanswered(Unanswered::Paused) } else { answered(&answer, *section) };
            (*section, decision.apply(*section, state))
        });
        Arrival {
            index,
            cells: cells.collect(),
            person: if decision.may_say_who(&self.ask.source) { answer.person.clone() } else { PersonAnswer::NotAsked },
            fetched_at: to_the_second(fetched_at),
            adapter_digest: answer.adapter_digest,
            took: asked.then(|| started.elapsed()),
            failing_since: pause.map(|pause| pause.since),
        }
    }

    fn question(&self) -> Question {
        Question {
            patient: self.request.patient.clone(),
            sections: self.ask.sections.clone(),
            person: self.ask.person,
            now: self.request.opened_at.clone(),
            language: self.request.language.clone(),
            viewer: self.request.viewer.clone(),
            trace: Some(self.trace),
        }
    }

    async fn answer(&self, id: &SourceId, question: &Question) -> Answer {
        let asked = self.adapters.ask(id, question, self.within);
        match tokio::time::timeout(self.within + GRACE, asked).await {
            Ok(answer) => answer,
            Err(_) => Answer::failed(question, Unanswered::Timeout, String::new()),
        }
    }

    /// Tells the breaker whether the source itself works; another patient's data is a failure of the source.
    fn note(&self, id: &SourceId, answer: &Answer, at: Timestamp) {
        let failed = |state: &State| matches!(state, State::Unanswered(why) if *why != Unanswered::Paused);
        let all_failed = !answer.sections.is_empty() && answer.sections.values().all(failed)
            || matches!(answer.person, PersonAnswer::Unanswered(_)) && answer.sections.is_empty();
        if all_failed {
            self.breaker.failed(id, at, tokio::time::Instant::now());
        } else if !answer.sections.values().any(failed) {
            self.breaker.worked(id);
        }
    }
}

fn answered(answer: &Answer, section: Section) -> State {
    answer.sections.get(&section).cloned().unwrap_or(State::Unanswered(Unanswered::NoStatus))
}

/// The moment of the opening plus what has really passed: the clock may be frozen, deadlines are not.
fn after(begun: Timestamp, elapsed: Duration) -> Timestamp {
    jiff::SignedDuration::try_from(elapsed).ok().and_then(|elapsed| begun.checked_add(elapsed).ok()).unwrap_or(begun)
}

/// What a source's own time could tell of what it holds stays here (decision 0021).
fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// What is about to happen: who, about whom, under which choice, who will be asked and who not, and why. No content.
fn intent_record(
    request: &Request,
    access: &Access,
    relied: &[Relied],
    plan: &Plan,
    blocks: &BlockStatus,
    trace: TraceId,
) -> AuditRecord {
    let intent = Intent {
        active_choice: request.scope,
        access,
        ask_all: request.ask_all,
        preset: request.preset,
        purpose: &request.viewer.purpose,
        blocks_verified: blocks.is_complete(),
        decisions: relied,
        policy: &request.policy,
        trace: trace.to_string(),
        sources: plan.asks.iter().map(Into::into).collect(),
    };
    let at = request.opened_at.timestamp();
    AuditRecord::intent(request.activity, &request.viewer, Some(&request.patient), at, intent.details())
}
