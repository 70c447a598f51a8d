"""Owns the step from a file's bytes to text that can be trusted to be text: size, encoding, control characters."""

import re
from pathlib import Path
from typing import BinaryIO

from evaltui.domain.problem import Problem
from evaltui.files.paths import absent

YAML_LIMIT = 16 * 1024 * 1024
JSONL_LIMIT = 2 * 1024 * 1024 * 1024
LINE_LIMIT = 16 * 1024 * 1024

# U+0085, U+2028 and U+2029 end a line for YAML 1.1 and are plain characters for YAML 1.2 and for every editor.
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_bytes(path: Path, limit: int = YAML_LIMIT) -> bytes | Problem:
    """The whole of a regular file of at most `limit` bytes."""
    if problem := unusable(path, limit):
        return problem
    try:
        return path.read_bytes()
    except OSError as error:
        return _unreadable(path, error)


def open_bytes(path: Path, limit: int) -> BinaryIO | Problem:
    """A regular file of at most `limit` bytes, opened for streaming; the caller closes it."""
    try:
        return unusable(path, limit) or path.open("rb")
    except OSError as error:
        return _unreadable(path, error)


def unusable(path: Path, limit: int) -> Problem | None:
    """Why a file cannot be read at all: absent, not a regular file, or over `limit` bytes."""
    try:
        size = path.stat().st_size if path.is_file() else None
    except OSError as error:
        return _unreadable(path, error)
    if size is None:
        return absent(path)
    if size > limit:
        return Problem(str(path), 0, "", "the file is too large", f"{size:,} bytes", f"at most {limit:,} bytes")
    return None


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(str(path), 0, "", f"cannot be read: {error.strerror}")


def decode(raw: bytes, file: str) -> str | Problem:
    """UTF-8 bytes as text, byte for byte; the problem names the line of the first byte that is not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(file, line, "", "not UTF-8 text", f"byte 0x{raw[error.start]:02x}", "", "save the file as UTF-8")


def read_text(path: Path) -> str | Problem:
    """The text of a document: a byte order mark is dropped, characters no editor shows are refused."""
    raw = read_bytes(path)
    if isinstance(raw, Problem):
        return raw
    text = decode(raw.removeprefix(b"\xef\xbb\xbf"), str(path))
    return text if isinstance(text, Problem) else readable(text, str(path))


def readable(text: str, file: str) -> str | Problem:
    """The text, or the first character in it that no editor shows."""
    match = _UNREADABLE.search(text)
    if match is None:
        return text
    code = f"U+{ord(match.group()):04X}"
    line = text.count("\n", 0, match.start()) + 1
    hint = f'remove it, or write it in double quotes as "\\u{ord(match.group()):04x}"'
    return Problem(file, line, "", "a control character stands in the text", code, "", hint)
