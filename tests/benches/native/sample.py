"""The sample adapter in CPython, for the benchmark: each line of the input is a number of lookups; told is what one of them took.

Not here: what it is compared with (`ratios/languages.rs`). Invariant: computing time of the whole process.
"""

import sys
import time
from pathlib import Path

project, reply_file, person = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
sys.path[:0] = [str(project / "src"), str(project / "sdk")]

import adapter  # noqa: E402
from samsyn_adapter import Adapter  # noqa: E402
from samsyn_adapter.rehearsal import query, rehearse, reply  # noqa: E402

made = next(
    kind() for kind in vars(adapter).values() if isinstance(kind, type) and issubclass(kind, Adapter) and kind is not Adapter
)
body = reply_file.read_bytes()
question = query("services", "contacts", person=person)

for line in sys.stdin:
    calls, entries = int(line), 0
    before = time.process_time()
    for _ in range(calls):
        run = rehearse(made, question, lambda _: reply(body=body))
        if run.failure is not None:
            raise SystemExit(run.failure.message)
        entries = len(run.entries("services")) + len(run.entries("contacts"))
    took = time.process_time() - before
    print(took * 1000 / calls, entries, flush=True)
