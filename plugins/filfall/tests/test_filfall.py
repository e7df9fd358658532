"""What the clinician reads out of a folder of files, and what is never taken for granted."""

import unittest
from typing import Any

from samsyn_adapter.cases import check_cases
from samsyn_adapter.rehearsal import Rehearsal, query, rehearse

from adapter import Filfall
from tests import PROJECT
from tests.folder import FILES, TOLVAN, Folder

ALL = ("person", "services", "contacts", "plans", "functional-status", "documents")


def ask(
    folder: Folder, *sections: str, person: str = TOLVAN, settings: dict[str, str] | None = None, **more: Any
) -> Rehearsal:
    return rehearse(Filfall(), query(*(sections or ALL), person=person, **more), folder.answer, settings)


class FilfallTest(unittest.TestCase):
    def test_every_case_gives_what_was_accepted(self) -> None:
        check_cases(self, Filfall, PROJECT / "cases")

    def test_everything_the_files_hold_comes_through(self) -> None:
        run = ask(Folder())
        self.assertEqual([run.status_of(section) for section in ALL], ["complete"] * 6)
        ids = [[entry.provenance.id for entry in run.entries(section)] for section in ALL]
        self.assertEqual(ids, [["p1"], ["i1", "i2", "i3"], ["k1", "k2"], ["v1", "v2"], ["f1", "f2"], ["d1", "d2"]])
        first = run.entries("services")[0]
        self.assertEqual((first.kind, first.last_noted), ("home-nursing", "2026-11-19T08:05"))
        self.assertEqual([event.kind for event in first.events], ["visit", "visit", "planned-visit"])

    def test_nothing_about_anybody_else_is_pushed(self) -> None:
        run = ask(Folder())
        self.assertEqual({entry.provenance.patient.value for _, entry in run.pushed}, {TOLVAN})
        told = repr(run.pushed) + repr(run.statuses) + repr(run.lines)
        for word in ("Ester", "Öberg", "Signe", "Insulin", "Kateter", "Bo Ek", "8485", "3172"):
            self.assertNotIn(word, told)

    def test_only_the_files_that_the_asked_sections_need_are_fetched(self) -> None:
        paths = [request.target.value for request in ask(Folder(), "plans", "services").requests]
        self.assertEqual(paths, ["/index.csv", "/planer.csv", "/insatser.csv", "/besok.csv"])

    def test_no_number_of_the_patient_is_in_any_request(self) -> None:
        for request in ask(Folder()).requests:
            self.assertIsNone(request.body)
            self.assertNotIn("1212", request.target.value)

    def test_somebody_who_is_not_in_the_files_is_nothing_held_and_never_stated_none(self) -> None:
        run = ask(Folder(), person="195009072553")
        self.assertEqual([run.status_of(section) for section in ALL], ["nothing-held"] * 6)

    def test_files_that_were_not_renewed_are_told_by_their_time(self) -> None:
        run = ask(Folder(made="2026-11-17 02:10:00"), "plans", "services")
        text = "{} är från 2026-11-17 02:10, nyare uppgifter kan finnas"
        self.assertEqual(run.status_of("plans"), {"partial": text.format("planer.csv")})
        both = "; ".join(text.format(name) for name in ("insatser.csv", "besok.csv"))
        self.assertEqual(run.status_of("services"), {"partial": both})
        gone = ask(Folder(made="2026-11-17 02:10:00"), "plans", person="195009072553")
        self.assertEqual(gone.status_of("plans"), {"partial": text.format("planer.csv")})

    def test_how_old_is_too_old_is_for_the_administrator_to_say(self) -> None:
        made = "2026-11-17 02:10:00"
        self.assertEqual(
            ask(Folder(made=made), "plans", settings={"stale-after-hours": "96"}).status_of("plans"), "complete"
        )

    def test_a_time_that_cannot_be_read_or_is_ahead_is_no_fresh_time(self) -> None:
        for made in ("i natt", "", "2026-11-25 02:10:00"):
            status = ask(Folder(made=made), "plans").status_of("plans")
            self.assertEqual(status, {"partial": "när planer.csv skrevs går inte att läsa"})

    def test_a_file_that_is_being_written_is_not_read(self) -> None:
        for change in (
            lambda body: body[: len(body) // 2],
            lambda body: b"",
            lambda body: body + b"x",
            lambda body: body.replace(b"i", b"j"),
        ):
            run = ask(Folder().after("planer.csv", change), "plans", "documents")
            self.assertEqual(run.status_of("plans"), {"unavailable": "planer.csv är inte hel"})
            self.assertEqual((run.entries("plans"), run.status_of("documents")), ([], "complete"))

    def test_services_are_shown_without_visits_that_cannot_be_read(self) -> None:
        run = ask(Folder().after("besok.csv", lambda body: body[:40]), "services")
        self.assertEqual(run.status_of("services"), {"partial": "besök kunde inte läsas: besok.csv är inte hel"})
        self.assertEqual(len(run.entries("services")), 3)

    def test_a_file_without_length_and_checksum_may_be_cut(self) -> None:
        run = ask(Folder(checksums=False), "plans")
        self.assertEqual(run.status_of("plans"), {"partial": "om planer.csv är hel går inte att kontrollera"})
        self.assertEqual(len(run.entries("plans")), 2)

    def test_a_file_the_index_leaves_out_is_missing_and_not_empty(self) -> None:
        without = Folder().with_index(
            lambda text: "\r\n".join(line for line in text.splitlines() if "planer" not in line)
        )
        run = ask(without, "plans")
        self.assertEqual(run.status_of("plans"), {"unavailable": "planer.csv finns inte i exporten"})

    def test_a_file_the_provider_never_leaves_is_unsupported(self) -> None:
        run = ask(Folder(), "plans", "documents", settings={"files": "planer.csv"})
        self.assertEqual((run.status_of("plans"), run.status_of("documents")), ("complete", "unsupported"))

    def test_without_a_readable_index_the_lookup_fails(self) -> None:
        for text in ("", "<!DOCTYPE html>", "fil;bytes\r\n"):
            failure = ask(Folder().with_index(lambda _, text=text: text), "plans").failure  # type: ignore[misc]
            assert failure is not None
            self.assertEqual(failure.code, "not-a-table")

    def test_an_unknown_column_and_a_row_of_the_wrong_width_are_named(self) -> None:
        renamed = Folder({"planer.csv": lambda text: text.replace("uppfoljning", "nasta_mote")})
        self.assertEqual(ask(renamed, "plans").status_of("plans"), {"partial": "okänt fält nasta_mote (1 st)"})
        short = Folder({"planer.csv": lambda text: text + "v9;19121212-1212;VP\n"})
        self.assertEqual(ask(short, "plans").status_of("plans"), {"partial": "fältet row gick inte att läsa (1 st)"})
        gone = Folder({"planer.csv": lambda text: text.replace("personnummer", "person")})
        self.assertEqual(ask(gone, "plans").status_of("plans"), {"unavailable": "källans svar gick inte att läsa"})

    def test_a_row_whose_number_cannot_be_read_could_be_the_patients(self) -> None:
        for number in ("121212-1212", "", "okänd"):
            folder = Folder({"planer.csv": lambda text, number=number: text.replace("19380227-8485", number)})  # type: ignore[misc]
            run = ask(folder, "plans")
            self.assertEqual(run.status_of("plans"), {"partial": "fältet personnummer gick inte att läsa (1 st)"})
            self.assertEqual(len(run.entries("plans")), 2)

    def test_a_row_that_stands_twice_is_one_record(self) -> None:
        twice = Folder(
            {
                name: lambda text: text + "".join(text.splitlines(keepends=True)[1:])
                for name in FILES
                if name.endswith("csv")
            }
        )
        run = ask(twice)
        self.assertEqual([run.status_of(section) for section in ALL], ["complete"] * 6)
        self.assertEqual(len(run.entries("services")), 3)
        self.assertEqual(len(run.entries("services")[0].events), 3)

    def test_different_rows_with_one_id_are_said_and_the_last_is_shown(self) -> None:
        row = FILES["planer.csv"].splitlines(keepends=True)[2]
        run = ask(Folder({"planer.csv": lambda text: text + row.replace("gäller", "avslutad")}), "plans")
        self.assertEqual(run.status_of("plans"), {"partial": "olika rader har samma id, den sista visas"})
        self.assertEqual([entry.phase for entry in run.entries("plans")], ["active", "ended"])

    def test_a_visit_without_its_service_is_counted(self) -> None:
        run = ask(Folder({"besok.csv": lambda text: text.replace("i2;A", "i9;A")}), "services")
        self.assertEqual(run.status_of("services"), {"partial": "besök vars insats inte finns i filen (1 st)"})

    def test_protected_people_are_passed_on_with_their_label(self) -> None:
        run = ask(Folder(), "person", "contacts", person="194603173172")
        self.assertEqual(run.entries("person")[0].protection, "confidentiality-mark")
        extensions = run.entries("contacts")[0].provenance.extensions
        self.assertEqual([(one.key, one.value) for one in extensions], [("protection", "confidentiality-mark")])

    def test_a_label_of_protection_that_cannot_be_read_protects(self) -> None:
        folder = Folder({
            "personer.csv": lambda text: text.replace(";K;S;", ";K;x;"),
            "kontakter.xml": lambda text: text.replace('skyddad="ja"', 'skyddad="kanske"'),
        })  # fmt: skip
        run = ask(folder, "person", "contacts", person="194603173172")
        self.assertEqual(run.entries("person")[0].protection, "protected-registration")
        self.assertEqual(run.entries("contacts")[0].provenance.extensions[0].value, "protected-registration")
        self.assertEqual(run.status_of("contacts"), {"partial": "fältet skyddad gick inte att läsa (1 st)"})

    def test_xml_with_a_document_type_or_another_root_is_not_read(self) -> None:
        for old, new in (("<kontakter>", "<!DOCTYPE x><kontakter>"), ("kontakter>", "lista>")):
            run = ask(Folder({"kontakter.xml": lambda text, o=old, n=new: text.replace(o, n)}), "contacts")  # type: ignore[misc]
            self.assertEqual(run.status_of("contacts"), {"unavailable": "källans svar gick inte att läsa"})

    def test_hours_of_which_a_part_cannot_be_read_are_left_out_whole(self) -> None:
        for wrong, field in (('dagar="8"', "tider.dagar"), ('dagar="1-7" till="sen"', "tider.till")):
            change = ('dagar="1-7" fran="07:00" till="21:00"', wrong)
            run = ask(Folder({"kontakter.xml": lambda text, c=change: text.replace(*c)}), "contacts")  # type: ignore[misc]
            self.assertEqual(run.entries("contacts")[0].openings, [])
            self.assertEqual(run.status_of("contacts"), {"partial": f"fältet {field} gick inte att läsa (1 st)"})

    def test_a_file_name_that_leads_elsewhere_is_no_link(self) -> None:
        run = ask(Folder({"dokument.csv": lambda text: text.replace("bedomning-d1.pdf", "../x.pdf")}), "documents")
        self.assertIsNone(run.entries("documents")[0].provenance.link)
        self.assertEqual(run.status_of("documents"), {"partial": "fältet fil gick inte att läsa (1 st)"})

    def test_utf_8_is_read_as_well(self) -> None:
        self.assertEqual(ask(Folder(encoding="utf-8")).pushed, ask(Folder()).pushed)
        self.assertEqual(len(ask(Folder()).pushed), 12)


if __name__ == "__main__":
    unittest.main()
