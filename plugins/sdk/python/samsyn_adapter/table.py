"""CSV files as small vendors write them: semicolon or comma, a header row, quoted where needed.

Not here: what a column means (read rows with `Table.each`). Invariant: a file without the header row that is expected is no
answer; a row of the wrong width leaves a note, and so does a column that nobody reads.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from typing import TypeVar

from samsyn_adapter.fields import Fields, Notes

__all__ = ["NotTable", "Table"]

T = TypeVar("T")
LONGEST_CELL = 262_144


class NotTable(Exception):
    """The text is no table with the columns that are needed."""


class Table:
    """A header row and rows."""

    __slots__ = ("columns", "rows", "whole")

    def __init__(self, text: str, *, delimiter: str | None = None, required: Sequence[str] = ()) -> None:
        csv.field_size_limit(LONGEST_CELL)
        first, _, _ = text.partition("\n")
        chosen = delimiter or (";" if ";" in first else ",")
        try:
            # Line ends inside quotes belong to the cell, so that the file is not split into lines beforehand.
            lines = list(csv.reader(text.splitlines(keepends=True), delimiter=chosen, strict=True))
        except csv.Error:
            raise NotTable("not CSV: a quotation mark in the wrong place, or a cell too long") from None
        if not lines:
            raise NotTable("no header row")
        self.columns = [name.strip() for name in lines[0]]
        absent = [name for name in required if name not in self.columns]
        if absent:
            raise NotTable(f"the header row has no column {', '.join(absent)}")
        if len(set(self.columns)) != len(self.columns):
            raise NotTable("the header row names a column twice")
        self.rows = [line for line in lines[1:] if line]
        self.whole = text.endswith(("\n", "\r"))
        """Whether the last row ends with a line end, which a file that was cut short seldom does."""

    def column(self, name: str) -> int:
        """Place of a column."""
        return self.columns.index(name)

    def each(
        self,
        notes: Notes,
        read: Callable[[Fields], T | None],
        wanted: Callable[[list[str]], bool] = lambda row: True,
    ) -> list[T]:
        """Reads every wanted row; a row of another width than the header is noted. `wanted` looks at the cells, in the
        order of `columns`, so that rows about other patients are passed by without a look at the rest."""
        width = len(self.columns)
        fitting = []
        for row in self.rows:
            if len(row) != width:
                notes.unreadable("row")
            elif wanted(row):
                fitting.append(Fields(dict(zip(self.columns, row)), notes, cells=True))
        return notes.each(fitting, "row", read)
