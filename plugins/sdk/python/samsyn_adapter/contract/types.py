"""Value types shared by every interface of the contract.

Closed for good at 1.0.0: hosts and adapters compare these types structurally, so no field or case is ever
added, removed, renamed or reordered. The contract grows by new functions, never by new fields.
Every field a source may lack is an `option`; leave it empty rather than guessing.

Generated from `types.wit` by generate.py. Not here: functions; an adapter reaches them through `Ask`.
Invariant: names, order and types are those of the WIT.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, TypeAlias

from samsyn_adapter.record import Case, Record


When: TypeAlias = str
"""A point or period in time, at the precision the source really has. One of:
`1987` · `1987-04` · `1987-04-02` · `1987-04-02T14:05` · `1987-04-02T14:05:30` (local, no offset: the host
applies the source's time zone) · `1987-04-02T14:05:30+02:00` (an instant).
Never invent precision: a year stays a year.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Coding(Record):
    """One code of a code system, e.g. system `http://snomed.info/sct`, code `304253006`."""

    system: str
    """URI or OID of the code system. OIDs may be written bare (`1.2.752.…`) or as `urn:oid:1.2.752.…`."""

    code: str
    """The code itself, unchanged."""

    display: str | None = None
    """The source's own display text for the code."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Concept(Record):
    """A term. `text` is what the clinician reads and is never empty; codings are additions for machines."""

    text: str
    """The source's own words."""

    codings: list[Coding] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Identifier(Record):
    """An identity in a named system, e.g. system `urn:oid:1.2.752.129.2.1.3.1` (personnummer), value `191212121212`."""

    system: str
    """URI or OID of the identifier system."""

    value: str
    """The value, without separators."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisation(Record):
    """An organisation or unit. `id` is what access decisions are made on; a record whose provider or unit has no id is
    withheld from the reader (and said to be), because nobody can check it against the patient's blocks.
    """

    id: str | None = None
    """HSA-id or ten-digit organisation number. Leave empty when the source has none or a placeholder such as `?`."""

    name: str | None = None
    """Name as the source writes it, e.g. `Medicinkliniken`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor(Record):
    """A person acting in a role."""

    name: str | None = None
    """Name as written, e.g. `Anders Holm`."""

    role: str | None = None
    """Title or role in the source's words, e.g. `överläkare`."""

    id: str | None = None
    """HSA-id of the person, when stated."""

    unit: Organisation | None = None
    """The unit the person acted for."""


class Weekday(Enum):
    """Day of the week."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening(Record):
    """A weekly opening. Several openings add up."""

    days: list[Weekday] = field(default_factory=list)
    """Days the opening applies to; all seven for "every day"."""

    from_: str | None = None
    """Local start, `HH:MM`. Empty means from midnight."""

    to: str | None = None
    """Local end, `HH:MM`. Empty means to midnight. An end before the start runs past midnight."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone(Record):
    """A telephone number."""

    number: str
    """As it is to be dialled, e.g. `063-555 20 40`."""

    openings: list[Opening] = field(default_factory=list)
    """When this number is answered. Empty list: not stated."""

    note: str | None = None
    """e.g. `växel` or `knappval 2`."""

    staff_only: bool = False
    """True when the number must not be given to patients or relatives."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature(Record):
    """Who signed and when."""

    at: When | None = None

    by: Actor | None = None


@dataclass(frozen=True, slots=True)
class SigningSigned(Case):
    """`signed` of `signing`."""

    word: ClassVar[str] = "signed"

    value: Signature


@dataclass(frozen=True, slots=True)
class SigningUnsigned(Case):
    """`unsigned` of `signing`."""

    word: ClassVar[str] = "unsigned"


@dataclass(frozen=True, slots=True)
class SigningNotStated(Case):
    """`not-stated` of `signing`."""

    word: ClassVar[str] = "not-stated"


Signing: TypeAlias = SigningSigned | SigningUnsigned | SigningNotStated
"""Whether the record is signed. `not-stated` is what a source without signing information says; it is never shown as signed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension(Record):
    """A registered extra fact (`vocabulary.json`, "extensions"). Unknown keys are shown as plain text, never dropped."""

    key: str

    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance(Record):
    """Where an entry comes from. Required on every entry."""

    id: str
    """Stable id of the record in the source. Two entries with the same id are the same record."""

    patient: Identifier | None = None
    """The patient **as the source states it in this very record**, never copied from the query.
    The host refuses a source whose records name another patient, and withholds records that name none.
    """

    care_provider: Organisation | None = None
    """The responsible care or social-care provider (vårdgivare/omsorgsgivare), key of outer blocks."""

    care_unit: Organisation | None = None
    """The responsible unit (vårdenhet), key of inner blocks."""

    information_type: str | None = None
    """National information type, e.g. `upp`, `lak`, `dia`, `voo`, `vko`, `vpo` (1.2.752.129.2.2.2.1)."""

    recorded: When | None = None
    """When the record was made in the source."""

    author: Actor | None = None
    """Who made it."""

    signing: Signing = SigningNotStated()

    link: str | None = None
    """Deep link into the source, relative to a granted origin (`/patient/…`); the host makes it absolute."""

    extensions: list[Extension] = field(default_factory=list)


Section: TypeAlias = str
"""Name of a section: one of `person alerts care-limits services contacts medications functional-status plans
covid-19 consents documents`. An open list, so that a new section is no type change.
"""


@dataclass(frozen=True, slots=True)
class SectionStatusComplete(Case):
    """Everything the source holds was pushed, and that was at least one entry."""

    word: ClassVar[str] = "complete"


@dataclass(frozen=True, slots=True)
class SectionStatusPartial(Case):
    """Something is missing. The text tells the clinician what, e.g. `sida 3 av 4 kunde inte läsas`."""

    word: ClassVar[str] = "partial"

    value: str


@dataclass(frozen=True, slots=True)
class SectionStatusUnavailable(Case):
    """The source has this section but it could not be read now. The text says why."""

    word: ClassVar[str] = "unavailable"

    value: str


@dataclass(frozen=True, slots=True)
class SectionStatusStatedNone(Case):
    """The source itself *states* that there are none (e.g. "no known allergies"), at this time if it says so."""

    word: ClassVar[str] = "stated-none"

    value: When | None = None


@dataclass(frozen=True, slots=True)
class SectionStatusNothingHeld(Case):
    """The source answered and holds nothing. Says nothing about the patient."""

    word: ClassVar[str] = "nothing-held"


@dataclass(frozen=True, slots=True)
class SectionStatusUnsupported(Case):
    """The source never has this section."""

    word: ClassVar[str] = "unsupported"


SectionStatus: TypeAlias = SectionStatusComplete | SectionStatusPartial | SectionStatusUnavailable | SectionStatusStatedNone | SectionStatusNothingHeld | SectionStatusUnsupported
"""What the source says of one section as a whole. Exactly one is pushed per requested section."""


class FailureKind(Enum):
    """Why a lookup, or a self test, failed as a whole."""

    PATIENT_UNKNOWN = 0
    PATIENT_AMBIGUOUS = 1
    CONSENT_MISSING = 2
    UPSTREAM_UNAVAILABLE = 3
    UPSTREAM_REJECTED = 4
    UPSTREAM_MALFORMED = 5
    NOT_CONFIGURED = 6
    INTERNAL = 7
    OTHER = 8
    """Anything newer than 1.0; `code` says what."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure(Record):
    """A failure the adapter understands. An uncaught error is a trap, which tells the administrator less."""

    kind: FailureKind

    code: str
    """Stable, chosen by the vendor, `[a-z0-9-]{1,64}`. Goes to metrics."""

    message: str
    """For the administrator. No patient data. Cut to 1 KiB."""

    retry_after_ms: int | None = None
    """How long the source asked to be left alone, in milliseconds."""
