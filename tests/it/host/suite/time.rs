//! Rows: playing for time, also after the answer.

use super::case::{Case, Family};

pub fn cases() -> Vec<Case> {
    let get = |name, path| Case::adapter(Family::Time, name, "get", path);
    let quick = |case: Case| case.limits(|limits| limits.egress.answer_timeout_ms = 300);
    vec![
        get("blocked", "/slow")
            .does(
                "waits for a source that never answers",
                "gives up when the page's time is over, whatever it waits for",
            )
            .fails("deadline", "unanswered/timeout", "the time for the whole lookup ran out"),
        quick(get("slow-source", "/slow"))
            .does("waits for a source that never answers, with time left", "gives up on the request and lets it say so")
            .fails("timeout", "unanswered/timeout", "answer_timeout_ms"),
        quick(get("trickle", "/trickle"))
            .does("its source sends one byte at a time", "gives up: the whole reply counts, not the pauses")
            .fails("timeout", "unanswered/timeout", "answer_timeout_ms"),
        get("just-too-late", "/late")
            .does("its source answers a moment after the page's time", "is done before it")
            .fails("deadline", "unanswered/timeout", "the time for the whole lookup ran out"),
        Case::adapter(Family::Time, "loop-at-the-deadline", "endless-loop", "")
            .does("computes beyond the page's time, with computing time left", "stops it at the page's time")
            .out_of_time(300),
        Case::adapter(Family::Time, "many-slow", "requests", "8")
            .limits(|limits| limits.egress.parallel = 1)
            .does("has more to fetch, one after another, than there is time for", "answers those it could")
            .returns("reported", "the adapter returned"),
    ]
    .into_iter()
    .map(|case| match case.name {
        "blocked" | "just-too-late" => Case { within_ms: 500, ..case },
        _ => case,
    })
    .collect()
}
