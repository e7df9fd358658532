"""Times at the precision a source has.

Not here: what is current (the host decides). Invariant: precision is neither invented nor lost; what is no form of the
contract's `when` is none.
"""

from __future__ import annotations

import re
from datetime import date

__all__ = ["clock", "when"]

HOUR_MINUTE = r"(?:[01]\d|2[0-3]):[0-5]\d"
FORM = re.compile(
    rf"(\d{{4}})(?:-(\d\d)(?:-(\d\d)(?:[T ]{HOUR_MINUTE}(?::[0-5]\d(?:\.\d+)?(?:Z|[+-]{HOUR_MINUTE})?)?)?)?)?", re.ASCII
)
CLOCK = re.compile(rf"{HOUR_MINUTE}|24:00", re.ASCII)


def when(text: str) -> str | None:
    """The text as a `when`: `1987`, `1987-04`, `1987-04-02`, local date and time with or without seconds (a space may stand
    for the `T`), or an instant with offset."""
    text = text.strip()
    match = FORM.fullmatch(text)
    if match is None:
        return None
    year, month, day = match.group(1, 2, 3)
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return text.replace(" ", "T")


def clock(text: str) -> str | None:
    """A local clock time `HH:MM`, up to `24:00`."""
    text = text.strip()
    return text if CLOCK.fullmatch(text) else None
