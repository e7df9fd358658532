"""Host service: where the answer goes. One function per section; each may be called many times.

Kinds and phases written as `string` come from `vocabulary.json`; a word outside it is shown as it is and never dropped.
Free text is plain text: markup is shown as characters. Records the source has struck out (nullified, entered in
error) are not pushed.

Generated from `sink.wit` by generate.py. Not here: functions; an adapter reaches them through `Ask`.
Invariant: names, order and types are those of the WIT.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, TypeAlias

from samsyn_adapter.record import Case, Record
from samsyn_adapter.contract.types import (
    Actor, Concept, Identifier, Opening, Organisation, Phone, Provenance, Section, When
)


@dataclass(frozen=True, slots=True)
class LifeAlive(Case):
    """`alive` of `life`."""

    word: ClassVar[str] = "alive"


@dataclass(frozen=True, slots=True)
class LifeDeceased(Case):
    """Deceased, at this time if the source says when."""

    word: ClassVar[str] = "deceased"

    value: When | None = None


@dataclass(frozen=True, slots=True)
class LifeNotStated(Case):
    """`not-stated` of `life`."""

    word: ClassVar[str] = "not-stated"


Life: TypeAlias = LifeAlive | LifeDeceased | LifeNotStated
"""Whether the person lives, as the source states it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonDetails(Record):
    """The person, from a population register or a record system. Section `person`."""

    identifier: Identifier
    """The identifier the source answered for."""

    given_name: str | None = None

    family_name: str | None = None

    birth_date: When | None = None
    """`YYYY-MM-DD`, or less when the source has less."""

    sex: str | None = None
    """`female`, `male`, `other`, `unknown`."""

    protection: str | None = None
    """Protected identity: `confidentiality-mark` (sekretessmarkering) or `protected-registration` (skyddad
    folkbokföring). A source that knows must say; the host then withholds whatever reveals a place.
    """

    life: Life = LifeNotStated()

    interpreter_language: str | None = None
    """Language an interpreter is needed for, e.g. `arabiska`."""

    communication_need: str | None = None
    """e.g. `hör dåligt, tala mot vänster öra`."""

    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class CareLimit(Record):
    """A care limit (vårdbegränsning): a position on what is not to be done, or that nothing is limited."""

    text: str
    """The source's own words, whole. It becomes the heading; it is never derived from a code."""

    nature: str
    """`withhold`, `withdraw`, `palliative-talk` (brytpunktssamtal), `end-of-life-care` (VILSAD), `no-limits`, `unspecified`."""

    measures: list[Concept] = field(default_factory=list)
    """What is limited, e.g. HLR, intensive care, as the source codes it."""

    grounds: str | None = None
    """Grounds for the position (grund)."""

    author_kind: str
    """Who took the position: `physician`, `licensed`, `other-staff`, `patient`, `relative`, `unknown`."""

    decided_by: Actor | None = None

    consulted: list[Actor] = field(default_factory=list)
    """The other licensed professionals who were consulted (rådgjort med)."""

    patient_attitude: str | None = None
    """The patient's attitude, in the source's words."""

    relatives_attitude: str | None = None
    """The relatives' attitude, in the source's words."""

    decided: When | None = None

    valid_from: When | None = None

    valid_to: When | None = None
    """End of validity: the earlier of the period's end and the moment the source made it obsolete."""

    reassessed: When | None = None
    """Last re-assessment (omprövning)."""

    phase: str
    """`current`, `ended`, `superseded`, `unknown`."""

    decision_id: str | None = None
    """Shared by copies of one and the same decision, so that they are linked rather than counted twice."""

    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent(Record):
    """A consent or its refusal, as the source has it."""

    kind: str
    """`shared-record` (sammanhållen vård- och omsorgsdokumentation: the only kind that opens anything), `information-transfer`,
    `sip`, `quality-registry`, `research`, `treatment`, `other`.
    """

    status: str
    """`active`, `revoked`, `ended`, `refused`, `unknown`."""

    text: str | None = None
    """The source's own words."""

    given_to: list[Organisation] = field(default_factory=list)
    """Units or providers it is given to. Empty: not stated."""

    given_by: str
    """`patient`, `guardian`, `representative`, `unknown`."""

    valid_from: When | None = None

    valid_to: When | None = None
    """None: until further notice."""

    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence(Record):
    """When somebody is away."""

    from_: When

    to: When | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Substitute(Record):
    """Who stands in while somebody is away."""

    name: str | None = None

    role: str | None = None

    phones: list[Phone] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact(Record):
    """Somebody, or some unit, to call."""

    kind: str
    """`on-call-physician`, `on-call-nurse`, `home-nursing`, `responsible-physician` (PAL), `named-physician` (fast läkarkontakt),
    `named-care-contact` (fast vårdkontakt), `named-social-contact` (fast omsorgskontakt), `contact-nurse`, `case-officer`
    (biståndshandläggare), `health-centre`, `clinic`, `next-of-kin`, `legal-representative`,
    `guardian` (vårdnadshavare of a child), `other`. That this very person has protected personal data is said with the
    extension `protection` in `provenance`.
    """

    name: str | None = None

    role: str | None = None
    """Role or title, or the relation of a next of kin (`dotter`)."""

    unit: Organisation | None = None

    order: int | None = None
    """Order among contacts of one kind, 1 first."""

    may_be_informed: bool | None = None
    """Next of kin: may be told about the patient. None: not stated, and said so."""

    call_at_night: bool | None = None
    """Next of kin: may be called at night. None: not stated, and said so."""

    openings: list[Opening] = field(default_factory=list)
    """Hours of the person or unit. Empty: not stated."""

    absent: Absence | None = None

    substitute: Substitute | None = None

    phones: list[Phone] = field(default_factory=list)

    note: str | None = None

    valid_from: When | None = None

    valid_to: When | None = None

    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Vaccination(Record):
    """One dose given, or a note that doses were given. Section `covid-19`."""

    target_diseases: list[Concept] = field(default_factory=list)
    """Diseases it protects against. Empty: not stated."""

    vaccine: Concept | None = None

    batch: str | None = None

    date: When | None = None

    dose_number: int | None = None

    prescribed_doses: int | None = None
    """Planned number of doses; not doses given."""

    dose_complete: bool | None = None

    unique_reference: str | None = None
    """Reference shared by copies of the same dose in several sources."""

    note: str | None = None
    """Unstructured note; a record may hold nothing else, which means "vaccinated, dose unknown"."""

    performer: Actor | None = None

    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Infection(Record):
    """An infection. Section `covid-19`; an ongoing one is shown among the alerts too."""

    what: Concept

    certainty: str
    """`confirmed` (nucleic acid test, isolation, or antigen with clinical picture), `suspected`, `excluded`, `history`."""

    method: str | None = None
    """e.g. `PCR`. A self test never confirms."""

    date: When | None = None
    """When it was found."""

    ended: When | None = None

    ongoing: bool | None = None
    """None: not stated."""

    precautions: str | None = None
    """e.g. `kontaktsmitta, eget rum`."""

    provenance: Provenance


class ServicePhase(Enum):
    """`service-phase` of the contract."""

    PLANNED = 0
    ONGOING = 1
    ENDED = 2
    UNKNOWN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceEvent(Record):
    """Something that happened within a service, e.g. kind `visit` at `2026-11-19`."""

    kind: str
    """`visit`, `note`, `decision`, `planned-visit`, `follow-up`, `ready-for-discharge`, `discharge-planned`."""

    at: When

    text: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Service(Record):
    """An active service (insats) or stay: what lights a badge."""

    kind: str
    """`home-nursing`, `home-care`, `social-service`, `lss`, `care-home`, `short-term`, `safety-alarm`, `aids`, `sip`,
    `emergency-visit`, `inpatient`, `planned-discharge`, `ready-for-discharge`, `discharged`, `care-plan`.
    """

    phase: ServicePhase

    text: str | None = None
    """What it is, in the source's words, e.g. `dusch två gånger i veckan`."""

    started: When | None = None

    ended: When | None = None

    last_noted: When | None = None
    """Latest note or visit the source knows of."""

    events: list[ServiceEvent] = field(default_factory=list)

    unit: Organisation | None = None

    phones: list[Phone] = field(default_factory=list)

    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert(Record):
    """Alert information (uppmärksamhetsinformation), classified by what the record holds, not by its label."""

    kind: str
    """`hypersensitivity`, `infection`, `serious-disease`, `treatment`, `threat`, `special-routine`, `unstructured`."""

    text: str
    """The source's own words."""

    severity: str | None = None
    """`life-threatening`, `harmful`, `discomforting`. Only for hypersensitivity."""

    certainty: str | None = None
    """`confirmed`, `probable`, `suspected`, `refuted`."""

    agent: Concept | None = None
    """What the patient reacts to, or the disease."""

    label: Concept | None = None
    """The label the source gave it, e.g. `Överkänslighet`. Shown when it disagrees with `kind`."""

    comment: str | None = None

    noted: When | None = None

    valid_from: When | None = None

    valid_to: When | None = None
    """The earlier of the period's end and the moment the source made it obsolete."""

    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan(Record):
    """A plan."""

    kind: str
    """`sip`, `crisis-plan` (krisplan), `agreement` (överenskommelse), `palliative`, `implementation` (genomförandeplan), `order`
    (ordination), `care-plan`, `nursing-plan`, `rehabilitation`, `other`.
    """

    title: str

    instruction: str | None = None
    """One line to act on, verbatim ("Gör så här")."""

    text: str | None = None

    phase: str
    """`planned`, `active`, `ended`, `unknown`."""

    responsible: Actor | None = None

    participants: list[Organisation] = field(default_factory=list)

    decided: When | None = None

    valid_from: When | None = None

    valid_to: When | None = None

    next_follow_up: When | None = None

    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionalAssessment(Record):
    """One assessed ability (ADL) or functional status."""

    what: Concept
    """e.g. `Förflyttning`."""

    assessment: str
    """The source's own words, e.g. `går med rollator, stöd av en person i trappa`."""

    level: str | None = None
    """`independent`, `partly-dependent`, `dependent`."""

    assessed: When | None = None

    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Medication(Record):
    """A medicine the patient has now, or is about to have."""

    drug: Concept

    dosage: str | None = None
    """The dosage as the prescriber wrote it, e.g. `1 + 0 + 1 + 0`."""

    dose_dispensed: bool | None = None
    """Delivered in dose packs (dosdispenserat)."""

    separate_instruction: str | None = None
    """"Enligt särskild ordination", verbatim."""

    handled_by: str | None = None
    """Who handles the medicine, e.g. `patienten själv`, `hemsjukvården`."""

    phase: str
    """`current`, `planned`, `ended`, `unknown`."""

    as_needed: bool | None = None

    indication: str | None = None

    started: When | None = None

    ended: When | None = None

    provenance: Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Document(Record):
    """A document: also the way a new kind of information arrives before it has a section of its own."""

    kind: Concept

    title: str

    date: When | None = None

    unit: Organisation | None = None

    text: str | None = None
    """Plain text of the document, when it is short enough to carry."""

    media_type: str | None = None
    """`application/pdf` and so on, of what `provenance.link` leads to."""

    provenance: Provenance
