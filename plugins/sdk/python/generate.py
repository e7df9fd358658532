"""Writes `samsyn_adapter/contract/` from the contract's WIT, so that the two never differ.

Run `python generate.py` after a change in the WIT; a test says when it was forgotten. Not here: anything that an adapter
uses by itself. Invariant: the same WIT gives the same bytes, and every doc comment of the WIT is kept.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
CONTRACT = HERE / "samsyn_adapter" / "contract"

# Files of the contract in the order in which they build on each other. `settings` and `keys` hold no types.
FILES = ("types", "http", "log", "sink", "adapter")
TOKEN = re.compile(
    r"///(?P<doc>[^\n]*)|//[^\n]*|(?P<word>%?[A-Za-z][\w-]*)|(?P<mark>->|[{}()<>,:;=@./_])|(?P<rest>\d[\w.]*)"
)
PLAIN = {"string": "str", "bool": "bool", "u16": "int", "u32": "int"}
KEYWORDS = {"from", "class", "in", "is", "or", "and", "not", "with", "as"}
# A closed variant that can say that the source did not say anything begins by saying that.
UNSAID = "not-stated"


@dataclass
class Member:
    """A field of a record or a case of a variant or enum."""

    name: str
    type: str | None
    doc: str


@dataclass
class Definition:
    """A record, variant, enum or alias."""

    kind: str
    name: str
    doc: str
    members: list[Member] = field(default_factory=list)


@dataclass
class Interface:
    """One interface: what it defines and what it takes from others."""

    name: str
    doc: str
    uses: list[tuple[str, list[str]]] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)


class Reader:
    """Reads the part of WIT that the contract is written in."""

    def __init__(self, text: str) -> None:
        self.tokens = [match for match in TOKEN.finditer(text) if match.lastgroup]
        self.at = 0
        self.docs: list[str] = []

    def peek(self) -> str:
        while self.at < len(self.tokens) and self.tokens[self.at].lastgroup == "doc":
            self.docs.append(self.tokens[self.at]["doc"].removeprefix(" "))
            self.at += 1
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self, wanted: str | None = None) -> str:
        found = self.peek()
        if wanted is not None and found != wanted:
            raise SystemExit(f"generate.py: expected {wanted!r}, found {found!r}; teach the reader this form of WIT")
        self.at += 1
        return found

    def doc(self) -> str:
        self.peek()
        text, self.docs = "\n".join(self.docs).strip(), []
        return text

    def skip_past(self, mark: str) -> None:
        while self.take() != mark:
            pass
        self.docs = []

    def skip_block(self) -> None:
        self.skip_past("{")
        depth = 1
        while depth:
            depth += {"{": 1, "}": -1}.get(self.take(), 0)
        self.docs = []

    def interfaces(self) -> Iterator[Interface]:
        while self.peek():
            doc, word = self.doc(), self.take()
            if word == "interface":
                yield self.interface(doc)
            elif word == "world":
                self.skip_block()
            else:
                self.skip_past(";")

    def interface(self, doc: str) -> Interface:
        interface = Interface(self.take(), doc)
        self.take("{")
        while self.peek() != "}":
            doc, word = self.doc(), self.take()
            if word == "use":
                interface.uses.append(self.use())
            elif word in ("record", "variant", "enum"):
                interface.definitions.append(self.definition(word, doc))
            elif word == "type":
                name = self.take()
                self.take("=")
                interface.definitions.append(Definition("alias", name, doc, [Member("", self.type(), "")]))
                self.take(";")
            else:
                self.skip_past(";")
        self.take("}")
        return interface

    def use(self) -> tuple[str, list[str]]:
        source = self.take()
        self.take(".")
        self.take("{")
        names = []
        while (word := self.take()) != "}":
            if word != ",":
                names.append(word)
        self.take(";")
        return source, names

    def definition(self, kind: str, doc: str) -> Definition:
        made = Definition(kind, self.take(), doc)
        self.take("{")
        while self.peek() != "}":
            doc, name, of = self.doc(), self.take().removeprefix("%"), None
            if self.peek() in (":", "("):
                closing = self.take() == "("
                of = self.type()
                if closing:
                    self.take(")")
            made.members.append(Member(name, of, doc))
            if self.peek() == ",":
                self.take()
        self.take("}")
        return made

    def type(self) -> str:
        word = self.take()
        if self.peek() != "<":
            return PLAIN.get(word) or pascal(word)
        self.take("<")
        inner = self.type()
        self.take(">")
        if word == "option":
            return f"{inner} | None"
        return "bytes" if inner == "U8" else f"list[{inner}]"


def pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def snake(name: str) -> str:
    plain = name.replace("-", "_")
    return f"{plain}_" if plain in KEYWORDS else plain


def quoted(doc: str, indent: str) -> list[str]:
    if not doc:
        return []
    lines = doc.replace("\\", "\\\\").split("\n")
    end = [indent + '"""'] if len(lines) > 1 else []
    first = indent + '"""' + lines[0] + ("" if end else '"""')
    return [first, *(f"{indent}{line}".rstrip() for line in lines[1:]), *end]


def default(of: str, unsaid: set[str]) -> str:
    if of.endswith("| None"):
        return " = None"
    if of.startswith("list["):
        return " = field(default_factory=list)"
    if of == "bool":
        return " = False"
    return f" = {of}NotStated()" if of in unsaid else ""


def record(made: Definition, unsaid: set[str]) -> list[str]:
    lines = ["@dataclass(frozen=True, kw_only=True, slots=True)", f"class {pascal(made.name)}(Record):"]
    lines += quoted(made.doc or f"`{made.name}` of the contract.", "    ")
    for member in made.members:
        assert member.type is not None
        lines += ["", f"    {snake(member.name)}: {member.type}{default(member.type, unsaid)}"]
        lines += quoted(member.doc, "    ")
    return lines


def enum(made: Definition) -> list[str]:
    lines = [f"class {pascal(made.name)}(Enum):", *quoted(made.doc or f"`{made.name}` of the contract.", "    "), ""]
    for number, member in enumerate(made.members):
        lines += [f"    {snake(member.name).upper()} = {number}", *quoted(member.doc, "    ")]
    return lines


def variant(made: Definition) -> list[str]:
    lines, cases = [], []
    for member in made.members:
        cases.append(pascal(made.name) + pascal(member.name))
        lines += ["@dataclass(frozen=True, slots=True)", f"class {cases[-1]}(Case):"]
        lines += quoted(member.doc or f"`{member.name}` of `{made.name}`.", "    ")
        lines += ["", f'    word: ClassVar[str] = "{member.name}"']
        lines += (
            ["", f"    value: {member.type}" + (" = None" if member.type.endswith("None") else "")]
            if member.type
            else []
        )
        lines += ["", ""]
    lines += [f"{pascal(made.name)}: TypeAlias = {' | '.join(cases)}", *quoted(made.doc, "")]
    return lines


def definition(made: Definition, unsaid: set[str]) -> list[str]:
    if made.kind == "record":
        return record(made, unsaid)
    if made.kind == "enum":
        return enum(made)
    if made.kind == "variant":
        return variant(made)
    return [f"{pascal(made.name)}: TypeAlias = {made.members[0].type}", *quoted(made.doc, "")]


def module(interface: Interface, unsaid: set[str]) -> str:
    about = (interface.doc or f"`{interface.name}` of the contract.") + (
        f"\n\nGenerated from `{interface.name}.wit` by generate.py. Not here: functions; an adapter reaches them through `Ask`."
        "\nInvariant: names, order and types are those of the WIT."
    )
    body: list[str] = []
    for made in interface.definitions:
        body += ["", "", *definition(made, unsaid)]
    text = "\n".join(body)
    head = ["from __future__ import annotations", ""]
    fields = ["field"] if "field(" in text else []
    head += [f"from dataclasses import dataclass{', field' if fields else ''}"] if "@dataclass" in text else []
    head += ["from enum import Enum"] if "(Enum)" in text else []
    typing = [name for name in ("ClassVar", "TypeAlias") if name in text]
    head += [f"from typing import {', '.join(typing)}"] if typing else []
    bases = [base for base in ("Case", "Record") if f"({base})" in text]
    head += ["", f"from samsyn_adapter.record import {', '.join(bases)}"] if bases else []
    for source, names in interface.uses:
        used = sorted(pascal(name) for name in names if re.search(rf"\b{pascal(name)}\b", text))
        used += sorted(name for name in unsaid_defaults(text, unsaid) if name not in used)
        inside = textwrap.wrap(", ".join(used), 112, initial_indent="    ", subsequent_indent="    ")
        head += [f"from samsyn_adapter.contract.{source} import (", *inside, ")"]
    return "\n".join([*quoted(about, ""), "", *head, text.rstrip(), ""])


def unsaid_defaults(text: str, unsaid: set[str]) -> Iterator[str]:
    for name in unsaid:
        if f"= {name}NotStated()" in text and f"class {name}NotStated" not in text:
            yield f"{name}NotStated"


def generated(wit: Path) -> dict[str, str]:
    """Name and text of every generated file."""
    interfaces: list[Interface] = []
    for name in FILES:
        interfaces += Reader((wit / f"{name}.wit").read_text(encoding="utf-8")).interfaces()
    variants = [made for interface in interfaces for made in interface.definitions if made.kind == "variant"]
    unsaid = {pascal(made.name) for made in variants if any(member.name == UNSAID for member in made.members)}
    files, exported = {}, []
    for interface in (one for one in interfaces if one.definitions):
        text = module(interface, unsaid)
        files[f"{interface.name}.py"] = text
        names = re.findall(r"^(?:class )?([A-Z]\w+)(?=\(|: TypeAlias)", text, re.MULTILINE)
        exported += [f"from samsyn_adapter.contract.{interface.name} import {name} as {name}" for name in names]
    about = "Every type of the contract under one name.\n\nGenerated from the WIT by generate.py. Invariant: every type is here."
    files["__init__.py"] = "\n".join([*quoted(about, ""), "", *exported, ""])
    return files


def main() -> None:
    # In the repository the contract stands three folders up, in a project of its own beside the SDK.
    places = [HERE.parents[2] / "wit", HERE.parent / "wit"]
    wit = next((place for place in places if (place / "types.wit").is_file()), None)
    if wit is None:
        sys.exit("generate.py: no folder wit beside the SDK; run it where the contract is")
    CONTRACT.mkdir(exist_ok=True)
    for name, text in generated(wit).items():
        (CONTRACT / name).write_text(text, encoding="utf-8")
        print(f"wrote samsyn_adapter/contract/{name}")


if __name__ == "__main__":
    main()
