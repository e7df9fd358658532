//! The CSV form: one file per section, fetched by a form POST. Rows become the same records as in the JSON form.
//!
//! Rooms: [`columns`] what each file may hold · [`row`] a row as a record. Not here: what fields mean ([`crate::entry`]).
//! Invariant: a file without a header row is no answer; a header row alone means that nothing is held; a row of the wrong
//! width and a column of unknown name leave a note.

mod columns;
mod row;

use samsyn_adapter::{
    Answers, Call, Host, Json, Language, Notes, Problem, Query, http,
    request::{self, header},
    types::{Failure, FailureKind},
};

use crate::{ask, entry};
pub use columns::{Cell, Column, columns};

/// Sections that a file can carry.
pub const SECTIONS: [&str; 4] = ["services", "contacts", "care-limits", "documents"];

/// Asks for every file the source has.
pub fn lookup<H: Host>(mut answers: Answers<'_, H>, query: &Query) -> Result<(), Failure> {
    let Some(identifier) = query.identifiers.first() else {
        let why = answers.language.text("ingen identitet att fråga med", "no identifier to ask by");
        return Err(Problem::new(FailureKind::PatientUnknown, "no-identifier", why).failure);
    };
    let offered = offered(answers.host);
    let (asked, other): (Vec<_>, Vec<_>) = query.sections.iter().partition(|section| offered.contains(section));
    for section in other {
        answers.unsupported(section);
    }
    let form = [("system", ask::short_system(&identifier.system)), ("value", identifier.value.as_str())];
    let call = |section: &&String| {
        let call = Call::post("api", format!("/samsyn/v1/csv/{section}")).header("accept", "text/csv").form(&form);
        ask::signed(call, answers.host)
    };
    let calls: Vec<_> = asked.iter().map(call).collect();
    let replies = answers.host.send_all(&calls);
    let mut problems = Vec::new();
    for (section, reply) in asked.iter().zip(replies) {
        if let Err(problem) = read_file(&mut answers, section, reply) {
            answers.missing(section, problem.text.clone());
            problems.push(problem);
        }
    }
    let unread = problems.len();
    match problems.into_iter().next() {
        // Not one file could be read: the lookup as a whole failed, and the kind of failure tells why.
        Some(problem) if unread == asked.len() => Err(problem.failure),
        _ => {
            answers.finish();
            Ok(())
        }
    }
}

/// Sections the administrator says that the source has as files.
fn offered(host: &impl Host) -> Vec<String> {
    let listed = host.setting("csv-sections").unwrap_or_else(|| SECTIONS.join(","));
    listed.split(',').map(|name| name.trim().to_owned()).filter(|name| SECTIONS.contains(&name.as_str())).collect()
}

/// Header of a reply that says how many rows the file has, so that a file cut short is noticed.
const ROWS_HEADER: &str = "x-samsyn-rows";

fn read_file<H: Host>(
    answers: &mut Answers<'_, H>,
    section: &str,
    reply: Result<http::Response, http::Error>,
) -> Result<(), Problem> {
    let language = answers.language;
    let reply = request::success(language, reply)?;
    let notes = Notes::new(language);
    let records = records(language, section, &reply.body, &notes)?;
    if let Some(expected) = header(&reply, ROWS_HEADER).and_then(|rows| rows.trim().parse::<usize>().ok())
        && expected != records.rows
    {
        answers.missing(section, rows_text(language, expected, records.rows));
    }
    answers.read(section);
    for entries in entry::entries(section, &records.items, &notes) {
        answers.push(entries);
    }
    notes.tell(answers, section);
    Ok(())
}

fn rows_text(language: Language, expected: usize, came: usize) -> String {
    match language {
        Language::Swedish => format!("källan uppger {expected} rader men lämnade {came}"),
        Language::English => format!("the source states {expected} rows and gave {came}"),
    }
}

/// The rows of a file as records.
#[derive(Debug)]
pub struct Records {
    /// Records that could be built.
    pub items: Vec<Json<'static>>,
    /// Rows in the file, faulty ones included.
    pub rows: usize,
}

/// Reads a file.
///
/// # Errors
/// When it is not UTF-8, has no header row, or ends within it.
pub fn records(language: Language, section: &str, body: &[u8], notes: &Notes) -> Result<Records, Problem> {
    let malformed = |code, what: &str| Problem::malformed(language, code, format!("{section}.csv: {what}"));
    let text = std::str::from_utf8(body).map_err(|_| malformed("not-utf-8", "not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.contains(['\n', '\r']) && !text.is_empty() {
        // Cut within its header row a file would look like one that holds nothing.
        return Err(malformed("cut-off", "the header row does not end with a line break"));
    }
    let columns = columns(section);
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let names = reader.headers().map_err(|_| malformed("no-header", "no header row"))?.clone();
    let layout: Vec<_> = names.iter().map(|name| columns.iter().find(|column| column.name == name.trim())).collect();
    if !names.iter().any(|name| name.trim() == "id") {
        return Err(malformed("no-header", "the header row has no column id"));
    }
    for (name, column) in names.iter().zip(&layout) {
        if column.is_none() {
            notes.unknown(name.trim());
        }
    }
    let mut records = Records { items: Vec::new(), rows: 0 };
    for line in reader.records() {
        records.rows += 1;
        match line {
            Ok(line) if line.len() == names.len() => records.items.push(row::record(&layout, &line).into()),
            _ => notes.unreadable("row"),
        }
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use samsyn_adapter::{
        Entries, Plugin, http,
        rehearsal::{self, Rehearsal},
        types::{SectionStatus, Signing, Weekday},
    };

    use super::*;
    use crate::Enkel;

    const PERSONNUMMER: &str = "urn:oid:1.2.752.129.2.1.3.1";

    fn host_with(
        section: &'static str,
        body: Vec<u8>,
        headers: Vec<http::Header>,
    ) -> Rehearsal<impl FnMut(&http::Request) -> Result<http::Response, http::Error>> {
        Rehearsal::new(move |_: &http::Request| {
            Ok(http::Response { status: 200, headers: headers.clone(), body: body.clone() })
        })
        .with_setting("format", "csv")
        .with_setting("csv-sections", section)
    }

    fn lookup(
        section: &'static str,
        body: impl Into<Vec<u8>>,
    ) -> (Result<(), Failure>, Option<SectionStatus>, Vec<Entries>) {
        let mut host = host_with(section, body.into(), Vec::new());
        let query = rehearsal::query(PERSONNUMMER, "195009072553", &[section]);
        let result = Enkel::lookup(&mut host, &query);
        let status = host.status_of(section).cloned();
        (result, status, host.pushed)
    }

    #[test]
    fn byte_order_mark_delimiter_and_line_ends_make_no_difference() {
        let semicolon = "id;patient;kind;phase;started\n1;195009072553;home-care;ongoing;2026-01-05\n";
        let plain = lookup("services", semicolon);
        let variants = [
            format!("\u{feff}{semicolon}"),
            semicolon.replace(';', ","),
            semicolon.replace('\n', "\r\n"),
            semicolon.trim_end().to_owned(),
        ];
        for variant in variants {
            assert_eq!(lookup("services", variant.as_str()), plain);
        }
        let [Entries::Services(services)] = plain.2.as_slice() else { panic!("services") };
        assert_eq!(services[0].started.as_deref(), Some("2026-01-05"));
        assert_eq!(services[0].provenance.patient.as_ref().unwrap().system, PERSONNUMMER);
        assert_eq!(services[0].provenance.signing, Signing::NotStated);
        assert_eq!(plain.1, Some(SectionStatus::Complete));
    }

    #[test]
    fn a_header_row_alone_is_nothing_held_and_an_empty_file_is_no_answer() {
        assert_eq!(lookup("services", "id;kind\n").1, Some(SectionStatus::NothingHeld));
        for body in ["", "\n", "<!DOCTYPE html>\n<html></html>", "kind;phase\n"] {
            let failure = lookup("services", body).0.unwrap_err();
            assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::UpstreamMalformed, "no-header"), "{body}");
        }
        assert_eq!(lookup("services", vec![b'i', b'd', b'\n', 0xe5]).0.unwrap_err().code, "not-utf-8");
    }

    #[test]
    fn a_file_cut_within_its_header_row_is_no_answer() {
        for body in ["id;patient;kind;ph", "id;patient;kind", "id"] {
            let failure = lookup("services", body).0.unwrap_err();
            assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::UpstreamMalformed, "cut-off"), "{body}");
        }
        assert_eq!(lookup("services", "id;patient;kind\r\n").1, Some(SectionStatus::NothingHeld));
    }

    #[test]
    fn a_row_cut_short_and_a_misspelt_column_leave_the_section_partial() {
        let cut = lookup("services", "id;patient;kind\n1;195009072553;home-care\n2;1950").1;
        assert_eq!(cut, Some(SectionStatus::Partial("fältet row gick inte att läsa (1 st)".into())));
        let misspelt = lookup("services", "id;patient;kind;statred\n1;195009072553;home-care;2026-01-01\n").1;
        assert_eq!(misspelt, Some(SectionStatus::Partial("okänt fält statred (1 st)".into())));
    }

    #[test]
    fn fewer_rows_than_the_source_says_are_noticed() {
        let headers = vec![http::Header { name: "X-Samsyn-Rows".into(), value: "2".into() }];
        let mut host = host_with("services", b"id;patient;kind\n1;195009072553;home-care\n".to_vec(), headers);
        let query = rehearsal::query(PERSONNUMMER, "195009072553", &["services"]);
        Enkel::lookup(&mut host, &query).unwrap();
        let expected = SectionStatus::Partial("källan uppger 2 rader men lämnade 1".into());
        assert_eq!(host.status_of("services"), Some(&expected));
    }

    #[test]
    fn a_contact_has_phones_hours_and_flags() {
        let file = "id,patient,kind,name,order,mayBeInformed,callAtNight,openDays,openFrom,openTo,phone,phone2,phone2StaffOnly\n\
                    k1,195009072553,next-of-kin,\"Lund, Sara\",1,ja,nej,1-5,08:00,16:30,063-555 20 40,063-555 20 41,ja\n";
        let (_, status, pushed) = lookup("contacts", file);
        assert_eq!(status, Some(SectionStatus::Complete));
        let [Entries::Contacts(contacts)] = pushed.as_slice() else { panic!("contacts") };
        let contact = &contacts[0];
        assert_eq!(contact.name.as_deref(), Some("Lund, Sara"));
        assert_eq!((contact.order, contact.may_be_informed, contact.call_at_night), (Some(1), Some(true), Some(false)));
        assert_eq!(contact.openings[0].days.len(), 5);
        assert_eq!(contact.openings[0].days[4], Weekday::Friday);
        let phones: Vec<_> = contact.phones.iter().map(|phone| (phone.number.as_str(), phone.staff_only)).collect();
        assert_eq!(phones, [("063-555 20 40", false), ("063-555 20 41", true)]);
    }

    #[test]
    fn a_flag_that_is_neither_yes_nor_no_is_named() {
        let file = "id;patient;kind;mayBeInformed\n1;195009072553;next-of-kin;kanske\n";
        let expected = SectionStatus::Partial("fältet mayBeInformed gick inte att läsa (1 st)".into());
        assert_eq!(lookup("contacts", file).1, Some(expected));
    }

    #[test]
    fn sections_without_a_file_are_said_to_be_unsupported_and_are_not_asked() {
        let mut host = host_with("services", b"id;kind\n".to_vec(), Vec::new());
        let query = rehearsal::query(PERSONNUMMER, "195009072553", &["services", "plans"]);
        Enkel::lookup(&mut host, &query).unwrap();
        assert_eq!(host.requests.len(), 1);
        assert_eq!(host.requests[0].target, http::Target::Path("/samsyn/v1/csv/services".into()));
        assert_eq!(host.requests[0].body.as_deref(), Some(&b"system=personnummer&value=195009072553"[..]));
        assert_eq!(host.status_of("plans"), Some(&SectionStatus::Unsupported));
    }

    #[test]
    fn one_unreadable_file_leaves_the_others() {
        let mut host = Rehearsal::new(|request: &http::Request| match &request.target {
            http::Target::Path(path) if path.ends_with("services") => rehearsal::reply(200, "id;kind\n"),
            _ => rehearsal::reply(503, ""),
        })
        .with_setting("format", "csv");
        let query = rehearsal::query(PERSONNUMMER, "195009072553", &["services", "contacts"]);
        Enkel::lookup(&mut host, &query).unwrap();
        assert_eq!(host.status_of("services"), Some(&SectionStatus::NothingHeld));
        assert_eq!(host.status_of("contacts"), Some(&SectionStatus::Unavailable("fel i källan".into())));
    }
}
