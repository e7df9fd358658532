"""What Python has and a component has not, each with what to write instead.

Not here: finding it in sources (`scan`), stopping it when it runs (`sandbox`). Invariant: data only.
"""

from __future__ import annotations

__all__ = ["CALLS", "LATE", "MODULES", "PRINT"]

NOW = "there is no clock; the moment of the lookup is ask.now"
CHANCE = "there is no randomness: the same query must give the same answer, byte for byte"
NO_FILES = "there are no files; put data into a Python module, and settings into the manifest"
NO_NETWORK = "there is no network but ask.send, ask.send_all and ask.pages"
NO_SYSTEM = "there is no operating system below"
MODULES = {
    **dict.fromkeys(("socket", "ssl", "http.client", "urllib.request", "ftplib", "smtplib", "requests", "httpx", "aiohttp", "urllib3"), NO_NETWORK),
    **dict.fromkeys(("secrets", "random"), CHANCE),
    **dict.fromkeys(("subprocess", "multiprocessing", "threading", "concurrent.futures", "asyncio", "signal", "ctypes"), NO_SYSTEM),
    **dict.fromkeys(("tempfile", "shutil", "glob", "sqlite3"), NO_FILES),
}  # fmt: skip
CALLS = {
    **dict.fromkeys(("datetime.now", "datetime.utcnow", "datetime.today", "date.today"), NOW),
    **dict.fromkeys(("time.time", "time.time_ns", "time.monotonic", "time.perf_counter"), NOW),
    "time.sleep": "there is nothing to wait for: a request waits by itself, and a lookup has a deadline",
    **dict.fromkeys(("uuid.uuid1", "uuid.uuid4", "os.urandom"), CHANCE),
    **dict.fromkeys(("open", "io.open", "Path.read_text", "Path.read_bytes", "Path.open", "os.listdir"), NO_FILES),
    **dict.fromkeys(("os.environ.get", "os.getenv"), "there is no environment; use ask.setting"),
    **dict.fromkeys(("input", "os.system", "os.popen"), NO_SYSTEM),
}  # fmt: skip
PRINT = "print() writes nowhere in a component; use ask.log, and never for patient data"
LATE = "import it at the top of the file: when the component runs there is nothing left to import from"
