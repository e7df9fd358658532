"""A host for `python -m unittest` on the desk: replies come from a function, and what was pushed is kept.

Not here: the host's own rules and limits, which `samsyn adapter test` runs an adapter under; cases (`cases`).
Invariant: what is kept is exactly what was pushed, in order.
"""

from __future__ import annotations

import hashlib
import hmac
import json as encoding
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from samsyn_adapter.adapter import Adapter
from samsyn_adapter.answer import Answer
from samsyn_adapter.contract import (
    Error,
    ErrorKind,
    Failure,
    Header,
    Identifier,
    Level,
    Organisation,
    Query,
    Request,
    Response,
    SectionStatus,
    Viewer,
)
from samsyn_adapter.lookup import Failed, check, lookup
from samsyn_adapter.record import in_words
from samsyn_adapter.sections import SECTIONS

__all__ = ["Rehearsal", "error", "query", "rehearse", "reply"]

PERSONAL_NUMBER = "urn:oid:1.2.752.129.2.1.3.1"
Answering = Callable[[Request], "Response | Error"]


class Rehearsal:
    """One lookup on the desk."""

    def __init__(
        self,
        answering: Answering,
        settings: Mapping[str, str] | None = None,
        secrets: Mapping[str, bytes] | None = None,
    ) -> None:
        self._answering = answering
        self._settings = dict(settings or {})
        self._secrets = dict(secrets or {})
        self.requests: list[Request] = []
        """Every request, in order."""
        self.pushed: list[tuple[str, Any]] = []
        """Every entry with its function of `sink`, in order."""
        self.statuses: list[tuple[str, SectionStatus]] = []
        self.lines: list[tuple[Level, str]] = []
        """Every line of the log."""
        self.failure: Failure | None = None
        """The failure of the whole lookup."""
        self.errors: list[BaseException] = []
        """Errors that nobody caught. Each is printed with all of its trace, too."""

    def send(self, request: Request) -> Response | Error:
        self.requests.append(request)
        return self._answering(request)

    def send_all(self, requests: list[Request]) -> list[Response | Error]:
        return [self.send(request) for request in requests]

    def setting(self, key: str) -> str | None:
        return self._settings.get(key)

    def hmac_sha256(self, slot: str, data: bytes) -> bytes | str:
        secret = self._secrets.get(slot)
        return f"slot {slot} holds no secret" if secret is None else hmac.new(secret, data, hashlib.sha256).digest()

    def log(self, level: Level, message: str) -> None:
        self.lines.append((level, message))

    def push(self, sink: str, entries: Sequence[Any]) -> None:
        self.pushed += [(sink, entry) for entry in entries]

    def status(self, section: str, status: SectionStatus) -> None:
        self.statuses.append((section, status))

    def uncaught(self, error: BaseException) -> None:
        self.errors.append(error)
        traceback.print_exception(error, file=sys.stderr)

    def run(self, adapter: Adapter[Any], query: Query) -> Rehearsal:
        """Runs one lookup."""
        try:
            lookup(adapter, self, query)
        except Failed as failed:
            self.failure = failed.failure
        return self

    def check(self, adapter: Adapter[Any]) -> str | Failure:
        """Runs the connectivity test."""
        try:
            return check(adapter, self)
        except Failed as failed:
            return failed.failure

    def entries(self, section: str) -> list[Any]:
        """What was pushed for a section."""
        return [entry for sink, entry in self.pushed if sink in SECTIONS[section]]

    def status_of(self, section: str) -> Any:
        """The status of a section in the contract's words: `"complete"`, `{"partial": "…"}`; none without exactly one."""
        found = [status for name, status in self.statuses if name == section]
        return in_words(found[0]) if len(found) == 1 else None

    def answered(self, section: str) -> Answer[Any] | None:
        """Entries and status of a section together."""
        found = [status for name, status in self.statuses if name == section]
        return Answer(self.entries(section), found[0]) if len(found) == 1 else None

    def in_words(self) -> dict[str, Any]:
        """All of it as `expected.json` has it."""
        sections: dict[str, dict[str, Any]] = {name: {"status": in_words(status)} for name, status in self.statuses}
        for section in SECTIONS:
            for sink, entry in self.pushed:
                if sink in SECTIONS[section]:
                    more = {"sink": sink} if len(SECTIONS[section]) > 1 else {}
                    sections.setdefault(section, {}).setdefault("entries", []).append(in_words(entry) | more)
        failure = self.failure
        told = failure and {"kind": in_words(failure.kind), "code": failure.code, "message": failure.message}
        return {"failure": told, "sections": sections}


def rehearse(
    adapter: Adapter[Any],
    query: Query,
    answering: Answering,
    settings: Mapping[str, str] | None = None,
    secrets: Mapping[str, bytes] | None = None,
) -> Rehearsal:
    """Runs one lookup and gives what came of it."""
    return Rehearsal(answering, settings, secrets).run(adapter, query)


def query(
    *sections: str,
    person: str = "191212121212",
    system: str = PERSONAL_NUMBER,
    now: str = "2026-11-20T09:30:00+01:00",
    language: str = "sv",
) -> Query:
    """A question about one person at a fixed moment."""
    named = Organisation(id="SE2321000016-0000", name="Exempelregionen")
    viewer = Viewer(
        user_id="SE2321000016-KIT1",
        name="Karin Kitt",
        role="leg. sjuksköterska",
        assignment="SE2321000016-UPPDRAG1",
        care_provider=named,
        care_unit=Organisation(id="SE2321000016-0001", name="Exempelenheten"),
        purpose="Vård och behandling",
    )
    return Query(
        identifiers=[Identifier(system=system, value=person)],
        sections=list(sections),
        now=now,
        language=language,
        budget_ms=8000,
        viewer=viewer,
    )


def reply(
    status: int = 200, *, body: bytes | str = b"", json: Any = None, headers: Mapping[str, str] | None = None
) -> Response:
    """A reply of the source."""
    if json is not None:
        body = encoding.dumps(json, ensure_ascii=False)
    return Response(
        status=status,
        headers=[Header(name=name, value=value) for name, value in (headers or {}).items()],
        body=body.encode() if isinstance(body, str) else body,
    )


def error(kind: str = "connect") -> Error:
    """No reply, in the contract's words: `connect`, `timeout`, `too-large` …"""
    return Error(kind=ErrorKind[kind.upper().replace("-", "_")], code=kind, message="as the test says")
