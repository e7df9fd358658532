"""What every record shares: where it comes from, its unit, its phones, and the words of flags that protect.

Not here: what is particular to a section. Invariant: the patient is the one the row names; a label of protection that cannot
be read protects.
"""

from __future__ import annotations

from samsyn_adapter import Extension, Identifier, Organisation, Phone, Provenance, compact

from rows import PERSON, Row

PERSONAL_NUMBER = "urn:oid:1.2.752.129.2.1.3.1"
COORDINATION_NUMBER = "urn:oid:1.2.752.129.2.1.3.3"
STRICTEST = "protected-registration"

SHARED = ("id", PERSON, "vardgivare_hsaid", "enhet_hsaid")


def identifier(row: Row) -> Identifier:
    """The patient as the row has it. A day above 60 is a coordination number."""
    value = compact(row.required(PERSON))
    return Identifier(system=COORDINATION_NUMBER if value[6:8] > "60" else PERSONAL_NUMBER, value=value)


def provenance(row: Row, information_type: str | None = None, link: str | None = None) -> Provenance:
    """Where a record comes from."""
    return Provenance(
        id=row.required("id"),
        patient=identifier(row),
        care_provider=organisation(row, "vardgivare"),
        care_unit=organisation(row, "enhet"),
        information_type=information_type,
        recorded=row.time("andrad"),
        link=link,
    )


def organisation(row: Row, name: str) -> Organisation | None:
    """`enhet_hsaid` and `enhet`, say."""
    id, text = row.text(f"{name}_hsaid"), row.text(name)
    return Organisation(id=id, name=text) if id or text else None


def phones(row: Row) -> list[Phone]:
    """One number to staff."""
    number = row.text("telefon")
    return [Phone(number=number)] if number else []


def protected(provenance: Provenance, word: str) -> Provenance:
    """The provenance of a contact who has protected personal data."""
    return Provenance(
        id=provenance.id,
        patient=provenance.patient,
        care_provider=provenance.care_provider,
        care_unit=provenance.care_unit,
        information_type=provenance.information_type,
        recorded=provenance.recorded,
        extensions=[*provenance.extensions, Extension(key="protection", value=word)],
    )
