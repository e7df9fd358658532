"""A reply of the source, and reading it as JSON, text, a table or XML.

Not here: what the content means. Invariant: a reply that cannot be read is a `Problem` that names the place and never the
content, and no text that comes out of here would be refused by the host for its characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from samsyn_adapter.contract import Header, Response
from samsyn_adapter.encoding import NotText, decoded, whole_characters
from samsyn_adapter.markup import Element, NotMarkup, parse
from samsyn_adapter.problem import Problem
from samsyn_adapter.table import Table

__all__ = ["Reply"]

DEEPEST = 100
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
SQUARE = bytes.maketrans(b"{}", b"[]")


class Reply:
    """What the source replied."""

    __slots__ = ("body", "headers", "language", "status")

    def __init__(self, response: Response, language: str) -> None:
        self.status: int = response.status
        self.headers: list[Header] = response.headers
        self.body: bytes = response.body
        self.language = language

    def header(self, name: str) -> str | None:
        """A header, by name in any case."""
        return next((one.value for one in self.headers if one.name.lower() == name.lower()), None)

    def text(self, *encodings: str) -> str:
        """The body as text: by the first of these encodings that fits it, UTF-8 unless said."""
        try:
            return decoded(self.body, encodings or ("utf-8",))
        except NotText as error:
            self._malformed("not-text", str(error), error)

    def json(self) -> Any:
        """The body as JSON. Numbers that JSON does not have (`NaN`) and depth without reason are refused."""
        if _too_deep(self.body) and _too_deep(STRINGS.sub(b"", self.body)):
            self._malformed("not-json", "JSON that is too deep", None)
        try:
            value = json.loads(decoded(self.body, ("utf-8",)), parse_constant=_no_number)
        except NotText as error:
            self._malformed("not-json", str(error), error)
        except json.JSONDecodeError as error:
            self._malformed("not-json", f"not JSON at line {error.lineno}, column {error.colno}", error)
        except ValueError as error:
            self._malformed("not-json", "JSON with a number out of range", error)
        # An escape may spell half a character, which JSON lets pass and the host does not.
        return whole_characters(value) if b"\\ud" in self.body or b"\\uD" in self.body else value

    def object(self) -> dict[str, Any]:
        """The body as one JSON object."""
        value = self.json()
        if not isinstance(value, dict):
            self._malformed("not-an-object", "JSON that is no object", None)
        return value

    def table(
        self, *, delimiter: str | None = None, encodings: Sequence[str] = ("utf-8",), required: Sequence[str] = ()
    ) -> Table:
        """The body as CSV with a header row that has the required columns."""
        return Table(self.text(*encodings), language=self.language, delimiter=delimiter, required=required)

    def xml(self) -> Element:
        """The body as XML, read strictly: no document type, no entities of its own."""
        try:
            return parse(self.body)
        except NotMarkup as error:
            self._malformed("not-xml", str(error), error)

    def _malformed(self, code: str, what: str, error: Exception | None) -> NoReturn:
        raise Problem.malformed(self.language, code, what) from error


def _no_number(_: str) -> NoReturn:
    raise ValueError("not a number of JSON")


def _too_deep(body: bytes) -> bool:
    """Whether brackets stand deeper than any reply needs: Python's reader would run out of stack, which nobody can
    catch. Each pass takes the innermost pairs away; texts with brackets hide that, so the caller asks again without."""
    left = body.translate(SQUARE, NOT_BRACKETS)
    for _ in range(DEEPEST):
        shorter = left.replace(b"[]", b"")
        if len(shorter) == len(left):
            # What cannot be paired is not JSON, unless it is deep as well.
            return len(left) > DEEPEST
        left = shorter
    return bool(left)
