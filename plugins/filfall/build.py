"""Builds the component: `python build.py` writes dist/filfall.wasm."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "sdk" / "python"))

from samsyn_adapter.building import build  # noqa: E402

build("adapter:Filfall", "dist/filfall.wasm", root=HERE, wit="../../wit")
