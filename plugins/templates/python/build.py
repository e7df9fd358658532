"""Builds the component: `python build.py` writes dist/{{name}}.wasm."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "sdk"))

from samsyn_adapter.building import build  # noqa: E402

build("adapter:{{Name}}", "dist/{{name}}.wasm", root=HERE)
