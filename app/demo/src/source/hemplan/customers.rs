//! Whom Hemplan plans for, in its own words: windows of visits, breaks in service, the way into the home.
//!
//! Data of its own and not `crate::holdings`: the domain has no words for half of it, and the adapter's answer is compared with the
//! adapter's cases. Not here: people nobody else in the demo knows.
//! Invariant: every provider and unit is one of `people::origin`; a day counts from the clock.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::people::{
    build::Clock,
    origin::{Origin, STORSJO_HOME_CARE, STORSJO_NURSING, STORSJO_OFFICE},
};

/// Every list, by the name in its address.
pub const LISTS: [&str; 6] = ["insatser", "besok", "tilltrade", "kontakter", "genomforandeplaner", "delegeringar"];

/// One customer.
#[derive(Debug, Clone)]
pub struct Customer {
    /// The banner, with Hemplan's own id.
    pub banner: Value,
    lists: BTreeMap<&'static str, Vec<Value>>,
}

impl Customer {
    /// Records of a list; none when the customer has none.
    pub fn list(&self, name: &str) -> &[Value] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    /// The number as Hemplan states it.
    pub fn number(&self) -> Option<&str> {
        self.banner.get("personnummer").and_then(Value::as_str)
    }
}

/// Everybody, by twelve-digit number.
#[derive(Debug, Clone, Default)]
pub struct Customers(BTreeMap<&'static str, Customer>);

impl Customers {
    /// Everybody as of a moment.
    pub(crate) fn at(clock: &Clock) -> Self {
        let everybody = [astrid(clock), leif(clock), rune(clock), sten(clock)];
        Self(everybody.into_iter().collect())
    }

    /// The customer of a number.
    pub fn of(&self, number: &str) -> Option<&Customer> {
        self.0.get(number)
    }

    /// The customer of Hemplan's own id.
    pub fn with_id(&self, id: &str) -> Option<&Customer> {
        self.0.values().find(|customer| customer.banner.get("kundId").and_then(Value::as_str) == Some(id))
    }

    /// The same system answering about the next customer instead of the one asked for.
    pub(crate) fn mixed_up(&self) -> Self {
        let others = self.0.values().skip(1).chain(self.0.values().take(1)).cloned();
        Self(self.0.keys().copied().zip(others).collect())
    }
}

fn customer(
    number: &'static str,
    id: &str,
    (given, family): (&str, &str),
    lists: impl IntoIterator<Item = (&'static str, Vec<Value>)>,
) -> (&'static str, Customer) {
    let banner = with(
        &STORSJO_HOME_CARE,
        json!({ "kundId": id, "personnummer": number, "fornamn": given, "efternamn": family, "skydd": "ingen" }),
    );
    (number, Customer { banner, lists: lists.into_iter().collect() })
}

/// A record of this unit.
fn with(origin: &Origin, mut record: Value) -> Value {
    if let Some(fields) = record.as_object_mut() {
        fields.insert("givare".into(), json!({ "hsaId": origin.provider.0, "namn": origin.provider.1 }));
        fields.insert("enhet".into(), json!({ "hsaId": origin.unit.0, "namn": origin.unit.1 }));
    }
    record
}

fn day(clock: &Clock, days_ago: i32) -> String {
    clock.date(days_ago).to_string()
}

/// A visit of one window; done ones have begun five minutes after it opened.
fn visit(clock: &Clock, service: &str, days_ago: i32, (from, to): (&str, &str), tasks: &[&str], status: &str) -> Value {
    let date = day(clock, days_ago);
    let done = (status == "utfort").then(|| {
        let begun = from.replace(":00", ":05").replace(":30", ":35");
        json!({ "start": format!("{date}T{begun}:00") })
    });
    json!({
        "id": format!("{service}-{date}-{from}"), "insatsId": service, "datum": date, "fonster": { "fran": from, "till": to },
        "moment": tasks, "status": status, "utfort": done, "dubbelbemanning": tasks.contains(&"Förflyttning med lyft"),
    })
}

const MORNING: (&str, &str) = ("07:30", "09:00");
const NOON: (&str, &str) = ("11:30", "12:30");
const AFTERNOON: (&str, &str) = ("15:00", "16:00");
const EVENING: (&str, &str) = ("18:00", "19:30");

const WITH_SHOWER: [&str; 3] = ["Dusch", "Frukost", "Läkemedelsöverlämning"];
const WITHOUT_SHOWER: [&str; 2] = ["Frukost", "Läkemedelsöverlämning"];

/// What became of a visit whose window is over; it is planned until then.
fn due<'a>(clock: &Clock, days_ago: i32, (_, to): (&str, &str), outcome: &'a str) -> &'a str {
    if clock.has_passed(days_ago, to) { outcome } else { "planerat" }
}

/// Everything: four visits a day, a named contact who is away, a plan, a delegation, an alarm.
fn astrid(clock: &Clock) -> (&'static str, Customer) {
    let mut visits = Vec::new();
    for ago in -2..=2 {
        let morning: &[&str] = if ago == 1 { &WITH_SHOWER } else { &WITHOUT_SHOWER };
        visits.push(visit(clock, "HP-100-1", ago, MORNING, morning, due(clock, ago, MORNING, "utfort")));
        let opened = if ago == 1 { "oppnar_ej" } else { "utfort" };
        visits.push(visit(clock, "HP-100-1", ago, NOON, &["Lunch"], due(clock, ago, NOON, opened)));
        visits.push(visit(clock, "HP-100-1", ago, AFTERNOON, &["Mellanmål"], due(clock, ago, AFTERNOON, "utfort")));
        let supper = ["Kvällsmat", "Läkemedelsöverlämning"];
        visits.push(visit(clock, "HP-100-1", ago, EVENING, &supper, due(clock, ago, EVENING, "utfort")));
    }
    let lists = [
        ("insatser", astrids_services(clock)),
        ("besok", visits),
        ("tilltrade", access(clock, "HP-100")),
        ("kontakter", astrids_contacts(clock)),
        ("genomforandeplaner", vec![implementation(clock, "HP-100-G1")]),
        ("delegeringar", vec![delegation(clock, "HP-100-D1")]),
    ];
    let (number, mut customer) = customer("193802278485", "HP-100", ("Astrid", "Fjällström"), lists);
    if let Some(banner) = customer.banner.as_object_mut() {
        banner.insert("kommunikation".into(), "Hör dåligt på höger öra".into());
    }
    (number, customer)
}

fn astrids_services(clock: &Clock) -> Vec<Value> {
    vec![
        with(
            &STORSJO_HOME_CARE,
            json!({
                "id": "HP-100-1", "typ": "hemtjanst", "rubrik": "Hemtjänst fyra gånger per dag, dusch två gånger i veckan", "lagrum": "SoL",
                "status": "pagaende", "fran": day(clock, 400), "kontinuitet": { "medarbetare": 11, "dagar": 14 },
                "uppehall": [{ "orsak": "korttids", "fran": day(clock, 21), "till": day(clock, 14) }],
                "telefon": [{ "nummer": "063-555 20 51", "endastPersonal": false }],
            }),
        ),
        with(
            &STORSJO_OFFICE,
            json!({
                "id": "HP-100-2", "typ": "ledsagning", "rubrik": "Ledsagning två timmar per vecka", "lagrum": "SoL",
                "status": "pagaende", "fran": day(clock, 60),
            }),
        ),
    ]
}

fn astrids_contacts(clock: &Clock) -> Vec<Value> {
    let daytime = json!([{ "dagar": "man-fre", "fran": "07:00", "till": "16:00" }]);
    let at_night = json!([{ "dagar": "alla", "fran": "21:30", "till": "07:00" }]);
    vec![
        with(
            &STORSJO_HOME_CARE,
            json!({
                "id": "HP-100-K1", "roll": "fast_omsorgskontakt", "namn": STORSJO_HOME_CARE.author.0, "titel": STORSJO_HOME_CARE.author.1, "tider": daytime,
                "telefon": [{ "nummer": "063-555 20 52", "endastPersonal": false }],
                "franvaro": {
                    "fran": day(clock, 4), "till": day(clock, -9),
                    "ersattare": {
                        "namn": "Rami Nasser", "titel": "undersköterska",
                        "telefon": [{ "nummer": "063-555 20 53", "endastPersonal": false }],
                    },
                },
            }),
        ),
        with(
            &STORSJO_HOME_CARE,
            json!({
                "id": "HP-100-K2", "roll": "nattpatrull", "namn": "Nattpatrullen", "titel": "kväll och natt", "tider": at_night,
                "telefon": [{ "nummer": "063-555 20 59", "endastPersonal": true }],
            }),
        ),
    ]
}

fn access(clock: &Clock, customer: &str) -> Vec<Value> {
    vec![
        with(
            &STORSJO_OFFICE,
            json!({
                "id": format!("{customer}-T1"), "slag": "trygghetslarm", "text": "Trygghetslarm på handled, larmet går till larmcentralen",
                "status": "pagaende", "fran": day(clock, 395), "kontrollerad": day(clock, 18),
                "telefon": [{ "nummer": "063-555 20 90", "anmarkning": "larmcentral", "endastPersonal": true }],
            }),
        ),
        with(
            &STORSJO_HOME_CARE,
            json!({
                "id": format!("{customer}-T2"), "slag": "digitalt_las", "text": "Öppnas med hemtjänstens telefon. Larmcentralen öppnar för andra.",
                "kontrollerad": day(clock, 50), "kod": "2468",
            }),
        ),
    ]
}

fn implementation(clock: &Clock, id: &str) -> Value {
    with(
        &STORSJO_HOME_CARE,
        json!({
            "id": id, "rubrik": "Genomförandeplan hemtjänst", "status": "aktiv", "fran": day(clock, 190), "faststalld": day(clock, 190),
            "mal": "Bo kvar hemma, klara morgonen med stöd av en person.",
            "attTankaPa": "Tala tydligt från vänster sida. Gå igenom dagen innan du går.", "nastaUppfoljning": day(clock, -20),
            "ansvarig": { "namn": STORSJO_HOME_CARE.author.0, "titel": STORSJO_HOME_CARE.author.1 },
        }),
    )
}

fn delegation(clock: &Clock, id: &str) -> Value {
    let nurse = json!({
        "namn": STORSJO_NURSING.author.0, "titel": STORSJO_NURSING.author.1, "hsaId": STORSJO_NURSING.author.2,
        "enhet": { "hsaId": STORSJO_NURSING.unit.0, "namn": STORSJO_NURSING.unit.1 },
    });
    with(
        &STORSJO_HOME_CARE,
        json!({
            "id": id, "uppgift": "Överlämna läkemedel ur dosett", "status": "aktiv", "fran": day(clock, 80), "till": day(clock, -285),
            "instruktion": "Morgon och kväll, signera på listan. Ring hemsjukvården om en dos är kvar.", "omprovas": day(clock, -270),
            "delegeradAv": nurse,
        }),
    )
}

/// In the emergency department since this morning: today's visit found nobody at home.
fn leif(clock: &Clock) -> (&'static str, Customer) {
    let service = json!({
        "id": "HP-101-1", "typ": "hemtjanst", "rubrik": "Hemtjänst varje morgon", "lagrum": "SoL", "status": "pagaende", "fran": day(clock, 90),
    });
    let visits = vec![
        visit(clock, "HP-101-1", 1, MORNING, &["Frukost"], "utfort"),
        visit(clock, "HP-101-1", 0, MORNING, &["Frukost"], due(clock, 0, MORNING, "oppnar_ej")),
        visit(clock, "HP-101-1", -1, MORNING, &["Frukost"], "planerat"),
    ];
    customer(
        "195705082633",
        "HP-101",
        ("Leif", "Rask"),
        [("insatser", vec![with(&STORSJO_HOME_CARE, service)]), ("besok", visits)],
    )
}

/// Ready to leave the hospital: the service rests, and its visits are cancelled until he is home.
fn rune(clock: &Clock) -> (&'static str, Customer) {
    let service = json!({
        "id": "HP-102-1", "typ": "hemtjanst", "rubrik": "Hemtjänst från utskrivning: morgon och kväll", "lagrum": "SoL",
        "status": "uppehall", "fran": day(clock, 300), "uppehall": [{ "orsak": "sjukhus", "fran": day(clock, 11) }],
    });
    let tasks = ["Förflyttning med lyft", "Kvällsmat"];
    let visits = vec![
        visit(clock, "HP-102-1", 0, EVENING, &tasks, "installt"),
        visit(clock, "HP-102-1", -1, EVENING, &tasks, "installt"),
        visit(clock, "HP-102-1", -3, EVENING, &tasks, "planerat"),
    ];
    customer(
        "194412198154",
        "HP-102",
        ("Rune", "Falk"),
        [
            ("insatser", vec![with(&STORSJO_HOME_CARE, service)]),
            ("besok", visits),
            ("tilltrade", access(clock, "HP-102")),
        ],
    )
}

/// Protected: answered for like everybody else, with the label raised.
fn sten(clock: &Clock) -> (&'static str, Customer) {
    let service = json!({
        "id": "HP-103-1", "typ": "hemtjanst", "rubrik": "Hemtjänst en gång per vecka", "lagrum": "SoL", "status": "pagaende", "fran": day(clock, 50),
        "telefon": [{ "nummer": "063-555 20 51", "endastPersonal": false }],
    });
    let (number, mut customer) = customer(
        "195009072553",
        "HP-103",
        ("Sten", "Berggren"),
        [("insatser", vec![with(&STORSJO_HOME_CARE, service)]), ("tilltrade", access(clock, "HP-103"))],
    );
    if let Some(banner) = customer.banner.as_object_mut() {
        banner.insert("skydd".into(), "sekretessmarkering".into());
    }
    (number, customer)
}
