"""Owns how models read from outside behave, and the one way anything is digested."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_encode_as_written = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Frozen(BaseModel):
    """A model read from a file or from the wire: frozen, strict, and no unknown field passes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: equal values give equal bytes."""
    return _encode(value).encode("utf-8", "surrogatepass")


def digest(value: Any) -> str:
    """The first 32 hex digits (128 bits) of the SHA-256 of `canonical(value)`."""
    return _short(canonical(value))


def digest_as_written(value: Any) -> str:
    """As `digest`, for what is sent: there the order of keys counts."""
    return _short(_encode_as_written(value).encode("utf-8", "surrogatepass"))


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
