"""Small, strict XML: elements with their names, attributes and text.

A document type is refused, and with it entities of one's own, which is how a small file grows without end or reaches for
others. Not here: schemas, comments, processing instructions. Invariant: depth and number of elements are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from samsyn_adapter.encoding import ENCODINGS, NotText, decoded

__all__ = ["Element", "NotMarkup", "parse"]

DEEPEST = 100
MOST = 200_000
DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


class NotMarkup(Exception):
    """The bytes are not XML that is read here."""


class Element:
    """One element. Namespaces are kept apart from names, so that a prefix makes no difference."""

    __slots__ = ("attributes", "children", "name", "namespace", "pieces")

    def __init__(self, qualified: str, attributes: dict[str, str]) -> None:
        namespace, _, name = qualified.rpartition(" ")
        self.name = name
        self.namespace = namespace
        self.attributes = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        self.children: list[Element] = []
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        """Its own text without that of its children, trimmed."""
        return "".join(self.pieces).strip()

    def all(self, name: str) -> Iterator[Element]:
        """Children of this name, in order."""
        return (child for child in self.children if child.name == name)

    def child(self, name: str) -> Element | None:
        """The first child of this name."""
        return next(self.all(name), None)

    def text_of(self, *path: str) -> str | None:
        """The text at the end of a path of names; none when it is absent or blank."""
        at: Element | None = self
        for name in path:
            at = at.child(name) if at is not None else None
        return (at.text or None) if at is not None else None


def parse(body: bytes) -> Element:
    """The root element."""
    parser = expat.ParserCreate("utf-8", " ")
    open_elements: list[Element] = []
    roots: list[Element] = []
    count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST or len(open_elements) >= DEEPEST:
            raise NotMarkup("XML with too many elements, or too deep")
        element = Element(name, attributes)
        (open_elements[-1].children if open_elements else roots).append(element)
        open_elements.append(element)

    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: open_elements.pop() and None
    parser.CharacterDataHandler = lambda text: open_elements[-1].pieces.append(text)
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(_text(body), True)
    except expat.ExpatError as error:
        raise NotMarkup(f"not XML at line {error.lineno}, column {error.offset + 1}") from None
    return roots[0]


def _refuse_document_type(*_: object) -> NoReturn:
    raise NotMarkup("XML with a document type (DTD), which is refused")


def _text(body: bytes) -> str:
    declared = DECLARED.match(body)
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if encoding not in ENCODINGS:
        raise NotMarkup("XML in an encoding that is not read here")
    try:
        return decoded(body, (encoding,))
    except NotText:
        raise NotMarkup("XML that is not in the encoding it declares") from None
