//! Nobody can tell by the time, the order, the number or the size of what is streamed whose block it is; nor, for those who may not know of
//! blocks, whether there is one.
//!
//! Everybody's sources answer as late as [`LATENESS`] says, each at another time and per request, so that a source that is not asked, or
//! asked once more, moves what stands behind it. Patients are read in turns, so that a busy machine is as busy for each of them.
//! Not here: what stands on the page (`blocks`). Invariant: [`tells`] finds a lateness that is there and none that is not (both tried
//! below); what this cannot equalise is in decision 0021.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures::StreamExt as _;
use samsyn_demo::fault::{Behaviour, Conduct};
use samsyn_domain::source::SourceId;

use super::{browser::Browser, harness::Portal};

/// The region's server is asked many things one after the other, the others one or two; so that no answer comes with another.
const LATENESS: &str = "folkbokforing=slow=15,cosmic-region=slow=15,nationella=slow=45,viva-storsjo-hsl=slow=60,\
    viva-storsjo-sol=slow=75,viva-fjallnas-hsl=slow=90,viva-fjallnas-sol=slow=105,lifecare-granliden-hsl=slow=120,\
    lifecare-granliden-sol=slow=135,asgarden=slow=150,tjarn-sjukvard=slow=165,tjarn-habilitering=slow=180";
/// Openings of each patient by each reader.
const ROUNDS: usize = 9;
/// A difference less than one request to the fastest of the sources above tells nothing of who was asked.
const LEAST: Duration = Duration::from_millis(10);
/// Of all pairs of openings of two patients, how many may have the same one first. More is all of them: of nine and nine that are alike,
/// that comes four times in a hundred thousand.
const SAME_FIRST_AT_MOST: f64 = 0.99;
/// Openings with parts in the usual order, before their times are compared.
const ENOUGH: usize = 7;
/// How many of the openings of one patient have to be alike before that shape is hers. Answers that come together are sent together.
const USUAL: f64 = 0.6;

/// One opening: when each part came, which it was, how much it was in all, and when the last byte was there.
struct Seen {
    parts: Vec<String>,
    came: Vec<Duration>,
    bytes: usize,
    ended: Duration,
}

/// What of an opening is the same each time, on a machine that keeps the answers apart.
type Shape = (Vec<String>, usize);

impl Seen {
    fn shape(&self) -> Shape {
        (self.parts.clone(), self.bytes)
    }
}

async fn opening(reader: &mut Browser, patient: &str) -> Seen {
    let address = reader.open_with(&[("patient", patient), ("scope", "shared"), ("live", "1")]).await;
    let started = Instant::now();
    let mut body = reader.begin(&address).await.bytes_stream();
    let (mut all, mut came) = (Vec::new(), Vec::new());
    while let Some(piece) = body.next().await {
        all.extend_from_slice(&piece.unwrap());
        let so_far = String::from_utf8_lossy(&all).matches(PART).count();
        came.resize(so_far, started.elapsed());
    }
    let page = String::from_utf8(all).unwrap();
    assert!(page.trim_end().ends_with("</html>"), "{page}");
    let parts = page.split(PART).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    Seen { parts, came, bytes: without_numbers(&page).len(), ended: started.elapsed() }
}

const PART: &str = "<template data-for=\"";

/// While places are masked, sources have numbers that are drawn anew for every opening: `Källa 7`, `Källa 12`.
fn without_numbers(page: &str) -> String {
    let mut parts = page.split("Källa ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| done + "Källa " + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// The openings of each patient by one reader, in turns.
async fn in_turns(portal: &Portal, staff: &str, patients: &[String]) -> Vec<Vec<Seen>> {
    let mut reader = Browser::signed_in(portal, staff).await;
    // The first of everything is slower: tokens, connections, adapters.
    for patient in patients {
        opening(&mut reader, patient).await;
    }
    let mut seen: Vec<Vec<Seen>> = patients.iter().map(|_| Vec::new()).collect();
    for round in 0..ROUNDS {
        // Each is now before and now after the others.
        for turn in 0..patients.len() {
            let which = (round + turn) % patients.len();
            seen[which].push(opening(&mut reader, &patients[which]).await);
        }
    }
    seen
}

fn most_frequent(seen: &[Seen]) -> (Shape, f64) {
    let mut counted: BTreeMap<Shape, u32> = BTreeMap::new();
    for one in seen {
        *counted.entry(one.shape()).or_default() += 1;
    }
    let (shape, times) = counted.into_iter().max_by_key(|(_, times)| *times).unwrap();
    (shape, f64::from(times) / f64::from(u32::try_from(seen.len()).unwrap()))
}

/// Whether each has a shape of its own that the other never has.
fn shapes_tell(one: &[Seen], other: &[Seen]) -> bool {
    let own = |here: &[Seen], there: &[Seen]| {
        let (shape, share) = most_frequent(here);
        share >= USUAL && there.iter().all(|seen| seen.shape() != shape)
    };
    own(one, other) && own(other, one)
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

/// Whether who looks at the times alone tells the one from the other: always the same comes first (the statistic of Mann and
/// Whitney, as a share of all pairs), and by more than noise.
fn tells(one: &[Duration], other: &[Duration]) -> bool {
    let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
    let earlier: f64 = pairs
        .map(|(a, b)| {
            if a < b {
                1.0
            } else if a == b {
                0.5
            } else {
                0.0
            }
        })
        .sum();
    let share = earlier / f64::from(u32::try_from(one.len() * other.len()).unwrap());
    let apart = median(one).abs_diff(median(other)) > LEAST;
    apart && share.max(1.0 - share) > SAME_FIRST_AT_MOST
}

/// What of the two tells them apart: the end, or the part that comes so many-th, in openings whose parts came in the usual order.
fn told(one: &[Seen], other: &[Seen]) -> Vec<String> {
    let mut found = Vec::new();
    if shapes_tell(one, other) {
        let [a, b] = [one, other].map(|seen| most_frequent(seen).0);
        found.push(format!("order and size: {} parts, {} bytes and {}, {}", a.0.len(), a.1, b.0.len(), b.1));
    }
    let (usual, _) = most_frequent(one).0;
    let at = |seen: &[Seen], index: usize| -> Vec<Duration> {
        let usually = seen.iter().filter(|one| one.parts == usual);
        usually.filter_map(|one| one.came.get(index).copied()).collect()
    };
    let ends = |seen: &[Seen]| seen.iter().map(|one| one.ended).collect::<Vec<_>>();
    if tells(&ends(one), &ends(other)) {
        found.push(format!("the end: {:?} and {:?}", median(&ends(one)), median(&ends(other))));
    }
    for (index, part) in usual.iter().enumerate() {
        let (here, there) = (at(one, index), at(other, index));
        // On a machine too busy to keep the answers apart there are too few to compare; the end is compared all the same.
        if here.len() >= ENOUGH && there.len() >= ENOUGH && tells(&here, &there) {
            found.push(format!("{part}, number {index}: {:?} and {:?}", median(&here), median(&there)));
        }
    }
    found
}

/// Blocked by the region, blocked by a municipality, blocked by nobody; otherwise alike.
fn patients(portal: &Portal) -> [String; 3] {
    let blocked: Vec<_> = portal.seed.people.iter().filter(|person| person.shows.contains(&"outer-block")).collect();
    let [region, municipality] = blocked.try_into().unwrap();
    [region.personal_number.clone(), municipality.personal_number.clone(), portal.showing("like-outer-block")]
}

/// What tells the first patient from each of the others, by what it is, with the measures.
async fn found_once(portal: &Portal, staff: &str, patients: &[String]) -> BTreeMap<String, String> {
    let seen = in_turns(portal, staff, patients).await;
    let (first, others) = seen.split_first().unwrap();
    let mut found = BTreeMap::new();
    for (index, other) in others.iter().enumerate() {
        for what in told(first, other) {
            let name = what.split([',', ':']).next().unwrap_or_default();
            found.insert(format!("{staff}, the first patient and number {}, {name}", index + 2), what);
        }
    }
    found
}

/// What is found twice. The noise of a busy machine is another one each time; a lateness that tells somebody something is there again.
async fn found_again(portal: &Portal, staff: &str, patients: &[String]) -> Vec<String> {
    let once = found_once(portal, staff, patients).await;
    if once.is_empty() {
        return Vec::new();
    }
    let again = found_once(portal, staff, patients).await;
    let both = once.into_iter().filter_map(|(name, what)| Some(format!("{name}: {what}, and {}", again.get(&name)?)));
    both.collect()
}

#[tokio::test]
async fn neither_time_nor_order_nor_size_tells_who_has_blocked() {
    let portal = Portal::start(LATENESS).await;
    let patients = patients(&portal);
    // A nurse of neither may know that there is a block; a case officer may not know even that.
    for (staff, patients) in [("nurse", &patients[..2]), ("officer", &patients)] {
        assert_eq!(found_again(&portal, staff, patients).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_source_that_answers_sooner_for_one_of_them_is_found_out() {
    let late = Duration::from_millis(400);
    let portal = Portal::start_among("", move |seed| {
        // As if a list of blocks had kept the portal from asking the municipality about one of the two.
        let blocked = seed.people.iter().filter(|person| person.shows.contains(&"outer-block"));
        let identifier = blocked.max_by_key(|person| &person.personal_number).unwrap().personal_number.clone();
        let source = SourceId::new("viva-fjallnas-hsl");
        seed.behaviours.push(Behaviour { source, identifier, conduct: Conduct::Slow(late) });
    })
    .await;
    let found = found_again(&portal, "nurse", &patients(&portal)[..2]).await;
    assert!(found.iter().any(|what| what.contains("the end")), "{late:?} of lateness were not found: {found:?}");
}

/// Openings whose parts came in these orders, one each.
fn shaped(orders: &[&str]) -> Vec<Seen> {
    let one = |order: &&str| Seen {
        parts: order.split(' ').map(str::to_owned).collect(),
        came: Vec::new(),
        bytes: order.len(),
        ended: Duration::ZERO,
    };
    orders.iter().map(one).collect()
}

#[test]
fn another_order_or_size_is_found_out_and_answers_that_came_together_are_not() {
    let apart = shaped(&["a b c", "a b c", "a b c", "a b", "a c"]);
    assert!(!shapes_tell(&apart, &shaped(&["a b", "a b", "a b", "a b c", "b"])), "sent together more often");
    assert!(!shapes_tell(&apart, &shaped(&["b a", "b", "a", "c", "a c"])), "no order is usual");
    assert!(shapes_tell(&apart, &shaped(&["b a c", "b a c", "b a c", "b a", "b c"])), "another order");
    assert!(shapes_tell(&apart, &shaped(&["a b cc", "a b cc", "a b cc", "a b", "a c"])), "another size");
}

#[test]
fn noise_tells_nothing_and_a_lateness_behind_it_does() {
    // Reproducible noise of up to 80 ms, as on a busy machine.
    let mut state: u64 = 7;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis((state >> 33) % 80)
    };
    let mut times =
        |late: u64| -> Vec<Duration> { (0..ROUNDS).map(|_| Duration::from_millis(400 + late) + noise()).collect() };
    for _ in 0..2_000 {
        assert!(!tells(&times(0), &times(0)));
    }
    for _ in 0..1_000 {
        assert!(tells(&times(300), &times(0)) && tells(&times(0), &times(150)));
    }
    // What is less than half a request apart is nothing, however regular.
    let regular = |ms: u64| vec![Duration::from_millis(ms); ROUNDS];
    assert!(!tells(&regular(400), &regular(410)) && tells(&regular(400), &regular(430)));
}
