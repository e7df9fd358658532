//! How far a source has come, from being tried to being taken out of use: what an administrator decides, and what the portal itself stops.
//!
//! Not here: who may decide (`service::sources`), whether a source that is in use answers (`standing`).
//! Invariant: only a live source is ever shown; a source that the portal stopped starts again when a person says so and not by itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::Registrar,
    source::{OrganisationId, SourceId},
    state::NotAsked,
};

/// Where a source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Being put together. Nobody asks it.
    Draft,
    /// Asked alongside another source and compared with it; never shown.
    Shadow,
    /// In use.
    Live,
    /// Switched off by its organisation for a while.
    Paused,
    /// Stopped by the portal itself; see [`Cause`].
    Quarantined,
    /// Taken out of use for good.
    Retired,
}

impl Stage {
    /// The stable word of the store, the JSON and the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Shadow => "shadow",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Quarantined => "quarantined",
            Self::Retired => "retired",
        }
    }

    /// The stage of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        let all = [Self::Draft, Self::Shadow, Self::Live, Self::Paused, Self::Quarantined, Self::Retired];
        all.into_iter().find(|stage| stage.word() == word)
    }

    /// What an administrator can make of a source at this stage that the configuration file binds: it is never a draft or in the shadow, and
    /// it is retired in the file.
    pub const fn decisions(self) -> &'static [Self] {
        match self {
            Self::Live => &[Self::Paused],
            Self::Paused => &[Self::Live],
            Self::Quarantined => &[Self::Live, Self::Paused],
            Self::Retired | Self::Draft | Self::Shadow => &[],
        }
    }

    /// Whether the portal stops it when it goes wrong.
    pub const fn is_watched(self) -> bool {
        matches!(self, Self::Live | Self::Shadow)
    }

    /// Why a source at this stage is left alone, to be told in its place. One that is not part of the overview has no place there.
    pub const fn left_alone(self) -> Option<NotAsked> {
        match self {
            Self::Paused => Some(NotAsked::SwitchedOff),
            Self::Quarantined => Some(NotAsked::Quarantined),
            Self::Draft | Self::Shadow | Self::Live | Self::Retired => None,
        }
    }

    /// Whether it has a place in the overview, once it has been in use.
    pub const fn has_a_place(self) -> bool {
        matches!(self, Self::Live | Self::Paused | Self::Quarantined)
    }
}

/// Why the portal itself stopped a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It answered about other patients than those that were asked about.
    WrongPatient,
    /// Its adapter broke the contract or failed, again and again.
    AdapterFaults,
    /// Its adapter does not pass its own cases any more.
    Drift,
}

impl Cause {
    /// The stable word of the store and of the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::WrongPatient => "wrong-patient",
            Self::AdapterFaults => "adapter-faults",
            Self::Drift => "drift",
        }
    }
}

/// What is decided of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It comes to another stage.
    To(Stage),
    /// A binding is tried: asked alongside, never shown.
    Try(u32),
    /// The trial ends, and what is in use stays.
    EndTrial,
    /// A binding is taken into use, a newer one or a former one.
    Use(u32),
}

impl Step {
    /// The word of the form.
    pub fn word(self) -> String {
        match self {
            Self::To(stage) => stage.word().to_owned(),
            Self::Try(number) => format!("try-{number}"),
            Self::EndTrial => "end-trial".to_owned(),
            Self::Use(number) => format!("use-{number}"),
        }
    }

    /// The step of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        let numbered = |prefix| word.strip_prefix(prefix).and_then(|number: &str| number.parse().ok());
        if word == "end-trial" {
            return Some(Self::EndTrial);
        }
        numbered("try-")
            .map(Self::Try)
            .or_else(|| numbered("use-").map(Self::Use))
            .or_else(|| Stage::of_word(word).map(Self::To))
    }
}

/// Who brought a source to a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "kebab-case")]
pub enum Decider {
    /// An administrator of its organisation, with a reason.
    Administrator {
        /// Who, in which assignment.
        by: Box<Registrar>,
        /// Why, in the administrator's own words.
        reason: String,
    },
    /// The portal.
    Portal {
        /// Why.
        cause: Cause,
    },
}

/// The stage of a source since a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// Which source.
    pub source: SourceId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// 1, 2, 3 … for each source; 0 for one of which nobody has decided anything.
    pub number: u32,
    /// The stage.
    pub stage: Stage,
    /// The binding that is in use, and stays while it is switched off or stopped; none of a source that the configuration file binds, or before the
    /// first was taken into use.
    pub running: Option<u32>,
    /// The binding that is tried.
    pub trial: Option<u32>,
    /// Since when.
    pub at: Timestamp,
    /// Who decided.
    pub decider: Decider,
}

impl Staged {
    /// What can be made of a source that was bound at the screen and has bindings of these numbers.
    pub fn steps(&self, bindings: &[u32]) -> Vec<Step> {
        let to = |stages: &[Stage]| stages.iter().copied().map(Step::To).collect::<Vec<_>>();
        let mut steps = match (self.stage, self.running) {
            (Stage::Retired, _) => return Vec::new(),
            (Stage::Draft, _) => Vec::new(),
            (Stage::Shadow, _) | (Stage::Quarantined, None) => to(&[Stage::Draft]),
            (Stage::Live, _) => to(&[Stage::Paused]),
            (Stage::Quarantined, Some(_)) => to(&[Stage::Live, Stage::Paused]),
            (Stage::Paused, _) => to(&[Stage::Live]),
        };
        if self.stage == Stage::Live && self.trial.is_some() {
            steps.push(Step::EndTrial);
        }
        let tries = matches!(self.stage, Stage::Draft | Stage::Shadow | Stage::Live);
        for number in bindings.iter().copied() {
            if tries && self.trial != Some(number) && self.running != Some(number) {
                steps.push(Step::Try(number));
            }
            if self.running != Some(number) {
                steps.push(Step::Use(number));
            }
        }
        steps.push(Step::To(Stage::Retired));
        steps
    }

    /// Where it stands after a step.
    pub fn after(&self, step: Step) -> (Stage, Option<u32>, Option<u32>) {
        match step {
            Step::To(Stage::Live) => (Stage::Live, self.running, None),
            Step::To(stage) => (stage, self.running, None),
            Step::Try(number) if self.stage == Stage::Live => (Stage::Live, self.running, Some(number)),
            Step::Try(number) => (Stage::Shadow, None, Some(number)),
            Step::EndTrial => (self.stage, self.running, None),
            Step::Use(number) => (Stage::Live, Some(number), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Stage; 6] =
        [Stage::Draft, Stage::Shadow, Stage::Live, Stage::Paused, Stage::Quarantined, Stage::Retired];

    #[test]
    fn a_stage_has_one_word() {
        for stage in ALL {
            assert_eq!(Stage::of_word(stage.word()), Some(stage));
            assert_eq!(serde_json::json!(stage), stage.word());
        }
        assert_eq!(Stage::of_word("lively"), None);
        for cause in [Cause::WrongPatient, Cause::AdapterFaults, Cause::Drift] {
            assert_eq!(serde_json::json!(cause), cause.word());
        }
    }

    fn staged(stage: Stage, running: Option<u32>, trial: Option<u32>) -> Staged {
        let decider = Decider::Portal { cause: Cause::Drift };
        let (source, organisation) = (SourceId::new("a"), OrganisationId::new("o"));
        Staged { source, organisation, number: 1, stage, running, trial, at: Timestamp::UNIX_EPOCH, decider }
    }

    #[test]
    fn nobody_decides_on_a_quarantine_and_nothing_comes_back_from_retirement() {
        for stage in ALL {
            let decisions = stage.decisions();
            let never = [Stage::Draft, Stage::Shadow, Stage::Retired, Stage::Quarantined, stage];
            assert!(decisions.iter().all(|next| !never.contains(next)), "{stage:?}");
            for running in [None, Some(1)] {
                let now = staged(stage, running, None);
                let steps = now.steps(&[1, 2]);
                assert!(!steps.contains(&Step::To(Stage::Quarantined)) && !steps.contains(&Step::To(stage)), "{now:?}");
                assert_eq!(steps.is_empty(), stage == Stage::Retired);
            }
        }
        assert!(Stage::Quarantined.decisions().contains(&Stage::Live));
    }

    #[test]
    fn only_what_was_in_use_is_started_again_and_a_trial_leaves_what_is_in_use_alone() {
        let draft = staged(Stage::Draft, None, None);
        assert_eq!(draft.steps(&[1]), [Step::Try(1), Step::Use(1), Step::To(Stage::Retired)]);
        assert_eq!(draft.after(Step::Try(1)), (Stage::Shadow, None, Some(1)));
        assert_eq!(staged(Stage::Shadow, None, Some(1)).after(Step::Use(1)), (Stage::Live, Some(1), None));
        let live = staged(Stage::Live, Some(1), None);
        assert!(!live.steps(&[1]).contains(&Step::Use(1)));
        assert_eq!(live.after(Step::Try(2)), (Stage::Live, Some(1), Some(2)));
        let tried = staged(Stage::Live, Some(1), Some(2));
        assert!(tried.steps(&[1, 2]).contains(&Step::EndTrial));
        assert_eq!(tried.after(Step::EndTrial), (Stage::Live, Some(1), None));
        assert_eq!(tried.after(Step::To(Stage::Paused)), (Stage::Paused, Some(1), None));
        assert_eq!(staged(Stage::Paused, Some(2), None).after(Step::Use(1)), (Stage::Live, Some(1), None));
        let unused = staged(Stage::Quarantined, None, None);
        assert!(!unused.steps(&[1]).contains(&Step::To(Stage::Live)));
    }

    #[test]
    fn a_step_has_one_word() {
        for step in [Step::To(Stage::Paused), Step::Try(3), Step::EndTrial, Step::Use(12)] {
            assert_eq!(Step::of_word(&step.word()), Some(step));
        }
        for none in ["", "try-", "use-x", "use--1", "lively"] {
            assert_eq!(Step::of_word(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_left_alone_has_a_place_where_that_is_told() {
        for stage in ALL {
            assert!(stage.left_alone().is_none() || stage.has_a_place(), "{stage:?}");
            assert!(stage.left_alone().is_none() || !stage.is_watched(), "{stage:?}");
        }
    }
}
