//! `samsyn blocks`: a list from a file into a database under a configuration, and out again.
//!
//! Not here: what is wrong with a file and where (`service::block_file`), what the register does with a list (`store::contract`).
//! Invariant: a list that is refused changes nothing.

use std::path::{Path, PathBuf};

use samsyn::{
    block_lists::{RefusedFile, export, import},
    demo_portal,
    first_configuration::{InitArguments, write},
};
use samsyn_demo::seed::Seed;
use samsyn_server::{clock::Clock, config::Config, wiring::open_store};
use samsyn_service::{
    block_file,
    port::blocks::{BlockList, Blocks as _},
};
use tempfile::TempDir;

const PROVIDER: &str = "SE9999100001-RF";

/// A configuration as `samsyn init` writes it, and the demo's list of the same provider.
struct Scene {
    dir: TempDir,
    config: PathBuf,
    list: BlockList,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let arguments = InitArguments {
            dir: dir.path().join("samsyn"),
            organisation: "Region Fjäll".into(),
            organisation_id: "region-fjall".into(),
            care_provider: PROVIDER.into(),
            social_care_provider: None,
            administrator: "SE9999100001-P290".into(),
            public_url: "https://samsyn.example".parse().unwrap(),
            issuer: "https://identity.example".parse().unwrap(),
            client_id: "samsyn".into(),
        };
        let config = write(&arguments, "a secret\n").unwrap();
        let clock = Clock::Frozen("2026-11-21T12:00:00+01:00[Europe/Stockholm]".parse().unwrap());
        let lists = demo_portal::block_lists(&Seed::new(&clock.now()), &clock).unwrap();
        let mut list = lists.into_iter().find(|list| list.provider.is(PROVIDER)).unwrap();
        // The command's clock is the machine's, which may be earlier than the demo's day.
        list.verified_at = "2024-01-02T03:04:05Z".parse().unwrap();
        assert!(list.blocks.len() >= 4);
        Self { dir, config, list }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let file = self.dir.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    }

    async fn import(&self, list: &BlockList) -> anyhow::Result<BlockList> {
        import(&self.config, &self.file("list.json", &block_file::write(list).unwrap())).await
    }

    async fn exported(&self, name: &str) -> String {
        let file = self.dir.path().join(name);
        export(&self.config, &PROVIDER.to_lowercase(), &file).await.unwrap();
        std::fs::read_to_string(file).unwrap()
    }

    async fn log(&self) -> String {
        let store = open_store(&Config::read(&self.config).unwrap()).await.unwrap();
        let log = format!("{:?}", store.audit_records(100).await.unwrap());
        store.close().await.unwrap();
        log
    }
}

#[tokio::test]
async fn what_is_imported_is_exported_the_same_and_counts_from_when_it_was_verified() {
    let scene = Scene::new();
    let list = scene.import(&scene.list).await.unwrap();
    assert_eq!(list, scene.list);
    assert_eq!(scene.exported("out.json").await, block_file::write(&scene.list).unwrap());
    let store = open_store(&Config::read(&scene.config).unwrap()).await.unwrap();
    let one = &scene.list.blocks[0];
    let read = store.of_patient(&one.patient).await.unwrap();
    assert_eq!((read.blocks, read.verified[&scene.list.provider]), (vec![one.block.clone()], scene.list.verified_at));
    store.close().await.unwrap();
    let log = scene.log().await;
    assert!(log.contains("blocks-import") && log.contains("blocks-export") && log.contains("\"done\""), "{log}");
    for listed in &scene.list.blocks {
        assert!(!log.contains(listed.patient.digits()), "the log names no patient");
    }
}

#[tokio::test]
async fn a_list_is_replaced_as_a_whole_by_a_later_one_and_never_by_an_older_one() {
    let scene = Scene::new();
    scene.import(&scene.list).await.unwrap();
    let mut later = scene.list.clone();
    later.blocks.truncate(1);
    later.verified_at = "2024-01-02T04:00:00Z".parse().unwrap();
    scene.import(&later).await.unwrap();
    assert_eq!(scene.exported("one.json").await, block_file::write(&later).unwrap());
    let error = scene.import(&scene.list).await.unwrap_err().to_string();
    assert!(error.contains("verified later, at 2024-01-02T04:00:00Z; nothing has changed"), "{error}");
    assert_eq!(scene.exported("two.json").await, block_file::write(&later).unwrap());
    assert!(scene.log().await.contains("newer-held"));
}

#[tokio::test]
async fn a_file_that_is_refused_is_told_line_by_line_without_a_number_and_changes_nothing() {
    let scene = Scene::new();
    scene.import(&scene.list).await.unwrap();
    let number = scene.list.blocks[0].patient.digits();
    let wrong = format!("{}0", &number[..11]);
    let wrong = if wrong == number { format!("{}1", &number[..11]) } else { wrong };
    let good = block_file::write(&scene.list).unwrap();
    let one_block = good.replacen("\"blocks\": [", "\"blocks\": [],\"more\": [", 1);
    for bad in [good.replace(number, &wrong), one_block, good.replace(PROVIDER, "SE9999200002-HSL"), good[..99].into()]
    {
        let file = scene.file("bad.json", &bad);
        let error = import(&scene.config, &file).await.unwrap_err();
        let refused = error.downcast_ref::<RefusedFile>().unwrap_or_else(|| panic!("{error:#}"));
        assert!(refused.lines[0].starts_with(&format!("{}:", file.display())), "{:?}", refused.lines);
        let told = format!("{error:#} {:?}", refused.lines);
        assert!(told.contains("nothing was imported") && !told.contains(&wrong) && !told.contains(number), "{told}");
    }
    assert_eq!(scene.exported("still.json").await, good);
}

#[tokio::test]
async fn an_export_is_its_owners_alone_and_never_replaces_a_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::new();
    let file = scene.dir.path().join("out.json");
    let nothing = export(&scene.config, PROVIDER, &file).await.unwrap_err().to_string();
    assert!(nothing.contains("no list of this provider") && !file.exists(), "{nothing}");
    scene.import(&scene.list).await.unwrap();
    export(&scene.config, PROVIDER, &file).await.unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(export(&scene.config, PROVIDER, &file).await.unwrap_err().to_string().contains("cannot be created"));
    let unknown = export(&scene.config, "SE0000000000-X", Path::new("never")).await.unwrap_err().to_string();
    assert!(unknown.contains("no organisation"), "{unknown}");
}
