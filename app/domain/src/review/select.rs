//! The draw: what the rules found, and as many by chance.
//!
//! Chance is the order of SHA-256 over seed and record id: whoever has the log and the seed draws the same ones again, with any tool and
//! any version. Not here: where the seed comes from.
//! Invariant: the rules are judged on all acts of the period, also those that are not picked.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::{
    Look, Reason, ReviewRules, Rule,
    rules::{emergency, many_in_a_day, many_in_an_hour, named, no_ground, protected, unusual_hour},
};
use crate::identifier::PersonIdentifier;

/// What a reviewer wants to look at.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The seed of the draw.
    pub seed: String,
    /// So many by chance.
    pub random: usize,
    /// At most so many of what the rules find.
    pub by_rule: usize,
    /// The rules to apply.
    pub rules: BTreeSet<Rule>,
    /// Persons to look for especially.
    pub named: BTreeSet<PersonIdentifier>,
}

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen<'l> {
    /// Each act with why it was chosen. What the rules found first, those with most reasons before others; then what chance drew.
    pub looks: Vec<(&'l Look, Vec<Reason>)>,
    /// How many acts each applied rule found, picked or not.
    pub found: BTreeMap<Rule, u64>,
}

/// Chooses among the acts of a period, in the order of the log.
pub fn select<'l>(looks: &'l [Look], wish: &Wish, rules: &ReviewRules) -> Chosen<'l> {
    let mut reasons = by_rules(looks, wish, rules);
    let mut found: BTreeMap<Rule, u64> = wish.rules.iter().map(|rule| (*rule, 0)).collect();
    for reason in reasons.values().flatten() {
        if let Some(count) = reason.rule().and_then(|rule| found.get_mut(&rule)) {
            *count += 1;
        }
    }
    let mut order: Vec<(&Look, [u8; 32])> = looks.iter().map(|look| (look, drawn(&wish.seed, &look.id))).collect();
    order.sort_by_key(|(_, drawn)| *drawn);
    let by_chance: BTreeSet<&str> = order.iter().take(wish.random).map(|(look, _)| look.id.as_str()).collect();
    let (mut risky, drawn): (Vec<_>, Vec<_>) =
        order.iter().map(|(look, _)| *look).partition(|look| reasons.contains_key(look.id.as_str()));
    // Stable: among those with as many reasons chance decides.
    risky.sort_by_key(|look| std::cmp::Reverse(reasons.get(look.id.as_str()).map_or(0, Vec::len)));
    let is_drawn = |look: &&&Look| by_chance.contains(look.id.as_str());
    let (kept, left) = risky.split_at(wish.by_rule.min(risky.len()));
    let chosen = kept.iter().chain(left.iter().filter(is_drawn)).chain(drawn.iter().filter(is_drawn));
    let looks = chosen.map(|look| {
        let mut why = reasons.remove(look.id.as_str()).unwrap_or_default();
        if by_chance.contains(look.id.as_str()) {
            why.push(Reason::Random);
        }
        (*look, why)
    });
    Chosen { looks: looks.collect(), found }
}

/// Every act that an applied rule found, with its reasons in the order of the rules.
fn by_rules<'l>(looks: &'l [Look], wish: &Wish, rules: &ReviewRules) -> BTreeMap<&'l str, Vec<Reason>> {
    let applied = |reason: &Reason| reason.rule().is_some_and(|rule| wish.rules.contains(&rule));
    let mut readers: BTreeMap<&str, Vec<&Look>> = BTreeMap::new();
    let mut all: Vec<(&'l Look, Reason)> = Vec::new();
    for look in looks {
        readers.entry(&look.reader).or_default().push(look);
        let single =
            [emergency(look), no_ground(look), named(look, &wish.named), protected(look), unusual_hour(look, rules)];
        all.extend(single.into_iter().flatten().map(|reason| (look, reason)));
    }
    for of_reader in readers.values() {
        all.extend(many_in_an_hour(of_reader, rules));
        all.extend(many_in_a_day(of_reader, rules));
    }
    let mut found: BTreeMap<&str, Vec<Reason>> = BTreeMap::new();
    for (look, reason) in all.into_iter().filter(|(_, reason)| applied(reason)) {
        found.entry(&look.id).or_default().push(reason);
    }
    for reasons in found.values_mut() {
        reasons.sort_by_key(Reason::rule);
    }
    found
}

/// The place of a record in the draw.
fn drawn(seed: &str, record: &str) -> [u8; 32] {
    Sha256::new().chain_update(seed).chain_update([0]).chain_update(record).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::Missing, logged::Place, viewer::Role};

    fn look(number: u64) -> Look {
        let at = "2026-11-16T11:00:00Z".parse::<jiff::Timestamp>().unwrap();
        Look {
            id: format!("record-{number}"),
            place: Place { index: number, at: at + jiff::SignedDuration::from_hours(i64::try_from(number).unwrap()) },
            outcome: None,
            reader: format!("p{}", number % 7),
            role: Role::Nurse,
            patient: PersonIdentifier::stated(&format!("19500101{number:04}")).unwrap(),
            emergency: number.is_multiple_of(10),
            lacking: if number.is_multiple_of(20) { vec![Missing::Consent] } else { Vec::new() },
            protected: false,
        }
    }

    fn wish(seed: &str) -> Wish {
        let named = BTreeSet::from([look(3).patient]);
        Wish { seed: seed.into(), random: 5, by_rule: 4, rules: BTreeSet::from(Rule::ALL), named }
    }

    fn ids<'l>(chosen: &Chosen<'l>) -> Vec<&'l str> {
        chosen.looks.iter().map(|(look, _)| look.id.as_str()).collect()
    }

    #[test]
    fn the_same_seed_draws_the_same_acts_and_another_seed_others() {
        let looks: Vec<Look> = (0..100).map(look).collect();
        let rules = ReviewRules::default();
        let first = select(&looks, &wish("seed a"), &rules);
        assert_eq!(select(&looks, &wish("seed a"), &rules), first);
        assert_ne!(ids(&select(&looks, &wish("seed b"), &rules)), ids(&first));
        let random = first.looks.iter().filter(|(_, why)| why.contains(&Reason::Random)).count();
        assert_eq!(random, 5);
    }

    /// Computed apart from this code, in Python: `sorted(ids, key=lambda id: sha256(seed + b"\0" + id))`.
    #[test]
    fn the_draw_can_be_repeated_with_other_tools() {
        let looks: Vec<Look> = (0..20).map(look).collect();
        let wish = Wish { random: 3, rules: BTreeSet::new(), ..wish("00ff") };
        assert_eq!(ids(&select(&looks, &wish, &ReviewRules::default())), PYTHON);
    }

    const PYTHON: [&str; 3] = ["record-11", "record-6", "record-17"];

    #[test]
    fn what_has_most_reasons_comes_first_and_all_that_was_found_is_counted() {
        let looks: Vec<Look> = (0..100).map(look).collect();
        let chosen = select(&looks, &Wish { random: 0, ..wish("s") }, &ReviewRules::default());
        assert_eq!(chosen.looks.len(), 4);
        for (look, why) in &chosen.looks {
            assert_eq!(why.len(), 2, "{look:?}");
        }
        assert_eq!(chosen.found[&Rule::Emergency], 10);
        assert_eq!(chosen.found[&Rule::NoGround], 5);
        assert_eq!(chosen.found[&Rule::Named], 1);
        assert_eq!(chosen.found[&Rule::ManyInAnHour], 0);
    }

    #[test]
    fn a_rule_that_is_not_applied_finds_nothing_and_is_not_counted() {
        let looks: Vec<Look> = (0..100).map(look).collect();
        let rules = BTreeSet::from([Rule::Named]);
        let chosen = select(&looks, &Wish { random: 0, rules, ..wish("s") }, &ReviewRules::default());
        assert_eq!(ids(&chosen), ["record-3"]);
        assert_eq!(chosen.found, BTreeMap::from([(Rule::Named, 1)]));
    }

    #[test]
    fn of_few_acts_each_is_picked_once() {
        let looks: Vec<Look> = (0..3).map(look).collect();
        let chosen = select(&looks, &wish("s"), &ReviewRules::default());
        assert_eq!(chosen.looks.len(), 3);
        let lacking = Reason::NoGround { missing: vec![Missing::Consent] };
        assert_eq!(chosen.looks[0].1, [Reason::Emergency, lacking, Reason::Random]);
        assert!(select(&[], &wish("s"), &ReviewRules::default()).looks.is_empty());
    }
}
