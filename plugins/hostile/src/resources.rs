//! Attempts to use up the host: time, memory, stack, entries, log. And to remember.

use std::{
    hint::black_box,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::{
    bindings::{
        exports::samsyn::adapter::adapter::Query,
        samsyn::adapter::{
            log::{self, Level},
            sink,
            types::{Failure, SectionStatus},
        },
    },
    content::{document, finish},
};

/// How often this instance has been asked. More than once would mean that instances are shared.
static ASKED: AtomicU32 = AtomicU32::new(0);

/// Runs a behaviour of this room.
pub fn run(behaviour: &str, query: &Query) -> Option<Result<(), Failure>> {
    match behaviour {
        "endless-loop" => loop {
            black_box(());
        },
        "grow-memory" => grow(),
        "deep-recursion" => {
            black_box(descend(black_box(0)));
        }
        "entry-flood" => loop {
            let entries: Vec<_> = (0..500).map(|n| document(query, &n.to_string(), "Flod")).collect();
            sink::documents(&entries);
        },
        "log-flood" => {
            for _ in 0..5_000 {
                log::log(Level::Warn, &"flod ".repeat(1_000));
            }
            sink::documents(&[document(query, "1", "Efter floden")]);
            finish(query, "documents");
        }
        "huge-call" => {
            let mut huge = document(query, "1", "Stor");
            huge.text = Some("x".repeat(12 * 1024 * 1024));
            sink::documents(&[huge]);
        }
        "unreachable" => std::process::abort(),
        "trap-after-entries" => {
            sink::documents(&[document(query, "1", "Före felet")]);
            std::process::abort()
        }
        "trap-after-status" => {
            sink::documents(&[document(query, "1", "Före felet")]);
            sink::status("documents", &SectionStatus::Complete);
            std::process::abort()
        }
        "remember" => {
            let asked = ASKED.fetch_add(1, Ordering::Relaxed) + 1;
            sink::documents(&[document(query, "1", &format!("fråga {asked}"))]);
            finish(query, "documents");
        }
        "log-patient" => {
            let number = query.identifiers.first().map(|patient| patient.value.clone()).unwrap_or_default();
            log::log(Level::Info, &format!("hämtar {number}"));
            finish(query, "");
        }
        _ => return None,
    }
    Some(Ok(()))
}

fn grow() {
    let mut kept: Vec<Vec<u8>> = Vec::new();
    loop {
        kept.push(black_box(vec![1; 1024 * 1024]));
    }
}

fn descend(depth: u64) -> u64 {
    let room = black_box([depth; 64]);
    if depth == u64::MAX { 0 } else { descend(depth + 1).wrapping_add(room.iter().sum::<u64>()) }
}
