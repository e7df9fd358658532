"""CSV files as small vendors write them: semicolon or comma, a header row, quoted where needed.

Not here: what a column means (read rows with `Table.each`). Invariant: a file without the header row that is expected is no
answer; a row of the wrong width leaves a note, and so does a column that nobody reads. Rows are read one by one, so that
those about others are never all in memory.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from samsyn_adapter.fields import Fields, Notes
from samsyn_adapter.problem import Problem

__all__ = ["Table"]

T = TypeVar("T")
LONGEST_CELL = 262_144


class Table:
    """A header row and rows."""

    __slots__ = ("_delimiter", "_language", "_text", "columns")

    def __init__(
        self, text: str, *, language: str = "sv", delimiter: str | None = None, required: Sequence[str] = ()
    ) -> None:
        first, _, _ = text.partition("\n")
        self._text = text
        self._language = language
        self._delimiter = delimiter or (";" if ";" in first else ",")
        self.columns = [name.strip() for name in next(self._lines(), [])]
        absent = [name for name in required if name not in self.columns]
        if not self.columns:
            raise self._no_table("no header row")
        if absent:
            raise self._no_table(f"the header row has no column {', '.join(absent)}")
        if len(set(self.columns)) != len(self.columns):
            raise self._no_table("the header row names a column twice")

    def column(self, name: str) -> int:
        """Place of a column."""
        return self.columns.index(name)

    def rows(self) -> Iterator[list[str]]:
        """Rows after the header, as cells in the order of `columns`. Blank lines are no rows."""
        lines = self._lines()
        next(lines, None)
        return (line for line in lines if line)

    def each(
        self, notes: Notes, read: Callable[[Fields], T | None], wanted: Callable[[list[str]], bool] = lambda row: True
    ) -> list[T]:
        """Reads every wanted row; a row of another width than the header is noted. `wanted` looks at the cells, in the
        order of `columns`, so that rows about other patients are passed by without a look at the rest."""
        width = len(self.columns)
        fitting = []
        for row in self.rows():
            if len(row) != width:
                notes.unreadable("row")
            elif wanted(row):
                fitting.append(Fields(dict(zip(self.columns, row)), notes, cells=True))
        return notes.each(fitting, "row", read)

    def _lines(self) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_CELL)
        # Line ends inside quotes belong to the cell, so that nothing is split into lines beforehand.
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._delimiter, strict=True)
        try:
            yield from reader
        except csv.Error:
            raise self._no_table("not CSV: a quotation mark in the wrong place, or a cell too long") from None

    def _no_table(self, what: str) -> Problem:
        return Problem.malformed(self._language, "not-a-table", what)
