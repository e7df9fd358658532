"""Builds an adapter into one WebAssembly component that imports nothing but the contract.

Called from a project's `build.py`. It looks through the sources, loads the adapter here so that mistakes are told with
file and line, and then lets componentize-py do the rest. Not here: whether a portal admits it (`samsyn adapter check`).
Invariant: what goes into the component is copied to one folder first, so that no path of this machine is in it.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

from samsyn_adapter.adapter import Adapter
from samsyn_adapter.record import ContractError
from samsyn_adapter.scan import scan
from samsyn_adapter.trace import place

__all__ = ["build"]

TOOL = "componentize-py"
TOOL_VERSION = "0.25.1"
SDK = Path(__file__).resolve().parent
# componentize-py mounts its folders as /0, /1 … in the order they are given.
FOLDERS = ("entry", "src", "sdk")
ENTRY = '''"""Written by the build: what the component's exports are taken from."""

from {module} import {name} as Given

from samsyn_adapter.component import exported

Adapter, Selftest = exported(Given, {roots!r})
'''


def build(adapter: str, component: str, *, wit: str = "wit", src: str = "src", root: str | Path = ".") -> None:
    """Builds `adapter`, written `module:Class`, into the file `component`. Paths are relative to `root`, the folder of the
    project. Ends the program with a message when something is wrong."""
    folder = Path(root).resolve()
    module, _, name = adapter.partition(":")
    sources = folder / src
    _check_tool()
    findings = list(scan(sources))
    if findings:
        _stop("cannot work in a component", *findings)
    made = _load(sources, module, name)
    with tempfile.TemporaryDirectory() as stage:
        _stage(Path(stage), sources, made, module, name)
        world = "producer-with-selftest" if made.has_check() else "producer"
        target = folder / component
        target.parent.mkdir(parents=True, exist_ok=True)
        _componentize(Path(stage), folder / wit, world, target)
    print(f"built {component}: {target.stat().st_size / 1_000_000:.1f} MB")


def _check_tool() -> None:
    try:
        found = metadata.version(TOOL)
    except metadata.PackageNotFoundError:
        found = "none"
    if found != TOOL_VERSION:
        _stop(
            f"{TOOL} {TOOL_VERSION} is needed, found {found}",
            "what to do: python -m pip install -r requirements.txt (best in a virtual environment: python -m venv .venv)",
        )


def _load(sources: Path, module: str, name: str) -> type[Adapter[Any]]:
    sys.path.insert(0, str(sources))
    try:
        made = getattr(importlib.import_module(module), name, None)
    except ContractError as error:
        _stop(f"{place(error.__traceback__)}: {error}")
    except Exception:
        _stop(f"{module} could not be loaded", traceback.format_exc(limit=-3).rstrip())
    if not (isinstance(made, type) and issubclass(made, Adapter)):
        _stop(f"{module}.py has no class {name} derived from samsyn_adapter.Adapter", "what to do: correct build.py")
    return made


def _stage(stage: Path, sources: Path, made: type[Adapter[Any]], module: str, name: str) -> None:
    made_here = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
    shutil.copytree(sources, stage / "src", ignore=made_here)
    shutil.copytree(SDK, stage / "sdk" / SDK.name, ignore=made_here)
    if isinstance(made.manifest, str):
        manifest = next(up / made.manifest for up in (sources, *sources.parents) if (up / made.manifest).is_file())
        shutil.copy(manifest, stage / "src" / made.manifest)
    roots = {f"/{place}/": f"{folder}/" for place, folder in enumerate(FOLDERS)}
    (stage / "entry").mkdir()
    (stage / "entry" / "samsyn_entry.py").write_text(
        ENTRY.format(module=module, name=name, roots=roots), encoding="utf-8"
    )


def _componentize(stage: Path, wit: Path, world: str, target: Path) -> None:
    tool = [sys.executable, "-c", "from componentize_py import script; script()"]
    asked = ["-d", str(wit), "-w", world, "componentize", "samsyn_entry", "--stub-wasi", "-o", str(target)]
    for folder in FOLDERS:
        asked += ["-p", folder]
    # The folders of a virtual environment would be searched for libraries, and the seed of a set's order would be drawn.
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"} | {"PYTHONHASHSEED": "0"}
    done = subprocess.run(tool + asked, cwd=stage, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        target.unlink(missing_ok=True)
        said = done.stderr.partition("\nStack backtrace:")[0].strip() or done.stdout.strip()
        _stop(f"{TOOL} failed", said)


def _stop(what: str, *more: str) -> NoReturn:
    sys.exit("\n".join([f"build: {what}", *(f"  {line}" for text in more for line in text.splitlines())]))
