"""Host service: a log kept with this one lookup. Never patient data. At most 200 lines of 2 KiB.

Generated from `log.wit` by generate.py. Not here: functions; an adapter reaches them through `Ask`.
Invariant: names, order and types are those of the WIT.
"""

from __future__ import annotations

from enum import Enum


class Level(Enum):
    """`level` of the contract."""

    TRACE = 0
    DEBUG = 1
    INFO = 2
    WARN = 3
    ERROR = 4
