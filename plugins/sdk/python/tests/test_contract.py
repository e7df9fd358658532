"""The generated types are those of the WIT."""

import re
import unittest

import generate
from samsyn_adapter import contract
from samsyn_adapter.record import Case, ContractError, Record, in_words, shape
from samsyn_adapter.sections import SECTIONS
from tests.sample import provenance, service

WIT = next(place for place in (generate.HERE.parents[2] / "wit", generate.HERE.parent / "wit") if place.is_dir())


class ContractTest(unittest.TestCase):
    def test_the_generated_files_are_those_of_the_wit(self) -> None:
        for name, text in generate.generated(WIT).items():
            written = (generate.CONTRACT / name).read_text(encoding="utf-8")
            self.assertEqual(written, text, f"contract/{name} is old: run python generate.py")

    def test_every_record_of_the_wit_is_a_type_with_all_its_fields(self) -> None:
        for file in generate.FILES:
            text = re.sub(r"//[^\n]*", "", (WIT / f"{file}.wit").read_text(encoding="utf-8"))
            for name, body in re.findall(r"record ([\w-]+) \{(.*?)\}", text, re.DOTALL):
                made = getattr(contract, generate.pascal(name))
                fields = [generate.snake(field) for field in re.findall(r"%?([\w-]+):", body)]
                self.assertEqual([field for field, _ in shape(made)], fields, name)

    def test_every_function_of_sink_belongs_to_a_section(self) -> None:
        text = (WIT / "sink.wit").read_text(encoding="utf-8")
        functions = dict(re.findall(r"^    ([\w-]+): func\(items?: (?:list<)?([\w-]+)", text, re.MULTILINE))
        known = {sink: record for sinks in SECTIONS.values() for sink, record in sinks.items()}
        self.assertEqual(known, {name: getattr(contract, generate.pascal(of)) for name, of in functions.items()})

    def test_every_field_that_is_explained_in_the_wit_is_explained_in_python(self) -> None:
        written = "".join(file.read_text(encoding="utf-8") for file in generate.CONTRACT.glob("*.py"))
        for file in generate.FILES:
            for line in re.findall(r"^ {8}/// (.+)$", (WIT / f"{file}.wit").read_text(encoding="utf-8"), re.MULTILINE):
                self.assertIn(line.replace("\\", "\\\\"), written)

    def test_a_value_of_the_wrong_type_is_named_where_the_record_is_made(self) -> None:
        cases = [
            (lambda: contract.Provenance(id=1), "Provenance.id: expected str, got int"),
            (lambda: contract.Provenance(id=None), "Provenance.id: expected str, got None"),
            (
                lambda: contract.Service(kind="x", phase="ongoing", provenance=provenance()),
                "Service.phase: expected ServicePhase, got str; write ServicePhase.PLANNED, ONGOING, ENDED, UNKNOWN",
            ),
            (lambda: contract.Opening(days="monday"), "Opening.days: expected a list, got str"),
            (lambda: contract.Concept(text="x", codings=["y"]), "Concept.codings: [0] expected Coding, got str"),
            (
                lambda: contract.Provenance(id="1", signing=contract.SigningUnsigned),
                "Provenance.signing: expected SigningSigned or SigningUnsigned or SigningNotStated, "
                "got the class SigningUnsigned; make an instance of it: add ()",
            ),
            (
                lambda: contract.Contact(kind="x", order=-1, provenance=provenance()),
                "Contact.order: the number must be between 0 and 4294967295",
            ),
            (
                lambda: contract.Contact(kind="x", order=True, provenance=provenance()),
                "Contact.order: expected int, got bool",
            ),
        ]
        for make, expected in cases:
            with self.assertRaises(ContractError) as caught:
                make()
            self.assertEqual(str(caught.exception), expected)
        with self.assertRaisesRegex(ContractError, "half a character"):
            contract.Concept(text="a\ud800")

    def test_what_a_source_may_lack_can_be_left_out(self) -> None:
        made = service()
        self.assertIsNone(made.text)
        self.assertEqual(made.events, [])
        self.assertEqual(made.provenance.signing, contract.SigningNotStated())
        with self.assertRaises(TypeError):
            contract.Service(kind="x", provenance=provenance())

    def test_values_are_written_in_the_words_of_the_contract(self) -> None:
        signed = contract.Provenance(id="1", signing=contract.SigningSigned(contract.Signature(at="2026")))
        self.assertEqual(in_words(signed), {"id": "1", "signing": {"signed": {"at": "2026"}}, "extensions": []})
        self.assertEqual(in_words(contract.LifeDeceased()), "deceased")
        self.assertEqual(in_words(contract.LifeDeceased("1999")), {"deceased": "1999"})
        self.assertEqual(in_words(contract.Opening(from_="08:00")), {"days": [], "from": "08:00"})
        self.assertEqual(in_words(contract.SectionStatusStatedNone()), "stated-none")

    def test_every_type_is_a_record_a_case_or_a_list_of_words(self) -> None:
        made = [one for one in vars(contract).values() if isinstance(one, type)]
        self.assertGreater(len([one for one in made if issubclass(one, (Record, Case))]), 40)


if __name__ == "__main__":
    unittest.main()
