"""Looks through an adapter's sources for what cannot work in a component, before one is built.

In a component a clock, a file or a socket is not forbidden by Python but missing below it, and using one ends the lookup
without a word. Not here: rules of the contract (those are checked where they are broken).
Invariant: each finding has file and line, says what is wrong, and what to write instead.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from samsyn_adapter.absent import CALLS, LATE, MODULES, PRINT

__all__ = ["scan"]


def scan(folder: Path) -> Iterator[str]:
    """Findings in every Python file of a folder, as `src/adapter.py:12: …`."""
    for file in sorted(folder.rglob("*.py")):
        name = file.relative_to(folder.parent).as_posix()
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except SyntaxError as error:
            yield f"{name}:{error.lineno}: {error.msg}"
            continue
        for line, text in sorted(_findings(tree)):
            yield f"{name}:{line}: {text}"


def _findings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "print":
                yield node.lineno, PRINT
            for name, text in CALLS.items():
                if called == name or ("." in name and called.endswith(f".{name}")):
                    yield node.lineno, f"{called}(): {text}"
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for name in _imported(node):
                why = next((MODULES[known] for known in MODULES if name == known or name.startswith(f"{known}.")), None)
                if why is not None:
                    yield node.lineno, f"import of {name}: {why}"
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for inner in ast.walk(node):
                if isinstance(inner, (ast.Import, ast.ImportFrom)):
                    yield inner.lineno, f"import inside {node.name}(): {LATE}"


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    module = node.module or ""
    return [module, *(f"{module}.{one.name}" for one in node.names)] if node.level == 0 else []
