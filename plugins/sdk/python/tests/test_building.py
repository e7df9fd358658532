"""What is found in the sources before a component is built, and how the contract's calls are made inside one."""

import contextlib
import sys
import tempfile
import types
import unittest
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from samsyn_adapter import contract
from samsyn_adapter.building import build
from samsyn_adapter.rehearsal import query
from samsyn_adapter.scan import scan
from tests.sample import provenance, service


class ScanTest(unittest.TestCase):
    def findings(self, source: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            src = Path(folder) / "src"
            src.mkdir()
            (src / "adapter.py").write_text(source, encoding="utf-8")
            return [finding.partition(": ")[0] + " " + finding.partition(": ")[2][:40] for finding in scan(src)]

    def test_clocks_chance_files_network_and_late_imports_are_found_with_their_line(self) -> None:
        for source, expected in {
            "import datetime\nx = datetime.datetime.now()": "src/adapter.py:2 datetime.datetime.now(): there is no clo",
            "from datetime import date\ndate.today()": "src/adapter.py:2 date.today(): there is no clock; the mom",
            "import time\ntime.time()": "src/adapter.py:2 time.time(): there is no clock; the mome",
            "import random": "src/adapter.py:1 import of random: there is no randomness",
            "open('x')": "src/adapter.py:1 open(): there are no files; put data int",
            "from urllib import request": "src/adapter.py:1 import of urllib.request: there is no ne",
            "import requests.sessions": "src/adapter.py:1 import of requests.sessions: there is no",
            "def f():\n    import json": "src/adapter.py:2 import inside f(): import it at the top ",
            "print(1)": "src/adapter.py:1 print() writes nowhere in a component; u",
            "def f(:": "src/adapter.py:1 invalid syntax",
        }.items():
            self.assertEqual(self.findings(source), [expected])

    def test_ordinary_code_is_left_alone(self) -> None:
        fine = "import json, csv, hashlib\nfrom datetime import datetime\nfrom urllib.parse import quote\n"
        self.assertEqual(self.findings(fine + "datetime.fromisoformat('2026')\nopened = fields.open('x')\n"), [])


class BuildTest(unittest.TestCase):
    def said(self, source: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            src = Path(folder) / "src"
            src.mkdir()
            (src / "broken_adapter.py").write_text(source, encoding="utf-8")
            with self.assertRaises(SystemExit) as caught, unbuildable():
                build("broken_adapter:Mine", "dist/x.wasm", root=folder)
            return str(caught.exception.code)

    def test_a_build_fails_with_the_section_that_is_missing_and_where(self) -> None:
        manifest = '{"id":"x","name":"x","vendor":"x","version":"1","contract":"1.0","sections":["plans"],"identifier_kinds":[]}'
        source = f"from samsyn_adapter import Adapter\nclass Mine(Adapter):\n    manifest = {manifest}\n"
        self.assertRegex(
            self.said(source), r"^build: .*/?src/broken_adapter\.py:2: the manifest names the section `plans`"
        )

    def test_a_build_fails_with_what_cannot_work(self) -> None:
        said = self.said("import random\n")
        self.assertIn("build: cannot work in a component\n  src/broken_adapter.py:1: import of random: ", said)

    def test_a_build_fails_when_there_is_no_such_class(self) -> None:
        self.assertIn("broken_adapter.py has no class Mine", self.said("x = 1\n"))


@contextlib.contextmanager
def unbuildable() -> Iterator[None]:
    """The tool is not needed to be told what is wrong with the sources; nothing here is built."""
    import samsyn_adapter.building as building

    check, path = building._check_tool, list(sys.path)
    building._check_tool = lambda: None
    try:
        yield
    finally:
        building._check_tool, sys.path[:] = check, path
        sys.modules.pop("broken_adapter", None)


def imports() -> dict[str, types.ModuleType]:
    """What componentize-py puts into a component, as far as the sandbox calls it."""

    @dataclass(frozen=True)
    class Err(Exception):
        value: Any

    @dataclass
    class Ok:
        value: Any

    @dataclass
    class One:
        value: Any = None

    modules = {name: types.ModuleType(name) for name in ("componentize_py_types", "wit_world", "wit_world.imports")}
    modules["componentize_py_types"].__dict__.update(Err=Err, Ok=Ok)
    for name in ("http", "keys", "log", "settings", "sink", "types"):
        module = modules[f"wit_world.imports.{name}"] = types.ModuleType(name)
        setattr(modules["wit_world.imports"], name, module)
    named = {
        "types": [
            "Signing_Signed",
            "Signing_Unsigned",
            "Signing_NotStated",
            "SectionStatus_Complete",
            "SectionStatus_Partial",
        ],
        "sink": ["Life_Alive", "Life_Deceased", "Life_NotStated"],
        "http": ["Target_Path", "Target_Link"],
    }
    for module, cases in named.items():
        for case in cases:
            setattr(modules[f"wit_world.imports.{module}"], case, type(case, (One,), {}))
    return modules


class SandboxTest(unittest.TestCase):
    def setUp(self) -> None:
        self.modules = imports()
        sys.modules.update(self.modules)
        import samsyn_adapter.sandbox as sandbox

        self.sandbox = sandbox
        self.http = self.modules["wit_world.imports.http"]
        self.sink = self.modules["wit_world.imports.sink"]

    def tearDown(self) -> None:
        for name in [*self.modules, "samsyn_adapter.sandbox"]:
            sys.modules.pop(name, None)

    def test_variants_are_exchanged_for_the_generated_ones_and_the_rest_passes(self) -> None:
        pushed: list[Any] = []
        self.sink.__dict__.update(services=pushed.extend, person=pushed.append)
        host = self.sandbox.Sandbox()
        host.push("services", [service("a")])
        details = contract.PersonDetails(
            identifier=contract.Identifier(system="s", value="v"),
            life=contract.LifeDeceased("1999"),
            provenance=provenance(),
        )
        host.push("person", [details])
        self.assertEqual(type(pushed[0].provenance.signing).__name__, "Signing_NotStated")
        self.assertEqual((pushed[0].kind, pushed[0].provenance.id), ("home-care", "a"))
        self.assertEqual((type(pushed[1].life).__name__, pushed[1].life.value), ("Life_Deceased", "1999"))

    def test_replies_and_errors_come_back_as_the_sdks_own(self) -> None:
        class Kind(Enum):
            TIMEOUT = contract.ErrorKind.TIMEOUT.value

        failure = types.SimpleNamespace(kind=Kind.TIMEOUT, code="timeout", message="m")
        response = types.SimpleNamespace(status=200, headers=[types.SimpleNamespace(name="a", value="b")], body=b"x")
        both = self.modules["componentize_py_types"]

        def send(request: Any) -> Any:
            self.assertEqual((type(request.target).__name__, request.target.value), ("Target_Path", "/x"))
            raise both.Err(failure)

        self.http.__dict__.update(send=send, send_all=lambda requests: [both.Ok(response), both.Err(failure)])
        asked = contract.Request(origin="api", method=contract.Method.GET, target=contract.TargetPath("/x"))
        host = self.sandbox.Sandbox()
        self.assertEqual(host.send(asked), contract.Error(kind=contract.ErrorKind.TIMEOUT, code="timeout", message="m"))
        first, second = host.send_all([asked, asked])
        self.assertEqual((first.body, first.headers[0].value, second.code), (b"x", "b", "timeout"))

    def test_the_query_arrives_whole(self) -> None:
        asked = query("services")
        self.assertEqual(self.sandbox.query(asked), asked)


if __name__ == "__main__":
    unittest.main()
