//! What is wrong with a run: which rule, where, and what to do.
//!
//! Not here: the rules that the host enforces by itself; this room reads what the host said and compares what it cannot know: what the
//! author expected, and what the same case gives when an exchange fails.
//! Invariant: no finding repeats a patient's words but the difference to `expected.json`, which the author wrote.

use std::collections::BTreeSet;

use samsyn_domain::{section::Section, vocabulary::ServiceKind};
use samsyn_host::report::{Ended, LogLevel, StopKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use similar::TextDiff;

use crate::{
    canary::Canaries,
    case::Case,
    emission::Emission,
    exchange::Outcome,
    rehearsal::Run,
    variation::{Fault, Variation},
};

/// Statuses that say that there is nothing more to know.
const CLOSED: [&str; 3] = ["complete", "stated-none", "nothing-held"];
/// Statuses that say that something is missing.
const OPEN: [&str; 2] = ["partial", "unavailable"];

/// Something an adapter did wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which rule, in one word.
    pub rule: String,
    /// What happened, and where.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl Finding {
    /// A finding.
    pub fn new(rule: &str, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { rule: rule.to_owned(), what: what.into(), advice: advice.into() }
    }
}

/// What is wrong with a case as it was recorded.
pub fn recorded(case: &Case, run: &Run, canaries: &Canaries) -> Vec<Finding> {
    let mut found = always(case, run, canaries);
    found.extend(run.played.unanswered.iter().map(|asked| {
        Finding::new(
            "exchange",
            format!("no exchange answers {asked}"),
            "correct the request, or add the exchange to exchanges.jsonl",
        )
    }));
    let unused = case.exchanges.iter().zip(&run.played.used).filter(|(_, used)| **used == 0);
    found.extend(unused.map(|(exchange, _)| {
        let what = format!(
            "exchanges.jsonl, line {}: nobody asked for {} {}",
            exchange.line, exchange.request.method, exchange.request.path
        );
        Finding::new("exchange", what, "remove the line, or find out why the adapter did not ask")
    }));
    if matches!(run.report.ended, Ended::Stopped { .. } | Ended::TimedOut) {
        // What is missing then is missing because of that.
        found.retain(|finding| finding.rule != "exchange" || finding.what.starts_with("no exchange"));
        return found;
    }
    found.extend(markup(&run.emission));
    found.extend(expected(case, run));
    found
}

/// What is wrong whatever the source did.
pub fn always(case: &Case, run: &Run, canaries: &Canaries) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(stopped(case, run));
    found.extend(uncaught(run));
    found.extend(errors(run));
    found.extend(statuses(case, run));
    found.extend(run.report.notes.iter().filter(|note| is_violation(note)).map(|note| {
        Finding::new(
            "entry",
            note.clone(),
            "correct the field; the portal does not show such an entry and marks the section as faulty",
        )
    }));
    found.extend(undeclared(run));
    found.extend(leaks(run, canaries));
    found
}

/// What is wrong when an exchange was made worse.
pub fn varied(case: &Case, base: &Run, run: &Run, variation: &Variation, canaries: &Canaries) -> Vec<Finding> {
    if matches!(variation.fault, Fault::OtherPatient(_)) {
        // Whoever hands on what the source says is stopped by the host, and is right.
        let handed_on = run.report.ended == Ended::Stopped { by: StopKind::WrongPatient };
        return if handed_on {
            Vec::new()
        } else {
            always(case, run, canaries).into_iter().chain(copied(case, run)).collect()
        };
    }
    let mut found = always(case, run, canaries);
    let exchange = variation.exchange.and_then(|index| case.exchanges.get(index));
    if let Some(exchange) = exchange.filter(|exchange| variation.fault.breaks() && !exchange.optional) {
        let went_well = matches!(&exchange.outcome, Outcome::Reply { reply, .. } if (200..300).contains(&reply.status));
        found.extend(dishonest(case, base, run, went_well));
    }
    found
}

/// The notes of the host that are rules broken, not reasons that were given.
fn is_violation(note: &str) -> bool {
    ["an entry is not shown", "was not asked for"].iter().any(|words| note.contains(words))
}

/// Kinds of service that were pushed and that the manifest does not list: a badge would be dark that this source can light. A word that is
/// none of the vocabulary lights no badge; it is shown as it is.
pub fn unlisted_kinds(emission: &Emission, listed: &[ServiceKind]) -> Vec<Finding> {
    let kinds = emission.of(Section::Services.name()).iter().filter_map(|entry| entry.get("kind")?.as_str());
    let lights = |kind: &&str| ServiceKind::KNOWN.iter().any(|known| known.word() == *kind);
    let is_unlisted = |kind: &&str| listed.iter().all(|known| known.word() != *kind);
    let unlisted: BTreeSet<&str> = kinds.filter(lights).filter(is_unlisted).collect();
    let finding = |kind: &str| {
        Finding::new(
            "kind",
            format!("a service of the kind `{kind}` was pushed, which `service_kinds` in manifest.json does not list"),
            "list every kind the source can report: a badge is dark when all sources that list its kind have answered",
        )
    };
    unlisted.into_iter().map(finding).collect()
}

/// Requests that the host refuses because manifest.json, from which the kit grants everything, does not declare what they need.
fn undeclared(run: &Run) -> Vec<Finding> {
    const RULES: [&str; 4] = ["origin", "method", "header-not-granted", "slot-not-bound"];
    let refused = run.report.notes.iter().filter_map(|note| note.strip_prefix("request: "));
    let mut found: Vec<Finding> = refused
        .filter(|refused| refused.split_once(':').is_some_and(|(rule, _)| RULES.contains(&rule)))
        .map(|refused| {
            Finding::new(
                "request",
                format!("a request was refused: {refused}"),
                "correct the name in the request, or declare it in manifest.json: the kit grants what stands there and nothing else",
            )
        })
        .collect();
    found.dedup();
    found
}

/// How far a lookup had come, for whoever looks for the place.
fn reached(run: &Run) -> String {
    let asked = match &run.played.last {
        Some(last) => format!("it had asked {last} last"),
        None => "it had asked nothing yet".to_owned(),
    };
    let pushed: Vec<String> =
        run.emission.entries.iter().map(|(section, entries)| format!("{} of `{section}`", entries.len())).collect();
    let pushed = if pushed.is_empty() { "nothing".to_owned() } else { pushed.join(", ") };
    format!("; {asked}, and pushed {pushed}")
}

/// The first record that names somebody else.
fn others_record(case: &Case, run: &Run) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let asked = digits(case.question.patient.digits());
    let is_others = |entry: &Value| {
        let stated = ["/provenance/patient/value", "/identifier/value"].map(|place| entry.pointer(place));
        stated.into_iter().flatten().filter_map(Value::as_str).any(|value| !asked.ends_with(&digits(value)))
    };
    run.emission.entries.iter().find_map(|(section, entries)| {
        let index = entries.iter().position(is_others)?;
        let id = entries.get(index).and_then(|entry| entry.pointer("/provenance/id")).and_then(Value::as_str);
        Some(format!("`{section}[{index}]`{}", id.map_or_else(String::new, |id| format!(", record {id}"))))
    })
}

fn stopped(case: &Case, run: &Run) -> Option<Finding> {
    let last_error = run.emission.log.iter().rev().find(|(level, _)| *level == LogLevel::Error);
    let said = last_error.map_or_else(String::new, |(_, text)| format!("; its last error line: {text}"));
    let reached = reached(run);
    match &run.report.ended {
        Ended::Returned | Ended::Failed { .. } | Ended::Queued => None,
        Ended::TimedOut => Some(Finding::new(
            "time",
            format!("the lookup was not over within its deadline{reached}{said}"),
            "ask less, ask at the same time with send-all, or give up by query.budget-ms",
        )),
        // What Rust's library says for want of a clock, at a place that is not the author's.
        Ended::Stopped { .. } if said.contains("time not implemented") => Some(Finding::new(
            "stopped",
            format!("the adapter reads a clock, and there is none{said}"),
            "use query.now: the same query and replies give the same answer. A place in Rust's own library is no help: look for \
             SystemTime::now and Instant::now in your files and in your dependencies",
        )),
        Ended::Stopped { by } => {
            let (what, advice) = stop_words(*by);
            let place = match by {
                StopKind::WrongPatient => {
                    others_record(case, run).map_or_else(String::new, |place| format!("; it is {place}"))
                }
                StopKind::CpuLimit | StopKind::MemoryLimit | StopKind::StackOverflow | StopKind::TooManyEntries => {
                    reached
                }
                _ if said.is_empty() => reached,
                _ => String::new(),
            };
            Some(Finding::new("stopped", format!("the host stopped the adapter: {what}{place}{said}"), advice))
        }
    }
}

const fn stop_words(by: StopKind) -> (&'static str, &'static str) {
    match by {
        StopKind::CpuLimit => (
            "it computed for longer than guest_cpu_ms",
            "look for a loop that does not end, or for work that grows with the square of the reply",
        ),
        StopKind::MemoryLimit => (
            "it wanted more memory than memory_max_bytes",
            "keep only the fields you use; read large replies piece by piece",
        ),
        StopKind::StackOverflow => {
            ("it called itself too deeply", "look for recursion over the reply; bound its depth")
        }
        StopKind::Unreachable => (
            "it gave up (a panic, or an error nobody caught)",
            "the error line says where; where there is none, use the SDK, which writes it before the end",
        ),
        StopKind::TooManyEntries => {
            ("it pushed more entries than entries_max", "push what is current, or stop and say partial")
        }
        StopKind::WrongPatient => (
            "it pushed a record of another patient; the portal shows nothing of such a source",
            "compare the patient in each record with the query before you push it",
        ),
        StopKind::CallTooLarge => ("it handed over more in one call than hostcall_max_bytes", "push in several calls"),
        StopKind::Trap => (
            "a fault of WebAssembly (an index outside memory, a division by zero, or a value of the wrong type)",
            "compare the pushed value with the contract's types",
        ),
    }
}

fn uncaught(run: &Run) -> Option<Finding> {
    let failure =
        run.emission.failure.as_ref().filter(|failure| failure.kind == "internal" && failure.code == "uncaught")?;
    Some(Finding::new(
        "uncaught",
        format!("an error that nobody caught: {}", failure.message),
        "catch it where it happens and say what is missing: partial, unavailable, or a failure of the right kind",
    ))
}

/// A line at level error is an error nobody caught, as the SDKs write it; a source that fails is a warning.
fn errors(run: &Run) -> Vec<Finding> {
    let failed = run.emission.failure.as_ref().is_some_and(|failure| failure.code == "uncaught");
    let stopped = matches!(run.report.ended, Ended::Stopped { .. } | Ended::TimedOut);
    if failed || stopped {
        // Told already, with what it led to.
        return Vec::new();
    }
    let errors = run.emission.log.iter().filter(|(level, _)| *level == LogLevel::Error);
    let mut found: Vec<Finding> = errors
        .map(|(_, text)| {
            Finding::new(
                "uncaught",
                format!("an error was logged: {text}"),
                "correct that line; when it is the source that failed, log at level warn and say what is missing",
            )
        })
        .collect();
    found.dedup();
    found
}

/// Exactly one status for each section, and none for others.
fn statuses(case: &Case, run: &Run) -> Vec<Finding> {
    let finished = matches!(run.report.ended, Ended::Returned);
    let mut found = Vec::new();
    for section in case.sections() {
        match run.emission.statuses_of(section) {
            0 if finished => found.push(Finding::new(
                "status",
                format!("section `{section}` was asked for and got no status; the portal shows it as unanswered"),
                "push exactly one status for each section of the query, also when there is nothing",
            )),
            0 | 1 => found.extend(contradiction(section, &run.emission)),
            count => found.push(Finding::new(
                "status",
                format!("section `{section}` got {count} statuses; the portal believes none of them"),
                "push one status, when everything of the section has been read",
            )),
        }
    }
    found
}

fn contradiction(section: &str, emission: &Emission) -> Option<Finding> {
    let entries = emission.of(section).len();
    match (emission.status(section)?, entries) {
        ("complete", 0) => Some(Finding::new(
            "status",
            format!("section `{section}` is `complete` without an entry"),
            "say nothing-held when the source answered and holds nothing, stated-none when it states that there are none",
        )),
        (word @ ("stated-none" | "nothing-held" | "unsupported"), 1..) => Some(Finding::new(
            "status",
            format!("section `{section}` is `{word}` with {entries} entries"),
            "say complete, or partial when something is missing",
        )),
        _ => None,
    }
}

fn leaks(run: &Run, canaries: &Canaries) -> Vec<Finding> {
    let log = run.emission.log.iter().map(|(_, text)| ("a log line", text.as_str()));
    let failure = run.emission.failure.iter().flat_map(|failure| {
        [("the failure's code", failure.code.as_str()), ("the failure's message", failure.message.as_str())]
    });
    let seen = log.chain(failure).filter_map(|(place, text)| canaries.found_in(text).map(|what| (place, what)));
    let mut found: Vec<Finding> = seen
        .map(|(place, what)| {
            Finding::new(
                "canary",
                format!("{place} holds {what}"),
                "leave it out: these texts go to administrators, logs and metrics",
            )
        })
        .collect();
    found.dedup();
    found
}

/// Tags and control characters in what a clinician reads.
fn markup(emission: &Emission) -> Vec<Finding> {
    let mut found = Vec::new();
    for (section, entries) in &emission.entries {
        for (index, entry) in entries.iter().enumerate() {
            visit(entry, &format!("{section}[{index}]"), &mut |place, text| {
                if looks_like_markup(text) {
                    found.push(Finding::new(
                        "markup",
                        format!("`{place}` holds markup"),
                        "push plain text: the portal shows tags as characters, and the clinician reads them",
                    ));
                }
            });
        }
    }
    found
}

fn visit(value: &Value, place: &str, told: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => told(place, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                visit(item, &format!("{place}[{index}]"), told);
            }
        }
        Value::Object(fields) => fields.iter().for_each(|(name, value)| visit(value, &format!("{place}.{name}"), told)),
        _ => {}
    }
}

fn looks_like_markup(text: &str) -> bool {
    let opens = |rest: &str| {
        let name = rest.trim_start_matches('/');
        name.starts_with(|letter: char| letter.is_ascii_alphabetic()) && rest.contains('>')
    };
    text.split('<').skip(1).any(opens) || ["&lt;", "&amp;", "&nbsp;", "\u{1b}["].iter().any(|mark| text.contains(mark))
}

/// The difference to what the author accepted.
fn expected(case: &Case, run: &Run) -> Option<Finding> {
    let found = run.emission.canonical();
    let Some(expected) = &case.expected else {
        return Some(Finding::new(
            "expected",
            "there is no expected.json",
            "look at what was pushed with `samsyn adapter test --show`, then `samsyn adapter accept`",
        ));
    };
    if *expected == found {
        return None;
    }
    let (before, after) = (pretty(expected), pretty(&found));
    let difference = TextDiff::from_lines(&before, &after)
        .unified_diff()
        .context_radius(2)
        .header("expected.json", "pushed")
        .to_string();
    let difference = readable(&difference);
    Some(Finding::new(
        "expected",
        format!("the answer is another:\n{difference}"),
        "correct the adapter; or, if the new answer is right, `samsyn adapter accept`",
    ))
}

/// The first lines of a difference; nobody reads three hundred.
fn readable(difference: &str) -> String {
    const LINES: usize = 60;
    let lines: Vec<&str> = difference.lines().collect();
    match lines.len().saturating_sub(LINES) {
        0 => difference.to_owned(),
        more => format!("{}\n… and {more} lines more", lines.get(..LINES).unwrap_or_default().join("\n")),
    }
}

/// As files are written: indented, with a line end.
pub fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// After a failed exchange nothing that depends on it is whole, or none.
fn dishonest(case: &Case, base: &Run, run: &Run, went_well: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    let (before, after) = (&base.emission, &run.emission);
    for section in case.sections() {
        let lost = after.of(section).len() < before.of(section).len();
        if let Some(word) = after.status(section).filter(|word| lost && CLOSED.contains(word)) {
            found.push(Finding::new(
                "honesty",
                format!("section `{section}` lost entries with the exchange and is still said to be `{word}`"),
                "say partial or unavailable for every section that the failed exchange carries: no answer is not none",
            ));
        }
    }
    let unknown =
        |emission: &Emission| emission.failure.as_ref().is_some_and(|failure| failure.kind == "patient-unknown");
    if unknown(after) && !unknown(before) {
        found.push(Finding::new(
            "honesty",
            "the patient is said to be unknown because an exchange failed",
            "say patient-unknown only when the source itself says so",
        ));
    }
    let told = after.failure.is_some()
        || after.statuses.iter().any(|(section, _)| after.status(section).is_some_and(|word| OPEN.contains(&word)));
    if went_well && !told && found.is_empty() && matches!(run.report.ended, Ended::Returned) {
        found.push(Finding::new(
            "honesty",
            "nothing in the answer tells that the exchange failed",
            "say partial or unavailable for what it carries; or write \"optional\": true on its line when no section depends on it",
        ));
    }
    found
}

/// The patient of an entry is what the record says, not what was asked.
fn copied(case: &Case, run: &Run) -> Vec<Finding> {
    if !matches!(run.report.ended, Ended::Returned) {
        return Vec::new();
    }
    let asked = case.question.patient.digits();
    let names_asked = |entry: &Value| entry.pointer("/provenance/patient/value").and_then(Value::as_str) == Some(asked);
    let mut found = Vec::new();
    for (section, entries) in &run.emission.entries {
        if entries.iter().any(names_asked) {
            found.push(Finding::new(
                "patient",
                format!("section `{section}`: the reply was about another patient, and entries name the one asked for"),
                "read provenance.patient out of the reply, never out of the query; when the reply names nobody, leave it empty",
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_service_that_the_manifest_does_not_list_is_told_once() {
        let pushed = ["home-care", "lss", "lss", "ledsagning"].map(|kind| serde_json::json!({ "kind": kind }));
        let emission = Emission { entries: [("services".to_owned(), pushed.to_vec())].into(), ..Emission::default() };
        let found = unlisted_kinds(&emission, &[ServiceKind::HomeCare]);
        assert_eq!(found.len(), 1);
        assert!(found[0].what.contains("`lss`"), "{found:?}");
        assert_eq!(unlisted_kinds(&emission, &[ServiceKind::HomeCare, ServiceKind::Lss]), []);
    }
}
