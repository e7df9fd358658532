"""Host service: HTTP to granted origins only. The adapter cannot name a host and never sees a secret.

Generated from `http.wit` by generate.py. Not here: functions; an adapter reaches them through `Ask`.
Invariant: names, order and types are those of the WIT.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, TypeAlias

from samsyn_adapter.record import Case, Record


class Method(Enum):
    """`method` of the contract."""

    GET = 0
    HEAD = 1
    POST = 2
    PUT = 3
    PATCH = 4
    DELETE = 5


@dataclass(frozen=True, slots=True)
class TargetPath(Case):
    """Path and query below the base URL bound to `origin`, beginning with `/`, e.g. `/Patient?identifier=…`.
    Refused when it holds `..`, a backslash, a control byte or an encoded slash.
    """

    word: ClassVar[str] = "path"

    value: str


@dataclass(frozen=True, slots=True)
class TargetLink(Case):
    """An absolute URL taken from a reply of this origin (e.g. a FHIR "next" link).
    Accepted only inside the base URL bound to `origin`.
    """

    word: ClassVar[str] = "link"

    value: str


Target: TypeAlias = TargetPath | TargetLink


@dataclass(frozen=True, kw_only=True, slots=True)
class Header(Record):
    """`header` of the contract."""

    name: str

    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Request(Record):
    """`request` of the contract."""

    origin: str
    """Alias from the manifest, e.g. `api`. The administrator bound it to a base URL."""

    method: Method

    target: Target

    headers: list[Header] = field(default_factory=list)
    """Allowed: `accept*`, `content-type`, `if-*`, `soapaction`, `prefer`, and `x-*`. The host writes the rest."""

    body: bytes | None = None

    credential: str | None = None
    """Name of a credential slot from the manifest that the host applies to this request."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Response(Record):
    """`response` of the contract."""

    status: int
    """Any status, 4xx and 5xx included: those are replies, not errors."""

    headers: list[Header] = field(default_factory=list)

    body: bytes
    """Decompressed. At most 4 MiB."""


class ErrorKind(Enum):
    """`error-kind` of the contract."""

    DENIED = 0
    """Not granted, or the resolved address is not permitted."""
    INVALID_REQUEST = 1
    """The request itself breaks a rule; `message` says which."""
    CREDENTIAL = 2
    """The credential slot is empty, or its token endpoint refused."""
    DNS = 3
    CONNECT = 4
    TLS = 5
    TIMEOUT = 6
    """The source did not answer within the origin's own limit."""
    DEADLINE = 7
    """The time left for the whole lookup ran out."""
    TOO_LARGE = 8
    PROTOCOL = 9
    """Not HTTP, or cut off mid-reply."""
    BUSY = 10
    """A limit on requests was reached."""
    OTHER = 11
    """Anything newer than 1.0; `code` says what."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Error(Record):
    """`error` of the contract."""

    kind: ErrorKind

    code: str
    """Stable, `[a-z0-9-]{1,64}`."""

    message: str
    """For the administrator. Names rules and aliases, never addresses or secrets."""
