"""Why an exchange gave nothing usable: words for the clinician, and a failure for the administrator.

Raise a `Problem` in `prepare` and the lookup fails with its kind; raise it in a section's method and that section becomes
unavailable with its text, while the others go on. Not here: errors nobody expected (`trace`).
Invariant: neither text repeats what a reply said.
"""

from __future__ import annotations

from samsyn_adapter.contract import Error, ErrorKind, Failure, FailureKind, Response

__all__ = ["Problem", "in_language"]

# The host's code of a whole reply in an encoding that nobody asked for.
CONTENT_ENCODING = "content-encoding"
IN_TIME = ("källan svarade inte i tid", "the source did not answer in time")
NOT_REACHED = ("källan kunde inte nås", "the source could not be reached")
NOT_SET_UP = ("anslutningen till källan är inte rätt inställd", "the connection to the source is not set up")
NOT_READABLE = ("källans svar gick inte att läsa", "the reply could not be read")
BROKEN_OFF = ("förbindelsen med källan bröts", "the connection to the source broke")
NOT_READ = ("källan kunde inte läsas", "the source could not be read")

Text = tuple[str, str]
ERRORS: dict[ErrorKind, tuple[FailureKind, Text]] = {
    ErrorKind.TIMEOUT: (FailureKind.UPSTREAM_UNAVAILABLE, IN_TIME),
    ErrorKind.DEADLINE: (FailureKind.UPSTREAM_UNAVAILABLE, IN_TIME),
    ErrorKind.DNS: (FailureKind.UPSTREAM_UNAVAILABLE, NOT_REACHED),
    ErrorKind.CONNECT: (FailureKind.UPSTREAM_UNAVAILABLE, NOT_REACHED),
    ErrorKind.TLS: (FailureKind.UPSTREAM_UNAVAILABLE, NOT_REACHED),
    ErrorKind.BUSY: (FailureKind.UPSTREAM_UNAVAILABLE, NOT_REACHED),
    ErrorKind.DENIED: (FailureKind.NOT_CONFIGURED, NOT_SET_UP),
    ErrorKind.INVALID_REQUEST: (FailureKind.NOT_CONFIGURED, NOT_SET_UP),
    ErrorKind.CREDENTIAL: (FailureKind.NOT_CONFIGURED, NOT_SET_UP),
    # Cut off mid-reply, or nobody there who speaks HTTP: nothing came that could be called malformed.
    ErrorKind.PROTOCOL: (FailureKind.UPSTREAM_UNAVAILABLE, BROKEN_OFF),
    ErrorKind.TOO_LARGE: (FailureKind.UPSTREAM_MALFORMED, NOT_READABLE),
    ErrorKind.OTHER: (FailureKind.OTHER, NOT_READ),
}


def in_language(language: str, swedish: str, english: str) -> str:
    """One of two texts, by a BCP 47 tag. Swedish is what anything but English gets."""
    return english if language[:2].lower() == "en" else swedish


class Problem(Exception):
    """Something went wrong that the adapter understands."""

    def __init__(
        self,
        kind: FailureKind,
        code: str,
        text: str,
        message: str | None = None,
        retry_after_ms: int | None = None,
    ) -> None:
        super().__init__(f"{kind.name.lower().replace('_', '-')} {code}: {message or text}")
        self.kind = kind
        self.code = code
        """Stable, `[a-z0-9-]{1,64}`, for metrics."""
        self.text = text
        """For the clinician, in the language of the lookup."""
        self.message = message or text
        """For the administrator; no patient data."""
        self.retry_after_ms = retry_after_ms

    @property
    def failure(self) -> Failure:
        """As the whole lookup's failure."""
        return Failure(kind=self.kind, code=self.code, message=self.message, retry_after_ms=self.retry_after_ms)

    @classmethod
    def malformed(cls, language: str, code: str, what: str) -> Problem:
        """The reply could not be understood. `what` names the place, never the content."""
        return cls(FailureKind.UPSTREAM_MALFORMED, code, in_language(language, *NOT_READABLE), what)

    @classmethod
    def patient_unknown(cls, language: str) -> Problem:
        """The source says that it does not know the person. Shown as nothing held. Only for `prepare`."""
        text = in_language(language, "personen finns inte i källan", "the source does not know the person")
        return cls(FailureKind.PATIENT_UNKNOWN, "patient-unknown", text)

    @classmethod
    def of_error(cls, language: str, error: Error) -> Problem:
        """The host could not make the exchange."""
        kind, text = ERRORS[error.kind]
        if error.kind is ErrorKind.PROTOCOL and error.code == CONTENT_ENCODING:
            kind, text = FailureKind.UPSTREAM_MALFORMED, NOT_READABLE
        return cls(kind, error.code, in_language(language, *text), error.message)

    @classmethod
    def of_status(cls, language: str, response: Response) -> Problem:
        """The source replied with a status that is no success."""
        status = response.status
        if status == 429:
            kind, text = FailureKind.UPSTREAM_UNAVAILABLE, ("källan är överbelastad", "the source is overloaded")
        elif 400 <= status < 500:
            kind, text = FailureKind.UPSTREAM_REJECTED, ("källan nekade frågan", "the source refused the question")
        elif 500 <= status < 600:
            kind, text = FailureKind.UPSTREAM_UNAVAILABLE, ("fel i källan", "the source reported an error of its own")
        else:
            kind, text = (
                FailureKind.UPSTREAM_MALFORMED,
                ("källan gav ett oväntat svar", "the source replied unexpectedly"),
            )
        said = next((one.value.strip() for one in response.headers if one.name.lower() == "retry-after"), "")
        seconds = int(said) if said.isascii() and said.isdigit() and len(said) < 7 else None
        message = f"the source replied with status {status}"
        return cls(kind, f"http-{status}", in_language(language, *text), message, seconds and seconds * 1000)
