"""Owns how values that SQLite cannot hold as they are (moments, broken text) become values it can."""

from datetime import UTC, datetime


def now() -> str:
    """This moment, as `stamp` writes it."""
    return stamp(datetime.now(UTC))


def stamp(at: datetime) -> str:
    """ISO 8601 in UTC with microseconds, so that text order is time order; a naive time is taken as local."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def stamp_or_none(at: datetime | None) -> str | None:
    """`stamp` for a moment that may not have come."""
    return None if at is None else stamp(at)


def moment(written: str) -> datetime:
    """The inverse of `stamp`."""
    return datetime.fromisoformat(written)


def moment_or_none(written: str | None) -> datetime | None:
    """The inverse of `stamp_or_none`."""
    return None if written is None else moment(written)


def text(value: str) -> str:
    """The same text, lone surrogates written as `\\udXXX`: UTF-8 has no form for them and SQLite would refuse."""
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")


def text_or_none(value: str | None) -> str | None:
    """`text` for a text that may be absent."""
    return None if value is None else text(value)
