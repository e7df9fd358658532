"""One lookup: statuses, failures, and errors that stay where they happen."""

import contextlib
import io
import unittest
from collections.abc import Callable
from typing import Any, ClassVar

from samsyn_adapter import (
    Adapter,
    Answer,
    Ask,
    Contact,
    ContractError,
    Error,
    FailureKind,
    Infection,
    Problem,
    Request,
    Response,
    Service,
    Source,
    Vaccination,
    answer,
    complete,
    get,
    nothing_held,
    partial,
    stated_none,
    unavailable,
    unsupported,
)
from samsyn_adapter.contract import Concept
from samsyn_adapter.rehearsal import Rehearsal, error, query, rehearse, reply
from tests.sample import PERSON, Sample, manifest, provenance, service


def of(services: Callable[[Ask], Any]) -> Adapter[None]:
    class One(Adapter[None]):
        manifest: ClassVar[dict[str, Any]] = manifest("services", "contacts")

        def services(self, ask: Ask, prepared: None) -> Answer[Service]:
            return services(ask)  # type: ignore[no-any-return]

        def contacts(self, ask: Ask, prepared: None) -> Answer[Contact]:
            return nothing_held()

    return One()


def run(
    services: Callable[[Ask], Any], answering: Callable[[Request], Response | Error] = lambda _: reply()
) -> Rehearsal:
    with contextlib.redirect_stderr(io.StringIO()):
        return rehearse(of(services), query("services", "contacts"), answering)


class LookupTest(unittest.TestCase):
    def test_entries_and_one_status_for_each_requested_section(self) -> None:
        answering = {"/services": reply(json=[{"id": "a"}, {"id": "b"}]), "/documents": reply(json=[])}
        done = rehearse(Sample(), query("documents", "services"), lambda asked: answering[asked.target.value])
        self.assertEqual([name for name, _ in done.statuses], ["documents", "services"])
        self.assertEqual(done.status_of("services"), "complete")
        self.assertEqual(done.status_of("documents"), "nothing-held")
        self.assertEqual([entry.provenance.id for entry in done.entries("services")], ["a", "b"])

    def test_a_section_that_is_not_asked_for_is_not_read(self) -> None:
        done = rehearse(Sample(), query("services"), lambda _: reply(json=[]))
        self.assertEqual([asked.target.value for asked in done.requests], ["/services"])

    def test_a_section_the_manifest_does_not_name_is_unsupported(self) -> None:
        self.assertEqual(rehearse(Sample(), query("plans"), lambda _: reply()).status_of("plans"), "unsupported")

    def test_a_failed_exchange_takes_its_own_section_and_no_other(self) -> None:
        def answering(asked: Request) -> Response | Error:
            return error("timeout") if asked.target.value == "/services" else reply(json=[{"id": "1", "title": "x"}])

        done = rehearse(Sample(), query("services", "documents"), answering)
        self.assertEqual(done.status_of("services"), {"unavailable": "källan svarade inte i tid"})
        self.assertEqual(done.status_of("documents"), "complete")

    def test_an_error_nobody_caught_takes_its_own_section_and_tells_file_and_line(self) -> None:
        def stumble(ask: Ask) -> Any:
            return "x" + 1  # type: ignore[operator]

        done = run(stumble)
        self.assertEqual(done.status_of("services"), {"unavailable": "ett fel i anslutningen till källan"})
        self.assertEqual(done.status_of("contacts"), "nothing-held")
        self.assertRegex(done.lines[0][1], r"^section services: uncaught TypeError: .* at tests/test_lookup\.py:\d+$")
        self.assertIsInstance(done.errors[0], TypeError)

    def test_the_words_for_an_error_repeat_nothing_of_a_reply(self) -> None:
        def raising(error: Exception) -> Callable[[Ask], Any]:
            def stumble(ask: Ask) -> Any:
                raise error

            return stumble

        for made in (
            KeyError("Tolvan Tolvansson"),
            ValueError("invalid literal for int(): 'Tolvan Tolvansson'"),
            TypeError(f"no {PERSON}"),
            TypeError("no 19121212-1212"),
            ContractError("no 121212 1212"),
        ):
            line = run(raising(made)).lines[0][1]
            self.assertRegex(line, rf"uncaught {type(made).__name__} at tests/test_lookup\.py:\d+$")
            for word in ("Tolvan", "1212"):
                self.assertNotIn(word, line.partition(" at ")[0])

    def test_an_error_in_prepare_fails_the_lookup_with_file_and_line(self) -> None:
        class Broken(Sample):
            def prepare(self, ask: Ask) -> None:
                raise AttributeError("no such thing")

        with contextlib.redirect_stderr(io.StringIO()):
            done = rehearse(Broken(), query("services"), lambda _: reply())
        assert done.failure is not None
        self.assertEqual((done.failure.kind, done.failure.code), (FailureKind.INTERNAL, "uncaught"))
        self.assertRegex(done.failure.message, r"^uncaught AttributeError: no such thing at tests/test_lookup\.py:\d+$")
        self.assertEqual(done.statuses, [])

    def test_a_problem_in_prepare_fails_the_lookup_with_its_kind(self) -> None:
        class Unknown(Sample):
            def prepare(self, ask: Ask) -> None:
                raise Problem.patient_unknown(ask.language)

        done = rehearse(Unknown(), query("services"), lambda _: reply())
        assert done.failure is not None
        self.assertEqual(done.failure.kind, FailureKind.PATIENT_UNKNOWN)

    def test_an_answer_that_contradicts_itself_is_a_failure_of_that_section(self) -> None:
        for returned in (lambda _: None, lambda _: [], lambda _: complete([]), lambda _: partial([], " ")):
            done = run(returned)
            self.assertEqual(done.status_of("services"), {"unavailable": "ett fel i anslutningen till källan"})
            self.assertIn("ContractError: ", done.lines[0][1])
            self.assertEqual(done.status_of("contacts"), "nothing-held")

    def test_an_entry_of_another_section_is_refused(self) -> None:
        done = run(lambda _: complete([Contact(kind="clinic", provenance=provenance())]))
        self.assertIn("gave a Contact; the entries of `services` are Service", done.lines[0][1])
        self.assertEqual(done.pushed, [])

    def test_the_two_kinds_of_covid_19_reach_their_own_functions(self) -> None:
        class Covid(Adapter[None]):
            manifest: ClassVar[dict[str, Any]] = manifest("covid-19")

            def covid_19(self, ask: Ask, prepared: None) -> Answer[Vaccination | Infection]:
                infection = Infection(what=Concept(text="x"), certainty="confirmed", provenance=provenance("i"))
                return complete([infection, Vaccination(provenance=provenance("v"))])

        done = rehearse(Covid(), query("covid-19"), lambda _: reply())
        self.assertEqual([sink for sink, _ in done.pushed], ["vaccinations", "infections"])
        sinks = [entry["sink"] for entry in done.in_words()["sections"]["covid-19"]["entries"]]
        self.assertEqual(sinks, ["vaccinations", "infections"])

    def test_many_entries_are_handed_over_in_several_calls(self) -> None:
        sizes: list[int] = []

        class Counting(Rehearsal):
            def push(self, sink: str, entries: Any) -> None:
                sizes.append(len(entries))

        Counting(lambda _: reply()).run(of(lambda _: complete(service(str(n)) for n in range(450))), query("services"))
        self.assertEqual(sizes, [200, 200, 50])

    def test_a_check_tells_a_sentence_or_a_failure(self) -> None:
        class Checked(Sample):
            def check(self, source: Source) -> str:
                return f"svarar, version {source.send(get('api', '/version')).json()}"

        self.assertEqual(Rehearsal(lambda _: reply(json=4)).check(Checked()), "svarar, version 4")
        failed = Rehearsal(lambda _: error("tls")).check(Checked())
        self.assertEqual(getattr(failed, "kind", None), FailureKind.UPSTREAM_UNAVAILABLE)
        self.assertTrue(Checked.has_check())
        self.assertFalse(Sample.has_check())


class AnswerTest(unittest.TestCase):
    def test_what_was_read_in_full_gets_the_status_that_fits(self) -> None:
        def status(made: Answer[Any]) -> Any:
            return run(lambda _: made).status_of("services")

        self.assertEqual(status(answer([service()])), "complete")
        self.assertEqual(status(answer([])), "nothing-held")
        self.assertEqual(status(answer([], ["sida 2", "", "sida 2", "sida 3"])), {"partial": "sida 2; sida 3"})
        self.assertEqual(status(answer([service()], ["sida 2"])), {"partial": "sida 2"})
        self.assertEqual(status(stated_none("2026-01")), {"stated-none": "2026-01"})
        self.assertEqual(status(stated_none()), "stated-none")
        self.assertEqual(status(unsupported()), "unsupported")
        self.assertEqual(status(unavailable("trasig")), {"unavailable": "trasig"})


class DefinitionTest(unittest.TestCase):
    def refusal(self, sections: list[str], **methods: Any) -> str:
        with self.assertRaises(ContractError) as caught:
            type("Mine", (Adapter,), {"manifest": manifest(*sections), **methods})
        return str(caught.exception)

    def test_a_section_without_a_method_cannot_be_defined(self) -> None:
        self.assertEqual(
            self.refusal(["care-limits"]),
            "the manifest names the section `care-limits`, and Mine has no method for it; write "
            "`def care_limits(self, ask: Ask, prepared) -> Answer[CareLimit]`, or take the section out of the manifest",
        )

    def test_a_method_without_a_section_cannot_be_defined(self) -> None:
        def method(self: Any, ask: Any, prepared: Any) -> None: ...

        said = self.refusal(["services"], services=method, plans=method)
        self.assertIn("Mine.plans answers the section `plans`, which the manifest does not name", said)

    def test_a_method_with_other_arguments_and_an_unknown_section_cannot_be_defined(self) -> None:
        self.assertIn("takes other arguments", self.refusal(["services"], services=lambda self, ask: None))
        self.assertIn("the section `sevices`; the contract has person,", self.refusal(["sevices"]))

    def test_a_manifest_that_cannot_be_read_is_named(self) -> None:
        for written, said in (("missing.json", "no missing.json beside"), ({"id": "x"}, "lacks name, vendor")):
            with self.assertRaisesRegex(ContractError, said):
                type("Mine", (Adapter,), {"manifest": written, "__module__": __name__})


if __name__ == "__main__":
    unittest.main()
