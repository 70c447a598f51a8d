"""Owns the kinds of things that are redacted, which of them is more specific, and when two of a kind are the same."""

from typing import Literal, NamedTuple, get_args

Kind = Literal[
    "private_key", "jwt", "key", "credentials", "token", "card", "iban", "ssn", "secret", "email", "ip", "host",
    "phone", "user", "name",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)  # the more specific before the less
_ANY_CASE = frozenset({"email", "host", "user", "name"})
_ANY_SPACING = frozenset({"card", "iban", "ssn", "phone"})


class Found(NamedTuple):
    """One thing to redact: half-open offsets into the text that was searched; `kind` may be a project's own."""

    start: int
    end: int
    kind: str


def specificity(kind: str) -> int:
    """Smaller is more specific; a project's own kinds come first, since a person asked for them."""
    return KINDS.index(kind) if kind in KINDS else -1


def identity(kind: str, text: str) -> str:
    """What two spellings of one thing have in common."""
    if kind in _ANY_SPACING:
        return "".join(filter(str.isalnum, text)).upper()
    return text.casefold() if kind in _ANY_CASE else text
