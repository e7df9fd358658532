"""Bytes to text, for sources that do not write UTF-8.

Codecs are loaded when a component is built, because there are no files to load them from later; that is why the list is
closed. Not here: what the text means. Invariant: a byte that does not fit is an error, never a question mark.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import Any

__all__ = ["ENCODINGS", "NotText", "decoded", "whole_characters"]

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-1", "iso-8859-15", "us-ascii", "cp850", "cp437")
"""What can be read. Swedish systems write windows-1252 where they do not write UTF-8; old ones cp850."""

_codecs = {name: codecs.lookup(name) for name in ENCODINGS}


class NotText(Exception):
    """The bytes are not text in any of the encodings."""


def decoded(body: bytes, encodings: Sequence[str]) -> str:
    """The text by the first encoding that fits. A byte order mark says UTF-8 or UTF-16 whatever was expected.

    Put `utf-8` before `windows-1252`: what is valid UTF-8 with other than plain letters is hardly ever anything else."""
    if body.startswith(codecs.BOM_UTF8):
        encodings = ("utf-8-sig",)
    elif body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16",)
    for name in encodings:
        codec = _codecs.get(name)
        if codec is None:
            raise LookupError(f"encoding {name!r} is not one of {', '.join(ENCODINGS)}")
        try:
            return codec.decode(body, "strict")[0]
        except UnicodeDecodeError:
            continue
    raise NotText(f"not text in {' or '.join(encodings)}")


def whole_characters(value: Any) -> Any:
    """The value with halves of characters (lone surrogates) exchanged for U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [whole_characters(item) for item in value]
    if isinstance(value, dict):
        return {whole_characters(key): whole_characters(item) for key, item in value.items()}
    return value
