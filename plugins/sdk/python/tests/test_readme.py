"""The adapter in the README is one that runs."""

import importlib
import json
import re
import sys
import tempfile
import unittest
from pathlib import Path

from samsyn_adapter.rehearsal import query, rehearse, reply
from tests.sample import PERSON, manifest

README = Path(__file__).resolve().parent.parent / "README.md"


class ReadmeTest(unittest.TestCase):
    def test_the_adapter_in_the_readme_answers_as_the_readme_says(self) -> None:
        code = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[0]
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "readme_adapter.py").write_text(code, encoding="utf-8")
            Path(folder, "manifest.json").write_text(json.dumps(manifest("services")), encoding="utf-8")
            sys.path.insert(0, folder)
            try:
                mine = importlib.import_module("readme_adapter").Mine
            finally:
                sys.path.remove(folder)
                sys.modules.pop("readme_adapter", None)
        visits = [{"id": "1", "person": PERSON, "from": "2026-03"}, {"id": "2", "from": "2026"}]
        done = rehearse(mine(), query("services"), lambda _: reply(json={"visits": visits}))
        self.assertEqual([entry.started for entry in done.entries("services")], ["2026-03"])
        self.assertEqual(done.status_of("services"), {"partial": "fältet person saknas, uppgiften visas inte (1 st)"})


if __name__ == "__main__":
    unittest.main()
