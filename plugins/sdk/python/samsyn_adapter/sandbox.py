"""The real host, through the contract's imports, and what keeps Python honest where there is no system below it.

Only the entry that `building` writes imports this: `wit_world` exists in a component and nowhere else. Variants of the SDK
are exchanged for generated ones here; records and enums pass as they are, since only their fields are looked at.
Not here: what is pushed and when (`lookup`). Invariant: nothing an adapter does ends in a bare trap if Python can say why.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import fields
from importlib.abc import MetaPathFinder
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

from componentize_py_types import Err  # type: ignore[import-not-found]
from wit_world.imports import http, keys, log, settings, sink, types  # type: ignore[import-not-found]

from samsyn_adapter import contract
from samsyn_adapter.absent import CALLS, LATE, PRINT
from samsyn_adapter.contract import Error, ErrorKind, Header, Level, Request, Response, SectionStatus
from samsyn_adapter.record import Case, ContractError, Record, shape

__all__ = ["Sandbox", "close"]


class Sandbox:
    """The host of a component."""

    def send(self, request: Request) -> Response | Error:
        try:
            return _response(http.send(_lowered(request)))
        except Err as error:
            return _error(error.value)

    def send_all(self, requests: list[Request]) -> list[Response | Error]:
        sent = http.send_all([_lowered(request) for request in requests])
        return [_error(one.value) if isinstance(one, Err) else _response(one.value) for one in sent]

    def setting(self, key: str) -> str | None:
        found: str | None = settings.get(key)
        return found

    def hmac_sha256(self, slot: str, data: bytes) -> bytes | str:
        try:
            made: bytes = keys.hmac_sha256(slot, data)
            return made
        except Err as error:
            return str(error.value)

    def log(self, level: Level, message: str) -> None:
        log.log(level, message.encode("utf-8", "replace").decode())

    def push(self, function: str, entries: Sequence[Any]) -> None:
        call = getattr(sink, function.replace("-", "_"))
        lowered = [_lowered(entry) for entry in entries]
        if function == "person":
            for one in lowered:
                call(one)
        else:
            call(lowered)

    def status(self, section: str, status: SectionStatus) -> None:
        sink.status(section, _lowered(status))

    def uncaught(self, error: BaseException) -> None:
        """The log line is all there is here."""


def failed(failure: contract.Failure) -> Exception:
    """What the export raises for a failure."""
    raised: Exception = Err(failure)
    return raised


def query(given: Any) -> contract.Query:
    """The query as the SDK's record."""
    viewer = given.viewer
    return contract.Query(
        identifiers=[contract.Identifier(system=one.system, value=one.value) for one in given.identifiers],
        sections=list(given.sections),
        since=given.since,
        now=given.now,
        language=given.language,
        budget_ms=given.budget_ms,
        viewer=viewer
        and contract.Viewer(
            user_id=viewer.user_id,
            name=viewer.name,
            role=viewer.role,
            assignment=viewer.assignment,
            care_provider=_organisation(viewer.care_provider),
            care_unit=viewer.care_unit and _organisation(viewer.care_unit),
            purpose=viewer.purpose,
        ),
        extensions=[contract.Extension(key=one.key, value=one.value) for one in given.extensions],
    )


def _organisation(given: Any) -> contract.Organisation:
    return contract.Organisation(id=given.id, name=given.name)


def _response(given: Any) -> Response:
    headers = [Header(name=one.name, value=one.value) for one in given.headers]
    return Response(status=given.status, headers=headers, body=given.body)


def _error(given: Any) -> Error:
    return Error(kind=ErrorKind(given.kind.value), code=given.code, message=given.message)


_generated: dict[type, Any] = {}
_holding: dict[type, tuple[list[str], list[str]]] = {}


def _lowered(value: Any) -> Any:
    """The value with generated variants in place of the SDK's."""
    if isinstance(value, Case):
        made = _variant(type(value))
        return made(_lowered(value.value)) if shape(type(value)) else made()  # type: ignore[attr-defined]
    if not isinstance(value, Record):
        return value
    names, variants = _parts(type(value))
    if not variants:
        return value
    twin = SimpleNamespace(**{name: getattr(value, name) for name in names})
    for name in variants:
        setattr(twin, name, _lowered(getattr(value, name)))
    return twin


def _variant(case: type[Case]) -> Any:
    """`SigningUnsigned` is generated as `Signing_Unsigned`."""
    known = _generated.get(case)
    if known is None:
        ending = "".join(part.capitalize() for part in case.word.split("-"))
        name = f"{case.__name__.removesuffix(ending)}_{ending}"
        known = next(getattr(one, name) for one in (types, sink, http) if hasattr(one, name))
        _generated[case] = known
    return known


def _parts(record: type) -> tuple[list[str], list[str]]:
    """Fields of a record that stay, and those that are or hold variants: `signing`, `life`, `target`, `provenance`."""
    known = _holding.get(record)
    if known is None:
        names = [one.name for one in fields(record)]
        variants = [name for name in names if name in ("signing", "life", "target", "provenance")]
        known = ([name for name in names if name not in variants], variants)
        _holding[record] = known
    return known


class _Nowhere:
    """`print` has nowhere to print to."""

    encoding = "utf-8"
    told = False

    def write(self, text: str) -> int:
        if not _Nowhere.told:
            _Nowhere.told = True
            log.log(Level.WARN, PRINT)
        return len(text)

    def flush(self) -> None:
        """Nothing is kept."""


class _NoMoreModules(MetaPathFinder):
    """There are no files: a module that was not loaded when the component was built cannot be loaded any more."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> NoReturn:
        raise ModuleNotFoundError(f"module {name} was not loaded when the component was built; {LATE}")


def close() -> None:
    """Called at the start of every call: what would trap from here on says what it is instead."""
    if any(isinstance(finder, _NoMoreModules) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _NoMoreModules())
    sys.stdout = sys.stderr = _Nowhere()
    builtins = sys.modules["builtins"]
    for name, text in CALLS.items():
        module, _, function = name.rpartition(".")
        # Classes written in C cannot be changed; the build's scan finds those in the sources.
        holder = sys.modules.get(module) if module else builtins
        if isinstance(holder, ModuleType) and hasattr(holder, function):
            setattr(holder, function, _refusal(name, text))


def _refusal(name: str, text: str) -> Any:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise ContractError(f"{name}(): {text}")

    return refuse
