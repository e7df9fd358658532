//! Routes, headers and the way from a request to a page.
//!
//! One file per group of routes. Not here: what the pages look like (`ui`), what is shown (`service`, `domain`).
//! Invariant: every route is listed in [`router`]; every state change passes `origin`; every page passes `headers`.
//! To add a page: a handler that takes [`page::Visit`], a line in [`router`], a browser test.

mod access;
mod admin;
mod assets;
mod assignment;
mod bindings;
mod blocks;
mod body;
mod catalogue;
mod client;
mod confidentiality;
mod denied;
mod enablement;
mod extract;
mod failure;
mod follow_up;
mod freshness;
mod go_live;
mod headers;
mod health;
mod kept;
mod language;
mod local;
mod login_test;
mod metrics;
mod notices;
mod on_patient;
mod origin;
mod overview;
mod page;
mod print;
mod proof;
pub mod rate;
mod reference;
mod reports;
mod review;
mod roles;
mod search;
mod sign_in;
mod sign_out;
mod snapshots;
mod sources;
mod stages;
mod statistics;
mod typed;
mod units;
mod users;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};
use jiff::Timestamp;
use samsyn_service::{
    access::AccessService,
    catalogue::CatalogueService,
    enablement::EnablementService,
    extract::ExtractService,
    go_live::GoLiveService,
    notices::NoticeService,
    overview::OverviewService,
    port::{
        acknowledgements::Acknowledgements, audit_log::AuditLog, drafts::Drafts, handles::Handles, sign_ins::SignIns,
    },
    reports::ReportService,
    review::ReviewService,
    roles::RoleService,
    snapshots::SnapshotService,
    sources::SourceService,
    statistics::StatisticsService,
    units::UnitService,
    users::UserService,
};
use samsyn_ui::Support;
use secrecy::SecretString;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time::Duration},
};

use self::rate::Openings;
use crate::{
    clock::Clock, config::Config, denials::Denials, login::provider::IdentityProvider, metrics::Metrics,
    session::SessionRoom,
};

/// Name of the session cookie. `__Host-`: this host only, this scheme only, whole path.
pub const COOKIE: &str = "__Host-samsyn";

/// Everything the handlers need.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts, put together by `wiring`.
pub struct Parts {
    /// Configuration.
    pub config: Config,
    /// Where dates come from.
    pub clock: Clock,
    /// The use case.
    pub overviews: Arc<OverviewService>,
    /// Consents, relations and exceptions.
    pub access: AccessService,
    /// What organisations grant their roles.
    pub roles: RoleService,
    /// What organisations' staff are shown.
    pub enablements: EnablementService,
    /// What organisations have in place.
    pub go_live: GoLiveService,
    /// The sources there are.
    pub sources: SourceService,
    /// Packages of adapters.
    pub catalogue: CatalogueService,
    /// Notices to staff.
    pub notices: NoticeService,
    /// What is reported, and what becomes of it.
    pub reports: ReportService,
    /// Reviewing the log.
    pub reviews: ReviewService,
    /// Patients' extracts of the log.
    pub extracts: ExtractService,
    /// What was shown, shown again.
    pub snapshots: SnapshotService,
    /// Use without persons.
    pub statistics: StatisticsService,
    /// Organisations' units.
    pub units: UnitService,
    /// Who has signed in.
    pub users: UserService,
    /// Who has acknowledged a text on confidentiality.
    pub acknowledgements: Arc<dyn Acknowledgements>,
    /// What was being written when a session ended.
    pub drafts: Arc<dyn Drafts>,
    /// Handles.
    pub handles: Arc<dyn Handles>,
    /// The log, for sign-in and sign-out.
    pub audit: Arc<dyn AuditLog>,
    /// Sessions.
    pub sessions: SessionRoom,
    /// The identity provider's sessions behind them.
    pub sign_ins: Arc<dyn SignIns>,
    /// The identity provider.
    pub identity: IdentityProvider,
    /// How often one person opens a patient.
    pub openings: Openings,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// What whoever reads the counts has to send; none: nobody does.
    pub metrics_token: Option<SecretString>,
    /// Whom to turn to when something fails.
    pub support: Support,
    /// When this process began to count how sources answer.
    pub since: Timestamp,
    /// Denied attempts on their way to the log.
    pub denials: Arc<Denials>,
}

impl AppState {
    /// Takes the parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Every route of the portal.
pub fn router(state: AppState) -> Router {
    let idle = i64::from(state.config.session.idle_minutes);
    let sessions = SessionManagerLayer::new(state.sessions.clone())
        .with_name(COOKIE)
        .with_secure(true)
        .with_http_only(true)
        .with_path("/")
        // Lax: the way back from the identity provider is a cross-site navigation.
        .with_same_site(SameSite::Lax)
        // Only a changed session is saved anew; `session::signed_in` marks it as used.
        .with_expiry(Expiry::OnInactivity(Duration::minutes(idle)));
    let pages = Router::new()
        .route("/", get(search::show))
        .route("/overview", post(search::open))
        .route("/overview/{handle}", get(overview::show))
        .route("/overview/{handle}/widen", post(search::widen))
        .route("/overview/{handle}/print/{preset}", post(print::show))
        .route("/overview/{handle}/report", post(reports::entry))
        .route("/overview/{handle}/shown", get(snapshots::list))
        .route("/overview/{handle}/shown/{record}", get(snapshots::replay))
        .route("/overview/{handle}/access", get(access::show).post(access::register))
        .route("/overview/{handle}/access/{registration}/end", post(access::end))
        .route("/overview/{handle}/blocks", get(blocks::show).post(blocks::lift))
        .route("/overview/{handle}/blocks/request", post(blocks::request))
        .route("/overview/{handle}/emergency", get(access::emergency).post(access::open_emergency))
        .route("/overview/{handle}/emergency/{registration}/extend", post(access::extend))
        .route("/follow-up/{registration}", get(follow_up::show).post(follow_up::write))
        .route("/login", get(sign_in::start))
        .route(samsyn_ui::paths::CALLBACK, get(sign_in::callback))
        .route(samsyn_ui::paths::STEP_UP, get(sign_in::step_up))
        .route("/login/test", get(login_test::show).post(login_test::confirm))
        .route("/logout", post(sign_out::sign_out))
        .route("/signed-out", get(sign_out::signed_out))
        .route("/assignment", get(assignment::show).post(assignment::choose))
        .route("/confidentiality", get(confidentiality::show).post(confidentiality::acknowledge))
        .route("/extract", get(extract::show).post(extract::make))
        .route("/notices", get(notices::show))
        .route("/notices.atom", get(notices::feed))
        .route("/reports", get(reports::list).post(reports::step))
        .route("/feedback", get(reports::feedback).post(reports::say))
        .route("/sources", get(sources::show))
        .route("/sources.csv", get(sources::csv))
        .route("/statistics", get(statistics::show))
        .route("/review", get(review::show))
        .route("/review/new", post(review::begin))
        .route("/review/{review}", get(review::file))
        .route("/review/{review}/pick/{number}", get(review::pick).post(review::mark))
        .route("/review/{review}/close", post(review::close))
        .route("/review/{review}/report", get(review::report))
        .route("/review/{review}/report.csv", get(review::csv))
        .route("/review/follow-up/{registration}", get(review::follow_up))
        .route("/admin", get(admin::show))
        .route("/admin/enablement", get(enablement::show).post(enablement::change))
        .route("/admin/notices", get(notices::administer).post(notices::change))
        .route("/admin/catalogue", get(catalogue::list).post(catalogue::upload).layer(DefaultBodyLimit::disable()))
        .route("/admin/catalogue/keys", post(catalogue::keys))
        .route("/admin/catalogue/{digest}", get(catalogue::show))
        .route("/admin/catalogue/{digest}/report.json", get(catalogue::report))
        .route("/admin/sources", get(stages::list))
        .route("/admin/sources/{source}", get(stages::show).post(stages::decide))
        .route("/admin/sources/{source}/test", post(bindings::test))
        .route("/admin/bind", get(bindings::show).post(bindings::keep))
        .route("/admin/go-live", get(go_live::show).post(go_live::decide))
        .route("/admin/users", get(users::show))
        .route("/admin/units", get(units::show).post(units::write))
        .route("/admin/roles", get(roles::show).post(roles::change))
        .route("/language", post(language::choose))
        .fallback(failure::not_found)
        .method_not_allowed_fallback(failure::not_found)
        .layer(middleware::from_fn(body::wanted))
        .layer(sessions);
    let bare = Router::new()
        .route("/logout/backchannel", post(sign_out::by_provider))
        .route("/alive", get(health::alive))
        .route("/healthz", get(health::health))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .route("/assets/{name}", get(assets::show).layer(CompressionLayer::new()));
    pages
        .merge(bare)
        .layer(middleware::from_fn_with_state(state.clone(), metrics::count))
        .layer(middleware::from_fn_with_state(state.clone(), origin::check))
        .layer(middleware::from_fn_with_state(state.clone(), denied::record))
        .layer(middleware::from_fn(body::limit))
        .layer(middleware::from_fn_with_state(state.clone(), failure::in_words))
        .layer(CatchPanicLayer::custom(failure::Panicked(state.support.clone())))
        .layer(middleware::from_fn_with_state(state.clone(), headers::add))
        .with_state(state)
}
