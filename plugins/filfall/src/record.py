"""The columns of each CSV file, and the records they become.

A code that is not in a table passes unchanged and is shown as it is. Not here: contacts, which are XML (`contact`).
Invariant: a column is read in one place; one that nobody reads is noted as unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from samsyn_adapter import (
    Actor,
    Concept,
    Document,
    FunctionalAssessment,
    LifeDeceased,
    LifeNotStated,
    PersonDetails,
    Plan,
    Service,
    ServiceEvent,
    ServicePhase,
)

import part
from rows import PERSON, Row

VISIT_COLUMNS = ("id", PERSON, "insats", "typ", "tid")
COLUMNS = {
    "personer.csv": (*part.SHARED, "fornamn", "efternamn", "skydd"),
    "insatser.csv": (*part.SHARED, "kod", "status"),
    "planer.csv": (*part.SHARED, "typ", "rubrik", "status"),
    "funktion.csv": (*part.SHARED, "omrade", "bedomning"),
    "dokument.csv": (*part.SHARED, "typ", "rubrik"),
}
SERVICE_KINDS = {"HSV": "home-nursing", "HJM": "aids", "VPL": "care-plan"}
SERVICE_PHASES = {
    "planerad": ServicePhase.PLANNED,
    "pågår": ServicePhase.ONGOING,
    "avslutad": ServicePhase.ENDED,
}
EVENT_KINDS = {"B": "visit", "A": "note", "P": "planned-visit", "U": "follow-up"}
PLAN_KINDS = {"VP": "nursing-plan", "REHAB": "rehabilitation", "GP": "implementation", "SIP": "sip", "ORD": "order"}
PLAN_PHASES = {"planerad": "planned", "gäller": "active", "avslutad": "ended"}
LEVELS = {"självständig": "independent", "delvis": "partly-dependent", "beroende": "dependent"}
SEXES = {"K": "female", "M": "male"}
PROTECTIONS = {"S": "confidentiality-mark", "F": "protected-registration"}
MEDIA_TYPES = {"pdf": "application/pdf", "txt": "text/plain"}
FILE_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}\.([a-z]{1,5})", re.ASCII)


def person(row: Row) -> PersonDetails:
    """A row of `personer.csv`. An empty `avliden` says nothing: the provider may not know."""
    died = row.time("avliden")
    return PersonDetails(
        identifier=part.identifier(row),
        given_name=row.text("fornamn"),
        family_name=row.text("efternamn"),
        sex=row.one_of("kon", SEXES),
        protection=row.one_of("skydd", PROTECTIONS) or (part.STRICTEST if row.has("skydd") else None),
        life=LifeDeceased(died) if died else LifeNotStated(),
        interpreter_language=row.text("tolksprak"),
        communication_need=row.text("kommunikation"),
        provenance=part.provenance(row),
    )


def service(row: Row) -> Service:
    """A row of `insatser.csv`."""
    code = row.required("kod")
    return Service(
        kind=SERVICE_KINDS.get(code, code),
        phase=row.one_of("status", SERVICE_PHASES) or ServicePhase.UNKNOWN,
        text=row.text("beskrivning"),
        started=row.time("fran"),
        ended=row.time("till"),
        unit=part.organisation(row, "enhet"),
        phones=part.phones(row),
        provenance=part.provenance(row, "voo"),
    )


@dataclass(frozen=True)
class Visit:
    """A row of `besok.csv`."""

    id: str
    service: str
    kind: str
    at: str
    text: str | None

    def event(self) -> ServiceEvent:
        return ServiceEvent(kind=self.kind, at=self.at, text=self.text)


def visit(row: Row) -> Visit | None:
    """A visit, a note or a planned visit. One without a time cannot be placed."""
    id, service_id, code = row.required("id"), row.required("insats"), row.required("typ")
    text = row.text("text")
    row.required(PERSON)
    row.required("tid")
    at = row.time("tid")
    return Visit(id, service_id, EVENT_KINDS.get(code, code), at, text) if at else None


def with_events(of: Service, events: list[ServiceEvent]) -> Service:
    """A service with what has happened in it. What is planned was not noted yet."""
    noted = [event.at for event in events if event.kind != "planned-visit"]
    return replace(of, events=events, last_noted=max(noted, default=None))


def plan(row: Row) -> Plan:
    """A row of `planer.csv`."""
    code = row.required("typ")
    name, title = row.text("ansvarig"), row.text("ansvarig_titel")
    return Plan(
        kind=PLAN_KINDS.get(code, code),
        title=row.required("rubrik"),
        instruction=row.text("gor_sa_har"),
        text=row.text("text"),
        phase=row.one_of("status", PLAN_PHASES) or "unknown",
        responsible=Actor(name=name, role=title) if name or title else None,
        decided=row.time("beslutad"),
        valid_from=row.time("fran"),
        valid_to=row.time("till"),
        next_follow_up=row.time("uppfoljning"),
        provenance=part.provenance(row, "vpo"),
    )


def assessment(row: Row) -> FunctionalAssessment:
    """A row of `funktion.csv`."""
    return FunctionalAssessment(
        what=Concept(text=row.required("omrade")),
        assessment=row.required("bedomning"),
        level=row.one_of("niva", LEVELS),
        assessed=row.time("datum"),
        provenance=part.provenance(row, "fun"),
    )


def document(row: Row) -> Document:
    """A row of `dokument.csv`. A file of the folder is linked to, never fetched."""
    name = row.text("fil")
    named = FILE_NAME.fullmatch(name) if name else None
    if name and named is None:
        row.notes.unreadable("fil")
    return Document(
        kind=Concept(text=row.required("typ")),
        title=row.required("rubrik"),
        date=row.time("datum"),
        unit=part.organisation(row, "enhet"),
        text=row.text("text"),
        media_type=MEDIA_TYPES.get(named.group(1)) if named else None,
        provenance=part.provenance(row, "voo", link=f"/dokument/{name}" if named else None),
    )
