//! Cases of reports.

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    report::{About, EntryReference, Filed, Mistake, Report, Step, Taken, Topic},
    section::Section,
    source::{OrganisationId, SourceId},
};
use samsyn_service::port::reports::Reports;

use crate::store::{
    place::Here,
    sample::{after, noon, viewer},
};

fn kept(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap()
}

fn by(organisation: &str, employee: &str) -> Registrar {
    let organisation = OrganisationId::new(organisation);
    Registrar { organisation, user_id: employee.into(), ..Registrar::from(&viewer()) }
}

/// Of an entry whose id has a number of its patient.
fn report(id: &str, to: &str, from: &str, employee: &str) -> Report {
    let entry = EntryReference {
        source: SourceId::new("viva"),
        section: Section::Contacts,
        entry: "19380227-8485|1".into(),
        masked: false,
    };
    let about = About::Entry { entry, mistake: Mistake::Outdated };
    Report { id: id.into(), about, to: OrganisationId::new(to), by: by(from, employee), at: kept(noon()) }
}

fn taken(number: u32, step: Step, organisation: &str) -> Taken {
    Taken { number, step, by: by(organisation, "SE-ADMIN"), at: kept(after(i64::from(number))) }
}

fn ids(filed: &[Filed]) -> Vec<&str> {
    filed.iter().map(|one| one.report.id.as_str()).collect()
}

pub async fn a_report_and_its_steps_are_told_to_both_organisations_on_every_node(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let [storsjo, region, other] = ["storsjo", "region", "other"].map(OrganisationId::new);
    let first = report("1", "storsjo", "region", "SE-Doctor");
    let about = About::Portal { topic: Topic::Wish, text: "Större text".into() };
    let second = Report { about, at: kept(after(1)), ..report("2", "region", "region", "SE-Nurse") };
    assert!(one.file(&first).await.unwrap() && two.file(&second).await.unwrap());
    assert!(!two.file(&first).await.unwrap(), "sent twice, kept once");
    assert_eq!(ids(&two.of_organisation(&storsjo).await.unwrap()), ["1"]);
    assert_eq!(ids(&two.of_organisation(&region).await.unwrap()), ["2", "1"]);
    assert_eq!(ids(&one.of_organisation(&other).await.unwrap()), [""; 0]);
    assert_eq!(
        ids(&one.of_reporter(&region, "se-doctor").await.unwrap()),
        ["1"],
        "HSA-ids are the same in either case"
    );
    assert_eq!(ids(&one.of_reporter(&storsjo, "SE-Doctor").await.unwrap()), [""; 0]);

    let (received, corrected) = (taken(1, Step::Received, "storsjo"), taken(2, Step::Corrected, "storsjo"));
    assert!(!one.take("1", &corrected).await.unwrap(), "a step follows on the last");
    assert!(!one.take("3", &received).await.unwrap(), "there is none");
    let unchanged = taken(1, Step::Unchanged, "storsjo");
    let both = tokio::join!(one.take("1", &received), two.take("1", &unchanged));
    assert_ne!(both.0.unwrap(), both.1.unwrap(), "of two who do something at once one does");
    assert!(two.take("1", &corrected).await.unwrap());
    let told = &one.of_organisation(&region).await.unwrap()[1];
    assert_eq!((&told.report, told.steps.len()), (&first, 2));
    assert_eq!(told.steps[1], corrected);
}

pub async fn what_waits_for_an_organisation_is_counted_until_it_is_done(here: Here) {
    let store = here.open().await;
    let [storsjo, region] = ["storsjo", "region"].map(OrganisationId::new);
    for id in ["1", "2", "3"] {
        store.file(&report(id, "storsjo", "region", "SE-1")).await.unwrap();
    }
    assert_eq!((store.open(&storsjo).await.unwrap(), store.open(&region).await.unwrap()), (3, 0));
    store.take("1", &taken(1, Step::Received, "storsjo")).await.unwrap();
    store.take("2", &taken(1, Step::Corrected, "storsjo")).await.unwrap();
    store.take("3", &taken(1, Step::Unchanged, "storsjo")).await.unwrap();
    assert_eq!(store.open(&storsjo).await.unwrap(), 1);
    store.take("3", &taken(2, Step::Reopened, "region")).await.unwrap();
    assert_eq!(store.open(&storsjo).await.unwrap(), 2);
}

pub async fn what_is_reported_is_sealed_and_can_be_neither_changed_nor_removed(here: Here) {
    let store = here.open().await;
    store.file(&report("1", "storsjo", "region", "SE-1")).await.unwrap();
    let stored = here.texts("SELECT content AS text FROM report").await;
    assert!(!stored.is_empty() && stored.iter().all(|content| content.starts_with("1.") && !content.contains("8485")));
    for statement in ["UPDATE report SET answers = 'x'", "DELETE FROM report"] {
        let said = here.run(statement).await.unwrap_err().to_string();
        assert!(said.contains("append only"), "{statement}: {said}");
    }
    if here.is_sqlite() {
        let replaced = here.run("REPLACE INTO report VALUES ('1', 0, 'x', 'x', 'x', 'x', 0, '{}')").await;
        assert!(replaced.unwrap_err().to_string().contains("append only"));
    }
    here.run("INSERT INTO report VALUES ('2', 0, 'storsjo', 'region', 'se-1', '{}', 0, '{}')").await.unwrap();
    let said = store.of_organisation(&OrganisationId::new("storsjo")).await.unwrap_err().to_string();
    assert!(said.contains("report 2"), "{said}");
    store.check().await.unwrap();
}
