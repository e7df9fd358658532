//! Opening an overview: whom to ask, asking all at once, deciding on what comes, and the log around it.
//!
//! Not here: the rules themselves (`domain`), how a source is reached (`host`), the page (`ui`).
//! Invariant: [`OverviewService::open`] returns only after the audit intent is durable; [`Opened`] always leaves an outcome.

mod asking;
mod block_status;
mod blocked_units;
mod breaker;
mod narrow;
mod opened;
mod trials;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use jiff::{Timestamp, Zoned};
use samsyn_domain::{
    access::{
        self, Access, Action, Block, BlockStatus, Emergency, Facts, Grant, Missing, Registration, Relied,
        blocked_exists, blocks_for, lifted_for, relied,
    },
    consent_view::{consents_here, may_ask},
    enablement::Enablement,
    go_live::Readiness,
    identifier::PersonIdentifier,
    merge::{Opening, waiting},
    plan::{Ask, Known, Others, Plan, needs_no_ground, plan},
    report::Refer,
    source::{OrganisationId, OrganisationInfo, ProviderKinds, Source, SourceId},
    state::NotAsked,
    viewer::{Scope, Viewer},
};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use self::{
    asking::{AskOne, Watching},
    block_status::judged,
    breaker::Breaker,
    opened::{Arrival, Keeper, OutcomeWriter},
    trials::trials,
};
pub use self::{
    blocked_units::BlockedUnits,
    narrow::{Narrowly, Proofs},
    opened::{Conclusion, Opened},
};
use crate::{
    limits::ServiceLimits,
    notices::NoticeBoard,
    port::{
        PortError,
        access_register::AccessRegister,
        adapters::{Adapters, TraceId},
        audit_log::{Activity, AuditLog, AuditRecord},
        blocks::{Blocks, PatientBlocks},
        enablements::Enablements,
        go_live::GoLive,
        links::Links,
        measures::Measures,
        snapshots::Snapshots,
        spans::Spans,
    },
    record::{Policy, opening::Intent},
    sightings::Sightings,
    sources::{
        SourceBook, Standings, Trial,
        compare::{Comparisons, Rehearsal},
        watch::Watch,
    },
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
    /// Makes the references by which entries are reported; none where nothing can be reported from.
    pub refer: Option<Arc<dyn Refer>>,
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
    /// What the viewer's organisation has decided of going live cannot be read, so it is not known whether others may be reached.
    #[error("what is decided of going live cannot be read")]
    GoLiveUnreadable(#[source] PortError),
    /// How far the sources have come cannot be read: nobody may be asked.
    #[error("the stages of the sources could not be read")]
    StagesUnreadable(#[source] PortError),
    /// The log could not be written (L-35).
    #[error("the audit log could not be written")]
    LogUnavailable(#[source] PortError),
}

/// What is known beside the patient's number when it is decided whom to ask.
#[derive(Debug, Clone, Copy)]
struct Index<'a> {
    links: Option<&'a BTreeSet<OrganisationId>>,
    enabled: Option<&'a Enablement>,
    left_alone: &'a BTreeMap<SourceId, NotAsked>,
    standings: &'a Standings,
}

impl<'a> Index<'a> {
    fn known(self, request: &Request, ask_all: bool) -> Known<'a> {
        let Self { links, enabled, left_alone, .. } = self;
        Known { identifier: request.patient.kind(), links, ask_all, enabled, left_alone }
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
    undecided: Arc<[Source]>,
    breaker: Arc<Breaker>,
    limits: ServiceLimits,
    snapshots: Option<Arc<dyn Snapshots>>,
    enablements: Option<Arc<dyn Enablements>>,
    go_live: Option<Arc<dyn GoLive>>,
    book: Option<SourceBook>,
    watch: Option<Arc<Watch>>,
    board: Option<Arc<NoticeBoard>>,
    comparisons: Arc<Comparisons>,
    measures: Option<Arc<dyn Measures>>,
    spans: Option<Arc<dyn Spans>>,
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
        let undecided = catalogue.sources.clone().into();
        Self {
            adapters,
            audit,
            blocks,
            links,
            register,
            kinds,
            catalogue,
            undecided,
            comparisons: Arc::default(),
            breaker,
            limits,
            snapshots: None,
            enablements: None,
            go_live: None,
            book: None,
            watch: None,
            measures: None,
            spans: None,
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

    /// Reaches others' information only for organisations that have gone live. Without this every organisation has.
    #[must_use]
    pub fn gated_by(mut self, go_live: Arc<dyn GoLive>) -> Self {
        self.go_live = Some(go_live);
        self
    }

    /// Asks only what is in use, and stops what goes wrong. Without this everything that is bound is in use, whatever it answers.
    #[must_use]
    pub fn staged_by(mut self, book: SourceBook, watch: Arc<Watch>) -> Self {
        self.book = Some(book);
        self.watch = Some(watch);
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

    /// Tells of each opening and question as it ends. Without this nobody is told.
    #[must_use]
    pub fn traced_by(mut self, spans: Option<Arc<dyn Spans>>) -> Self {
        self.spans = spans;
        self
    }

    /// What becomes of bindings that are tried.
    pub fn comparisons(&self) -> &Arc<Comparisons> {
        &self.comparisons
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

    /// Sources and organisations as configuration has them. What is in use says the book.
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
        let (links, blocks, registered, enabled, standings, readiness) = tokio::join!(
            self.links(&request.patient),
            self.blocks.of_patient(&request.patient),
            self.registered(&request.patient),
            self.enabled(&request.viewer, &request.opened_at),
            self.standings(),
            self.readiness(&request),
        );
        let standings = standings.map_err(OpenError::StagesUnreadable)?;
        let readiness = readiness.map_err(OpenError::GoLiveUnreadable)?;
        let enabled = self.or_undecided(enabled.map_err(OpenError::EnablementUnreadable)?, &standings);
        let blocks = self.judged(blocks, standings.sources(), &request.opened_at);
        let left_alone = left_alone(self.worked_on(standings.sources(), &request.opened_at).await, &standings);
        let facts = self.facts(&request.viewer, &request.patient, registered.as_deref());
        let access = access::access(&request.viewer, request.scope, facts, &request.opened_at);
        let access = match readiness {
            Some(readiness) => readiness.gate(access),
            None => access,
        };
        let at = request.opened_at.timestamp();
        let lifted = lifted_for(&request.viewer, access.grant(), &blocks, facts, at);
        let blocks = blocks_for(&request.viewer, blocks, facts, at);
        let index =
            Index { links: links.as_ref(), enabled: enabled.as_ref(), left_alone: &left_alone, standings: &standings };
        let plan = planned(&request, access.grant(), index);
        let trace = TraceId::random();
        let trials = trials(&plan, &request.viewer, &standings);
        let (arrivals, tasks) =
            self.ask_everyone(&plan, &request, access.grant(), &blocks, (trace, &standings, &trials));
        let relied = relied(&request.viewer, &access, facts, &lifted, at);
        let record = intent_record(&request, &access, &relied, (&plan, &trials), &blocks, trace);
        if let Some(measures) = &self.measures {
            measures.opened(request.scope);
        }
        let opening = self.opening(&request, access, (&blocks, lifted), (plan.others.clone(), index), facts);
        let answers = plan.asks.iter().map(waiting).collect();
        let (audit, keeper) = (self.audit.clone(), self.keeper(&request.viewer));
        let (limits, unfinished) = (self.limits.clone(), self.unfinished.clone());
        let traced = self.spans.clone().map(|spans| (spans, trace));
        // A task of its own: whoever goes away while the log is written leaves an opening behind, which says that it was broken off.
        let opened = self.unfinished.spawn(async move {
            let intent = audit.append(&record).await.map_err(OpenError::LogUnavailable)?;
            let writer = OutcomeWriter::new(audit, intent, &request, keeper, unfinished, traced);
            Ok(Opened::new(opening, answers, arrivals, tasks, writer, &limits))
        });
        opened.await.map_err(|error| OpenError::LogUnavailable(PortError::new("write the intent", error)))?
    }

    /// How far the viewer's organisation has come on its way to the shared overview; none where that is not asked, as in the
    /// own scope.
    async fn readiness(&self, request: &Request) -> Result<Option<Readiness>, PortError> {
        let Some(go_live) = self.go_live.as_ref().filter(|_| request.scope == Scope::Shared) else { return Ok(None) };
        Ok(Some(Readiness::of(go_live.decided(&request.viewer.organisation).await?)))
    }

    /// How far the sources have come.
    async fn standings(&self) -> Result<Standings, PortError> {
        match &self.book {
            Some(book) => book.now().await,
            None => Ok(Standings::undecided(Arc::clone(&self.undecided))),
        }
    }

    /// The sources that are worked on now.
    async fn worked_on(&self, sources: &[Source], now: &Zoned) -> BTreeSet<SourceId> {
        match &self.board {
            Some(board) => board.worked_on(sources, now).await,
            None => BTreeSet::new(),
        }
    }

    /// What the viewer's organisation has enabled at a moment; none while it has decided nothing.
    async fn enabled(&self, viewer: &Viewer, now: &Zoned) -> Result<Option<Enablement>, PortError> {
        let Some(enablements) = &self.enablements else { return Ok(None) };
        let version = enablements.in_force(&viewer.organisation, now.timestamp()).await?;
        Ok(version.map(|version| version.enablement))
    }

    /// What is enabled, beside what is while nobody has decided anything: that is the configuration file's sources, and none that was bound at the
    /// screen since.
    fn or_undecided(&self, enabled: Option<Enablement>, standings: &Standings) -> Option<Enablement> {
        enabled.or_else(|| standings.has_bound().then(|| Enablement::everything(&self.undecided)))
    }

    /// The organisations the patient is tied to; none when nobody knows.
    async fn links(&self, patient: &PersonIdentifier) -> Option<BTreeSet<OrganisationId>> {
        let links = self.links.of_patient(patient).await;
        links.inspect_err(|error| tracing::error!(%error, "links unreadable; sources that need one are not asked")).ok()
    }

    /// What staff have registered; none when it cannot be read, which gives no ground for reaching others.
    async fn registered(&self, patient: &PersonIdentifier) -> Option<Vec<Registration>> {
        let unreadable = |error: &_| tracing::error!(%error, "register of consents unreadable; others are not reached");
        self.register.of_patient(patient).await.inspect_err(unreadable).ok()
    }

    /// The blocks that stand for the viewer now.
    async fn blocks_now(
        &self,
        viewer: &Viewer,
        patient: &PersonIdentifier,
        sources: &[Source],
        now: &Zoned,
    ) -> BlockStatus {
        let (blocks, registered) = tokio::join!(self.blocks.of_patient(patient), self.registered(patient));
        let blocks = self.judged(blocks, sources, now);
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

    /// Reads the block register. While it is not known which sources there are, nothing is verified.
    pub(crate) async fn block_status(&self, patient: &PersonIdentifier, now: &Zoned) -> BlockStatus {
        let (read, standings) = tokio::join!(self.blocks.of_patient(patient), self.standings());
        match standings {
            Ok(standings) => self.judged(read, standings.sources(), now),
            Err(error) => {
                tracing::error!(%error, "stages of sources unreadable; what could be blocked is withheld");
                BlockStatus::Unverified
            }
        }
    }

    fn judged(&self, read: Result<PatientBlocks, PortError>, sources: &[Source], now: &Zoned) -> BlockStatus {
        judged(read, sources, &self.limits, now)
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
        let closed = matches!(&access, Access::Own(missing) if missing.contains(&Missing::GoLive));
        let begun = || Emergency::begun(&request.viewer, facts, at, || could_be_asked(request, index));
        let emergency = if closed { None } else { begun() };
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
            emergency,
            others,
            numbering: Uuid::new_v4().into_bytes(),
            refer: request.refer.clone().filter(|_| request.viewer.may(Action::Report)),
        }
    }

    /// How long a source may take.
    fn answer_within(&self, source: &Source) -> Duration {
        source.answer_within.min(Duration::from_millis(self.limits.answer_within_max_ms))
    }

    /// The question to one source, ready to be asked.
    fn ask_one(
        &self,
        ask: &Ask,
        request: &Request,
        grant: Option<&Grant>,
        blocks: &BlockStatus,
        trace: TraceId,
        standings: &Standings,
    ) -> AskOne {
        let watching = self
            .watch
            .as_ref()
            .map(|watch| Watching { watch: Arc::clone(watch), number: standings.number(&ask.source.id) });
        AskOne {
            adapters: self.adapters.clone(),
            breaker: self.breaker.clone(),
            sightings: self.sightings.clone(),
            measures: self.measures.clone(),
            spans: self.spans.clone(),
            watching,
            trace: trace.of_question(),
            ask: ask.clone(),
            request: request.clone(),
            grant: grant.cloned(),
            blocks: blocks.clone(),
            kinds: Arc::clone(&self.kinds),
            within: self.answer_within(&ask.source),
            runs_as: standings.runs_as(&ask.source.id).clone(),
            rehearsals: Vec::new(),
            unfinished: self.unfinished.clone(),
        }
    }

    fn rehearsal(&self, trial: &Trial) -> Rehearsal {
        Rehearsal {
            adapters: self.adapters.clone(),
            comparisons: Arc::clone(&self.comparisons),
            watch: self.watch.clone(),
            runs_as: trial.runs_as.clone(),
            source: trial.source.clone(),
            number: trial.number,
            within: self.answer_within(&trial.source),
        }
    }

    /// One task per asked source; each sends its decided answer as soon as it has one.
    fn ask_everyone(
        &self,
        plan: &Plan,
        request: &Request,
        grant: Option<&Grant>,
        blocks: &BlockStatus,
        (trace, standings, trials): (TraceId, &Standings, &[&Trial]),
    ) -> (mpsc::UnboundedReceiver<Arrival>, JoinSet<()>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        for (index, ask) in plan.asks.iter().enumerate().filter(|(_, ask)| ask.is_asked()) {
            let mut task = self.ask_one(ask, request, grant, blocks, trace, standings);
            let beside = trials.iter().filter(|trial| trial.beside.as_ref() == Some(&ask.source.id));
            task.rehearsals = beside.map(|trial| self.rehearsal(trial)).collect();
            let sender = sender.clone();
            tasks.spawn(async move {
                let arrival = task.run(index).await;
                // Nobody listens any more when the page was closed; then the answer is not needed.
                let _ = sender.send(arrival);
            });
        }
        for trial in trials.iter().filter(|trial| trial.beside.is_none()) {
            let question = trials::question(trial, request, trace);
            let begun = request.opened_at.timestamp();
            self.unfinished.spawn(self.rehearsal(trial).run(question, None, begun));
        }
        (receiver, tasks)
    }
}

/// Whom to ask, and what.
fn planned(request: &Request, grant: Option<&Grant>, index: Index<'_>) -> Plan {
    plan(&request.viewer, grant, index.standings.sources(), index.known(request, request.ask_all))
}

/// Names of the others that could be asked about a patient in danger to life (SVOD 3:6, the first step). While nobody knows whom the
/// patient is tied to, all of them.
fn could_be_asked(request: &Request, index: Index<'_>) -> Vec<String> {
    let known = index.known(request, request.ask_all || index.links.is_none());
    let asks = plan(&request.viewer, Some(&Grant::emergency()), index.standings.sources(), known).asks;
    let others =
        asks.into_iter().filter(|ask| !ask.sections.is_empty() && !needs_no_ground(&request.viewer, &ask.source));
    let names: BTreeSet<String> = others.map(|ask| ask.source.organisation_name).collect();
    names.into_iter().collect()
}

/// Sources that nobody asks now. What its organisation, or the portal, has decided of a source is told rather than planned work.
fn left_alone(worked_on: BTreeSet<SourceId>, standings: &Standings) -> BTreeMap<SourceId, NotAsked> {
    let mut left: BTreeMap<_, _> = worked_on.into_iter().map(|source| (source, NotAsked::Maintenance)).collect();
    left.extend(standings.left_alone());
    left
}

/// What is about to happen: who, about whom, under which choice, who will be asked and who not, and why. No content.
fn intent_record(
    request: &Request,
    access: &Access,
    relied: &[Relied],
    (plan, trials): (&Plan, &[&Trial]),
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
        trials: trials.iter().map(|trial| &trial.runs_as).collect(),
        sources: plan.asks.iter().map(Into::into).collect(),
    };
    let at = request.opened_at.timestamp();
    AuditRecord::intent(request.activity, &request.viewer, Some(&request.patient), at, intent.details())
}
