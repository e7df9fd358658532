"""Writes the folders of `cases/`: `python -m tests.make_cases` in the folder of the project, then `samsyn adapter accept .`.

The files are those of `folder`, changed as each case says, so that lengths and checksums are right, or wrong on purpose.
Not here: what is expected; that is accepted after it has been read. Invariant: the same cases every time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests import PROJECT
from tests.folder import COORDINATION, FILES, TOLVAN, Folder

from adapter import FILES as OF_SECTION  # isort: skip

CASES = PROJECT / "cases"
SECTIONS = list(OF_SECTION)
PERSONAL_NUMBER = "urn:oid:1.2.752.129.2.1.3.1"
COORDINATION_NUMBER = "urn:oid:1.2.752.129.2.1.3.3"


@dataclass
class Made:
    """One case."""

    name: str
    about: str
    folder: Folder
    sections: list[str] = field(default_factory=lambda: SECTIONS)
    person: str = TOLVAN
    settings: dict[str, str] = field(default_factory=dict)
    language: str = "sv"
    index: dict[str, Any] | None = None
    failing: dict[str, dict[str, Any]] = field(default_factory=dict)

    def write(self) -> None:
        place = CASES / self.name
        place.mkdir(parents=True, exist_ok=True)
        system = COORDINATION_NUMBER if self.person == COORDINATION else PERSONAL_NUMBER
        asked: dict[str, Any] = {
            "patient": {"system": system, "value": self.person},
            "sections": self.sections,
            "now": "2026-11-20T09:30:00+01:00",
            "language": self.language,
            "budget-ms": 8000,
            "settings": self.settings,
        }
        (place / "query.json").write_text(json.dumps(asked, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        lines = [f"# {self.about}", self._line("index.csv", self.index or self._file("index.csv", self.folder.index))]
        if self.index is None:
            delivered = self.settings.get("files", ",".join(FILES)).split(",")
            wanted = [file for section in self.sections for file in OF_SECTION[section] if file in delivered]
            listed = [name for name in wanted if f"{name};".encode() in self.folder.index]
            lines += [
                self._line(name, self.failing.get(name) or self._file(name, self.folder.files[name])) for name in listed
            ]
        (place / "exchanges.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")

    def _line(self, name: str, answered: dict[str, Any]) -> str:
        asked = {"origin": "folder", "method": "GET", "path": f"/{name}", "credential": "folder"}
        return json.dumps({"match": asked, **answered}, ensure_ascii=False)

    def _file(self, name: str, body: bytes) -> dict[str, Any]:
        (CASES / self.name / name).write_bytes(body)
        return {"reply": {"status": 200, "file": name}}


def doubled(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return text + lines[-1] + lines[1] + lines[1].replace("2026-09-0", "2026-10-0")


def as_coordination(text: str) -> str:
    return text.replace("19121212-1212", f"{COORDINATION[:8]}-{COORDINATION[8:]}")


def cases() -> list[Made]:
    """Every case, by what it shows."""
    late = "2026-11-17 02:10:00"
    without_plans = Folder().with_index(
        lambda text: "".join(line for line in text.splitlines(True) if "planer" not in line)
    )
    odd = {
        "planer.csv": lambda text: text.replace("uppfoljning", "nasta_mote") + "v9;19121212-1212;VP\n",
        "funktion.csv": lambda text: text.replace(";delvis;2026-10-14", ";ganska;i höstas").replace(
            "19380227-8485", "380227-8485"
        ),
    }
    protected = {
        "personer.csv": lambda text: text.replace(";M;;", ";M;F;"),
        "kontakter.xml": lambda text: text.replace("nej", "ja", 2),
    }
    twice = {name: doubled for name in ("insatser.csv", "besok.csv", "planer.csv")}
    bomb = {"kontakter.xml": lambda text: text.replace("<kontakter>", '<!DOCTYPE k [<!ENTITY a "b">]>\n<kontakter>')}
    half = Folder().after("insatser.csv", lambda body: body[: len(body) // 2]).after("dokument.csv", lambda body: b"")
    return [
        Made("everything", "Every file, with rows about three people; only those about one are pushed.", Folder()),
        Made("coordination-number", "Asked by a coordination number, in English.",
             Folder(dict.fromkeys(FILES, as_coordination)), person=COORDINATION, language="en"),
        Made("not-in-the-files", "Somebody whom no row is about: nothing held, and never stated none.", Folder(), person="195009072553"),
        Made("old-export", "Nothing was exported for three nights.", Folder(made=late)),
        Made("old-and-not-in-the-files", "No row is about the person, in files that are three nights old.",
             Folder(made=late), ["services", "plans"], "195009072553"),
        Made("half-written", "Two files are being written while they are fetched.", half),
        Made("wrong-checksum", "The visits have the right length and another content; the services are shown without them.",
             Folder().after("besok.csv", lambda body: body.replace(b"08:15", b"18:15")), ["services"]),
        Made("no-checksums", "An older export that writes neither length nor checksum.", Folder(checksums=False)),
        Made("odd-columns", "A column nobody knows, a row too short, a level and a time that cannot be read, a number in ten digits.",
             Folder(odd), ["plans", "functional-status"]),
        Made("rows-twice", "Rows that stand twice, and different rows with the same id.", Folder(twice), ["services", "plans"]),
        Made("protected", "The person and both contacts are protected.", Folder(protected), ["person", "contacts", "services"]),
        Made("xml-with-entities", "The contacts come with a document type, which is refused.", Folder(bomb), ["contacts", "plans"]),
        Made("file-not-exported", "The plans are missing from the index, and the documents from the folder.", without_plans,
             ["plans", "documents"], failing={"dokument.csv": {"reply": {"status": 404, "body": "Not Found"}}}),
        Made("some-files-only", "A provider that leaves two files.", Folder(), settings={"files": "insatser.csv,kontakter.xml"}),
        Made("no-index", "The folder answers with an error.", Folder(), ["services"],
             index={"reply": {"status": 503, "headers": {"retry-after": "60"}, "body": "Underhåll"}}),
    ]  # fmt: skip


if __name__ == "__main__":
    for case in cases():
        case.write()
        print(case.name)
