"""What an adapter may do: send requests, read settings, write to the log.

Not here: the question itself (`ask`), how a test answers (`rehearsal`).
Invariant: a reply that is no success is never handed on as one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from samsyn_adapter.contract import Error, FailureKind, Level, Request, Response
from samsyn_adapter.host import Host
from samsyn_adapter.problem import NOT_SET_UP, Problem, in_language
from samsyn_adapter.reply import Reply

__all__ = ["Log", "Pages", "Source"]

T = TypeVar("T")
MOST_PAGES = 30


class Log:
    """Lines kept with this one lookup, for the administrator. Never patient data. At most 200 lines of 2 KiB."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def debug(self, message: str) -> None:
        self._host.log(Level.DEBUG, message)

    def info(self, message: str) -> None:
        self._host.log(Level.INFO, message)

    def warn(self, message: str) -> None:
        self._host.log(Level.WARN, message)

    def error(self, message: str) -> None:
        self._host.log(Level.ERROR, message)


@dataclass
class Pages(Generic[T]):
    """Pages of one list, in order, and in words for the clinician what is missing of them."""

    pages: list[T] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class Source:
    """The source system, reached through the host."""

    def __init__(self, host: Host, language: str) -> None:
        self._host = host
        self.language = language
        """BCP 47 tag of the language the adapter writes its own texts in."""
        self.log = Log(host)

    def text(self, swedish: str, english: str) -> str:
        """One of two texts, by the language of the lookup. What the source says is never translated."""
        return in_language(self.language, swedish, english)

    def send(self, request: Request, *, allow: Collection[int] = ()) -> Reply:
        """Sends one request and waits for the whole reply. Raises a `Problem` when there is none, and when its status is
        neither 2xx nor one that is allowed here, e.g. `allow=(404,)`."""
        return self._success(self._host.send(request), allow)

    def send_all(self, requests: Sequence[Request], *, allow: Collection[int] = ()) -> list[Reply | Problem]:
        """Sends several at once, four at a time. What failed stands as a `Problem` in its place, not raised."""
        results: list[Reply | Problem] = []
        for sent in self._host.send_all(list(requests)):
            try:
                results.append(self._success(sent, allow))
            except Problem as problem:
                results.append(problem)
        return results

    def _success(self, sent: Response | Error, allow: Collection[int]) -> Reply:
        if isinstance(sent, Error):
            raise Problem.of_error(self.language, sent)
        if not 200 <= sent.status < 300 and sent.status not in allow:
            raise Problem.of_status(self.language, sent)
        return Reply(sent, self.language)

    def pages(
        self,
        first: Request,
        *,
        read: Callable[[Reply], T],
        following: Callable[[T], Request | None],
        most: int = MOST_PAGES,
        allow: Collection[int] = (),
    ) -> Pages[T]:
        """Reads page after page. A `Problem` with the first page is raised; with a later one it ends the reading and is said
        in `missing`, as is a list that has no end."""
        result: Pages[T] = Pages()
        request: Request | None = first
        seen: list[Request] = []
        while request is not None:
            number = len(seen) + 1
            if request in seen or number > most:
                result.missing.append(
                    self.text(
                        f"sidorna tar inte slut efter sida {number - 1}", f"no end of pages after page {number - 1}"
                    )
                )
                break
            seen.append(request)
            try:
                page = read(self.send(request, allow=allow))
            except Problem as problem:
                if number == 1:
                    raise
                words = self.text(f"sida {number} kunde inte läsas", f"page {number} could not be read")
                result.missing.append(f"{words}: {problem.text}")
                break
            result.pages.append(page)
            request = following(page)
        return result

    def setting(self, key: str) -> str | None:
        """A setting of this source; none when it was left out or is blank. Never a secret."""
        value = self._host.setting(key)
        return value.strip() if value and value.strip() else None

    def flag_setting(self, key: str) -> bool:
        """A setting of type boolean; absent is false."""
        return self.setting(key) == "true"

    def number_setting(self, key: str, default: int) -> int:
        """A setting of type integer. Raises a `Problem` when it is none."""
        value = self.setting(key)
        if value is None:
            return default
        try:
            return int(value)
        except ValueError:
            raise self.not_configured("setting", f"the setting {key} is no whole number") from None

    def hmac(self, slot: str, data: bytes) -> bytes:
        """HMAC-SHA-256 under the secret of a credential slot, which the adapter never sees."""
        made: Any = self._host.hmac_sha256(slot, data)
        if isinstance(made, str):
            raise self.not_configured("credential", made)
        return bytes(made)

    def not_configured(self, code: str, message: str) -> Problem:
        """A problem that the administrator has to mend: raise it."""
        return Problem(FailureKind.NOT_CONFIGURED, code, self.text(*NOT_SET_UP), message)
