//! What the pages must say, and what they must never say.
//!
//! Not here: the exhaustive table of states against the model (the workspace's own tests).

mod pages;
mod sample;
mod states;
mod texts;
mod waiting;

use samsyn_domain::{access::RoleMatrix, source::ProviderKind, viewer::Role};

use crate::{Language, PageContext, ViewerLine};

/// A context in Swedish with somebody signed in.
fn context(language: Language) -> PageContext {
    PageContext {
        language,
        nonce: "n0nce".into(),
        viewer: Some(ViewerLine {
            name: "Maja Lind".into(),
            title: "leg. sjuksköterska".into(),
            unit: "Hemsjukvården norr".into(),
            organisation: "Storsjö kommun".into(),
            assignment: "Vård och behandling".into(),
            can_change_assignment: false,
            rights: RoleMatrix::default().rights(Role::Nurse, ProviderKind::Care),
            administers: false,
            reviews: false,
        }),
        path: "/overview/handtag".into(),
        idle_limit: Some(std::time::Duration::from_mins(15)),
        keeps_snapshots: false,
        support: crate::Support::default(),
        board: crate::Board::default(),
        page_tag: "a1b2".into(),
        ..PageContext::default()
    }
}
