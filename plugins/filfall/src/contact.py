"""The XML file of contacts: whom to call, by night too, and who may be told.

`<kontakter><kontakt id="…" personnummer="…" skyddad="nej">…</kontakt></kontakter>`. Not here: the CSV files (`record`).
Invariant: the same reader as for rows, so that an unknown element is named and an unreadable one is never guessed.
"""

from __future__ import annotations

from typing import Any

from samsyn_adapter import Ask, Contact, Element, Fields, Notes, Opening, Phone, Problem, Weekday

import part
from rows import PERSON, Numbers, Row

KINDS = {
    "NARSTAENDE": "next-of-kin",
    "VARDNADSHAVARE": "guardian",
    "GODMAN": "legal-representative",
    "FASTVARD": "named-care-contact",
    "FASTOMSORG": "named-social-contact",
    "SSK": "contact-nurse",
    "JOURSSK": "on-call-nurse",
    "LAKARE": "named-physician",
    "ENHET": "home-nursing",
}
MANY = {"telefon", "tider"}
DAYS = list(Weekday)


def contacts(ask: Ask, root: Element, notes: Notes) -> list[Contact]:
    """Contacts of the patient."""
    if root.name != "kontakter":
        raise Problem.malformed(ask.language, "not-contacts", "kontakter.xml has another root element")
    rows, numbers = [], Numbers(ask, notes)
    for element in root.children:
        if element.name != "kontakt":
            notes.unknown(element.name)
        elif numbers[element.attributes.get(PERSON, "")]:
            rows.append(Fields(_values(element), notes, cells=True))
    return notes.each(rows, "kontakt", _contact)


def _values(element: Element) -> dict[str, Any]:
    """Attributes and children as the fields of one record; what may stand several times is a list."""
    values: dict[str, Any] = dict(element.attributes)
    for child in element.children:
        plain = not child.attributes and not child.children
        value: Any = child.text if plain else {**_values(child), **({"text": child.text} if child.text else {})}
        if child.name in MANY:
            values.setdefault(child.name, []).append({"text": value} if plain else value)
        else:
            values[child.name] = value
    return values


def _contact(row: Row) -> Contact:
    kind = row.required("typ")
    provenance = part.provenance(row)
    # A flag that is there and cannot be read protects: the strictest reading is the safe one.
    protected = row.flag("skyddad")
    if protected is None and row.has("skyddad"):
        provenance = part.protected(provenance, part.STRICTEST)
    elif protected:
        provenance = part.protected(provenance, "confidentiality-mark")
    return Contact(
        kind=KINDS.get(kind, kind),
        name=row.text("namn"),
        role=row.text("roll"),
        unit=part.organisation(row, "enhet"),
        order=row.count("ordning"),
        may_be_informed=row.flag("far_informeras"),
        call_at_night=row.flag("ring_nattetid"),
        openings=row.each("tider", _opening),
        phones=row.each("telefon", _phone),
        note=row.text("anmarkning"),
        valid_from=row.time("fran"),
        valid_to=row.time("till"),
        provenance=provenance,
    )


def _phone(fields: Fields) -> Phone:
    # Not stated is read as "not only for staff"; a value that cannot be read is kept from outsiders.
    staff_only = fields.flag("endast_personal")
    return Phone(
        number=fields.required("text"),
        note=fields.text("anmarkning"),
        staff_only=fields.has("endast_personal") if staff_only is None else staff_only,
    )


def _opening(fields: Fields) -> Opening | None:
    """`<tider dagar="1-5" fran="08:00" till="16:30"/>`, Monday is 1. Hours of which a part cannot be read are left out whole."""
    days = _days(fields.required("dagar"))
    start, end = fields.clock("fran"), fields.clock("till")
    unread = (start is None and fields.has("fran")) or (end is None and fields.has("till"))
    if days is None:
        fields.notes.unreadable(fields.name("dagar"))
    return None if days is None or unread else Opening(days=days, from_=start, to=end)


def _days(text: str) -> list[Weekday] | None:
    days = []
    for piece in text.split(","):
        first, _, last = piece.strip().partition("-")
        last = last or first
        if not (first in "1234567" and last in "1234567" and len(first) == len(last) == 1 and first <= last):
            return None
        days += DAYS[int(first) - 1 : int(last)]
    return days
