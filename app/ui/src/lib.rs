//! The pages: pure functions from an [`Overview`](samsyn_domain::overview::Overview) to HTML.
//!
//! Server-rendered with Leptos; no hydration and no wasm in the browser. [`script`] enhances pages that are complete without
//! it. Not here: routes, headers, sessions (`server`); what is shown to whom and in which order (`domain`).
//! Invariant: no text outside `locales/`, no colour outside `style/tokens.css`, every text of a source is escaped, and a
//! state other than "none" never reads like "none".
//! To add a section: a file in `entries/`, a line in `entries::entry`, its texts in both locale files.

mod access;
mod admin;
mod assets;
mod binding;
mod catalogue;
mod confidentiality;
mod context;
mod csv;
mod document;
mod enablement;
mod entries;
mod error;
mod extract;
mod follow_up;
mod fragment;
mod go_live;
mod logged;
mod login_test;
mod notices;
mod overview;
mod parts;
pub mod paths;
mod print;
mod replay;
mod reports;
mod review;
mod roles;
mod search;
mod sign_in;
mod sources;
mod stages;
mod state_words;
mod statistics;
mod support;
mod text;
mod units;
mod users;
mod words;

#[cfg(test)]
mod tests;

pub use access::{
    AccessPage, AccessProblem, Typed, access_page,
    emergency::{FIRST_NEEDED, emergency_page, section_field},
    lift::{LiftPage, lift_page, unit_field},
};
pub use admin::admin_page;
pub use assets::{script, script_path, style_path, stylesheet};
pub use binding::{BindChoicePage, BindPage, BindProblem, bind_choice_page, bind_page};
pub use catalogue::{CataloguePage, CatalogueProblem, Compared, PackagePage, TrialLine, catalogue_page, package_page};
pub use confidentiality::confidentiality_page;
pub use context::{DRAFT_FIELD, PageContext, ViewerLine};
pub use enablement::{
    EnablementLine, EnablementPage, EnablementProblem, EnablementStep, enablement_field, enablement_page,
};
pub use error::{Kept, UserError, error_page};
pub use extract::{ExtractForm, ExtractPage, ExtractProblem, extract_csv, extract_form_page, extract_page};
pub use follow_up::{FollowUpList, FollowUpPage, follow_up_page};
pub use fragment::{FragmentId, fragment, fragment_update};
pub use go_live::{BlockSourceLine, GoLivePage, GoLiveProblem, go_live_page};
pub use logged::LogNames;
pub use login_test::{ClaimLine, FieldLine, LoginTestPage, ReachLine, TestedLine, login_test_page};
pub use notices::{
    Board, NoticeLine,
    admin::{NoticeAdminPage, NoticeProblem, notice_admin_page},
    notices_feed, notices_page,
};
pub use overview::{Shell, overview_page, overview_shell};
pub use print::{Preset, print_page};
pub use replay::{ReplayPage, ReplayProblem, SnapshotListPage, replay_page, replay_problem_page, snapshot_list_page};
pub use reports::{
    FeedbackPage, FeedbackProblem, ReportLine, ReportLists, ReportPage, ReportProblem, ReportSide, entry_report_page,
    feedback_page, reports_page,
};
pub use review::{
    LogOwner, PickPage, ReviewFilePage, ReviewRoomPage, pick_page, report_csv, report_page, review_file_page,
    review_follow_up_page, review_room_page, rule_field,
};
pub use roles::{RolesPage, RolesProblem, RolesStep, VersionLine, role_field, roles_page};
pub use search::{SearchForm, search_page};
pub use sign_in::{assignment_page, sign_in_page, signed_out_page};
pub use sources::{SourceCell, SourcesPage, sources_csv, sources_page};
pub use stages::{StageLine, StagePage, StageProblem, stage_page, stages_page};
pub use statistics::{StatisticsPage, statistics_csv, statistics_page};
pub use support::Support;
pub use text::{Language, Texts};
pub use units::{UnitProblem, UnitsPage, units_page};
pub use users::{UsersPage, users_page};
