"""One lookup: prepare, then each section in turn, its entries and its one status.

Not here: what the adapter says (`answer`), how the host is reached (`sandbox`, `rehearsal`).
Invariant: every requested section gets exactly one status or the lookup ends in a typed failure, and an error in one
section takes nothing from the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from samsyn_adapter.adapter import Adapter, SectionMethod
from samsyn_adapter.answer import Answer, unavailable, unsupported
from samsyn_adapter.ask import Ask
from samsyn_adapter.contract import Failure, FailureKind, Query
from samsyn_adapter.host import Host
from samsyn_adapter.problem import Problem
from samsyn_adapter.record import ContractError
from samsyn_adapter.sections import SECTIONS, method_of
from samsyn_adapter.source import Source
from samsyn_adapter.trace import described, named

__all__ = ["Failed", "check", "lookup"]

# What one call hands over is bounded by the host.
IN_ONE_CALL = 200
UNCAUGHT = "uncaught"
Caught = (Exception, SystemExit)


class Failed(Exception):
    """The lookup failed as a whole."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def lookup(adapter: Adapter[Any], host: Host, query: Query) -> None:
    """Answers the query through the host, or raises `Failed`."""
    ask = Ask(host, query)
    try:
        prepared = adapter.prepare(ask)
    except Problem as problem:
        raise Failed(problem.failure) from problem
    except Caught as error:
        raise Failed(_uncaught(host, error, query)) from error
    for section in query.sections:
        answer = _answered(adapter, section, ask, prepared)
        _push(host, section, answer.entries)
        host.status(section, answer.status)


def check(adapter: Adapter[Any], host: Host) -> str:
    """The adapter's connectivity test, or raises `Failed`."""
    try:
        return adapter.check(Source(host, "sv"))
    except Problem as problem:
        raise Failed(problem.failure) from problem
    except Caught as error:
        raise Failed(_uncaught(host, error, None)) from error


def _uncaught(host: Host, error: BaseException, query: Query | None) -> Failure:
    host.uncaught(error)
    message = f"uncaught {described(error, query)}"
    Source(host, "sv").log.error(message)
    return Failure(kind=FailureKind.INTERNAL, code=UNCAUGHT, message=message)


def _answered(adapter: Adapter[Any], section: str, ask: Ask, prepared: Any) -> Answer[Any]:
    """The section's answer; whatever goes wrong in it stays in it."""
    host, method = ask._host, adapter.method(section)
    if method is None:
        return unsupported()
    try:
        answer = method(ask, prepared)
        _check(section, method, answer)
        return answer
    except Problem as problem:
        ask.log.warn(f"section {section}: {problem.code}: {problem.message}")
        return unavailable(problem.text)
    except Caught as error:
        host.uncaught(error)
        ask.log.error(f"section {section}: uncaught {described(error, ask.query)}")
        return unavailable(ask.text("ett fel i anslutningen till källan", "an error in the connection to the source"))


def _check(section: str, method: SectionMethod, answer: Any) -> None:
    code = getattr(method, "__code__", None)
    where = f"{method_of(section)}() ({named(code.co_filename)}:{code.co_firstlineno})" if code else section
    if not isinstance(answer, Answer):
        raise ContractError(
            f"{where} returned {type(answer).__name__} instead of an Answer; return complete(…), partial(…), answer(…), "
            "unavailable(…), stated_none(), nothing_held() or unsupported()"
        )
    entries = tuple(SECTIONS[section].values())
    for entry in answer.entries:
        if not isinstance(entry, entries):
            names = " or ".join(one.__name__ for one in entries)
            raise ContractError(f"{where} gave a {type(entry).__name__}; the entries of `{section}` are {names}")
    if section == "person" and len(answer.entries) > 1:
        raise ContractError(f"{where} gave {len(answer.entries)} persons; there is at most one per lookup")


def _push(host: Host, section: str, entries: Sequence[Any]) -> None:
    for sink, record in SECTIONS[section].items():
        fitting = [entry for entry in entries if isinstance(entry, record)]
        for start in range(0, len(fitting), IN_ONE_CALL):
            host.push(sink, fitting[start : start + IN_ONE_CALL])
