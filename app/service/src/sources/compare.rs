//! A binding that is tried, asked alongside the source in use: how far their answers are alike, in numbers.
//!
//! Kept by each node in memory since it began. Invariant: nothing of an answer is kept, only that it was alike or not, by section; a trial is
//! never waited for and never shown.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use samsyn_domain::{
    source::{Source, SourceId},
    state::State,
    trial::{Compared, Comparison},
};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::watch::Watch;
use crate::port::adapters::{Adapters, Answer, Question};

/// The trials of this node.
#[derive(Debug, Default)]
pub struct Comparisons(Mutex<BTreeMap<SourceId, Comparison>>);

impl Comparisons {
    /// What became of the trial of a binding since this node began.
    pub fn of(&self, runs_as: &SourceId) -> Option<Comparison> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(runs_as).cloned()
    }

    fn note(&self, runs_as: &SourceId, beside: Option<&(Answer, Duration)>, answer: &Answer, took: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let comparison = all.entry(runs_as.clone()).or_default();
        comparison.lookups += 1;
        comparison.took += took;
        comparison.in_use_took += beside.map_or(Duration::ZERO, |(_, took)| *took);
        for (section, state) in &answer.sections {
            let other = beside.and_then(|(answer, _)| answer.sections.get(section));
            compare(comparison.sections.entry(*section).or_default(), other, state);
        }
    }
}

/// A trial that accompanies one question.
pub(crate) struct Rehearsal {
    pub adapters: Arc<dyn Adapters>,
    pub comparisons: Arc<Comparisons>,
    pub watch: Option<Arc<Watch>>,
    pub runs_as: SourceId,
    pub source: Source,
    /// Number of the source's stage.
    pub number: u32,
    pub within: Duration,
}

impl Rehearsal {
    /// Asks, and notes how it went beside what the source in use said.
    pub async fn run(self, question: Question, beside: Option<(Answer, Duration)>, begun: Timestamp) {
        let mut question = question;
        question.sections.retain(|section| self.source.sections.contains(section));
        question.person &= self.source.answers_person;
        if question.sections.is_empty() {
            return;
        }
        let started = Instant::now();
        let asked = timeout(self.within, self.adapters.ask(&self.runs_as, &question, self.within));
        let Ok(answer) = asked.await else { return };
        self.comparisons.note(&self.runs_as, beside.as_ref(), &answer, started.elapsed());
        let at = jiff::SignedDuration::try_from(started.elapsed()).ok();
        let at = at.and_then(|took| begun.checked_add(took).ok()).unwrap_or(begun);
        if let Some(watch) = &self.watch
            && let Some(cause) = watch.note(&self.runs_as, self.number, &question.patient, &answer, at)
        {
            watch.stop_trial(&self.source, &self.runs_as, cause, at).await;
        }
    }
}

fn compare(compared: &mut Compared, in_use: Option<&State>, trial: &State) {
    let counted = match (in_use.and_then(content), content(trial)) {
        (None, None) if in_use.is_some() => &mut compared.neither,
        (_, None) => &mut compared.trial_failed,
        (None, Some(_)) => &mut compared.alone,
        (Some((said, mut entries)), Some((trial_said, trial_entries))) => {
            let mut only_in_trial = 0;
            for entry in trial_entries {
                match entries.iter().position(|other| *other == entry) {
                    Some(place) => drop(entries.swap_remove(place)),
                    None => only_in_trial += 1,
                }
            }
            compared.only_in_use += u64::try_from(entries.len()).unwrap_or(u64::MAX);
            compared.only_in_trial += only_in_trial;
            let same = said == trial_said && entries.is_empty() && only_in_trial == 0;
            if same { &mut compared.same } else { &mut compared.different }
        }
    };
    *counted += 1;
}

/// What an answer says: which kind it is, and its entries without where they are from, which another adapter says in other words. None when it
/// is no answer.
fn content(state: &State) -> Option<(&'static str, Vec<Value>)> {
    let kind = match state {
        State::Reported(_) => "reported",
        State::StatedNone(_) => "stated none",
        State::NothingHeld => "nothing held",
        State::Partial { .. } => "partial",
        State::Waiting | State::Unanswered(_) | State::NotAsked(_) | State::Withheld(_) | State::Unsupported => {
            return None;
        }
    };
    let plain = |entry| {
        let mut value = serde_json::to_value(entry).unwrap_or_default();
        without_provenance(&mut value);
        value
    };
    Some((kind, state.entries().iter().map(plain).collect()))
}

fn without_provenance(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.remove("provenance");
        fields.values_mut().for_each(without_provenance);
    }
}

#[cfg(test)]
mod tests {
    use samsyn_domain::state::Unanswered;

    use super::*;

    fn compared(in_use: Option<&State>, trial: &State) -> Compared {
        let mut compared = Compared::default();
        compare(&mut compared, in_use, trial);
        compared
    }

    #[test]
    fn what_is_no_answer_is_never_the_same_as_one() {
        let failed = State::Unanswered(Unanswered::Timeout);
        let none = Compared::default();
        assert_eq!(compared(Some(&State::NothingHeld), &State::NothingHeld), Compared { same: 1, ..none });
        assert_eq!(compared(Some(&State::NothingHeld), &State::StatedNone(None)), Compared { different: 1, ..none });
        assert_eq!(compared(Some(&State::NothingHeld), &failed), Compared { trial_failed: 1, ..none });
        assert_eq!(compared(Some(&failed), &State::NothingHeld), Compared { alone: 1, ..none });
        assert_eq!(compared(Some(&failed), &failed), Compared { neither: 1, ..none });
        assert_eq!(compared(None, &State::NothingHeld), Compared { alone: 1, ..none });
    }
}
