//! Rows: saying what is not so.

use samsyn_host::report::StopKind;

use super::case::{Case, Family};

pub fn cases() -> Vec<Case> {
    let mut cases = patients();
    cases.extend(emptiness());
    cases.extend(contradictions());
    cases.extend(entries());
    cases
}

fn row(name: &'static str) -> Case {
    Case::adapter(Family::Truthfulness, name, name, "")
}

fn patients() -> Vec<Case> {
    vec![
        row("wrong-patient")
            .does("pushes a record of somebody else among the patient's own", "discards everything it said")
            .stopped(StopKind::WrongPatient, "another patient"),
        row("wrong-person")
            .does("gives the banner somebody else's number", "discards everything it said")
            .stopped(StopKind::WrongPatient, "another patient"),
        row("homoglyph-patient")
            .does("names the patient in digits of another script", "takes it for somebody else")
            .stopped(StopKind::WrongPatient, "another patient"),
        row("nameless-patient")
            .does("pushes a record that names nobody", "passes it on without a name; the access decision withholds it")
            .returns("reported", "the adapter returned"),
        row("two-persons")
            .does("pushes two persons for the banner", "takes neither; the sections are not touched")
            .returns("nothing-held", "the adapter returned"),
    ]
}

/// "None" that nobody said.
fn emptiness() -> Vec<Case> {
    let none_after = |name, path| Case::adapter(Family::Truthfulness, name, "none-after", path);
    let believed_not = "does not believe it: the source never answered";
    vec![
        row("complete-without-entries")
            .does("calls a section complete and pushes nothing", "calls it a fault, never none")
            .returns("unanswered/adapter-fault", "the adapter returned"),
        none_after("none-after-silence", "/closed")
            .does("says there is nothing after its only request broke off", believed_not)
            .returns("unanswered/down", "broke off"),
        none_after("none-after-403", "/refused")
            .does("says there is nothing after its source refused", believed_not)
            .returns("unanswered/refused", "the source never answered"),
        none_after("none-after-429", "/overloaded")
            .does("says there is nothing after its source was overloaded", believed_not)
            .returns("unanswered/overloaded", "the source never answered"),
        none_after("none-after-500", "/broken")
            .does("says there is nothing after its source failed", believed_not)
            .returns("unanswered/refused", "the source never answered"),
        none_after("none-after-refusal", "/../x")
            .does("says there is nothing after the host refused its only request", believed_not)
            .returns("unanswered/adapter-fault", "`..`"),
        none_after("none-after-404", "/gone")
            .does(
                "says there is nothing after its source said it knows nobody of that number",
                "believes it: that is an answer",
            )
            .returns("nothing-held", "the adapter returned"),
        Case::adapter(Family::Truthfulness, "stated-none-after", "stated-none-after", "/broken")
            .does("states \"none\", with a date, after its source failed", believed_not)
            .returns("unanswered/refused", "the source never answered"),
        Case::adapter(Family::Truthfulness, "unknown-after", "unknown-after", "/closed")
            .does("says the patient is unknown after its only request broke off", believed_not)
            .fails("unknown", "unanswered/down", "broke off"),
    ]
}

fn contradictions() -> Vec<Case> {
    let keeps = "calls it a fault and keeps the entry";
    vec![
        row("nothing-held-with-entries")
            .does("pushes an entry and says the source holds nothing", keeps)
            .returns("partial/broken-off", "the adapter returned")
            .shows(&["Anteckning"]),
        row("stated-none-with-entries")
            .does("pushes an entry and states that there are none", keeps)
            .returns("partial/broken-off", "the adapter returned")
            .shows(&["Anteckning"]),
        row("unsupported-with-entries")
            .does("pushes an entry and says it never has such a section", keeps)
            .returns("partial/broken-off", "the adapter returned")
            .shows(&["Anteckning"]),
        row("partial-without-words")
            .does("says that something is missing and not what", "calls it a fault")
            .returns("unanswered/adapter-fault", "documents"),
        row("two-statuses")
            .does("calls a section complete, then empty", "believes neither and keeps the entry")
            .returns("partial/broken-off", "the adapter returned"),
        row("unasked-section")
            .does("answers for sections that nobody asked for", "takes none of it, and notes it")
            .returns("partial/broken-off", "dental: a status"),
        row("no-status")
            .does("pushes an entry and gives no status", "keeps the entry and never calls it whole")
            .returns("partial/broken-off", "the adapter returned"),
        row("trap-after-entries")
            .does("pushes an entry and gives up", "keeps the entry and says that it was broken off")
            .stopped(StopKind::Unreachable, "gave up")
            .state("partial/broken-off")
            .shows(&["Före felet"]),
        row("unreachable")
            .does("gives up at once", "calls it a fault, never none")
            .stopped(StopKind::Unreachable, "gave up"),
    ]
}

fn entries() -> Vec<Case> {
    let link = |name, to| Case::adapter(Family::Truthfulness, name, "link-out", to);
    let plain = "shows the entry without the link";
    vec![
        row("injection")
            .does(
                "puts HTML, SVG, escape sequences, direction marks and templates into its texts",
                "shows them as plain text",
            )
            .returns("reported", "the adapter returned")
            .shows(&[
                "<script>alert(1)</script>",
                "<svg/onload=alert(1)>",
                "javascript:alert(1)",
                "[2J]0;owned",
                "txt.exe",
                "abc",
                "'; DROP TABLE log; --",
                "{{7*7}} ${7*7} <%= 7*7 %>",
            ]),
        row("long-text")
            .does("pushes a text of 300 KiB", "shows the other entry and counts this one")
            .returns("partial/invalid-entries", "`text` is too long"),
        row("long-list")
            .does("pushes an entry with 5 000 codes", "shows the other entry and counts this one")
            .returns("partial/invalid-entries", "`kind` has too many elements"),
        row("same-id")
            .does("pushes one record twice", "passes both on; the page shows records of one id once")
            .returns("reported", "the adapter returned"),
        row("forged-time")
            .does("gives times that are none", "shows them as they are written and never reckons with them")
            .returns("reported", "the adapter returned"),
        row("foreign-organisation")
            .does(
                "claims that its record is the reader's own provider's",
                "passes on what it says; a source is granted by agreement",
            )
            .returns("reported", "the adapter returned"),
        link("link-script", "javascript:alert(1)")
            .does("gives an entry a link that is a script", plain)
            .returns("reported", "the adapter returned"),
        link("link-elsewhere", "//127.0.0.1:{canary}/x")
            .does("gives an entry a link to another host", plain)
            .returns("reported", "the adapter returned"),
        link("link-above", "/../admin")
            .does("gives an entry a link above the granted base", plain)
            .returns("reported", "the adapter returned"),
    ]
}
