//! A replay: an overview that was shown before, for somebody who looks at it now.
//!
//! What was lawfully shown is the reader's provider's own evidence of what it acted on, so the ground of then is not asked for again. What has
//! been blocked since, and what the looker's role does not include, is kept back ([`Replayed`]).
//! Not here: who may look at all (`service::snapshots`).
//! Invariant: a replay never shows more than was shown then, and nothing that was kept back shines through a summary, a badge or a copy.

use super::{Overview, SectionView, ShownEntry};
use crate::{
    access::Replayed,
    alert_line::alert_line,
    badge::{Badge, BadgeInput, Look, badges},
    limits_view,
    merge::covid,
    protection,
    section::Section,
    source::SourceId,
    state::{Entries, State, Withheld},
    time::{sweden, today},
};

impl Overview {
    /// As the looker may see it now, and how many entries were kept back.
    pub fn replayed(mut self, now: &Replayed<'_>) -> (Self, usize) {
        let mut kept_back = Vec::new();
        for section in &mut self.sections {
            let count = narrow(section, now);
            kept_back.extend((count > 0).then_some((section.name, count)));
        }
        let lost =
            |name: Section| !now.viewer.rights.sees(name) || kept_back.iter().any(|(section, _)| *section == name);
        if lost(Section::Alerts) || lost(Section::Covid19) {
            self.alert_line = alert_line(self.sections.iter().flat_map(|section| &section.entries));
        }
        if lost(Section::Services) || lost(Section::Plans) {
            self.relight();
        }
        // What could be done then is not done in a replay.
        self.ask_consent = None;
        if !now.viewer.rights.sees(Section::Consents) {
            self.consents_here = Some(Vec::new());
        }
        let count = kept_back.into_iter().map(|(_, count)| count).sum();
        if count > 0 && now.viewer.may_know_of_blocks() {
            self.blocked_exists = Some(true);
        }
        (self, count)
    }

    /// Masked like that of a protected person, because the person has become one since. `numbering` is drawn for this look.
    #[must_use]
    pub fn masked(mut self, numbering: &[u8]) -> Self {
        if !self.person.places_masked {
            let mut sources: Vec<SourceId> =
                self.sections.iter().flat_map(|section| &section.cells).map(|cell| cell.source.clone()).collect();
            sources.sort_unstable();
            sources.dedup();
            self.person.places_masked = true;
            protection::mask(&mut self, &sources, numbering);
        }
        self
    }

    /// A badge that was lit by what is kept back is not dark: nobody may conclude that there is no such service.
    fn relight(&mut self) {
        let entries: Vec<&ShownEntry> = self.sections.iter().flat_map(|section| &section.entries).collect();
        let anew = badges(BadgeInput {
            entries: &entries,
            cells: &[],
            plan_cells: &[],
            plans_limited: false,
            others_could_plan: false,
            sources: &[],
            others_could_light: &[],
            blocked_exists: true,
            recent_since: self.recent_since,
            today: today(&self.opened_at),
            zone: &sweden(),
        });
        let is_lit = |badge: &Badge| matches!(badge.look, Look::Ongoing | Look::Recent);
        for badge in self.badges.iter_mut().filter(|badge| is_lit(badge)) {
            *badge = match anew.iter().find(|one| one.kind == badge.kind && is_lit(one)) {
                Some(lit) => lit.clone(),
                None => Badge {
                    kind: badge.kind.clone(),
                    look: Look::Unknown,
                    since: None,
                    event: None,
                    ended: false,
                    not_in_emergency: false,
                    sources: Vec::new(),
                    labels: Vec::new(),
                },
            };
        }
        // A service of a kind that no registry knows has a badge only because somebody reported it.
        self.badges.retain(|badge| is_lit(badge) || crate::vocabulary::ServiceKind::KNOWN.contains(&badge.kind));
    }
}

/// Keeps back what the looker may not see now, and makes anew what was computed from it. Tells how many entries that were.
fn narrow(section: &mut SectionView, now: &Replayed<'_>) -> usize {
    let name = section.name;
    let before = section.entries.len();
    let mut hidden: Vec<(SourceId, Withheld)> = Vec::new();
    section.entries.retain(|shown| match now.kept_back(name, &shown.entry) {
        None => true,
        Some(why) => {
            hidden.extend(
                std::iter::once(&shown.source)
                    .chain(shown.copies.iter().map(|copy| &copy.source))
                    .map(|source| (source.clone(), why)),
            );
            false
        }
    });
    let sees = now.viewer.rights.sees(name);
    for cell in &mut section.cells {
        let left: Vec<_> = section.entries.iter().filter(|shown| shown.source == cell.source).collect();
        let why = hidden.iter().find(|(source, _)| *source == cell.source).map(|(_, why)| *why);
        let answered = !matches!(cell.state, State::NotAsked(_) | State::Unsupported | State::Waiting);
        cell.state = match (&cell.state, why) {
            _ if !sees && answered => State::Withheld(Withheld::Role),
            (_, Some(why)) if left.is_empty() => State::Withheld(why),
            (State::Reported(_), Some(_)) => {
                let left = Entries::new(left.into_iter().map(|shown| shown.entry.clone()).collect());
                left.map_or(State::Withheld(Withheld::MayExist), State::Reported)
            }
            // "None" of then may be wrong by what is blocked now.
            (State::StatedNone(_) | State::NothingHeld, _) if now.none_would_be_wrong() => {
                State::Withheld(Withheld::MayExist)
            }
            (state, _) => state.clone(),
        };
    }
    for shown in &mut section.entries {
        shown.copies.retain(|copy| hidden.iter().all(|(source, _)| *source != copy.source));
        now.narrow(&mut shown.entry);
    }
    let kept_back = before - section.entries.len();
    if kept_back > 0 || !sees {
        make_anew(section);
    }
    kept_back
}

fn make_anew(section: &mut SectionView) {
    let zone = sweden();
    section.named_care_contact_missing = false;
    match section.name {
        Section::CareLimits => {
            section.entries.iter_mut().for_each(|shown| shown.most_restrictive = false);
            limits_view::mark_most_restrictive(&mut section.entries, &zone);
            section.conflict = limits_view::conflict(&section.entries);
        }
        Section::Covid19 => {
            section.entries.iter_mut().for_each(|shown| shown.possible_duplicate = false);
            section.covid = covid(&mut section.entries, &zone);
        }
        _ => {}
    }
}
