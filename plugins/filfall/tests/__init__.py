"""Where the adapter and the SDK are found: `python -m unittest` in this folder needs nothing installed."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT.parent / "sdk" / "python")]
