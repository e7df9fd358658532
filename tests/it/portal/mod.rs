//! The whole portal, as a browser meets it: sign-in, search, overview, print, log, configuration.
//!
//! Rooms: `harness` (the demo's portal in this process), `browser` (cookies and redirects by hand), `reading` (looking things
//! up in the canonical JSON), `provider` (an identity provider that hands out what a test gives it), then one file or folder per promise;
//! `reliability` alone starts the portal in a process of its own, to kill it.
//! Not here: adapters alone (`adapters`), the rules alone (`domain`).
//! Invariant: every test goes through HTTP; only faults and clocks are set from inside.
//! To add a test: a file per promise; [`harness::shared`] unless the test changes something.

mod access;
mod acknowledgement;
mod all_languages;
mod assignments;
mod audit;
mod authorities;
mod bindings;
mod block_lists;
mod block_timing;
mod blocks;
mod browser;
mod catalogue;
mod configuration;
mod consent_shown;
mod decision_table;
mod enablement;
mod extract;
mod faults;
mod follow_up;
mod forgery;
mod go_live;
mod harness;
mod identity;
mod leaving;
mod lifting;
mod limits;
mod live;
mod login;
mod metrics;
mod nodes;
mod notices;
mod own_scope;
mod packages;
mod people;
mod privacy;
mod protected_block;
mod proven;
mod provider;
mod rate;
mod reading;
mod registering;
mod reliability;
mod reports;
mod review;
mod role_matrix;
mod roles;
mod sent_late;
mod sent_twice;
mod sessions;
mod snapshots;
mod sources;
mod stages;
mod statements;
mod statistics;
mod support;
mod surface;
mod tabs;
mod tokens;
mod traces;
mod trouble;
mod units;
mod users;
mod whole_region;
