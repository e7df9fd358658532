//! The parts of the overview that are replaced when a source answers after the page was sent.
//!
//! Not here: when to send which (the server compares the HTML of each part with what it sent last).
//! Invariant: a fragment is one element with a stable id, so that replacing it moves nothing else. Pages without script
//! never contain updates: they arrive complete.

use samsyn_domain::{overview::Overview, section::Section};

use crate::{
    access::emergency::{WHO, who},
    context::{PageContext, Sheet},
    overview::{badges, banner, care_limits, completeness},
    parts::html,
    words,
};

/// A part of the overview with its own id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FragmentId {
    /// Name, pills, alert line.
    Banner,
    /// Whom danger to life concerns; empty before its first step.
    EmergencyWho,
    /// Care limits.
    CareLimits,
    /// Badges.
    Badges,
    /// Completeness line.
    Completeness,
    /// The card of a section; care limits have their own part.
    Section(Section),
}

impl FragmentId {
    /// Every part, in the order of the page.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Banner, Self::EmergencyWho, Self::CareLimits, Self::Badges, Self::Completeness];
        all.extend(crate::overview::CARDS.iter().flat_map(|column| column.iter().copied()).map(Self::Section));
        all
    }

    /// The element's id.
    pub fn dom_id(self) -> String {
        match self {
            Self::Banner => "banner".to_owned(),
            Self::EmergencyWho => WHO.to_owned(),
            Self::CareLimits => Section::CareLimits.name().to_owned(),
            Self::Badges => "badges".to_owned(),
            Self::Completeness => "completeness".to_owned(),
            Self::Section(section) => section.name().to_owned(),
        }
    }
}

/// One part as HTML: one element with the id of the part.
pub fn fragment(context: &PageContext, overview: &Overview, part: FragmentId) -> String {
    let sheet = Sheet::screen(context, overview);
    html(match part {
        FragmentId::Banner => banner::banner(sheet),
        FragmentId::EmergencyWho => who(context, overview),
        FragmentId::CareLimits | FragmentId::Section(Section::CareLimits) => care_limits::card(sheet),
        FragmentId::Badges => badges::badges(sheet),
        FragmentId::Completeness => completeness::completeness(sheet),
        FragmentId::Section(section) => crate::overview::section::card(sheet, section),
    })
}

/// The update that puts a part into place: an inert template, then an element whose arrival swaps it in. The template is
/// complete by then, and no inline script is needed. The words are announced politely to those who listen.
pub fn fragment_update(context: &PageContext, part: FragmentId, html: &str) -> String {
    let texts = context.texts();
    let name = match part {
        FragmentId::Banner => texts.person.heading(),
        FragmentId::EmergencyWho => texts.emergency.heading(),
        FragmentId::CareLimits => texts.section.care_limits(),
        FragmentId::Badges => texts.badges.heading(),
        FragmentId::Completeness => texts.completeness.heading(),
        FragmentId::Section(section) => words::section(texts, section),
    };
    let id = part.dom_id();
    let said = texts.notices.updated(name);
    let tag = &context.patient_tag;
    format!(
        "<template data-for=\"{id}\" data-of=\"{tag}\" data-said=\"{said}\">{html}</template><samsyn-swap hidden></samsyn-swap>\n"
    )
}
