"""What an adapter is: a class with a manifest and one method for each section that the manifest names.

Not here: calling it (`lookup`). Invariant: a class whose methods and manifest disagree cannot be defined, so that a
forgotten section fails the build and never a lookup.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar, cast

from samsyn_adapter.answer import Answer
from samsyn_adapter.ask import Ask
from samsyn_adapter.record import ContractError
from samsyn_adapter.sections import SECTIONS, method_of
from samsyn_adapter.source import Source

__all__ = ["Adapter"]

Prepared = TypeVar("Prepared")
SectionMethod = Callable[[Ask, Any], "Answer[Any]"]
REQUIRED = ("id", "name", "vendor", "version", "contract", "sections", "identifier_kinds")
FOLDERS_UP = 3


class Adapter(Generic[Prepared]):
    """Derive from this. For each section of the manifest write a method of its name, `care-limits` as `care_limits`:

        def services(self, ask: Ask, prepared: Visits) -> Answer[Service]: ...

    Only the sections that are asked for are called. `prepare` runs first and does what they share; what it returns is
    handed to each of them. A new object is made for every lookup.
    """

    manifest: ClassVar[str | Mapping[str, Any]] = "manifest.json"
    """The manifest, or the name of its file: looked for beside the file of the class and in the folders above it."""

    described: ClassVar[Mapping[str, Any]] = {}
    """The manifest as it was read."""

    def __init_subclass__(cls, abstract: bool = False, **more: Any) -> None:
        super().__init_subclass__(**more)
        if not abstract:
            cls.described = _read_manifest(cls)
            _check_methods(cls, _sections(cls.described))

    def prepare(self, ask: Ask) -> Prepared:
        """What the sections share, e.g. one fetch. Raise a `Problem` here when nothing at all can be answered."""
        return cast(Prepared, None)

    def check(self, source: Source) -> str:
        """A connectivity test that an administrator can press. It reads no patient. Returns a sentence, e.g. `svarar,
        version 4.0.1`; raises a `Problem` otherwise. Leave it out when the source has nothing to ask without a patient."""
        raise NotImplementedError

    @classmethod
    def has_check(cls) -> bool:
        """Whether `check` was written."""
        return cls.check is not Adapter.check

    def method(self, section: str) -> SectionMethod | None:
        """The method that answers a section; none when the adapter never has it."""
        if section not in _sections(self.described):
            return None
        return cast("SectionMethod", getattr(self, method_of(section)))


def _read_manifest(cls: type[Adapter[Any]]) -> Mapping[str, Any]:
    written = cls.manifest
    if isinstance(written, str):
        file = _find(cls, written)
        try:
            written = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ContractError(f"{file.name} is not JSON: {error}") from None
    if not isinstance(written, Mapping):
        raise ContractError(f"the manifest of {cls.__name__} is no object; it follows wit/manifest.schema.json")
    absent = [key for key in REQUIRED if key not in written]
    if absent:
        raise ContractError(f"the manifest of {cls.__name__} lacks {', '.join(absent)}; see wit/manifest.schema.json")
    return written


def _find(cls: type[Adapter[Any]], name: str) -> Path:
    start = Path(inspect.getfile(cls)).resolve().parent
    places = [start, *start.parents][: FOLDERS_UP + 1]
    for place in places:
        if (place / name).is_file():
            return place / name
    raise ContractError(f"no {name} beside {Path(inspect.getfile(cls)).name} or in the {FOLDERS_UP} folders above it")


def _sections(manifest: Mapping[str, Any]) -> list[str]:
    sections = manifest["sections"]
    if not isinstance(sections, list) or not all(isinstance(name, str) for name in sections):
        raise ContractError('`sections` of the manifest is a list of names, e.g. ["services", "contacts"]')
    return sections


def _check_methods(cls: type[Adapter[Any]], sections: list[str]) -> None:
    for section in sections:
        if section not in SECTIONS:
            raise ContractError(f"the manifest names the section `{section}`; the contract has {', '.join(SECTIONS)}")
        name = method_of(section)
        method = getattr(cls, name, None)
        wanted = f"def {name}(self, ask: Ask, prepared) -> Answer[{_entries(section)}]"
        if not callable(method):
            raise ContractError(
                f"the manifest names the section `{section}`, and {cls.__name__} has no method for it; "
                f"write `{wanted}`, or take the section out of the manifest"
            )
        if not _takes_two(method):
            raise ContractError(f"{cls.__name__}.{name} takes other arguments than `{wanted}`")
    for section in SECTIONS:
        if section not in sections and callable(getattr(cls, method_of(section), None)):
            raise ContractError(
                f"{cls.__name__}.{method_of(section)} answers the section `{section}`, which the manifest does not name; "
                "it would never be asked: add the section to the manifest, or rename the method"
            )


def _entries(section: str) -> str:
    return " | ".join(entry.__name__ for entry in SECTIONS[section].values())


def _takes_two(method: Callable[..., Any]) -> bool:
    try:
        inspect.signature(method).bind(None, None, None)
    except TypeError:
        return False
    return True
