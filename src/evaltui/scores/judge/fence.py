"""Owns the fence around what a judge is shown: data that cannot close it, and holds nothing invisible.

The code in the tags is a digest of the data itself, so the same data gives the same request; where it occurs in the
data it is digested on. Tags in the data that look like ours are marked; characters that nobody sees are written out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from evaltui.domain.base import digest
from evaltui.domain.text import visible

NAMES = ("input", "reply", "reference_note", "reference", "trajectory", "first", "second")
_LOOKALIKE = re.compile(rf"[<＜‹〈](?=\s*[/／]?\s*(?:{'|'.join(NAMES)})(?:-\w*)?\s*[>＞›〉])", re.IGNORECASE)
_CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of data; `name` is among NAMES."""

    name: str
    text: str


def fenced(blocks: Sequence[Block]) -> tuple[str, str]:
    """The code of the tags, and the blocks in them."""
    clean = [Block(block.name, harmless(block.text)) for block in blocks]
    code = _code(clean)
    parts = [f"<{block.name}-{code}>\n{block.text}\n</{block.name}-{code}>" for block in clean]
    return code, "\n\n".join(parts)


def harmless(text: str) -> str:
    """Line ends and tabs stay, other control, bidi and zero-width characters are written out, lookalikes are marked."""
    shown = "\t".join(visible(part, newlines=True) for part in text.replace("\r\n", "\n").split("\t"))
    return _LOOKALIKE.sub("&lt;", shown)


def _code(blocks: Sequence[Block]) -> str:
    code = digest([[block.name, block.text] for block in blocks])[:_CODE_LENGTH]
    while any(code in block.text.lower() for block in blocks):
        code = sha256(code.encode()).hexdigest()[:_CODE_LENGTH]
    return code
