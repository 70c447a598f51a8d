"""The digest of a Messages request: what a recording is keyed by."""

from hashlib import sha256
from typing import Any

import msgspec


def request_digest(params: dict[str, Any]) -> str:
    """SHA-256 (hex) of the JSON of `params`: UTF-8, no spaces, its own keys sorted, all inside in the order it came.

    Both sides must encode with msgspec: other encoders write large floats differently.
    """
    return sha256(msgspec.json.encode(dict(sorted(params.items())))).hexdigest()
