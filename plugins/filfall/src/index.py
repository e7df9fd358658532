"""The index of the folder: which files were exported, how long they are, what their checksums are, and when.

`index.csv`, a row for each file: `fil;bytes;sha256;skapad`. Not here: fetching the files (`drop`).
Invariant: what the index does not say is not taken for granted; it makes what is read partial.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from samsyn_adapter import Ask, Fields, Notes, get

INDEX = "index.csv"
COLUMNS = ("fil", "bytes", "sha256", "skapad")
CHECKSUM = re.compile(r"[0-9a-f]{64}")
# A clock that is somewhat ahead is no news; one that is a day ahead says nothing about age.
AHEAD = timedelta(hours=24)
DEFAULT_HOURS = 36


@dataclass(frozen=True)
class Listed:
    """One file, as the index has it. None: the index does not say, or it cannot be read."""

    name: str
    size: int | None
    checksum: str | None
    made: datetime | None


@dataclass(frozen=True)
class Index:
    """The files by name."""

    files: dict[str, Listed]
    now: datetime
    hours: int
    """So old may a file be."""

    def is_old(self, listed: Listed) -> bool | None:
        """Whether a file is too old; none when its age is not known."""
        if listed.made is None or listed.made > self.now + AHEAD:
            return None
        return listed.made < self.now - timedelta(hours=self.hours)


def read_index(ask: Ask) -> Index:
    """Fetches and reads the index. Without it nothing is known of any file, so that the lookup fails."""
    reply = ask.send(get("folder", f"/{INDEX}", credential="folder"))
    table = reply.table(delimiter=";", encodings=("utf-8", "windows-1252"), required=COLUMNS)
    # Notes are not kept: what is unreadable about a file is said where the file is used.
    listed = table.each(Notes(ask.language), _listed)
    # Times in the folder are local; the host's moment carries the local offset.
    now = ask.now.replace(tzinfo=None)
    return Index({one.name: one for one in listed}, now, ask.number_setting("stale-after-hours", DEFAULT_HOURS))


def _listed(fields: Fields) -> Listed:
    checksum = (fields.text("sha256") or "").lower()
    return Listed(
        name=fields.required("fil"),
        size=fields.count("bytes"),
        checksum=checksum if CHECKSUM.fullmatch(checksum) else None,
        made=_moment(fields.text("skapad") or ""),
    )


def _moment(text: str) -> datetime | None:
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return None
    return made.replace(tzinfo=None)
