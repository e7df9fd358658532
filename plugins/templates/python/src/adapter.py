"""{{Name}}: reads the visit planning system and tells the portal which services are going on and whom to call.

Change first: `prepare` (what is asked), `_service` and `_contact` (what the fields mean), manifest.json, and the cases.
Invariant: what a record says comes from the reply; the patient is what the record states, never what was asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from samsyn_adapter import (
    Adapter,
    Answer,
    Ask,
    Contact,
    Fields,
    Identifier,
    Notes,
    Organisation,
    Phone,
    Problem,
    Provenance,
    Reply,
    Request,
    Service,
    ServiceEvent,
    ServicePhase,
    answer,
    get,
    post,
)

PERSONAL_NUMBER = "urn:oid:1.2.752.129.2.1.3.1"
CONTACT_KINDS = {"fast omsorgskontakt": "named-social-contact", "handläggare": "case-officer"}


@dataclass
class Visits:
    """What both sections are read from: every page, and what is missing of them."""

    pages: list[dict[str, Any]]
    missing: list[str]


class {{Name}}(Adapter[Visits]):
    """One method for each section of manifest.json. The build fails when one is missing."""

    def prepare(self, ask: Ask) -> Visits:
        """One fetch for both sections. Whatever fails here fails the whole lookup, with its kind."""

        def read(reply: Reply) -> dict[str, Any]:
            if reply.status == 404:
                raise Problem.patient_unknown(ask.language)
            return reply.object()

        def following(page: dict[str, Any]) -> Request | None:
            more = page.get("more")
            return get("api", more, credential="key") if isinstance(more, str) else None

        # The number is in the body, so that it is in nobody's access log. The host adds the secret of the slot `key`.
        first = post("api", "/visits", json={"person": ask.patient.value}, credential="key")
        found = ask.pages(first, read=read, following=following, allow=(404,))
        return Visits(found.pages, found.missing)

    def services(self, ask: Ask, prepared: Visits) -> Answer[Service]:
        notes = Notes(ask.language)
        entries = [
            entry
            for page in prepared.pages
            for entry in notes.each(page.get("services"), "services", lambda fields: _service(fields, page))
        ]
        return answer(entries, [*prepared.missing, *_absent(ask, prepared, "services"), *notes.texts()])

    def contacts(self, ask: Ask, prepared: Visits) -> Answer[Contact]:
        notes = Notes(ask.language)
        entries = [
            entry
            for page in prepared.pages
            for entry in notes.each(page.get("contacts"), "contacts", lambda fields: _contact(fields, page))
        ]
        return answer(entries, [*prepared.missing, *_absent(ask, prepared, "contacts"), *notes.texts()])


def _absent(ask: Ask, prepared: Visits, key: str) -> list[str]:
    """A page without the list is not a page with an empty one: no answer must never look like none."""
    if all(isinstance(page.get(key), list) for page in prepared.pages):
        return []
    return [ask.text(f"källan lämnade inte listan {key}", f"the source left out the list {key}")]


def _service(fields: Fields, page: dict[str, Any]) -> Service:
    active = fields.flag("active")
    visits = fields.texts("visits")
    return Service(
        kind="home-care",
        phase={True: ServicePhase.ONGOING, False: ServicePhase.ENDED, None: ServicePhase.UNKNOWN}[active],
        text=fields.text("text"),
        started=fields.time("from"),
        last_noted=max(visits, default=None),
        events=[ServiceEvent(kind="visit", at=at) for at in visits],
        unit=_organisation(page.get("unit")),
        provenance=_provenance(fields, page),
    )


def _contact(fields: Fields, page: dict[str, Any]) -> Contact:
    role, phone = fields.text("role"), fields.text("phone")
    return Contact(
        # A word that is not in the table is shown as it is.
        kind=CONTACT_KINDS.get(role or "", role or "other"),
        name=fields.text("name"),
        role=role,
        unit=_organisation(page.get("unit")),
        phones=[Phone(number=phone)] if phone else [],
        provenance=_provenance(fields, page),
    )


def _provenance(fields: Fields, page: dict[str, Any]) -> Provenance:
    person = page.get("person")
    return Provenance(
        id=fields.required("id"),
        patient=Identifier(system=PERSONAL_NUMBER, value=person) if isinstance(person, str) else None,
        care_provider=_organisation(page.get("provider")),
        care_unit=_organisation(page.get("unit")),
    )


def _organisation(value: Any) -> Organisation | None:
    if not isinstance(value, dict):
        return None
    id, name = value.get("id"), value.get("name")
    return Organisation(id=id if isinstance(id, str) else None, name=name if isinstance(name, str) else None)
