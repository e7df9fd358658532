"""What an adapter implements.

Generated from `adapter.wit` by generate.py. Not here: functions; an adapter reaches them through `Ask`.
Invariant: names, order and types are those of the WIT.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from samsyn_adapter.record import Record
from samsyn_adapter.contract.types import (
    Extension, Identifier, Organisation, Section, When
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer(Record):
    """Who is asking, for the source's own access log. The access decision itself is made by the host."""

    user_id: str
    """HSA-id of the employee."""

    name: str | None = None

    role: str | None = None
    """Title or role, e.g. `leg. sjuksköterska`."""

    assignment: str | None = None
    """The assignment (medarbetaruppdrag) in use."""

    care_provider: Organisation

    care_unit: Organisation | None = None

    purpose: str
    """e.g. `Vård och behandling`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Query(Record):
    """`query` of the contract."""

    identifiers: list[Identifier] = field(default_factory=list)
    """The patient, in every identifier system the source declared and the host knows, preferred first."""

    sections: list[Section] = field(default_factory=list)
    """Sections to answer. Push entries and one status for each of these and for no other."""

    since: When | None = None
    """Only what is newer than this is needed; none means everything that is current."""

    now: str
    """The instant of the lookup with offset. There is no clock: the same query gives the same answer, byte for byte."""

    language: str
    """BCP 47, for texts the adapter writes itself (`sv`, `en`)."""

    budget_ms: int
    """What is left of the deadline when the call starts, in milliseconds."""

    viewer: Viewer | None = None

    extensions: list[Extension] = field(default_factory=list)
    """Registered extra facts; ignore unknown keys."""
