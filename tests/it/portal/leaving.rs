//! Leaving: everything of one organisation in files, nothing of another's, and a record of it.
//!
//! Not here: the forms of the log and of the lists of blocks (`audit_files`, `block_lists`).

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use samsyn::{
    demo_portal,
    first_configuration::{InitArguments, write},
    leaving::export,
};
use samsyn_demo::seed::Seed;
use samsyn_domain::{
    access::Registrar,
    provenance::Organisation,
    report::{About, EntryReference, Mistake, Report},
    section::Section,
    source::{OrganisationId, Provider, ProviderId, ProviderKind, SourceId},
};
use samsyn_server::{clock::Clock, config::Config, wiring::open_store};
use samsyn_service::port::reports::Reports as _;
use serde_json::Value;

const PROVIDER: &str = "SE9999200002-HSL";

struct Scene {
    dir: tempfile::TempDir,
    config: PathBuf,
    seed: Seed,
}

fn by(organisation: &str) -> Registrar {
    Registrar {
        user_id: "SE-1".into(),
        name: "Karin Dahl".into(),
        title: "leg. sjuksköterska".into(),
        organisation: OrganisationId::new(organisation),
        provider: Provider { id: ProviderId::new(PROVIDER), kind: ProviderKind::Care },
        unit: Organisation::default(),
    }
}

/// Of an entry of the region, or of Storsjö, by the other one.
fn report(id: &str, to: &str, from: &str, masked: bool, clock: &Clock) -> Report {
    let source = if to == "storsjo" { "viva-storsjo-hsl" } else { "cosmic-region" };
    let entry = EntryReference {
        source: SourceId::new(source),
        section: Section::Contacts,
        entry: format!("post-{id}"),
        masked,
    };
    let about = About::Entry { entry, mistake: Mistake::Outdated };
    Report { id: id.into(), about, to: OrganisationId::new(to), by: by(from), at: clock.now().timestamp() }
}

impl Scene {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let arguments = InitArguments {
            dir: dir.path().join("samsyn"),
            organisation: "Storsjö kommun".into(),
            organisation_id: "storsjo".into(),
            care_provider: PROVIDER.into(),
            social_care_provider: Some("SE9999200002-SOL".into()),
            administrator: "SE9999200002-P290".into(),
            public_url: "https://samsyn.example".parse().unwrap(),
            issuer: "https://identity.example".parse().unwrap(),
            client_id: "samsyn".into(),
        };
        let config = write(&arguments, "a secret\n").unwrap();
        let clock = Clock::Frozen("2026-11-21T12:00:00+01:00[Europe/Stockholm]".parse().unwrap());
        let seed = Seed::new(&clock.now());
        let store = open_store(&Config::read(&config).unwrap()).await.unwrap();
        demo_portal::plant(&store, &seed, &clock).await.unwrap();
        for one in [
            report("to-us", "storsjo", "region-fjall", false, &clock),
            report("to-us-masked", "storsjo", "region-fjall", true, &clock),
            report("from-us", "region-fjall", "storsjo", false, &clock),
            report("from-us-masked", "region-fjall", "storsjo", true, &clock),
            report("others", "region-fjall", "region-fjall", false, &clock),
        ] {
            store.file(&one).await.unwrap();
        }
        store.close().await.unwrap();
        Self { dir, config, seed }
    }
}

fn read(dir: &std::path::Path, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(dir.join(name)).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_of_an_organisation_is_handed_over_and_nothing_of_anothers() {
    let scene = Scene::new().await;
    let to = scene.dir.path().join("leaving");
    let handed = export(&scene.config, "storsjo", &to, |_, _| ()).await.unwrap();
    let own = |provider: &ProviderId| provider.as_str().starts_with("SE9999200002-");
    let registered = scene.seed.registrations.iter().filter(|one| own(&one.receiver.provider)).count();
    assert!(registered > 0 && handed.registrations == registered, "{}", handed.registrations);
    let registrations = read(&to, "registrations.json");
    let all = registrations.as_array().unwrap();
    assert!(all.iter().all(|one| one["receiver"]["provider"].as_str().unwrap().starts_with("SE9999200002-")));
    assert!(all.iter().all(|one| one["patient"].as_str().unwrap().len() == 12));
    for file in ["blocks-SE9999200002-HSL.json", "blocks-SE9999200002-SOL.json"] {
        assert!(to.join(file).exists(), "{file}");
    }
    assert!(to.join("log-SE9999200002-HSL/log.csv").exists());

    let told = read(&to, "organisation.json");
    assert_eq!(told["organisation"]["name"], "Storsjö kommun");
    assert_eq!(told["going_live"].as_array().unwrap().len(), 5);
    let reports = told["reports"].as_array().unwrap();
    let of = |id: &str| reports.iter().find(|one| one["id"] == id);
    assert_eq!(of("to-us").unwrap()["about"]["entry"], "post-to-us");
    assert_eq!(of("to-us-masked").unwrap()["by"], Value::Null, "a protected person's care is not told");
    assert_eq!(of("from-us").unwrap()["about"].get("entry"), None, "the entry's id is the others'");
    assert_eq!(of("from-us-masked").unwrap()["about"].get("source"), None);
    assert!(of("others").is_none());
    for file in &handed.files {
        let mode = fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", file.display());
    }

    let store = open_store(&Config::read(&scene.config).unwrap()).await.unwrap();
    let log = format!("{:?}", store.audit_records(100).await.unwrap());
    store.close().await.unwrap();
    assert!(log.contains("organisation-export") && log.contains("storsjo"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisation_that_is_none_or_a_directory_that_is_used_is_refused() {
    let scene = Scene::new().await;
    let refused = export(&scene.config, "region-fjall", &scene.dir.path().join("x"), |_, _| ()).await.unwrap_err();
    assert!(refused.to_string().contains("there is no region-fjall"), "{refused}");
    assert!(!scene.dir.path().join("x").exists());
    fs::create_dir(scene.dir.path().join("used")).unwrap();
    fs::write(scene.dir.path().join("used/file"), "").unwrap();
    let refused = export(&scene.config, "storsjo", &scene.dir.path().join("used"), |_, _| ()).await.unwrap_err();
    assert!(refused.to_string().contains("must be new or empty"), "{refused}");
    assert_eq!(fs::read_dir(scene.dir.path().join("used")).unwrap().count(), 1);
}
