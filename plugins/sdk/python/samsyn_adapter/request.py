"""Building requests without ceremony.

Not here: sending (`source`), what a reply means (`reply`).
Invariant: a value put into a form is encoded; a secret is never part of a request, only the name of its slot.
"""

from __future__ import annotations

import json as encoding
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from samsyn_adapter.contract import Header, Method, Request, Target, TargetLink, TargetPath

__all__ = ["encode", "follow", "form", "get", "post", "request"]


def encode(text: str) -> str:
    """Percent-encodes everything but unreserved characters, for one value in a path or query. Do not use it for a path
    segment that may hold `/`: the host refuses an encoded slash."""
    return quote(text, safe="")


def form(pairs: Mapping[str, str]) -> str:
    """`a=1&b=2`, encoded."""
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in pairs.items())


def request(
    method: Method,
    origin: str,
    target: Target,
    *,
    headers: Mapping[str, str] | None = None,
    credential: str | None = None,
    body: bytes | str | None = None,
    json: Any = None,
    fields: Mapping[str, str] | None = None,
) -> Request:
    """A request. At most one of `body`, `json` and `fields` (a form) is given; the last two set `content-type`."""
    written = dict(headers or {})
    if json is not None:
        body = encoding.dumps(json, ensure_ascii=False, separators=(",", ":"))
        written.setdefault("content-type", "application/json")
    elif fields is not None:
        body = form(fields)
        written.setdefault("content-type", "application/x-www-form-urlencoded")
    return Request(
        origin=origin,
        method=method,
        target=target,
        headers=[Header(name=name, value=value) for name, value in written.items()],
        body=body.encode() if isinstance(body, str) else body,
        credential=credential,
    )


def get(origin: str, path: str, *, headers: Mapping[str, str] | None = None, credential: str | None = None) -> Request:
    """GET a path below the origin's base URL. Put variable parts through `encode`."""
    return request(Method.GET, origin, TargetPath(path), headers=headers, credential=credential)


def post(
    origin: str,
    path: str,
    *,
    json: Any = None,
    fields: Mapping[str, str] | None = None,
    body: bytes | str | None = None,
    headers: Mapping[str, str] | None = None,
    credential: str | None = None,
) -> Request:
    """POST to a path below the origin's base URL."""
    return request(
        Method.POST,
        origin,
        TargetPath(path),
        headers=headers,
        credential=credential,
        body=body,
        json=json,
        fields=fields,
    )


def follow(
    origin: str, link: str, *, headers: Mapping[str, str] | None = None, credential: str | None = None
) -> Request:
    """GET an absolute URL taken from a reply of the same origin, e.g. a next page."""
    return request(Method.GET, origin, TargetLink(link), headers=headers, credential=credential)
