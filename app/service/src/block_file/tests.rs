//! What is read, what is refused and where, and that no value of the file is told.

use samsyn_domain::access::LiftReason;

use super::*;

const PATIENT: &str = "189001019802";

fn known() -> Vec<ProviderId> {
    vec![ProviderId::new("SE0000000000-VG"), ProviderId::new("SE0000000001-VG")]
}

fn now() -> Timestamp {
    "2026-11-21T11:00:00Z".parse().unwrap()
}

fn lift() -> TemporaryLift {
    TemporaryLift {
        reason: LiftReason::PatientsConsent,
        unit: "SE0000000000-E101".into(),
        employee: Some("SE0000000000-P1".into()),
        from: None,
        to: now(),
    }
}

/// Everything that a block can state, and one that states nothing.
fn list() -> BlockList {
    let provider = ProviderId::new("SE0000000000-VG");
    let patient = PersonIdentifier::stated(PATIENT).unwrap();
    let full = Block {
        unit_name: Some("Psykiatrin".into()),
        from: Some("2020-01-01".parse().unwrap()),
        to: Some("2026-01-01".parse().unwrap()),
        except: vec!["upp".into(), "lak".into()],
        employees: Employees::AllBut(vec!["SE0000000000-P2".into()]),
        valid_from: Some("2024-05-02T08:00:00.123456789Z".parse().unwrap()),
        valid_to: Some(now()),
        lifts: vec![lift()],
        ..Block::inner(provider.clone(), "SE0000000000-E104")
    };
    let bare = Block::outer(provider.clone());
    let blocks = vec![
        ListedBlock { id: "a".into(), patient: patient.clone(), block: full },
        ListedBlock { id: "b".into(), patient, block: bare },
    ];
    BlockList { provider, verified_at: "2026-11-21T03:00:00.000001Z".parse().unwrap(), blocks }
}

fn text() -> String {
    write(&list()).unwrap()
}

fn refused(text: &str) -> FileProblems {
    read(text.as_bytes(), &known(), now()).unwrap_err()
}

/// The place of the n-th occurrence of a word.
fn place(text: &str, word: &str) -> (usize, usize) {
    let at = text.find(word).unwrap_or_else(|| panic!("no {word}"));
    let before = &text[..at];
    (before.matches('\n').count() + 1, at - before.rfind('\n').map_or(0, |at| at + 1) + 1)
}

#[test]
fn what_is_written_is_read_back_as_the_same_list_and_written_the_same_again() {
    let read = read(text().as_bytes(), &known(), now()).unwrap();
    assert_eq!(read, list());
    assert_eq!(write(&read).unwrap(), text());
    let empty = BlockList { blocks: Vec::new(), ..list() };
    assert_eq!(super::read(write(&empty).unwrap().as_bytes(), &known(), now()).unwrap(), empty);
}

#[test]
fn what_may_be_null_may_be_left_out_and_the_provider_is_spelled_as_in_the_configuration() {
    let short = format!(
        r#"{{"format":"samsyn-blocks-1","provider":"se0000000000-vg","verified_at":"2026-11-21T03:00:00Z","count":1,
            "blocks":[{{"id":"a","patient":"{PATIENT}","kind":"outer"}}]}}"#
    );
    let read = read(short.as_bytes(), &known(), now()).unwrap();
    assert_eq!(read.blocks[0].block, Block::outer(ProviderId::new("SE0000000000-VG")));
}

#[test]
fn each_thing_that_is_wrong_is_told_where_it_is() {
    let whole = text();
    for (from, to, at, says) in [
        ("samsyn-blocks-1", "samsyn-blocks-2", "\"samsyn-blocks-2\"", "reads `samsyn-blocks-1`"),
        ("\"count\": 2", "\"count\": 3", "3,\n", "not as many"),
        ("\"SE0000000000-VG\"", "\"SE0000000009-VG\"", "\"SE0000000009-VG\"", "no organisation"),
        ("2026-11-21T03:00:00.000001Z", "2026-11-21T11:06:00Z", "\"2026-11-21T11:06", "in the future"),
        ("\"upp\"", "\"vbe\"", "{\n      \"id\": \"a\"", "only name `upp` and `lak`"),
        ("\"unit\": \"SE0000000000-E104\"", "\"unit\": null", "{\n      \"id\": \"a\"", "needs `unit`"),
        (
            "\"id\": \"b\"",
            "\"id\": \"a\"",
            "{\n      \"id\": \"a\",\n      \"patient\": \"189001019802\",\n      \"kind\": \"outer\"",
            "another block",
        ),
        ("\"id\": \"a\"", "\"id\": \" \"", "{\n      \"id\": \" \"", "`id` must be"),
        ("\"2020-01-01\"", "\"2026-01-02\"", "{\n      \"id\": \"a\"", "before `information_from`"),
        ("\"SE0000000000-P2\"", "\"?\"", "{\n      \"id\": \"a\"", "`employees`"),
        ("\"Psykiatrin\"", "\" \"", "{\n      \"id\": \"a\"", "`unit_name`"),
        ("\"2024-05-02T08:00:00.123456789Z\"", "\"2026-11-21T11:00:00Z\"", "{\n      \"id\": \"a\"", "`valid_to`"),
        ("\"unit\": \"SE0000000000-E101\"", "\"unit\": \"\"", "{\n      \"id\": \"a\"", "a lift is for"),
        ("\"from\": null", "\"from\": \"2026-11-21T11:00:00Z\"", "{\n      \"id\": \"a\"", "a lift's `to`"),
    ] {
        assert!(whole.contains(from), "{from}");
        let changed = whole.replacen(from, to, 1);
        let problems = refused(&changed);
        assert_eq!(problems.count, 1, "{to}: {problems:?}");
        let told = &problems.told[0];
        assert!(told.what.contains(says), "{to}: {told:?}");
        assert_eq!((told.line, told.column), place(&changed, at), "{to}");
    }
}

#[test]
fn an_outer_block_has_no_unit() {
    let changed = text().replacen("\"unit\": null", "\"unit\": \"SE0000000000-E1\"", 1);
    assert!(refused(&changed).told[0].what.contains("an outer block is about the whole provider"));
}

#[test]
fn an_unknown_key_a_missing_one_and_one_that_stands_twice_are_refused_on_their_line() {
    let whole = text();
    for (from, to, says) in [
        ("\"kind\": \"inner\"", "\"kind\": \"inner\",\n\"colour\": 1", "unknown key `colour`"),
        ("\"reason\"", "\"why\": 1,\n\"reason\"", "unknown key `why`"),
        ("\"provider\"", "\"comment\": 1,\n\"provider\"", "unknown key `comment`"),
        ("\"kind\": \"inner\",", "", "missing field `kind`"),
        ("\"kind\": \"inner\"", "\"kind\": \"inner\",\n\"kind\": \"inner\"", "duplicate field `kind`"),
        ("\"kind\": \"inner\"", "\"kind\": \"sideways\"", "expected `inner` or `outer`"),
        ("\"count\": 2", "\"count\": \"2\"", "expected usize"),
    ] {
        assert!(whole.contains(from), "{from}");
        let problems = refused(&whole.replacen(from, to, 1));
        assert!(problems.told[0].what.contains(says), "{to}: {problems:?}");
    }
}

#[test]
fn several_problems_are_told_at_once_in_the_order_of_the_file_and_many_are_counted() {
    let both = text().replacen("\"upp\"", "\"vbe\"", 1).replacen("\"id\": \"b\"", "\"id\": \"\"", 1);
    let problems = refused(&both);
    assert_eq!((problems.count, problems.told.len()), (2, 2));
    assert!(problems.told[0].line < problems.told[1].line);
    let bad = format!("{{\"id\":\"\",\"patient\":\"{PATIENT}\",\"kind\":\"outer\"}}");
    let many = format!(
        r#"{{"format":"samsyn-blocks-1","provider":"SE0000000000-VG","verified_at":"2026-11-21T03:00:00Z","count":50,"blocks":[{}]}}"#,
        vec![bad; 50].join(",")
    );
    let problems = refused(&many);
    assert_eq!((problems.count, problems.told.len()), (50, 20));
}

#[test]
fn somebody_who_is_nobody_is_refused() {
    for wrong in ["189001019803", "18900101980", "189013019808", "", "ABCDEFGHIJKL"] {
        let problems = refused(&text().replace(PATIENT, wrong));
        assert_eq!(problems.count, 2, "{wrong}");
        assert!(problems.told[0].what.contains("no personal, coordination or reserve number"), "{wrong}");
    }
}

#[test]
fn no_value_of_the_file_is_in_what_is_told() {
    let number = "189001019803";
    let places = [
        (format!("\"{PATIENT}\""), number.to_owned()),
        (format!("\"{PATIENT}\""), format!("\"{number}\"")),
        ("\"inner\"".to_owned(), format!("\"{number}\"")),
        ("\"kind\"".to_owned(), format!("\"{number}\": 1, \"kind\"")),
        ("\"2020-01-01\"".to_owned(), format!("\"{number}\"")),
        ("\"everybody\"".to_owned(), format!("\"{number}\"")),
        ("\"2026-11-21T11:00:00Z\"".to_owned(), format!("\"{number}\"")),
        ("\"count\": 2".to_owned(), format!("\"count\": \"{number}\"")),
        ("\"count\"".to_owned(), format!("\"{number}\": 1, \"count\"")),
        ("\"patients-consent\"".to_owned(), format!("{{\"{number}\": 1}}")),
        ("\"blocks\": [".to_owned(), format!("\"blocks\": [{number}, ")),
    ];
    for (from, to) in places {
        let whole = text();
        assert!(whole.contains(&from), "{from}");
        let problems = refused(&whole.replacen(&from, &to, 1));
        let told: Vec<String> = problems.lines(&"f.json").collect();
        assert!(!told.join("\n").contains(number), "{to}: {told:?}");
    }
}

#[test]
fn what_is_no_such_document_is_refused() {
    let whole = text();
    for bad in ["", "[]", "null", "{", "\u{feff}{}", &whole[..whole.len() / 2], &format!("{whole}x")] {
        let problems = refused(bad);
        assert_eq!(problems.count, 1, "{bad:.20}");
    }
    assert!(read(&[0xff, 0xfe], &known(), now()).unwrap_err().told[0].what.contains("UTF-8"));
    let large = vec![b' '; FILE_MAX_BYTES + 1];
    assert!(read(&large, &known(), now()).unwrap_err().told[0].what.contains("too large"));
}
