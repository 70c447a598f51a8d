"""Owns which of our environment variables a tool may see: never a key or a token."""

import re
from collections.abc import Mapping

_SECRET = re.compile(r"ANTHROPIC_.*|.*_API_KEY|.*_TOKEN", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether a variable of this name holds what must not be passed on or written down."""
    return _SECRET.fullmatch(name) is not None


def scrubbed(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without its secrets."""
    return {name: value for name, value in environment.items() if not is_secret(name)}
