"""Owns the names our requests bear on the wire: a results file proves by them whose it is."""

import re
import secrets
import string

ALPHABET = string.ascii_lowercase + string.digits
NONCE_LENGTH = 10
LONGEST = 64
WIRE_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
OURS = re.compile(r"([a-z0-9]{10})-\d{6,}-t\d+-a\d+")


def new_nonce() -> str:
    """Ten characters of a–z and 0–9 (52 bits), from the system's randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(NONCE_LENGTH))


def custom_id(nonce: str, index: int, turn: int, attempt: int) -> str:
    """The name of one request: unique within its chunk by `index`. ValueError where the API would refuse it."""
    name = f"{nonce}-{index:06d}-t{turn}-a{attempt}"
    if nonce_of(name) != nonce:
        raise ValueError(f"no request can be named {name!r}: at most {LONGEST} characters, numbers from 0")
    return name


def nonce_of(custom_id: str) -> str | None:
    """The chunk a name belongs to; None where the name is not one of ours."""
    match = OURS.fullmatch(custom_id) if len(custom_id) <= LONGEST and custom_id.isascii() else None
    return match[1] if match else None
