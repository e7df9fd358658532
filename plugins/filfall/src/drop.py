"""The files of one export: fetched, and believed only when they are what the index says.

A file that is being written when it is fetched is shorter than the index says, or has another checksum; nothing of it is
read. Not here: what the files hold. Invariant: a file is whole, or a `Problem`; how far it can be trusted is in `aged`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from samsyn_adapter import Ask, Element, FailureKind, Problem, Reply, Table, get

from index import INDEX, Index, Listed

FILES = ("personer.csv", "insatser.csv", "besok.csv", "planer.csv", "funktion.csv", "dokument.csv", "kontakter.xml")


@dataclass
class Drop:
    """What the folder held."""

    ask: Ask
    index: Index
    delivered: list[str]
    fetched_files: dict[str, Reply | Problem]

    @classmethod
    def fetched(cls, ask: Ask, index: Index, wanted: list[str]) -> Drop:
        """Fetches the wanted files that the provider delivers and the index lists, all at once."""
        setting = ask.setting("files")
        delivered = [name.strip() for name in setting.split(",")] if setting else list(FILES)
        names = [name for name in wanted if name in delivered and name in index.files]
        replies = ask.send_all([get("folder", f"/{name}", credential="folder") for name in names])
        return cls(ask, index, delivered, dict(zip(names, replies, strict=True)))

    def delivers(self, name: str) -> bool:
        """Whether the provider has this file at all."""
        return name in self.delivered

    def table(self, name: str, columns: Sequence[str]) -> Table:
        """A CSV file with at least these columns."""
        return self._whole(name).table(delimiter=";", encodings=("utf-8", "windows-1252"), required=columns)

    def root(self, name: str) -> Element:
        """The root element of an XML file."""
        return self._whole(name).xml()

    def aged(self, name: str) -> list[str]:
        """Why a file that was read is not to be relied on, in words for the clinician."""
        listed = self.index.files.get(name)
        if listed is None:
            return []
        said = []
        old = self.index.is_old(listed)
        if old and listed.made is not None:
            when = listed.made.strftime("%Y-%m-%d %H:%M")
            said.append(
                self._text(
                    f"{name} är från {when}, nyare uppgifter kan finnas",
                    f"{name} is of {when}, there may be newer information",
                )
            )
        if old is None:
            said.append(self._text(f"när {name} skrevs går inte att läsa", f"when {name} was written cannot be read"))
        if listed.size is None and listed.checksum is None:
            said.append(
                self._text(f"om {name} är hel går inte att kontrollera", f"whether {name} is whole cannot be checked")
            )
        return said

    def _whole(self, name: str) -> Reply:
        listed = self.index.files.get(name)
        if listed is None:
            text = self._text(f"{name} finns inte i exporten", f"{name} is not in the export")
            raise Problem(FailureKind.UPSTREAM_MALFORMED, "not-listed", text, f"{INDEX} does not list {name}")
        reply = self.fetched_files[name]
        if isinstance(reply, Problem):
            raise reply
        fault = _fault(listed, reply.body)
        if fault is not None:
            text = self._text(f"{name} är inte hel", f"{name} is not whole")
            raise Problem(FailureKind.UPSTREAM_MALFORMED, "half-written", text, f"{name}: {fault}")
        return reply

    def _text(self, swedish: str, english: str) -> str:
        return self.ask.text(swedish, english)


def _fault(listed: Listed, body: bytes) -> str | None:
    if listed.size is not None and listed.size != len(body):
        return f"{len(body)} bytes where the index says {listed.size}"
    if listed.checksum is not None and hashlib.sha256(body).hexdigest() != listed.checksum:
        return "another checksum than the index says"
    return None
