//! Notices to staff: news, disruptions, and maintenance during which a source is not asked.
//!
//! An organisation writes to its own staff; about a source of its own, or when it is let to, to everybody's. Not here: keeping them (`store`),
//! who may publish (`service::notices`), maintenance that comes back (`maintenance`).
//! Invariant: every notice has an end; only a custodian's maintenance keeps its source from being asked, and never for longer than a week.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    access::Registrar,
    source::{OrganisationId, Source, SourceId},
};

/// The longest heading, in characters: it stands alone on a phone.
pub const HEADING_MAX_CHARS: usize = 120;
/// The longest text, in characters.
pub const BODY_MAX_CHARS: usize = 2_000;
/// A notice holds for at most so many days.
pub const MOST_DAYS: i64 = 366;
/// A source is left alone for maintenance for at most so many hours.
pub const MAINTENANCE_MOST_HOURS: i64 = 7 * 24;

/// What a notice is, the graver the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// Something to know.
    News,
    /// Planned work on a source, which is not asked meanwhile.
    Maintenance,
    /// Something does not work as it should.
    Disruption,
    /// A disruption that can hurt a patient.
    Serious,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::News, Self::Maintenance, Self::Disruption, Self::Serious];

    /// The stable word of forms, feed and log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Maintenance => "maintenance",
            Self::Disruption => "disruption",
            Self::Serious => "serious",
        }
    }

    /// The kind of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether it stands on the overview too: news does not, because there it is in the way.
    pub fn stands_on_overview(self) -> bool {
        self > Self::News
    }
}

/// A heading and a text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeText {
    /// One line.
    pub heading: String,
    /// An empty line begins a new paragraph.
    pub body: String,
}

/// What is said, to whom, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it is.
    pub kind: NoticeKind,
    /// The source it is about.
    pub source: Option<SourceId>,
    /// To the staff of every organisation, not the own alone.
    pub everyone: bool,
    /// From when it holds.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// In Swedish.
    pub sv: NoticeText,
    /// In English; those who read English are otherwise shown the Swedish.
    pub en: Option<NoticeText>,
}

/// A notice that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Random, of this notice alone.
    pub id: String,
    /// What was said.
    pub notice: Notice,
    /// When it was published.
    pub at: Timestamp,
    /// By whom, and so by which organisation.
    pub by: Registrar,
    /// When it was taken back before its end, and by whom.
    pub withdrawn: Option<(Timestamp, Registrar)>,
}

/// Where in its time a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticePhase {
    /// It holds.
    Now,
    /// It begins later.
    Coming,
    /// It has ended or was taken back.
    Past,
}

impl Published {
    /// Where in its time it is.
    pub fn phase(&self, now: Timestamp) -> NoticePhase {
        if self.withdrawn.is_some() || self.notice.until <= now {
            NoticePhase::Past
        } else if self.notice.from > now {
            NoticePhase::Coming
        } else {
            NoticePhase::Now
        }
    }

    /// Whether it is for the staff of an organisation; of none is whoever is not signed in.
    pub fn reaches(&self, organisation: Option<&OrganisationId>) -> bool {
        self.notice.everyone || organisation.is_some_and(|reader| *reader == self.by.organisation)
    }

    /// The source that is not asked now because of it, and until when. Only its custodian's word counts, whatever has become of the source
    /// since.
    pub fn keeps_from_asking(&self, source: &Source, now: Timestamp) -> Option<Timestamp> {
        let of_it = self.notice.kind == NoticeKind::Maintenance
            && self.notice.source.as_ref() == Some(&source.id)
            && source.organisation == self.by.organisation;
        (of_it && self.phase(now) == NoticePhase::Now).then_some(self.notice.until)
    }
}

/// What is wrong with a notice as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeFault {
    /// The Swedish heading is empty or too long.
    Heading,
    /// The Swedish text is empty or too long.
    Body,
    /// The English is there in part only, or too long.
    English,
    /// It ends before it begins, or has ended already.
    Period,
    /// It holds for longer than a year, or begins more than a year ahead.
    TooLong,
    /// Maintenance of longer than a week.
    MaintenanceTooLong,
    /// Maintenance without a source.
    MaintenanceOfNothing,
    /// The source is another organisation's.
    OthersSource,
    /// The organisation may not write to the staff of others.
    NotForEveryone,
}

impl Notice {
    /// The first thing that is wrong. `own` are the sources of the publisher's organisation; `for_all` is whether it may write to everybody's
    /// staff about anything.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self, own: &[&Source], for_all: bool, now: Timestamp) -> Result<(), NoticeFault> {
        let fits = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most;
        let about_own = self.source.as_ref().map(|id| own.iter().any(|source| source.id == *id));
        let lasts = self.until.duration_since(self.from);
        let ahead = SignedDuration::from_hours(MOST_DAYS * 24);
        let maintenance = self.kind == NoticeKind::Maintenance;
        let english = |text: &NoticeText| fits(&text.heading, HEADING_MAX_CHARS) && fits(&text.body, BODY_MAX_CHARS);
        let faults = [
            (!fits(&self.sv.heading, HEADING_MAX_CHARS), NoticeFault::Heading),
            (!fits(&self.sv.body, BODY_MAX_CHARS), NoticeFault::Body),
            (self.en.as_ref().is_some_and(|text| !english(text)), NoticeFault::English),
            (self.until <= self.from || self.until <= now, NoticeFault::Period),
            (lasts > ahead || self.from.duration_since(now) > ahead, NoticeFault::TooLong),
            (maintenance && self.source.is_none(), NoticeFault::MaintenanceOfNothing),
            (
                maintenance && lasts > SignedDuration::from_hours(MAINTENANCE_MOST_HOURS),
                NoticeFault::MaintenanceTooLong,
            ),
            (about_own == Some(false), NoticeFault::OthersSource),
            (self.everyone && !for_all && about_own != Some(true), NoticeFault::NotForEveryone),
        ];
        faults.into_iter().find(|(wrong, _)| *wrong).map_or(Ok(()), |(_, fault)| Err(fault))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        provenance::Organisation,
        source::{LinkRule, Provider, ProviderId, ProviderKind},
    };

    fn at(hour: i64) -> Timestamp {
        "2026-11-21T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour)
    }

    fn source(id: &str, organisation: &str) -> Source {
        Source {
            id: SourceId::new(id),
            system: "Viva".to_owned(),
            adapter: "viva".to_owned(),
            organisation: OrganisationId::new(organisation),
            organisation_name: "Storsjö kommun".to_owned(),
            provider: None,
            sections: Vec::new(),
            answers_person: false,
            service_kinds: Vec::new(),
            identifier_kinds: Vec::new(),
            link_rule: LinkRule::Always,
            answer_within: Duration::from_secs(1),
            phone: None,
            contact: None,
            maintenance: Vec::new(),
        }
    }

    fn text(heading: &str, body: &str) -> NoticeText {
        NoticeText { heading: heading.to_owned(), body: body.to_owned() }
    }

    fn notice(kind: NoticeKind) -> Notice {
        let sv = text("Viva är nere", "Felsökning pågår.");
        Notice { kind, source: Some(SourceId::new("viva")), everyone: true, from: at(0), until: at(4), sv, en: None }
    }

    fn published(notice: Notice, organisation: &str) -> Published {
        let by = Registrar {
            user_id: "SE9999200002-P301".to_owned(),
            name: "Britt Wallin".to_owned(),
            title: "systemförvaltare".to_owned(),
            organisation: OrganisationId::new(organisation),
            provider: Provider { id: ProviderId::new("SE9999200002-HSL"), kind: ProviderKind::Care },
            unit: Organisation::default(),
        };
        Published { id: "n1".to_owned(), notice, at: at(-1), by, withdrawn: None }
    }

    #[test]
    fn an_organisation_writes_to_everybody_about_its_own_sources_and_otherwise_when_it_is_let_to() {
        let own = source("viva", "storsjo");
        let check = |notice: &Notice, own: &[&Source], for_all| notice.check(own, for_all, at(0));
        assert_eq!(check(&notice(NoticeKind::Disruption), &[&own], false), Ok(()));
        assert_eq!(check(&notice(NoticeKind::Disruption), &[], true), Err(NoticeFault::OthersSource));
        let about_nothing = Notice { source: None, ..notice(NoticeKind::News) };
        assert_eq!(check(&about_nothing, &[&own], false), Err(NoticeFault::NotForEveryone));
        assert_eq!(check(&about_nothing, &[&own], true), Ok(()));
        assert_eq!(check(&Notice { everyone: false, ..about_nothing }, &[], false), Ok(()));
        let of_nothing = Notice { source: None, ..notice(NoticeKind::Maintenance) };
        assert_eq!(check(&of_nothing, &[&own], true), Err(NoticeFault::MaintenanceOfNothing));
    }

    #[test]
    fn what_has_no_end_in_sight_or_says_nothing_is_refused() {
        let own = source("viva", "storsjo");
        let refused = |notice: Notice| notice.check(&[&own], false, at(1)).err();
        let news = || notice(NoticeKind::News);
        assert_eq!(refused(Notice { until: at(0), ..news() }), Some(NoticeFault::Period));
        assert_eq!(refused(Notice { until: at(1), ..news() }), Some(NoticeFault::Period), "it has ended already");
        assert_eq!(refused(Notice { until: at(24 * 366 + 1), ..news() }), Some(NoticeFault::TooLong));
        assert_eq!(refused(Notice { until: at(24 * 366), ..news() }), None);
        let long = Notice { until: at(24 * 7 + 1), ..notice(NoticeKind::Maintenance) };
        assert_eq!(refused(long), Some(NoticeFault::MaintenanceTooLong));
        assert_eq!(refused(Notice { until: at(24 * 7), ..notice(NoticeKind::Maintenance) }), None);
        assert_eq!(refused(Notice { sv: text(" ", "x"), ..news() }), Some(NoticeFault::Heading));
        assert_eq!(refused(Notice { sv: text(&"å".repeat(121), "x"), ..news() }), Some(NoticeFault::Heading));
        assert_eq!(refused(Notice { sv: text("x", ""), ..news() }), Some(NoticeFault::Body));
        assert_eq!(refused(Notice { en: Some(text("x", "")), ..news() }), Some(NoticeFault::English));
    }

    #[test]
    fn a_source_is_left_alone_for_its_custodians_maintenance_alone_and_only_while_it_holds() {
        let viva = source("viva", "storsjo");
        let work = published(notice(NoticeKind::Maintenance), "storsjo");
        assert_eq!(work.keeps_from_asking(&viva, at(0)), Some(at(4)));
        assert_eq!(work.keeps_from_asking(&viva, at(4)), None);
        assert_eq!(work.keeps_from_asking(&viva, at(-1)), None);
        assert_eq!(work.keeps_from_asking(&source("other", "storsjo"), at(0)), None);
        assert_eq!(work.keeps_from_asking(&source("viva", "region"), at(0)), None, "it is another's by now");
        let told = published(notice(NoticeKind::Serious), "storsjo");
        assert_eq!(told.keeps_from_asking(&viva, at(0)), None);
        let taken_back = Published { withdrawn: Some((at(1), work.by.clone())), ..work };
        assert_eq!(taken_back.keeps_from_asking(&viva, at(2)), None);
    }

    #[test]
    fn it_reaches_its_own_staff_or_everybody_and_has_a_phase() {
        let own = published(Notice { everyone: false, ..notice(NoticeKind::News) }, "storsjo");
        let (storsjo, region) = (OrganisationId::new("storsjo"), OrganisationId::new("region"));
        assert!(own.reaches(Some(&storsjo)) && !own.reaches(Some(&region)) && !own.reaches(None));
        assert!(published(notice(NoticeKind::News), "storsjo").reaches(None));
        let phases = [at(-1), at(0), at(4)].map(|now| own.phase(now));
        assert_eq!(phases, [NoticePhase::Coming, NoticePhase::Now, NoticePhase::Past]);
        assert!(NoticeKind::Serious > NoticeKind::Disruption && !NoticeKind::News.stands_on_overview());
        assert_eq!(NoticeKind::of_word("serious"), Some(NoticeKind::Serious));
        assert_eq!(NoticeKind::of_word("grave"), None);
    }
}
