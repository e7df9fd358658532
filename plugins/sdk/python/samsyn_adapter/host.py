"""The host as the SDK sees it, so that the same adapter runs in the sandbox and on the developer's desk.

`sandbox` calls the contract's imports, `rehearsal` answers from a test. Not here: anything an adapter calls itself.
Invariant: an adapter reaches the world through these functions only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from samsyn_adapter.contract import Error, Level, Request, Response, SectionStatus

__all__ = ["Host"]


class Host(Protocol):
    """What the contract's imports offer."""

    def send(self, request: Request) -> Response | Error: ...

    def send_all(self, requests: list[Request]) -> list[Response | Error]: ...

    def setting(self, key: str) -> str | None: ...

    def hmac_sha256(self, slot: str, data: bytes) -> bytes | str:
        """The digest, or a text that says why there is none."""
        ...

    def log(self, level: Level, message: str) -> None: ...

    def push(self, sink: str, entries: Sequence[Any]) -> None:
        """Hands entries to the function of `sink` with this name."""
        ...

    def status(self, section: str, status: SectionStatus) -> None: ...

    def uncaught(self, error: BaseException) -> None:
        """An error nobody caught. The sandbox has nowhere to show it; a rehearsal shows all of it."""
        ...
