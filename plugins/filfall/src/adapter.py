"""Filfall: the files that a small private provider lays in a web folder every night.

Rooms: `index` what was exported and when · `drop` the files themselves, whole or refused · `rows` picking the patient's rows ·
`part` what records share · `record` and `contact` what the columns and elements mean.
Not here: asking by person; the folder is the same whoever is asked about.
Invariant: nothing about anybody else leaves this adapter, and a file that cannot be trusted is never an empty one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from samsyn_adapter import (
    Adapter,
    Answer,
    Ask,
    Contact,
    Document,
    FunctionalAssessment,
    Notes,
    PersonDetails,
    Plan,
    Problem,
    Service,
    ServiceEvent,
    answer,
    partial,
    unsupported,
)

import contact
import record
from drop import Drop
from index import read_index
from rows import Recorded, Row, patients_rows, record_id, unique

Entry = TypeVar("Entry", bound=Recorded)

# Files that each section is read from, the one it cannot do without first.
FILES = {
    "person": ["personer.csv"],
    "services": ["insatser.csv", "besok.csv"],
    "contacts": ["kontakter.xml"],
    "plans": ["planer.csv"],
    "functional-status": ["funktion.csv"],
    "documents": ["dokument.csv"],
}


class Filfall(Adapter[Drop]):
    """One method for each section of manifest.json."""

    def prepare(self, ask: Ask) -> Drop:
        """The index, then at once every file that the asked sections need."""
        index = read_index(ask)
        wanted = [file for section in ask.query.sections for file in FILES.get(section, [])]
        return Drop.fetched(ask, index, list(dict.fromkeys(wanted)))

    def person(self, ask: Ask, drop: Drop) -> Answer[PersonDetails]:
        if not drop.delivers("personer.csv"):
            return unsupported()
        notes = Notes(ask.language)
        people = _of_rows(ask, drop, "personer.csv", record.person, notes)
        if len(people) > 1:
            text = ask.text("personen står på flera olika rader", "the person stands on several different rows")
            return partial([], text)
        return answer(people, [*drop.aged("personer.csv"), *notes.texts()])

    def services(self, ask: Ask, drop: Drop) -> Answer[Service]:
        if not drop.delivers("insatser.csv"):
            return unsupported()
        notes = Notes(ask.language)
        services = _of_rows(ask, drop, "insatser.csv", record.service, notes)
        missing = drop.aged("insatser.csv")
        if drop.delivers("besok.csv"):
            try:
                visits = self._visits(ask, drop, notes)
                services = [record.with_events(one, visits.pop(one.provenance.id, [])) for one in services]
                _tell_unplaced(ask, visits, notes)
                missing += drop.aged("besok.csv")
            except Problem as problem:
                words = ask.text("besök kunde inte läsas", "visits could not be read")
                missing.append(f"{words}: {problem.text}")
        return answer(services, [*missing, *notes.texts()])

    def _visits(self, ask: Ask, drop: Drop, notes: Notes) -> dict[str, list[ServiceEvent]]:
        """Events by the id of the service they belong to, oldest first."""
        rows = patients_rows(ask, drop.table("besok.csv", record.VISIT_COLUMNS), notes, record.visit)
        found: dict[str, list[ServiceEvent]] = {}
        for one in unique(rows, notes, lambda visit: visit.id):
            found.setdefault(one.service, []).append(one.event())
        return {service: sorted(events, key=lambda event: event.at) for service, events in found.items()}

    def contacts(self, ask: Ask, drop: Drop) -> Answer[Contact]:
        if not drop.delivers("kontakter.xml"):
            return unsupported()
        notes = Notes(ask.language)
        contacts = unique(contact.contacts(ask, drop.root("kontakter.xml"), notes), notes, record_id)
        return answer(contacts, [*drop.aged("kontakter.xml"), *notes.texts()])

    def plans(self, ask: Ask, drop: Drop) -> Answer[Plan]:
        return _section(ask, drop, "planer.csv", record.plan)

    def functional_status(self, ask: Ask, drop: Drop) -> Answer[FunctionalAssessment]:
        return _section(ask, drop, "funktion.csv", record.assessment)

    def documents(self, ask: Ask, drop: Drop) -> Answer[Document]:
        return _section(ask, drop, "dokument.csv", record.document)


def _section(ask: Ask, drop: Drop, file: str, read: Callable[[Row], Entry | None]) -> Answer[Entry]:
    """A section that is one file, and one row for each entry."""
    if not drop.delivers(file):
        return unsupported()
    notes = Notes(ask.language)
    entries = _of_rows(ask, drop, file, read, notes)
    return answer(entries, [*drop.aged(file), *notes.texts()])


def _of_rows(ask: Ask, drop: Drop, file: str, read: Callable[[Row], Entry | None], notes: Notes) -> list[Entry]:
    rows = patients_rows(ask, drop.table(file, record.COLUMNS[file]), notes, read)
    return unique(rows, notes, record_id)


def _tell_unplaced(ask: Ask, visits: dict[str, list[ServiceEvent]], notes: Notes) -> None:
    unplaced = sum(len(events) for events in visits.values())
    if unplaced:
        notes.say(
            ask.text(
                f"besök vars insats inte finns i filen ({unplaced} st)",
                f"visits whose service is not in the file ({unplaced})",
            )
        )
