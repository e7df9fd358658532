"""The cases of a project, played on the desk: the same folders that `samsyn adapter test` plays on the real host.

Not here: variations, limits and everything else the host judges; that is what the real host is for.
Invariant: a request that no exchange answers, and an exchange that is never asked for, fail the case.
"""

from __future__ import annotations

import json
import tomllib
import unittest
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from samsyn_adapter.adapter import Adapter
from samsyn_adapter.contract import Error, Query, Request, Response, TargetLink
from samsyn_adapter.rehearsal import Rehearsal, error, query, reply

__all__ = ["Case", "check_cases"]


class Case:
    """One case: `query.json`, `exchanges.jsonl`, `expected.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: dict[str, Any] = json.loads((folder / "query.json").read_text(encoding="utf-8"))
        lines = (folder / "exchanges.jsonl").read_text(encoding="utf-8").splitlines()
        self.exchanges = [json.loads(line) for line in lines if line.strip() and not line.strip().startswith("#")]
        self.used = [0] * len(self.exchanges)
        self.faults: list[str] = []
        self.bases = _bases(folder.parent.parent / "adapter.toml")

    @property
    def expected(self) -> dict[str, Any] | None:
        """What is to be pushed; none until it was accepted once."""
        file = self.folder / "expected.json"
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None

    def query(self) -> Query:
        """The question."""
        patient = self.asked["patient"]
        return query(
            *self.asked["sections"],
            person=patient["value"],
            system=patient["system"],
            now=self.asked["now"],
            language=self.asked.get("language", "sv"),
        )

    def run(self, adapter: Adapter[Any]) -> Rehearsal:
        """Plays the case."""
        run = Rehearsal(self._answer, self.asked.get("settings", {})).run(adapter, self.query())
        for place, exchange in enumerate(self.exchanges):
            if not self.used[place]:
                match = exchange["match"]
                self.faults.append(f"nobody asked for {match['method']} {match['origin']} {match['path']}")
        return run

    def _answer(self, request: Request) -> Response | Error:
        fitting = [place for place, one in enumerate(self.exchanges) if self._fits(one["match"], request)]
        if not fitting:
            self.faults.append(f"no exchange answers {request.method.name} {request.origin} {self._path(request)}")
            return error("connect")
        place = next((place for place in fitting if not self.used[place]), fitting[-1])
        self.used[place] += 1
        exchange = self.exchanges[place]
        if "error" in exchange:
            return error(exchange["error"]["kind"])
        given = exchange["reply"]
        body: Any = given.get("body", b"")
        if "file" in given:
            body = (self.folder / given["file"]).read_bytes()
        elif not isinstance(body, (str, bytes)):
            body = json.dumps(body, ensure_ascii=False)
        return reply(given["status"], body=body, headers=given.get("headers"))

    def _fits(self, match: dict[str, Any], request: Request) -> bool:
        headers = {one.name.lower(): one.value for one in request.headers}
        return (
            match["origin"] == request.origin
            and match["method"] == request.method.name
            and match["path"] == self._path(request)
            and match.get("credential", request.credential) == request.credential
            and all(headers.get(name.lower()) == value for name, value in match.get("headers", {}).items())
            and _same_body(match.get("body"), request.body)
        )

    def _path(self, request: Request) -> str:
        if not isinstance(request.target, TargetLink):
            return request.target.value
        parts = urlsplit(request.target.value)
        path = parts.path.removeprefix(self.bases.get(request.origin, ""))
        return f"{path}?{parts.query}" if parts.query else path


def _bases(project: Path) -> dict[str, str]:
    """Paths of the origins' base URLs, which links in replies begin with."""
    if not project.is_file():
        return {}
    origins = tomllib.loads(project.read_text(encoding="utf-8")).get("origins", {})
    return {alias: urlsplit(url).path.rstrip("/") for alias, url in origins.items()}


def _same_body(wanted: Any, body: bytes | None) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return wanted.encode() == (body or b"")
    try:
        return bool(json.loads(body or b"") == wanted)
    except ValueError:
        return False


def check_cases(test: unittest.TestCase, adapter: type[Adapter[Any]], folder: Path) -> None:
    """Plays every case of a folder within a test, and compares with `expected.json` where there is one."""
    cases = [Case(one) for one in sorted(folder.iterdir()) if (one / "query.json").is_file()]
    test.assertTrue(cases, f"{folder.name} holds no case")
    for case in cases:
        with test.subTest(case=case.folder.name):
            run = case.run(adapter())
            test.assertEqual(case.faults, [])
            if case.expected is not None:
                test.maxDiff = None
                test.assertEqual(run.in_words(), case.expected)
