"""Owns writing a file that the program keeps for itself: at once and whole, or not at all."""

import os
from pathlib import Path
from typing import Any

from evaltui.files.scribe import Spot, written


def write_whole(path: Path, text: str) -> None:
    """The folder is made where it is missing; a reader sees the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_text(text, "utf-8", newline="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def as_yaml(value: Any) -> str:
    """A list or mapping that is not empty as the text of a document."""
    return written(value, Spot(flow=False, indent=0, open_line=True), column=0) + "\n"
