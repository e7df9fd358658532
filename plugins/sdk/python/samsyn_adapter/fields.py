"""Reading a record field by field, so that a wrong field is named instead of dropped or guessed.

The same reader takes an object of JSON and a row of a table. Not here: what a field means.
Invariant: a field that is there but cannot be read leaves a note, a section with notes is never complete, and a note
repeats names of fields, never their content.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from samsyn_adapter.problem import in_language
from samsyn_adapter.when import clock, when

__all__ = ["Dropped", "Fields", "Notes"]

T = TypeVar("T")
NAME = re.compile(r"[A-Za-zÅÄÖåäö._-]{1,60}", re.ASCII)
LONGEST_TIME = 100
YES = {"ja", "true", "1", "yes"}
NO = {"nej", "false", "0", "no"}
WORDS = {
    "missing": ("fältet {} saknas, uppgiften visas inte ({} st)", "field {} is missing, not shown ({})"),
    "unreadable": ("fältet {} gick inte att läsa ({} st)", "field {} could not be read ({})"),
    "unknown": ("okänt fält {} ({} st)", "unknown field {} ({})"),
}


class Dropped(Exception):
    """This record cannot be shown; a note says why. Caught by `Notes.each`."""


class Notes:
    """What could not be read, by field."""

    def __init__(self, language: str = "sv") -> None:
        self.language = language
        self._flaws: Counter[tuple[str, str]] = Counter()
        self._texts: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._flaws or self._texts)

    def unreadable(self, field: str) -> None:
        """Something that is there could not be read; the rest is kept."""
        self._add("unreadable", field)

    def missing(self, field: str) -> None:
        """Something required is not there, so that what holds it cannot be shown."""
        self._add("missing", field)

    def unknown(self, field: str) -> None:
        """A field that nobody knows: perhaps misspelt, and then its information would be lost. Names that begin with `x-`
        are the source's own and leave no note."""
        if not field.rpartition(".")[2].startswith("x-"):
            self._add("unknown", field)

    def say(self, text: str) -> None:
        """Something else that is missing, in words for the clinician."""
        if text not in self._texts:
            self._texts.append(text)

    def _add(self, flaw: str, field: str) -> None:
        # A name may be anything the source writes; only what looks like one is repeated.
        self._flaws[flaw, field if NAME.fullmatch(field) else "?"] += 1

    def texts(self) -> list[str]:
        """One text per kind of flaw and field, for the clinician. Give them to `answer` as what is missing."""
        lines = [
            in_language(self.language, *WORDS[flaw]).format(field, n)
            for (flaw, field), n in sorted(self._flaws.items())
        ]
        return [*self._texts, *lines]

    def each(self, items: Any, name: str, read: Callable[[Fields], T | None]) -> list[T]:
        """Reads every record of a list. One that cannot be shown is left out, and its notes say so."""
        if items is None:
            return []
        if not isinstance(items, Iterable) or isinstance(items, (str, bytes, Mapping)):
            self.unreadable(name)
            return []
        made = (self.one(item, name, read) for item in items)
        return [one for one in made if one is not None]

    def one(self, item: Any, name: str, read: Callable[[Fields], T | None]) -> T | None:
        """Reads one record, and notes every field of it that `read` did not ask for."""
        if isinstance(item, Fields):
            fields = item
        elif isinstance(item, Mapping):
            fields = Fields(item, self)
        else:
            self.unreadable(name)
            return None
        try:
            made = read(fields)
        except Dropped:
            # Fields after the missing one were not asked for, and are not unknown.
            return None
        fields.tell_unasked()
        return made


class Fields:
    """One record being read. Ask for every field that you know of: the others are noted as unknown."""

    __slots__ = ("_asked", "_cells", "_path", "_values", "notes")

    def __init__(self, values: Mapping[str, Any], notes: Notes, path: str = "", cells: bool = False) -> None:
        self._values = values
        self.notes = notes
        self._path = path
        # In a table everything is text, so that numbers and flags are read from words.
        self._cells = cells
        self._asked: set[str] = set()

    def name(self, key: str) -> str:
        """The field as notes name it."""
        return self._path + key

    def raw(self, key: str) -> Any:
        """The value as it is, for fields of several shapes; none when it is absent or an empty cell."""
        self._asked.add(key)
        value = self._values.get(key)
        return None if value == "" else value

    def has(self, key: str) -> bool:
        """Whether the field is there at all."""
        return self.raw(key) is not None

    def _read(self, key: str, read: Callable[[Any], T | None]) -> T | None:
        value = self.raw(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        result = read(value)
        if result is None:
            self.notes.unreadable(self.name(key))
        return result

    def text(self, key: str) -> str | None:
        """Text; blank is none."""
        return self._read(key, lambda value: value.strip() if isinstance(value, str) else None)

    def required(self, key: str) -> str:
        """Text without which the record cannot be shown: the record is dropped when it is not there."""
        text = self.text(key)
        if text is None:
            self.notes.missing(self.name(key))
            raise Dropped(key)
        return text

    def flag(self, key: str) -> bool | None:
        """True or false; in a table `ja`/`nej`, `true`/`false`, `1`/`0`."""

        def read(value: Any) -> bool | None:
            if self._cells:
                word = str(value).strip().lower()
                return True if word in YES else False if word in NO else None
            return value if isinstance(value, bool) else None

        return self._read(key, read)

    def count(self, key: str) -> int | None:
        """A count or an order: a whole number that is not negative."""

        def read(value: Any) -> int | None:
            if self._cells and isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
                value = int(value.strip()[:11])
            if not isinstance(value, int) or isinstance(value, bool):
                return None
            return value if 0 <= value < 2**32 else None

        return self._read(key, read)

    def time(self, key: str) -> str | None:
        """A time in a form of the contract. One that cannot be read leaves a note and is kept as it is written: the host
        shows such a text and never reckons with it, while a lost end date would make a record look valid for ever."""
        written = self.text(key)
        if written is None:
            return None
        read = when(written)
        if read is None:
            self.notes.unreadable(self.name(key))
            return written if len(written) <= LONGEST_TIME else None
        return read

    def clock(self, key: str) -> str | None:
        """A local clock time, `HH:MM`."""
        return self._read(key, lambda value: clock(value) if isinstance(value, str) else None)

    def one_of(self, key: str, words: Mapping[str, T]) -> T | None:
        """A word read by a table; a word outside it is unreadable."""
        return self._read(key, lambda value: words.get(value.strip()) if isinstance(value, str) else None)

    def inner(self, key: str, read: Callable[[Fields], T | None]) -> T | None:
        """Reads an object inside. When it cannot be shown, this record goes on without it."""
        value = self.raw(key)
        if value is None:
            return None
        return self.notes.one(self._within(key, value), self.name(key), read)

    def each(self, key: str, read: Callable[[Fields], T | None]) -> list[T]:
        """Reads the objects of a list inside."""
        values = self.raw(key)
        if values is not None and not isinstance(values, list):
            self.notes.unreadable(self.name(key))
            return []
        return self.notes.each([self._within(key, value) for value in values or []], self.name(key), read)

    def texts(self, key: str) -> list[str]:
        """Texts of a list; in a table they are separated by `|`."""
        value = self.raw(key)
        if self._cells and isinstance(value, str):
            value = value.split("|")
        if value is None:
            return []
        items = value if isinstance(value, list) else [None]
        if any(not isinstance(item, str) for item in items):
            self.notes.unreadable(self.name(key))
        return [item.strip() for item in items if isinstance(item, str) and item.strip()]

    def _within(self, key: str, value: Any) -> Any:
        return Fields(value, self.notes, f"{self.name(key)}.", self._cells) if isinstance(value, Mapping) else value

    def tell_unasked(self) -> None:
        """Notes every field that nobody asked for."""
        for key, value in self._values.items():
            if key not in self._asked and value not in (None, ""):
                self.notes.unknown(self.name(key))
