"""The patient's rows out of a file that holds everybody's.

Not here: what the columns mean (`record`). Invariant: a row about somebody else is passed by before anything but its number
is looked at; a row whose number cannot be read may be the patient's, and is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol, TypeVar

from samsyn_adapter import Ask, Fields, Notes, Provenance, Table, compact, in_language

PERSON = "personnummer"
# Twelve digits, with or without a hyphen.
NUMBER = re.compile(r"\d{8}-?\d{4}", re.ASCII)

Row = Fields
T = TypeVar("T")
SAME_ID = ("olika rader har samma id, den sista visas", "rows differ with the same id, the last is shown")


class Recorded(Protocol):
    """An entry of any section."""

    @property
    def provenance(self) -> Provenance: ...


def record_id(entry: Recorded) -> str:
    """What makes two entries the same record."""
    return entry.provenance.id


def patients_rows(ask: Ask, table: Table, notes: Notes, read: Callable[[Row], T | None]) -> list[T]:
    """Reads the rows about the patient, and no other."""
    place, numbers = table.column(PERSON), Numbers(ask, notes)
    return table.each(notes, read, lambda row: numbers[row[place]])


class Numbers(dict[str, bool]):
    """Whether a number is the patient's, by how it is written. Files hold tens of thousands of others', so that each is
    looked at once. A number that cannot be read could be anybody's, so that it is noted each time."""

    def __init__(self, ask: Ask, notes: Notes) -> None:
        super().__init__()
        self._patients = [one.value for one in ask.query.identifiers]
        self._notes = notes

    def __missing__(self, written: str) -> bool:
        number = written.strip()
        if NUMBER.fullmatch(number) is None:
            self._notes.unreadable(PERSON)
            return False
        self[written] = compact(number) in self._patients
        return self[written]


def unique(items: list[T], notes: Notes, id_of: Callable[[T], str]) -> list[T]:
    """Each record once. A row that stands twice is one record; of different rows with one id the later is shown, and said."""
    kept: dict[str, T] = {}
    for item in items:
        known = kept.get(id_of(item))
        if known is not None and known != item:
            notes.say(in_language(notes.language, *SAME_ID))
        kept[id_of(item)] = item
    return list(kept.values())
