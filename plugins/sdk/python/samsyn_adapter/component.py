"""The exports of a component, made from an adapter's class.

Only the entry that `building` writes imports this. Not here: the lookup itself (`lookup`).
Invariant: no exception leaves an export but the contract's own failure.
"""

from __future__ import annotations

import gc
import json
from datetime import datetime
from typing import Any

from samsyn_adapter import contract
from samsyn_adapter.adapter import Adapter
from samsyn_adapter.lookup import Failed, check, lookup
from samsyn_adapter.record import Case, Record, shape
from samsyn_adapter.sandbox import Sandbox, close, failed, query
from samsyn_adapter.trace import described, set_roots

__all__ = ["exported"]


def exported(adapter: type[Adapter[Any]], roots: dict[str, str]) -> tuple[type, type]:
    """The classes `Adapter` and `Selftest` that the contract's exports are taken from. `roots` says what the folders were
    called that the files of the adapter lie in, for messages."""
    set_roots(roots)
    manifest = json.dumps(adapter.described, ensure_ascii=False)
    _warm()

    class Exported:
        def describe(self) -> str:
            return manifest

        def lookup(self, given: Any) -> None:
            _run(lambda host: lookup(adapter(), host, query(given)))

    class Selftest:
        def check(self) -> str:
            told: str = _run(lambda host: check(adapter(), host))
            return told

    return Exported, Selftest


def _run(call: Any) -> Any:
    close()
    try:
        return call(Sandbox())
    except Failed as error:
        raise failed(error.failure) from None
    except Exception as error:
        message = f"uncaught {described(error)}"
        raise failed(contract.Failure(kind=contract.FailureKind.INTERNAL, code="uncaught", message=message)) from None


def _warm() -> None:
    """Does now, when the component is built, what would be done anew in each lookup."""
    for name in dir(contract):
        one = getattr(contract, name)
        if isinstance(one, type) and issubclass(one, (Case, Record)) and one not in (Case, Record):
            shape(one)
    # Python loads the module that reads times by a pattern when it is first wanted.
    datetime.strptime("2026", "%Y")
    # An instance lives for one lookup, so that there is nothing to collect.
    gc.collect()
    gc.disable()
    gc.freeze()
