//! What stands in the details of a log record: one room for every field name, so that a reader of the log finds all of them here.
//!
//! Rooms: [`opening`] an overview, before and after · [`deed`] what is read beside an overview, and what is changed · [`session`]
//! signing in and out, and what was refused · [`start`] the start of the program · [`read`] what all of them say, read back.
//! Not here: activity, time, viewer and patient, which are fields of the record itself (`port::audit_log`); the log (`store`).
//! Invariants: nothing of an entry's content: no title, name, text or number of a patient, a relative or a source; nothing is masked, because
//! the log is not shown to whoever is in it; the details of one record are less than [`DETAILS_MAX_BYTES`].
//! To add a kind of record: a case of [`Deed`] or a shape of its own, its line in the table below, its word in [`read`], a row in
//! `tests/it/portal/audit/routes.rs`.
//!
//! | Activity, stage | `what` | Details |
//! |---|---|---|
//! | Läsa, Utskrift · intent | – | `active_choice` own or shared; `access` the ground with its registration, or what is missing; `decisions` everything it relied on; `policy` `program` version, `matrix_sha256` and `matrix_version` of the organisation's matrix of roles in force; `purpose`; `preset` of a print; `ask_all`; `blocks_verified`; `trace` the trace-id that every request to a source carried; `trials` the bindings that were asked alongside and not shown; `sources` one line each: `source`, `asked`, `sections`, `not_asked` by reason |
//! | Läsa, Utskrift · outcome | – | `conclusion` complete, or `aborted_after` so many pieces; `preset`; `shown_sha256` of the canonical JSON shown last, none when nothing was; `kept` `until` when that JSON is kept, or `failed`, where the organisation keeps it; `protected` whether the personal data were known to be protected; `completeness` the counts on the page (`not_asked` is 0 there when places are masked; the intent has it); `resources` what was shown of whose information; `sources` one line each: `source`, `organisation`, `provider`, `adapter_sha256`, `took_ms` how long it took, `late`, `states` by state (what a source never has is left out), `unanswered` and `withheld` by reason |
//! | Läsa | `access-register` `blocked-units` `relation-proof` `person` `follow-up` | what was read; `sources` asked, `policy`, `registration` |
//! | Läsa | `snapshots` `replay` | which earlier openings are kept; one of them shown again: `record` of that opening, `shown_sha256`, `policy`; its outcome: `conclusion` complete or nothing-shown with `reason`, `shown_sha256` of what was shown now, `protected`, `resources` |
//! | Läsa | `review-pick` `review-follow-up` `extract` | of which review or emergency; of an extract `period`, `form`, how many `acts`, and `protected_stated` when whoever asked said so |
//! | Skriva | `review-mark` | `review`, `pick`, `record`, `verdict`; its outcome: `result` |
//! | Skriva, Nödöppning | `register` `end` `extend` `lift-request` `write-follow-up` | `registration` and what was stated in it, except words; the outcome, but of `lift-request`: `result` |
//! | Skriva | `report` | an entry was reported: `report` its id, `source`, `section`, `mistake`, `to` the organisation that answers; the outcome: `result` |
//! | Skriva, no patient | `feedback` `report-step` | `report`; `topic` and `to`; of a step `step` and `version` its number; the outcome: `result` |
//! | Skriva, no patient | `notice` | of which `organisation`, `notice` its id; `step`: publish or withdraw; `kind`, `source`, `everyone`, `from`, `until`, SHA-256; the outcome: `result` |
//! | Skriva, no patient | `go-live` | of which `organisation`; `version`; `item` and whether it is `done`; the outcome: `result` |
//! | Skriva, no patient | `unit` | of which `organisation`; `version`; `unit` its HSA-id, SHA-256, `reason`; the outcome: `result` |
//! | Skriva, no patient | `enablement` | of which `organisation`; `before` and `version` with their SHA-256; `from` when, `reason`; `changes` by source; the outcome: `result` |
//! | Skriva, no patient | `source-stage` | of which `source` and `organisation`; `version`; `before` and `stage`; `running` and `trial` the bindings; `reason` of the administrator, or `cause` when the portal stopped it, without viewer; the outcome: `result` |
//! | Skriva, no patient | `source-binding` | of which `source` and `organisation`; `version`; SHA-256 of the `package`, of its component and of all that was granted; `origins` by alias; `credentials` by slot with the number of the binding each secret came with; `reason`; the outcome: `result` |
//! | Läsa, no patient | `source-test` | of which `source` and `organisation` the adapter's own test was run; `version` of the binding, 0 for the configuration file's |
//! | Skriva, no patient | `package` `vendor-key` | of which `organisation`; of the package its SHA-256 `package`, `version` the number of its trial, `bytes`; of the key `key` and `step`: enrol or withdraw; the outcome: `result` |
//! | Skriva, no patient | `role-matrix` `confidentiality` `login-test` `blocks-import` | what holds `before`, and after it; the outcome of the first and the last: `result` |
//! | Läsa, Skriva, no patient | `review` `review-file` `review-export` `review-begin` `review-close` `statistics` | which review; its `selection`; the `period`; the outcome of the begun and the closed: `result` |
//! | Läsa, no patient | `blocks-export` `audit-export` `organisation-export` | `provider` or `organisation`; of the log `format`, `from` and `before` |
//! | Inloggning | – | `assignment` (empty until one is chosen), `purpose`, `client_address`, `acr`, `issuer`, `step_up` |
//! | Inloggning | `assignment` | `assignment`, and `before` the one it replaces |
//! | Utloggning | – | `assignment`, `purpose`, `ended_by` user, new-sign-in, idle, absolute-limit or identity-provider; `expired` when it did |
//! | Nekad | – | `reason`; `route` as method and pattern, never an address; `repeats` how many more of the same there were since the last such record; `client_address`; `about` which review or task, of the first of them; `assignment` and `purpose` when somebody is signed in; `provider_error` of a sign-in |
//! | Skriva, no viewer | `snapshots-disposal` | `provider`, `count`, `before` |
//! | Skriva, no viewer | `configuration` | `program`, `configuration_sha256`, `adapters` by name with SHA-256, `sources` by id with adapter |
//!
//! `resources` has one line per source, provider and unit with its `sections`; of an answer with so many units that they do not fit it
//! says `units` as a number, and then `providers` too. Of an outcome whose `sources` do not fit the reasons are left out, and then `sources` is
//! their number. What became of a change, `result`, is done, not-kept or unclear. States, and reasons for being unanswered, are the words of `domain::state`; reasons for
//! being withheld those of `domain::logged::Why`.

pub mod deed;
pub mod opening;
pub mod read;
pub mod session;
pub mod start;

pub use deed::Deed;
pub use opening::Policy;

/// The most that the details of one record may be, as JSON: with viewer and ids it fits the 64 KiB of one entry of the log.
pub const DETAILS_MAX_BYTES: usize = 56 << 10;

/// The most sources of one portal: the intent of an opening names each with everything that it is to be asked, and must fit, or
/// nothing could be shown. It does while no id is longer than [`SOURCE_ID_MAX_BYTES`]. Tried in `tests/it/portal/audit/resources.rs`.
pub const SOURCES_MAX: usize = 100;

/// The longest id of a source.
pub const SOURCE_ID_MAX_BYTES: usize = 48;
