"""What every record of the contract has in common: its fields are checked when it is made.

A value of the wrong type would end the component without a word about where; checked here, the error points at the line of
the adapter that made the record. Not here: what a field may say (the host judges that).
Invariant: a record that exists can be handed to the host.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

__all__ = ["Case", "ContractError", "Record", "in_words"]

MOST = 2**32 - 1


class ContractError(Exception):
    """The adapter breaks a rule of the contract. Its message names the rule and the place, never a patient's data."""


Check = Callable[[Any], "str | None"]
_shapes: dict[type, list[tuple[str, Check]]] = {}


class _Checked:
    __slots__ = ()

    def __post_init__(self) -> None:
        for name, check in shape(type(self)):
            wrong = check(getattr(self, name))
            if wrong is not None:
                raise ContractError(f"{type(self).__name__}.{name}: {wrong}")


class Record(_Checked):
    """A record of the contract. It is made with named fields, and fields that a source may lack can be left out."""

    __slots__ = ()


class Case(_Checked):
    """One case of a variant of the contract, e.g. `SigningSigned` of `Signing`."""

    __slots__ = ()
    word: ClassVar[str]


def shape(record: type) -> list[tuple[str, Check]]:
    """The checks of a record's fields, made once."""
    known = _shapes.get(record)
    if known is None:
        hints = get_type_hints(record)
        known = [(one.name, _check(hints[one.name])) for one in fields(record)]
        _shapes[record] = known
    return known


def _check(of: Any) -> Check:
    origin, arguments = get_origin(of), get_args(of)
    if origin in (Union, types.UnionType):
        return _one_of(arguments)
    if origin is list:
        return _each(_check(arguments[0]))
    if of is str:
        return _text
    if of is int:
        return _number
    return _instance(of)


def _one_of(arguments: tuple[Any, ...]) -> Check:
    rest = tuple(one for one in arguments if one is not type(None))
    inner = _check(rest[0]) if len(rest) == 1 else _instance(rest)
    if len(rest) == len(arguments):
        return inner
    return lambda value: None if value is None else inner(value)


def _each(inner: Check) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, list):
            return f"expected a list, got {_name(value)}"
        for place, item in enumerate(value):
            wrong = inner(item)
            if wrong is not None:
                return f"[{place}] {wrong}"
        return None

    return check


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return f"expected str, got {_name(value)}"
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        return "the text holds half a character (a lone surrogate); read replies with Reply.json() or Reply.text()"
    return None


def _number(value: Any) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return f"expected int, got {_name(value)}"
    return None if 0 <= value <= MOST else "the number must be between 0 and 4294967295"


def _instance(of: Any) -> Check:
    names = " or ".join(one.__name__ for one in (of if isinstance(of, tuple) else (of,)))
    hint = ""
    if isinstance(of, type) and issubclass(of, Enum):
        hint = f"; write {of.__name__}.{', '.join(one.name for one in of)}"

    def check(value: Any) -> str | None:
        if isinstance(value, of):
            return None
        aside = "; make an instance of it: add ()" if isinstance(value, type) else hint
        return f"expected {names}, got {_name(value)}{aside}"

    return check


def _name(value: Any) -> str:
    return (
        "None" if value is None else f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
    )


def in_words(value: Any) -> Any:
    """A value in the contract's own words, as `expected.json` has it: names in kebab-case, absent options left out."""
    if isinstance(value, Enum):
        return value.name.lower().replace("_", "-")
    if isinstance(value, Case):
        inner = getattr(value, "value", None)
        return type(value).word if inner is None else {type(value).word: in_words(inner)}
    if isinstance(value, Record):
        named = ((one.name, getattr(value, one.name)) for one in fields(value))  # type: ignore[arg-type]
        return {name.rstrip("_").replace("_", "-"): in_words(inner) for name, inner in named if inner is not None}
    if isinstance(value, list):
        return [in_words(item) for item in value]
    if isinstance(value, Mapping):
        return {key: in_words(item) for key, item in value.items()}
    return value
