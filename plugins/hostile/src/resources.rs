//! Attempts to use up the host: time, memory, stack, entries, log.

use std::hint::black_box;

use crate::{
    bindings::{
        exports::samsyn::adapter::adapter::Query,
        samsyn::adapter::{
            keys,
            log::{self, Level},
            settings, sink,
            types::{Failure, SectionStatus},
        },
    },
    content::{document, finish},
};

const MIB: usize = 1024 * 1024;

/// Runs a behaviour of this room.
pub fn run(behaviour: &str, query: &Query) -> Option<Result<(), Failure>> {
    match behaviour {
        "endless-loop" => loop {
            black_box(());
        },
        "grow-memory" => keep(MIB),
        "fragment" => keep(24),
        "deep-recursion" => {
            black_box(descend(black_box(0)));
        }
        "pattern" => {
            black_box(matches(black_box(&[b'a'; 64])));
        }
        "settings-spin" => loop {
            black_box(settings::get("behaviour"));
        },
        "string-copies" => {
            let key = "x".repeat(4 * MIB);
            loop {
                black_box(settings::get(&key));
            }
        }
        "hmac-grind" => {
            let data = vec![0; 7 * MIB];
            loop {
                black_box(keys::hmac_sha256("seal", &data)).ok();
            }
        }
        "unreachable" => std::process::abort(),
        _ => return floods(behaviour, query),
    }
    Some(Ok(()))
}

fn floods(behaviour: &str, query: &Query) -> Option<Result<(), Failure>> {
    match behaviour {
        "entry-flood" => loop {
            let entries: Vec<_> = (0..500).map(|n| document(query, &n.to_string(), "Flod")).collect();
            sink::documents(&entries);
        },
        "flood-after-complete" => {
            sink::documents(&[document(query, "1", "Anteckning")]);
            finish(query, "documents");
            let more: Vec<_> = (0..6_000).map(|n| document(query, &n.to_string(), "Flod")).collect();
            more.chunks(500).for_each(sink::documents);
        }
        "log-flood" => {
            for _ in 0..5_000 {
                log::log(Level::Warn, &"flod ".repeat(1_000));
            }
            after_the_flood(query);
        }
        "log-large" => {
            let line = "\u{7f}flod".repeat(MIB);
            for _ in 0..100 {
                log::log(Level::Warn, &line);
            }
            after_the_flood(query);
        }
        "huge-call" => {
            let mut huge = document(query, "1", "Stor");
            huge.text = Some("x".repeat(12 * MIB));
            sink::documents(&[huge]);
        }
        "status-flood" => loop {
            sink::status("documents", &SectionStatus::Partial("flod ".repeat(1_000)));
        },
        "note-flood" => {
            let nameless: Vec<_> = (0..4_000).map(|_| document(query, "", "Flod")).collect();
            sink::documents(&nameless);
            finish(query, "documents");
        }
        "trap-after-entries" => {
            sink::documents(&[document(query, "1", "Före felet")]);
            std::process::abort()
        }
        "trap-after-status" => {
            sink::documents(&[document(query, "1", "Före felet")]);
            sink::status("documents", &SectionStatus::Complete);
            std::process::abort()
        }
        _ => return None,
    }
    Some(Ok(()))
}

fn after_the_flood(query: &Query) {
    sink::documents(&[document(query, "1", "Efter floden")]);
    finish(query, "documents");
}

/// Pieces of this size, none given back.
fn keep(bytes: usize) {
    let mut kept: Vec<Vec<u8>> = Vec::new();
    loop {
        kept.push(black_box(vec![1; bytes]));
    }
}

fn descend(depth: u64) -> u64 {
    let room = black_box([depth; 64]);
    if depth == u64::MAX { 0 } else { descend(depth + 1).wrapping_add(room.iter().sum::<u64>()) }
}

/// `(a+)+b` by backtracking, which tries every way to divide the letters.
fn matches(text: &[u8]) -> bool {
    let letters = text.iter().take_while(|byte| **byte == b'a').count();
    (1..=letters).rev().any(|taken| match text.get(taken..) {
        Some([b'b', ..]) => true,
        Some(rest) => matches(rest),
        None => false,
    })
}
