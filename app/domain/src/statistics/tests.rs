//! What may be told, of made-up acts; and that nothing told gives away what is not.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::*;
use crate::{
    access::Rights,
    identifier::PersonIdentifier,
    logged::{Place, SourceTold},
    provenance::Organisation,
    source::{OrganisationId, Provider, ProviderId, ProviderKind},
    viewer::{Role, Viewer},
};

const H: Count = Count::Hidden;

const fn t(count: u64) -> Count {
    Count::Told(count)
}

fn act(reader: u64, patient: u64, act: Act) -> LoggedAct {
    let viewer = Viewer {
        user_id: format!(" SE-p{reader}"),
        name: String::new(),
        title: String::new(),
        role: Role::Nurse,
        organisation: OrganisationId::new("o"),
        organisation_name: String::new(),
        provider: Provider { id: ProviderId::new("SE1"), kind: ProviderKind::Care },
        unit: Organisation { id: None, name: None },
        assignment: String::new(),
        purpose: String::new(),
        rights: Rights::default(),
        authorities: Vec::new(),
    };
    LoggedAct {
        id: String::new(),
        place: Place { index: 0, at: Timestamp::UNIX_EPOCH },
        reader: viewer,
        patient: PersonIdentifier::stated(&format!("19500101{patient:04}")).unwrap(),
        act,
        scope: Some(Scope::Own),
        ground: Ground::NotStated,
        outcome: None,
    }
}

/// Of as many readers and patients as acts.
fn tally(acts: u64) -> Tally {
    let mut tally = Tally::default();
    (0..acts).for_each(|number| tally.add(&act(number, number, Act::Overview)));
    tally
}

#[test]
fn a_count_is_told_when_five_readers_and_five_patients_are_behind_it() {
    for (readers, patients, told) in
        [(0, 0, t(0)), (1, 1, H), (4, 4, H), (1, 30, H), (30, 1, H), (5, 4, H), (5, 5, t(30))]
    {
        let mut tally = Tally::default();
        if readers > 0 {
            (0..30).for_each(|number| tally.add(&act(number % readers, number % patients, Act::Overview)));
        }
        assert_eq!(tally.alone(), told, "{readers} readers, {patients} patients");
    }
}

#[test]
fn what_was_not_kept_is_not_counted_as_registered() {
    let count = |became: Option<Became>| {
        let mut counted = Statistics::default();
        for number in 0..30 {
            let mut one = act(number, number, Act::Registered(Some("consent".into())));
            one.outcome = Some(LoggedOutcome { became, ..outcome(&[], &[], ("s", Told::Nothing, None)) });
            counted.add(&one);
        }
        counted.registered.get("consent").map(Tally::alone)
    };
    assert_eq!(count(Some(Became::NotKept)), None);
    for became in [None, Some(Became::Done), Some(Became::Unclear)] {
        assert_eq!(count(became), Some(t(30)), "{became:?}");
    }
}

#[test]
fn of_a_total_few_that_are_not_are_hidden_too() {
    for (are, are_not, told) in [(0, 100, t(0)), (3, 97, H), (97, 3, H), (100, 0, t(100)), (95, 5, t(95)), (0, 3, H)] {
        let mut split = Split::default();
        (0..are).for_each(|number| split.add(&act(number, number, Act::Overview), true));
        (0..are_not).for_each(|number| split.add(&act(number, number, Act::Overview), false));
        assert_eq!(split.of_total(), told, "{are} and {are_not}");
    }
}

#[test]
fn no_part_of_a_total_can_be_found_by_subtraction() {
    for (counts, told) in [
        (&[10, 20, 30][..], &[t(10), t(20), t(30)][..]),
        (&[3, 20, 30], &[H, H, t(30)]),
        (&[2, 3, 30], &[H, H, H]),
        (&[3, 0, 0], &[H, t(0), t(0)]),
        (&[3, 0, 9], &[H, t(0), H]),
        (&[], &[]),
    ] {
        let tallies: Vec<Tally> = counts.iter().map(|count| tally(*count)).collect();
        // The first readers and patients are the same in each: two and three of them are not five.
        assert_eq!(parts(&tallies.iter().collect::<Vec<_>>()), told, "{counts:?}");
    }
}

fn outcome(shown: &[Section], withheld: &[(Section, Why)], source: (&str, Told, Option<u64>)) -> LoggedOutcome {
    let (name, told, took_ms) = source;
    let mut sections: BTreeMap<Section, Told> = shown.iter().map(|section| (*section, Told::Shown)).collect();
    sections.extend(withheld.iter().map(|(section, why)| (*section, Told::Withheld(*why))));
    let late = took_ms.is_some_and(|took| took > 5_000);
    let told_by =
        |source: &str, sections| SourceTold { sections, provider: None, late, took_ms, source: source.into() };
    LoggedOutcome {
        place: Place { index: 0, at: Timestamp::UNIX_EPOCH },
        complete: true,
        sources: vec![told_by("own", sections), told_by(name, BTreeMap::from([(Section::Alerts, told)]))],
        resources: None,
        shown_sha256: None,
        protected: None,
        became: None,
    }
}

/// A generator that gives the same numbers everywhere.
fn numbers(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}

fn made_up(seed: u64) -> Vec<LoggedAct> {
    let mut below = numbers(seed);
    let (readers, patients, acts) = (1 + below(12), 1 + below(40), below(120));
    (0..acts)
        .map(|_| {
            let kind = if below(6) == 0 { Act::Print(None) } else { Act::Overview };
            let mut act = act(below(readers), below(patients), kind);
            act.scope = Some(if below(9) == 0 { Scope::Shared } else { Scope::Own });
            if below(7) == 0 {
                act.ground = Ground::Granted(if below(3) == 0 { Basis::Emergency } else { Basis::Consent });
            }
            let shown: Vec<Section> = Section::ALL.into_iter().filter(|_| below(20) > 0).collect();
            let why = Why::ALL[usize::try_from(below(8)).unwrap()];
            let withheld = if below(10) == 0 { vec![(Section::Plans, why), (Section::Documents, why)] } else { vec![] };
            act.outcome = Some(outcome(&shown, &withheld, ("s", Told::Nothing, Some(below(9_000)))));
            act
        })
        .collect()
}

/// A count with the acts behind it: those of the total to which it applies.
type Row<'a> = (String, Count, Box<dyn Fn(&LoggedAct) -> bool + 'a>);

/// What the page tells of openings.
fn told(counted: &Statistics) -> Vec<Row<'_>> {
    let reached_parts: Vec<&Tally> = counted.reached.values().collect();
    let screen_and_paper = parts(&[&counted.overviews, &counted.prints]);
    let mut all: Vec<Row<'_>> = vec![
        ("openings".into(), counted.openings.alone(), Box::new(|_| true)),
        ("overviews".into(), screen_and_paper[0], Box::new(|act| act.act == Act::Overview)),
        ("prints".into(), screen_and_paper[1], Box::new(|act| act.act != Act::Overview)),
    ];
    for (one, count) in counted.reached.keys().zip(parts(&reached_parts)) {
        all.push((format!("{one:?}"), count, Box::new(move |act| reached(act) == *one)));
    }
    for (section, split) in &counted.shown {
        let is = move |act: &LoggedAct| act.outcome.as_ref().unwrap().shown().contains(section);
        all.push((format!("{section:?}"), split.of_total(), Box::new(is)));
    }
    for (why, split) in &counted.withheld {
        let is = move |act: &LoggedAct| {
            let sources = act.outcome.as_ref().unwrap().sources.iter();
            sources.flat_map(|source| source.sections.values()).any(|told| told.withheld() == Some(*why))
        };
        all.push((format!("{why:?}"), split.of_total(), Box::new(is)));
    }
    all
}

/// Whether enough readers and patients, or nobody, are behind these acts.
fn is_wide(acts: &[&LoggedAct]) -> bool {
    let readers: BTreeSet<&str> = acts.iter().map(|act| act.reader.user_id.as_str()).collect();
    let patients: BTreeSet<&PersonIdentifier> = acts.iter().map(|act| &act.patient).collect();
    acts.is_empty() || (readers.len() >= SMALLEST_TOLD && patients.len() >= SMALLEST_TOLD)
}

#[test]
fn no_told_count_less_another_is_about_a_few() {
    let mut subtracted = 0;
    for seed in 1..400 {
        let acts = made_up(seed);
        let mut counted = Statistics::default();
        for act in &acts {
            counted.add(act);
        }
        let all = told(&counted);
        let tells = |one: &Row<'_>| matches!(one.1, Count::Told(_));
        for one in all.iter().filter(|one| tells(one)) {
            let behind: Vec<&LoggedAct> = acts.iter().filter(|act| one.2(act)).collect();
            assert_eq!(one.1, t(behind.len() as u64), "seed {seed}: {}", one.0);
            assert!(is_wide(&behind), "seed {seed}: {}", one.0);
        }
        // Whatever is told of the whole, less everything that is told of its parts.
        let groups = [1..3, 3..3 + counted.reached.len()];
        let total = &all[0];
        for group in groups.into_iter().filter(|_| tells(total)) {
            let rest: Vec<&LoggedAct> =
                acts.iter().filter(|act| !all[group.clone()].iter().any(|part| tells(part) && part.2(act))).collect();
            let hidden = all[group.clone()].iter().filter(|part| !tells(part)).count();
            assert!(rest.is_empty() || (is_wide(&rest) && hidden >= 2), "seed {seed}: {group:?}");
            subtracted += 1;
        }
        for part in all.iter().skip(3 + counted.reached.len()).filter(|part| tells(part) && tells(total)) {
            let rest: Vec<&LoggedAct> = acts.iter().filter(|act| !part.2(act)).collect();
            assert!(is_wide(&rest), "seed {seed}: openings less {}", part.0);
            subtracted += 1;
        }
    }
    assert!(subtracted > 1_000, "the test itself: {subtracted}");
}

#[test]
fn an_opening_counts_once_for_a_reason_however_many_sections_it_hit() {
    let mut counted = Statistics::default();
    for number in 0..20 {
        let mut act = act(number, number, Act::Overview);
        let both = [(Section::Plans, Why::Role), (Section::Documents, Why::Role)];
        let withheld = if number < 10 { &both[..] } else { &[] };
        act.outcome = Some(outcome(&[], withheld, ("s", Told::Withheld(Why::Role), None)));
        if number >= 10 {
            act.outcome = Some(outcome(&[], &[], ("s", Told::Nothing, None)));
        }
        counted.add(&act);
    }
    assert_eq!(counted.withheld[&Why::Role].of_total(), t(10));
}

#[test]
fn of_a_source_shares_and_times_are_told_and_never_how_often_it_was_asked() {
    let of = |acts: u64, told: fn(u64) -> (Told, Option<u64>)| {
        let mut counted = Statistics::default();
        for number in 0..acts {
            let mut act = act(number, number, Act::Overview);
            let (told, took) = told(number);
            act.outcome = Some(outcome(&[], &[], ("s", told, took)));
            counted.add(&act);
        }
        counted.sources.get("s").map(SourceUse::rate)
    };
    assert_eq!(of(19, |_| (Told::Shown, Some(100))), Some(None), "too seldom");
    assert_eq!(of(40, |_| (Told::Awaited, None)), None, "the reader had left");
    let latency = Some(Latency { median_ms: 1_900, p95_ms: 3_700 });
    // 100, 196, 292 … 3844 ms.
    let answering = of(40, |number| (Told::Shown, Some(100 + 96 * number)));
    assert_eq!(answering, Some(Some(SourceRate { answered_percent: 100, late_percent: 0, latency })));
    let half = of(40, |number| if number % 2 == 0 { (Told::Failed(None), Some(9)) } else { (Told::Nothing, None) });
    assert_eq!(half, Some(Some(SourceRate { answered_percent: 50, late_percent: 0, latency: None })));
    for (ms, told) in [(0, 0), (7, 7), (99, 99), (104, 100), (995, 1_000), (1_949, 1_900), (1_950, 2_000)] {
        assert_eq!(to_two_digits(ms), told);
    }
}
