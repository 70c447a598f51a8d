"""Owns what a draft is called at first: a short id, tags, and where it came from."""

import getpass
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Failure, Item
from evaltui.loop.git import user

_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z0-9_]*\]")
_WORD = re.compile(r"[a-z0-9]+")
_WORDS, _LONGEST = 4, 40
_SMALL = re.compile(
    r"(?:an?|and|are|at|be|by|can|do|for|from|i|in|is|it|me|my|of|on|or|please|that|the|this|to|we|you)"
)


def suggested_id(text: str, failure: Failure | None, tool: str, seed: str, taken: Callable[[str], bool]) -> str:
    """Words of the tool or of what was asked, the reason, and letters of a digest of `seed`; not taken in the set.

    `text` and `tool` are redacted already.
    """
    about = _slug(tool) or _slug(text) or "case"
    reason = failure.reason.replace("_", "-") if failure else "log"
    start = about if reason in about else f"{about}-{reason}"
    letters = digest([seed])
    return next(name for size in range(4, 33) if not taken(name := f"{start}-{letters[:size]}"))


def source_of(item: Item, failure: Failure | None, turn: int, folder: Path) -> dict[str, Any]:
    """`source` of a case; what of it is foreign still has to be redacted."""
    why = f"{failure.reason} in turn {turn}: {failure.words}" if failure else f"turn {turn}"
    known = {"id": " ".join(filter(None, (item.source, item.part))), "at": item.at, "note": why}
    found = {"kind": item.kind, **known, "digest": item.id, "by": user(folder) or getpass.getuser()}
    return {name: value for name, value in found.items() if value}


def suggested_tags(failure: Failure | None) -> dict[str, Any]:
    """`tags` of a case: the reason."""
    return {"tags": [failure.reason.replace("_", "-")]} if failure else {}


def _slug(text: str) -> str:
    words = [word for word in _WORD.findall(_PLACEHOLDER.sub(" ", text[:2_000]).lower()) if not _SMALL.fullmatch(word)]
    return "-".join(words[:_WORDS])[:_LONGEST].strip("-")
