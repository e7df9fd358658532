"""Words for an error that nobody caught: its type, where it happened, and its text when that cannot hold patient data.

Many errors quote what they stumbled over (`KeyError: 'Tolvan Tolvansson'`), and these words go to an administrator's log.
So the text is kept only for types that name code, and never with an identifier of the query in it.
Not here: what becomes of the lookup (`lookup`). Invariant: nothing of a reply comes out of here.
"""

from __future__ import annotations

import re
from types import TracebackType

from samsyn_adapter.contract import Query
from samsyn_adapter.record import ContractError

__all__ = ["described", "named", "place", "set_roots"]

NAMES_CODE = (
    ContractError, AttributeError, ImportError, MemoryError, NameError, NotImplementedError, RecursionError, TypeError,
    ZeroDivisionError,
)  # fmt: skip
LONG_NUMBER = re.compile(r"\d[\d +-]{4,}\d")
LONGEST = 300
_roots: dict[str, str] = {}


def set_roots(roots: dict[str, str]) -> None:
    """In a component files stand under other folders; this says what they were called."""
    _roots.update(roots)


def described(error: BaseException, query: Query | None = None) -> str:
    """E.g. `TypeError: can only concatenate str at src/adapter.py:41`."""
    words = f"{type(error).__name__}{_safe_text(error, query)}"
    where = place(error.__traceback__)
    if isinstance(error, ContractError) and "samsyn_adapter/" in where:
        # A rule broken by what a method returned: the message itself says which method.
        where = ""
    return f"{words} at {where}" if where else words


def _safe_text(error: BaseException, query: Query | None) -> str:
    # An unknown encoding is named; a key that was not found is not.
    if not isinstance(error, NAMES_CODE) and type(error) is not LookupError:
        return ""
    text = " ".join(str(error).split())[:LONGEST]
    known = [one.value for one in query.identifiers] if query is not None else []
    if not text or LONG_NUMBER.search(text) or any(value in text for value in known if value):
        return ""
    return f": {text}"


def place(trace: TracebackType | None) -> str:
    """File and line of the innermost frame that is the adapter's own, otherwise of the innermost of all."""
    own, last = "", ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        last = f"{named(file)}:{trace.tb_lineno}"
        if "samsyn_adapter/" not in file.replace("\\", "/") and not _is_library(file):
            own = last
        trace = trace.tb_next
    return own or last


def named(file: str) -> str:
    """A file as the developer knows it."""
    file = file.replace("\\", "/")
    for root, name in _roots.items():
        if file.startswith(root):
            return name + file.removeprefix(root)
    # On the desk a whole path says where somebody's home is; the last two parts say enough.
    return "/".join(file.split("/")[-2:])


def _is_library(file: str) -> bool:
    return file.startswith(("<", "/python/", "/bundled/", "/world/")) or "/lib/python3" in file
