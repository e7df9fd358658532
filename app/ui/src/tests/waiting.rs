//! The sample before anybody has answered. Shared by the unit tests and `examples/preview.rs`.

use samsyn_domain::{
    badge::{Badge, Look},
    completeness::completeness,
    overview::{Cell, Identity, Overview},
    state::State,
};

use super::sample::{overview, section};

/// The same person with every asked cell awaited and nothing else known.
pub fn waiting() -> Overview {
    let mut overview = overview();
    overview.person.name = None;
    overview.person.identity = Identity::Waiting;
    overview.alert_line.clear();
    overview.blocked_exists = None;
    overview.finished = false;
    for badge in &mut overview.badges {
        *badge = Badge {
            look: Look::Waiting,
            since: None,
            event: None,
            ended: false,
            not_in_emergency: false,
            sources: Vec::new(),
            labels: Vec::new(),
            kind: badge.kind.clone(),
        };
    }
    for view in &mut overview.sections {
        let cells = std::mem::take(&mut view.cells);
        let waiting = cells
            .into_iter()
            .map(|cell| Cell { state: State::Waiting, fetched_at: None, late: false, ..cell })
            .collect();
        *view = section(view.name, Vec::new(), waiting);
    }
    overview.completeness = completeness(&overview.sections, &[], false);
    overview
}
