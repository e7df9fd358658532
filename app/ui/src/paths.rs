//! The addresses the pages point to. The server's routes use the same names.
//!
//! Invariant: no address carries anything about a patient; a handle means nothing outside its session.

/// Search page.
pub const SEARCH: &str = "/";
/// Starts the sign-in.
pub const LOGIN: &str = "/login";
/// Where the identity provider sends the browser back to.
pub const CALLBACK: &str = "/login/callback";
/// Signing in anew, to return to `?to=`, a path of ours.
pub const STEP_UP: &str = "/login/step-up";
/// What the identity provider stated, and what came of it; POST confirms it.
pub const LOGIN_TEST: &str = "/login/test";
/// Ends the session; POST.
pub const LOGOUT: &str = "/logout";
/// Opens a patient; POST with `patient` and `scope`.
pub const OPEN: &str = "/overview";
/// After signing out.
pub const SIGNED_OUT: &str = "/signed-out";
/// Sets the language; POST with `language` and `return`.
pub const LANGUAGE: &str = "/language";
/// Chooses another assignment.
pub const ASSIGNMENT: &str = "/assignment";
/// What an organisation's roles see and may do; POST changes it.
pub const ROLES: &str = "/admin/roles";
/// Which producers an organisation's staff are shown; POST changes it.
pub const ENABLEMENT: &str = "/admin/enablement";
/// What an organisation has in place before it goes live; POST decides on it.
pub const GO_LIVE: &str = "/admin/go-live";
/// The units of an organisation; POST writes another version of one.
pub const UNITS: &str = "/admin/units";
/// Who uses the portal, and which claim gives which role.
pub const USERS: &str = "/admin/users";
/// The sources of an organisation, and how far each has come.
pub const ADMIN_SOURCES: &str = "/admin/sources";
/// What a source is granted; POST keeps it.
pub const BIND: &str = "/admin/bind";
/// An organisation's catalogue of adapters; POST with a file uploads a package.
pub const CATALOGUE: &str = "/admin/catalogue";
/// Enrols and withdraws the keys of vendors; POST with `step`.
pub const VENDOR_KEYS: &str = "/admin/catalogue/keys";
/// What an administrator does here.
pub const ADMIN: &str = "/admin";
/// Reviewing the log.
pub const REVIEW: &str = "/review";
/// The patient's extract of the log; POST with `patient`, `from` and `to` makes one.
pub const EXTRACT: &str = "/extract";
/// Notices to staff; for whoever is not signed in those that are for everybody.
pub const NOTICES: &str = "/notices";
/// Those for everybody as an Atom feed.
pub const NOTICES_FEED: &str = "/notices.atom";
/// Where an administrator writes them; POST with `step`.
pub const NOTICE_ADMIN: &str = "/admin/notices";
/// What was reported, and what became of it; POST with `report`, `base` and `step`.
pub const REPORTS: &str = "/reports";
/// Saying something of the portal to one's own first line; POST with `id`, `topic` and `text`.
pub const FEEDBACK: &str = "/feedback";
/// How every source answers, section by section.
pub const SOURCES: &str = "/sources";
/// The same as CSV.
pub const SOURCES_CSV: &str = "/sources.csv";
/// Statistics of the own provider's use.
pub const STATISTICS: &str = "/statistics";
/// Makes a new selection; POST.
pub const REVIEW_NEW: &str = "/review/new";
/// The organisation's text on confidentiality; POST acknowledges it.
pub const CONFIDENTIALITY: &str = "/confidentiality";
/// 204 while the session lives and is that of the page whose tag is in the header `samsyn-page`, 401 otherwise; GET, does not prolong the
/// session.
pub const ALIVE: &str = "/alive";

/// The same with a unit in the form.
pub fn unit(id: &str) -> String {
    format!("{UNITS}?unit={id}")
}

/// One of them; POST brings it to another stage.
pub fn admin_source(source: &samsyn_domain::source::SourceId) -> String {
    format!("{ADMIN_SOURCES}/{source}")
}

/// Runs the own test of one; POST.
pub fn source_test(source: &samsyn_domain::source::SourceId) -> String {
    format!("{ADMIN_SOURCES}/{source}/test")
}

/// Choosing a package for a source, or for a new one.
pub fn bind(source: Option<&samsyn_domain::source::SourceId>) -> String {
    source.map_or_else(|| BIND.to_owned(), |source| format!("{BIND}?source={source}"))
}

/// The form for a package that was chosen.
pub fn bind_package(digest: &str, source: Option<&samsyn_domain::source::SourceId>) -> String {
    let source = source.map(|source| format!("&source={source}")).unwrap_or_default();
    format!("{BIND}?package={digest}{source}")
}

/// A package of the catalogue.
pub fn package(digest: &str) -> String {
    format!("{CATALOGUE}/{digest}")
}

/// What was found when it was tried, as JSON.
pub fn package_report(digest: &str) -> String {
    format!("{CATALOGUE}/{digest}/report.json")
}

/// The overview of a handle.
pub fn overview(handle: &str) -> String {
    format!("{OPEN}/{handle}")
}

/// A print page; POST, because it is logged before it renders.
pub fn print(handle: &str, preset: crate::Preset) -> String {
    format!("{OPEN}/{handle}/print/{}", preset.name())
}

/// The earlier openings of the patient of a handle that are kept.
pub fn snapshots(handle: &str) -> String {
    format!("{OPEN}/{handle}/shown")
}

/// One of them, shown again.
pub fn replay(handle: &str, id: &str) -> String {
    format!("{OPEN}/{handle}/shown/{id}")
}

/// Reporting an entry of the overview; POST with `entry`, and with `id` and `mistake` once they are chosen.
pub fn report(handle: &str) -> String {
    format!("{OPEN}/{handle}/report")
}

/// What is registered about the patient of a handle, and the forms for more.
pub fn access(handle: &str) -> String {
    format!("{OPEN}/{handle}/access")
}

/// Ends one registration; POST.
pub fn end_access(handle: &str, registration: &str) -> String {
    format!("{OPEN}/{handle}/access/{registration}/end")
}

/// The own provider's units with blocked information, and lifting their blocks.
pub fn blocks(handle: &str) -> String {
    format!("{OPEN}/{handle}/blocks")
}

/// Notes that another organisation has been asked to lift its block; POST with `asked`.
pub fn lift_request(handle: &str) -> String {
    format!("{OPEN}/{handle}/blocks/request")
}

/// Danger to life.
pub fn emergency(handle: &str) -> String {
    format!("{OPEN}/{handle}/emergency")
}

/// What an emergency has left to be told; POST with `text` writes it.
pub fn follow_up(registration: &str) -> String {
    format!("/follow-up/{registration}")
}

/// Extends the emergency; POST.
pub fn extend_emergency(handle: &str, registration: &str) -> String {
    format!("{OPEN}/{handle}/emergency/{registration}/extend")
}

/// A review.
pub fn review(id: &str) -> String {
    format!("{REVIEW}/{id}")
}

/// One pick of a review; POST with `verdict` and `note` judges it.
pub fn review_pick(id: &str, number: u32) -> String {
    format!("{REVIEW}/{id}/pick/{number}")
}

/// Closes a review; POST with `result`.
pub fn review_close(id: &str) -> String {
    format!("{REVIEW}/{id}/close")
}

/// The report of a review, to print.
pub fn review_report(id: &str) -> String {
    format!("{REVIEW}/{id}/report")
}

/// The same as CSV.
pub fn review_csv(id: &str) -> String {
    format!("{REVIEW}/{id}/report.csv")
}

/// What an emergency has left to be told, for whoever reviews.
pub fn review_follow_up(registration: &str) -> String {
    format!("{REVIEW}/follow-up/{registration}")
}
