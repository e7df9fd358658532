"""An adapter for the tests, small enough to see through.

Not here: assertions. Invariant: it asks one page per section, at `/SECTION`.
"""

from typing import Any, ClassVar

from samsyn_adapter import (
    Adapter,
    Answer,
    Ask,
    Concept,
    Document,
    Identifier,
    Notes,
    Provenance,
    Service,
    ServicePhase,
    answer,
    get,
)

PERSON = "191212121212"
PERSONAL_NUMBER = "urn:oid:1.2.752.129.2.1.3.1"


def manifest(*sections: str) -> dict[str, Any]:
    return {
        "id": "sample",
        "name": "Sample",
        "vendor": "Tests",
        "version": "1",
        "contract": "1.0.0",
        "sections": list(sections),
        "identifier_kinds": ["personal-number"],
    }


def provenance(id: str = "1") -> Provenance:
    return Provenance(id=id, patient=Identifier(system=PERSONAL_NUMBER, value=PERSON))


def service(id: str = "1") -> Service:
    return Service(kind="home-care", phase=ServicePhase.ONGOING, provenance=provenance(id))


class Sample(Adapter[None]):
    manifest: ClassVar[dict[str, Any]] = manifest("services", "documents")

    def services(self, ask: Ask, prepared: None) -> Answer[Service]:
        items = ask.send(get("api", "/services")).json()
        notes = Notes(ask.language)
        return answer(notes.each(items, "services", lambda fields: service(fields.required("id"))), notes.texts())

    def documents(self, ask: Ask, prepared: None) -> Answer[Document]:
        items = ask.send(get("api", "/documents")).json()
        kind = Concept(text="Epikris")
        return answer(Document(kind=kind, title=item["title"], provenance=provenance(item["id"])) for item in items)
