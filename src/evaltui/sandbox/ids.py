"""The identifiers of the wire: `msgbatch_…`, `msg_…`, `req_…`."""

import secrets
from hashlib import sha256

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LENGTH = 22


def new_id(prefix: str) -> str:
    """A fresh identifier such as `req_01…`."""
    return _spell(prefix, secrets.randbits(128))


def derived_id(prefix: str, *parts: str) -> str:
    """The identifier that always belongs to `parts`."""
    return _spell(prefix, int.from_bytes(sha256("\0".join(parts).encode()).digest()[:16]))


def _spell(prefix: str, number: int) -> str:
    letters = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return f"{prefix}_01{''.join(letters)}"
