//! What Hemrehab Fjäll AB leaves every night: rehabilitation and some nursing at home, for four people.
//!
//! Data of its own and not `crate::holdings`, because a file has everybody's rows and its codes are the provider's. Not here: the index.
//! Invariant: everybody is one of the demo's people; every provider and unit is one of `people::origin`; a day counts from the clock, and
//! what has happened is before it.

use std::collections::BTreeMap;

use crate::people::{
    build::Clock,
    origin::{HEMREHAB_NURSING, HEMREHAB_REHAB, Origin},
};

/// Lives at home, came from hospital a month ago.
const ASTRID: &str = "19380227-8485";
/// Is about to leave the hospital; everything is planned.
const RUNE: &str = "19441219-8154";
/// Protected.
const STEN: &str = "19500907-2553";
/// Was here in the autumn; everything is ended.
const BIRGIT: &str = "19390304-9165";

/// Everybody, as the files write their numbers.
pub(super) const PATIENTS: [&str; 4] = [ASTRID, RUNE, STEN, BIRGIT];

/// Number of the rehabilitation.
const REHAB_PHONE: &str = "063-555 90 20";
/// Number of the nurses.
const NURSE_PHONE: &str = "063-555 90 30";

/// Columns of where a row comes from, in every file but that of visits.
const FROM: &str = "vardgivare_hsaid;vardgivare;enhet_hsaid;enhet;andrad";

type Row = Vec<String>;

/// Every file by name.
pub(super) fn files(clock: &Clock) -> BTreeMap<&'static str, Vec<u8>> {
    let csv = [
        ("personer.csv", "fornamn;efternamn;kon;skydd;avliden;tolksprak;kommunikation;", people(clock)),
        ("insatser.csv", "kod;beskrivning;fran;till;status;telefon;", services(clock)),
        ("planer.csv", PLAN_COLUMNS, plans(clock)),
        ("funktion.csv", "omrade;bedomning;niva;datum;", assessments(clock)),
        ("dokument.csv", "typ;rubrik;datum;text;fil;", documents(clock)),
    ];
    let csv = csv.map(|(name, columns, rows)| (name, table(&format!("id;personnummer;{columns}{FROM}"), &rows)));
    let visits = ("besok.csv", table("id;personnummer;insats;typ;tid;text", &visits(clock)));
    let texts = csv.into_iter().chain([visits, ("kontakter.xml", contacts(clock))]);
    texts.map(|(name, text)| (name, windows_1252(&text))).collect()
}

fn day(clock: &Clock, days_ago: i32) -> String {
    clock.date(days_ago).to_string()
}

/// A row of a unit, changed so many days ago.
fn row(clock: &Clock, unit: &Origin, changed: i32, cells: &[&str]) -> Row {
    let changed = day(clock, changed);
    let from = [unit.provider.0, unit.provider.1, unit.unit.0, unit.unit.1, &changed];
    cells.iter().copied().chain(from).map(str::to_owned).collect()
}

fn people(clock: &Clock) -> Vec<Row> {
    let person = |cells: &[&str], changed: i32| row(clock, &HEMREHAB_REHAB, changed, cells);
    vec![
        person(&["p1", ASTRID, "Astrid", "Fjällström", "K", "", "", "", "Hör dåligt på höger öra"], 26),
        person(&["p2", RUNE, "Rune", "Falk", "M", "", "", "", ""], 2),
        person(&["p3", STEN, "Sten", "Berggren", "M", "S", "", "", ""], 50),
        person(&["p4", BIRGIT, "Birgit", "Näs", "K", "", "", "", ""], 120),
    ]
}

fn services(clock: &Clock) -> Vec<Row> {
    let day = |ago| day(clock, ago);
    let rehab = |changed, cells: &[&str]| row(clock, &HEMREHAB_REHAB, changed, cells);
    let nursing = |changed, cells: &[&str]| row(clock, &HEMREHAB_NURSING, changed, cells);
    let walking = "Hemrehabilitering efter sjukhusvård: gång och balans två gånger i veckan";
    let after_surgery = "Hemrehabilitering efter höftfraktur: tre gånger i veckan från utskrivning";
    vec![
        rehab(26, &["i1", ASTRID, "Hemrehab", walking, &day(26), "", "pågår", REHAB_PHONE]),
        rehab(24, &["i2", ASTRID, "HJM", "Gåbord i badrummet; utlånat", &day(24), "", "pågår", REHAB_PHONE]),
        nursing(41, &["i3", ASTRID, "HSV", "Lindning av underbenen", &day(75), &day(41), "avslutad", NURSE_PHONE]),
        rehab(2, &["i4", RUNE, "Hemrehab", after_surgery, &day(-3), "", "planerad", REHAB_PHONE]),
        nursing(50, &["i5", STEN, "HSV", "Blodprov var fjärde vecka", &day(50), "", "pågår", NURSE_PHONE]),
        rehab(48, &["i6", BIRGIT, "Hemrehab", "Hemrehabilitering efter fall", &day(120), &day(48), "avslutad", ""]),
    ]
}

fn visits(clock: &Clock) -> Vec<Row> {
    let visit = |cells: [&str; 4], days_ago: i32, at: &str, text: &str| {
        let when = format!("{} {at}", day(clock, days_ago));
        cells.into_iter().chain([when.as_str(), text]).map(str::to_owned).collect()
    };
    vec![
        visit(["b1", ASTRID, "i1", "U"], 12, "13:00", "Uppföljning med dottern, målen står kvar"),
        visit(["b2", ASTRID, "i1", "B"], 5, "10:30", "Gått 150 meter utomhus med rollator"),
        visit(["b3", ASTRID, "i1", "B"], 2, "10:30", "Trappa ett plan med stöd av en person"),
        visit(["b4", ASTRID, "i1", "P"], -2, "10:30", ""),
        visit(["b5", ASTRID, "i3", "B"], 43, "09:15", ""),
        visit(["b6", RUNE, "i4", "P"], -3, "13:00", "Första hembesöket: förflyttning, toalett, trappa"),
        visit(["b7", STEN, "i5", "B"], 9, "08:40", ""),
        visit(["b8", BIRGIT, "i6", "B"], 48, "11:00", "Avslutande besök"),
    ]
}

const PLAN_COLUMNS: &str = "typ;rubrik;gor_sa_har;text;status;ansvarig;ansvarig_titel;beslutad;fran;till;uppfoljning;";

fn plans(clock: &Clock) -> Vec<Row> {
    let day = |ago| day(clock, ago);
    let (name, title, _) = HEMREHAB_REHAB.author;
    // Head, what to do, status, then decided, from, to and next follow-up.
    let plan = |id: [&str; 3], do_this: &str, status: &str, days: [&str; 4], changed: i32| {
        let [id, patient, heading] = id;
        let [decided, from, to, next] = days;
        let cells = [id, patient, "REHAB", heading, do_this, "", status, name, title, decided, from, to, next];
        row(clock, &HEMREHAB_REHAB, changed, &cells)
    };
    let walking = "Rollator inne och ute. Stöd av en person i trappa. Vila efter 100 meter.";
    let lifting = "Lyft vid förflyttning tills fysioterapeuten har bedömt hemma. Full belastning enligt operatören.";
    vec![
        plan(
            ["v1", ASTRID, "Rehabiliteringsplan gång och balans"],
            walking,
            "gäller",
            [&day(24), &day(24), "", &day(-9)],
            24,
        ),
        plan(
            ["v2", RUNE, "Rehabiliteringsplan höftfraktur"],
            lifting,
            "planerad",
            [&day(2), &day(-3), "", &day(-17)],
            2,
        ),
        plan(
            ["v3", BIRGIT, "Rehabiliteringsplan efter fall"],
            "",
            "avslutad",
            [&day(118), &day(118), &day(48), ""],
            48,
        ),
    ]
}

fn assessments(clock: &Clock) -> Vec<Row> {
    let seen = |days_ago: i32, cells: [&str; 5]| {
        let on = day(clock, days_ago);
        let [id, patient, what, found, level] = cells;
        row(clock, &HEMREHAB_REHAB, days_ago, &[id, patient, what, found, level, &on])
    };
    vec![
        seen(12, ["f1", ASTRID, "Gång", "Går 150 meter utomhus med rollator och en vila", "delvis"]),
        seen(12, ["f2", ASTRID, "Balans", "Bergs balansskala 38 av 56", ""]),
        seen(48, ["f3", BIRGIT, "Gång", "Går inomhus utan hjälpmedel", "självständig"]),
    ]
}

fn documents(clock: &Clock) -> Vec<Row> {
    let written = |days_ago: i32, cells: [&str; 5]| {
        let on = day(clock, days_ago);
        let [id, patient, kind, heading, text] = cells;
        row(clock, &HEMREHAB_REHAB, days_ago, &[id, patient, kind, heading, &on, text, ""])
    };
    let home = "Rollator och gåbord utprovade. Trösklar i hallen tas bort av bostadsanpassningen.";
    let enrolled = "Remiss från Medicinkliniken mottagen. Hembesök bokat till dagen efter hemkomst.";
    let over = "Mål nådda. Fortsätter med hemträning på egen hand. Ny remiss vid försämring.";
    vec![
        written(24, ["d1", ASTRID, "Bedömning", "Hembesök av fysioterapeut", home]),
        written(2, ["d2", RUNE, "Överrapportering", "Inskrivning i hemrehabilitering", enrolled]),
        written(48, ["d3", BIRGIT, "Slutanteckning", "Hemrehabilitering avslutad", over]),
    ]
}

fn contacts(clock: &Clock) -> String {
    let (rehab, nursing) = (&HEMREHAB_REHAB, &HEMREHAB_NURSING);
    let at_work = |number: &str, hours: &str| format!("<telefon>{number}</telefon>{hours}");
    let days = at_work(REHAB_PHONE, "<tider dagar=\"1-5\" fran=\"07:30\" till=\"16:00\"/>");
    let (name, title, _) = rehab.author;
    let therapist = |id, patient, changed| {
        let words = [("typ", "Fysioterapeut"), ("namn", name), ("roll", title)];
        contact((id, patient, "nej"), &words, rehab, &days, &day(clock, changed))
    };
    let agent = [("typ", "NARSTAENDE"), ("namn", "Eva Berggren"), ("roll", "syster"), ("far_informeras", "ja")];
    let sister = at_work("063-555 88 60", "");
    let all = [
        therapist("k1", ASTRID, 26),
        therapist("k2", RUNE, 2),
        contact(("k3", STEN, "ja"), &agent, nursing, &sister, &day(clock, 50)),
    ];
    format!("<?xml version=\"1.0\" encoding=\"windows-1252\"?>\r\n<kontakter>\r\n{}</kontakter>\r\n", all.concat())
}

fn contact(
    (id, patient, protected): (&str, &str, &str),
    words: &[(&str, &str)],
    unit: &Origin,
    reached: &str,
    changed: &str,
) -> String {
    let from = [
        ("vardgivare_hsaid", unit.provider.0),
        ("vardgivare", unit.provider.1),
        ("enhet_hsaid", unit.unit.0),
        ("enhet", unit.unit.1),
        ("andrad", changed),
    ];
    let elements = words.iter().chain(&from).map(|(name, text)| {
        let text = quick_xml::escape::escape(*text);
        format!("<{name}>{text}</{name}>")
    });
    let inside: String = elements.collect();
    format!("<kontakt id=\"{id}\" personnummer=\"{patient}\" skyddad=\"{protected}\">{inside}{reached}</kontakt>\r\n")
}

/// A header and its rows, with semicolons.
fn table(columns: &str, rows: &[Row]) -> String {
    let lines = rows.iter().map(|row| row.iter().map(|text| cell(text)).collect::<Vec<_>>().join(";"));
    std::iter::once(columns.to_owned()).chain(lines).map(|line| line + "\r\n").collect()
}

/// Quoted where it must be.
fn cell(text: &str) -> String {
    if text.contains([';', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// The letters of western Europe, one byte each; anything else becomes a question mark, as old systems do.
fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |letter: char| match letter {
        '–' => 0x96,
        '€' => 0x80,
        letter => u8::try_from(letter).ok().filter(|byte| !(0x80..0xa0).contains(byte)).unwrap_or(b'?'),
    };
    text.chars().map(byte).collect()
}
