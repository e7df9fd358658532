"""One question about one patient, and the source to find the answer in.

Not here: sending and settings (`source`). Invariant: the moment of the lookup is the query's, never a clock's.
"""

from __future__ import annotations

from datetime import datetime

from samsyn_adapter.contract import Identifier, Query
from samsyn_adapter.host import Host
from samsyn_adapter.problem import Problem
from samsyn_adapter.source import Source

__all__ = ["Ask", "compact"]


def compact(value: str) -> str:
    """A personal number without separators."""
    return "".join(letter for letter in value if letter not in "-+ ").upper()


class Ask(Source):
    """What is asked, and the way to the source."""

    def __init__(self, host: Host, query: Query) -> None:
        super().__init__(host, query.language)
        self.query = query

    @property
    def now(self) -> datetime:
        """The moment of the lookup, with offset. There is no clock."""
        return datetime.fromisoformat(self.query.now)

    @property
    def patient(self) -> Identifier:
        """The identifier to ask by, the preferred one. Compare it with what a record states; never copy it into an entry."""
        if not self.query.identifiers:
            raise Problem.patient_unknown(self.language)
        return self.query.identifiers[0]

    def asks(self, section: str) -> bool:
        """Whether this section was asked for."""
        return section in self.query.sections

    def is_patient(self, value: str) -> bool:
        """Whether a number as a source writes it is one of those asked for: with or without separators, with or without
        its century. A `+` is written from the year in which somebody turns a hundred; without it ten digits mean a younger one."""
        written = compact(value)
        return any(self._is_same(compact(one.value), written, "+" in value) for one in self.query.identifiers)

    def _is_same(self, number: str, written: str, marked: bool) -> bool:
        if number == written:
            return True
        if len(number) != 12 or not number.isdigit() or written != number[2:]:
            return False
        return (self.now.year - int(number[:4]) >= 100) == marked
