"""What a section's method returns: the entries and exactly one status.

Not here: pushing (`lookup`). Invariant: an answer that contradicts itself cannot be made, so that "no answer" never looks
like "none": `complete` has entries, and `partial` and `unavailable` say why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from samsyn_adapter.contract import (
    SectionStatus,
    SectionStatusComplete,
    SectionStatusNothingHeld,
    SectionStatusPartial,
    SectionStatusStatedNone,
    SectionStatusUnavailable,
    SectionStatusUnsupported,
    When,
)
from samsyn_adapter.record import ContractError

__all__ = ["Answer", "answer", "complete", "nothing_held", "partial", "stated_none", "unavailable", "unsupported"]

E = TypeVar("E", covariant=True)
AnyEntry = TypeVar("AnyEntry")


class Answer(Generic[E]):
    """The entries of one section and what is said of it as a whole. Make it with one of the functions below."""

    __slots__ = ("entries", "status")

    def __init__(self, entries: Sequence[E], status: SectionStatus) -> None:
        self.entries: Sequence[E] = entries
        self.status = status

    def __repr__(self) -> str:
        return f"Answer({len(self.entries)} entries, {self.status!r})"


def complete(entries: Iterable[AnyEntry]) -> Answer[AnyEntry]:
    """Everything the source holds is here, at least one entry, and nothing failed on the way."""
    held = list(entries)
    if not held:
        raise ContractError(
            "complete() without an entry; say nothing_held() when the source answered and holds nothing, "
            "stated_none() when it states that there are none"
        )
    return Answer(held, SectionStatusComplete())


def partial(entries: Iterable[AnyEntry], text: str) -> Answer[AnyEntry]:
    """Something is missing. The text tells the clinician what, e.g. `sida 3 av 4 kunde inte läsas`."""
    return Answer(list(entries), SectionStatusPartial(_said("partial", text)))


def unavailable(text: str) -> Answer[Any]:
    """The source has this section and it could not be read now. The text tells the clinician why."""
    return Answer((), SectionStatusUnavailable(_said("unavailable", text)))


def stated_none(when: When | None = None) -> Answer[Any]:
    """The source itself records that there are none, at this time if it says so. Never because a list was empty."""
    return Answer((), SectionStatusStatedNone(when))


def nothing_held() -> Answer[Any]:
    """The source answered and holds nothing. It says nothing about the patient."""
    return Answer((), SectionStatusNothingHeld())


def unsupported() -> Answer[Any]:
    """The source never has this section."""
    return Answer((), SectionStatusUnsupported())


def answer(entries: Iterable[AnyEntry], missing: Iterable[str] = ()) -> Answer[AnyEntry]:
    """The right answer for what was read in full: partial when something is missing, complete when there are entries,
    otherwise nothing held. For a section that was not read at all, raise the `Problem` or return `unavailable`."""
    held, texts = list(entries), list(dict.fromkeys(text for text in missing if text))
    if texts:
        return partial(held, "; ".join(texts))
    return complete(held) if held else nothing_held()


def _said(name: str, text: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise ContractError(f"{name}() needs a text that tells the clinician what is missing")
    return text
