//! Words of the trade: identifiers, sections, provenance, states, merge, badges, access.
//!
//! Pure. No I/O, no clock, no async; builds for native and wasm32. Time comes in as a parameter.
//! Not here: asking sources (`service`), the sandbox (`host`), words on screen (`ui`).
//! Invariant: an empty list without a reason cannot be built (see [`state`]).
//!
//! # Glossary (one word per thing; the Swedish term is the one users say)
//! | Here | Swedish | Meaning |
//! |---|---|---|
//! | patient | patient, brukare | the person an overview is about |
//! | viewer | användare | the signed-in person, acting in one assignment |
//! | assignment | medarbetaruppdrag | who the viewer acts for, and why |
//! | provider | vårdgivare, omsorgsgivare | the organisation responsible for a record |
//! | authority | myndighet, nämnd | one of the providers that a region or municipality runs its health care through |
//! | unit | vårdenhet | the part of a provider that made a record |
//! | source | källa | one adapter bound to one custodian, or a declared multi-provider platform |
//! | section | del av översikten | one of the ten cards; `person` is the banner |
//! | entry | uppgift | one record as shown, with its provenance |
//! | state | läge | what one source says of one section |
//! | care limit | vårdbegränsning | a position on what is not to be done |
//! | service | insats | what lights a badge |
//! | badge | lysande knapp | one service kind and its look |
//! | block | spärr | the patient's decision that others may not see |
//! | withheld | visas inte | known to the portal, not shown to this viewer |
//! | overview | översikt | everything of one opening, in canonical form |
//! | stage | läge | how far a source has come: draft, shadow, live, paused, quarantined, retired |
//! | act | åtgärd | one thing somebody did about a patient, as the log tells it |
//! | review | loggranskning | a selection of acts, each judged by a reviewer, with a result |
//! | pick | urval | one act of a review, with why it was chosen |
//! | extract | loggutdrag | what a patient is told of who has looked |

pub mod access;
pub mod alert_line;
pub mod badge;
pub mod binding;
pub mod completeness;
pub mod consent_view;
pub mod contact_order;
pub mod enablement;
pub mod entry;
pub mod extract;
pub mod go_live;
pub mod identifier;
pub mod limits_view;
pub mod logged;
pub mod maintenance;
pub mod merge;
pub mod notice;
pub mod overview;
pub mod package;
pub mod person;
pub mod plan;
pub mod protection;
pub mod provenance;
pub mod report;
pub mod resource;
pub mod review;
pub mod section;
pub mod snapshot;
pub mod source;
pub mod spreadsheet;
pub mod stage;
pub mod standing;
pub mod state;
pub mod statistics;
pub mod support;
pub mod time;
pub mod trial;
pub mod unit;
pub mod user;
pub mod viewer;
pub mod vocabulary;
