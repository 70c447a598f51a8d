"""Owns the report of a fault of ours: a traceback without values, and without whatever looks like a secret."""

import re
import traceback
from datetime import UTC, datetime
from pathlib import Path

from evaltui import __version__
from evaltui.domain.text import visible

_SECRETS = re.compile(r"(sk-[A-Za-z0-9_-]{6,}|(?:Bearer|x-api-key:?)\s+\S+|\b[A-Za-z0-9_-]{40,}\b)", re.IGNORECASE)


def report(error: BaseException) -> str:
    """The traceback in words that may be shown to anybody."""
    head = f"evaltui {__version__}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    lines = "".join(traceback.format_exception(error))
    return f"{head}\n{visible(_SECRETS.sub('[SECRET]', lines), newlines=True)}"


def keep(error: BaseException, folder: Path) -> Path | None:
    """Write the report beside the database; None where nothing can be written."""
    path = folder / f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(report(error), "utf-8")
    except OSError:
        return None
    return path
