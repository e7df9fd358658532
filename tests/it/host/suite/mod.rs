//! The hostile suite: adapters and components that attack the host, family by family, each beside a neighbour that must not notice.
//!
//! Rooms: [`case`] a row · [`stage`] where it is played, with everything that is asserted of every row · [`component`] components made
//! for a row · one file per family, with its rows. The same table stands in `plugins/hostile/README.md`.
//! Not here: the cases of one room that want more than a row (`content`, `network`, `resources`, `admission` beside this folder).
//! Invariant: no row without an end, a state and a word for the administrator.
//! To add a row: a line in the file of its family, perhaps a behaviour in `plugins/hostile`; then `SAMSYN_WRITE_TABLES=1 cargo test -p
//! samsyn-tests --test it host::suite::the_readme` writes the README.

mod case;
mod compile;
mod component;
mod cpu;
mod host_resources;
mod isolation;
mod memory;
mod network;
mod stage;
mod time;
mod truthfulness;

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::Path, sync::Arc};

use case::{Case, Family};
use stage::Stage;

fn cases() -> Vec<Case> {
    let families = [
        cpu::cases(),
        memory::cases(),
        host_resources::cases(),
        time::cases(),
        network::cases(),
        truthfulness::cases(),
        isolation::cases(),
        compile::cases(),
    ];
    families.into_iter().flatten().collect()
}

/// Plays every row of a family, or the one that `SAMSYN_CASE` names, and tells all that were not contained.
fn contained(family: Family) {
    let _turn = stage::alone();
    let wanted = env::var("SAMSYN_CASE").ok();
    let escaped = stage::runtime().block_on(async {
        let stage = Arc::new(Stage::set().await);
        assert!(!stage.forbidden().is_empty());
        let mine = cases().into_iter().filter(|case| case.family == family);
        let mut escaped = Vec::new();
        for case in mine.filter(|case| wanted.as_deref().is_none_or(|wanted| wanted == case.name)) {
            let (stage, name) = (Arc::clone(&stage), case.name);
            if tokio::spawn(async move { stage.play(&case).await }).await.is_err() {
                escaped.push(name);
            }
        }
        escaped
    });
    assert!(escaped.is_empty(), "see the messages above: {escaped:?}");
}

#[test]
fn whoever_computes_without_end_is_stopped_and_the_neighbour_answers() {
    contained(Family::Cpu);
}

#[test]
fn whoever_wants_all_memory_is_stopped_and_the_neighbour_answers() {
    contained(Family::Memory);
}

#[test]
fn whoever_uses_up_the_hosts_own_resources_is_stopped_and_the_neighbour_answers() {
    contained(Family::HostResources);
}

#[test]
fn whoever_plays_for_time_gets_none_of_the_neighbours() {
    contained(Family::Time);
}

#[test]
fn nobody_reaches_an_address_that_was_not_granted() {
    contained(Family::Network);
}

#[test]
fn whoever_lies_is_not_believed() {
    contained(Family::Truthfulness);
}

#[test]
fn nothing_of_one_patient_or_tenant_comes_to_another() {
    contained(Family::Isolation);
}

#[test]
fn what_cannot_be_trusted_is_not_admitted_and_what_is_large_is_survived() {
    contained(Family::Compile);
}

#[test]
fn every_family_has_its_rows_and_every_row_says_what_must_happen() {
    let cases = cases();
    assert!(cases.len() >= 96, "{} rows", cases.len());
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len(), "a name stands twice");
    for family in Family::ALL {
        let rows = cases.iter().filter(|case| case.family == family).count();
        assert!(rows >= 5, "{family:?} has {rows} rows");
    }
    for case in &cases {
        let admitted = case.ends != case::Ends::NotAdmitted;
        assert!(!case.does.is_empty() && !case.must.is_empty() && !case.says.is_empty(), "{}", case.name);
        assert_eq!(admitted, !case.state.is_empty(), "{}", case.name);
    }
}

#[test]
fn the_readme_has_the_table_of_the_code() {
    const BEGIN: &str = "<!-- the table is written from tests/it/host/suite -->\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/hostile/README.md");
    let text = fs::read_to_string(&file).unwrap();
    let (head, _) = text.split_once(BEGIN).expect("the README has lost the line above its table");
    let expected = format!("{head}{BEGIN}{}", table());
    if env::var_os("SAMSYN_WRITE_TABLES").is_some() {
        fs::write(&file, &expected).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap();
    assert!(
        found == expected,
        "plugins/hostile/README.md is not the table of the code; SAMSYN_WRITE_TABLES=1 writes it"
    );
}

fn table() -> String {
    let mut text = String::new();
    let cases = cases();
    for family in Family::ALL {
        let rows: Vec<&Case> = cases.iter().filter(|case| case.family == family).collect();
        let _ = writeln!(text, "\n## {} ({})\n", family.name(), rows.len());
        text.push_str(
            "| Case | What it does | What the host must do | How it ends | Its section | The administrator reads |\n",
        );
        text.push_str("|---|---|---|---|---|---|\n");
        for case in rows {
            let _ = writeln!(text, "{}", case.row());
        }
    }
    text
}
