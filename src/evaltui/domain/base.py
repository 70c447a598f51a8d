"""Owns how models read from outside behave, and the one way anything is digested."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A model read from a file or from the wire: frozen, strict, and no unknown field passes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def digest(value: Any) -> str:
    """The first 32 hex digits (128 bits) of the SHA-256 of `canonical(value)`."""
    return hashlib.sha256(canonical(value)).hexdigest()[:32]
