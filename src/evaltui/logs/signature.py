"""Owns how the words of a failure are made alike to those of others of its sort: what varies is left out."""

import re

_LONGEST = 100
_LINE = 500  # characters of one line; every pattern below is quick on so many
_READ = 2000  # characters at either end that are looked at
_TAG = re.compile(r"</?[A-Za-z][\w-]*>")
_WRONG = re.compile(
    r"error|exception|fail|denied|not found|no such|cannot|can't|invalid|refused|timed? ?out|unable|missing|"
    r"not allowed",
    re.IGNORECASE,
)
_VARYING = (
    (re.compile(r"\b(?:https?|file)://\S+"), "URL"),
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.]+"), "EMAIL"),
    (re.compile(r"\"[^\"\n]*\"|`[^`\n]*`|(?<!\w)'[^'\n]*'(?!\w)|“[^”\n]*”"), "“…”"),
    (re.compile(r"(?<![\w.])(?:~|\.{1,2}|[A-Za-z]:)?(?:[/\\][\w.@+-]+)+[/\\]?"), "PATH"),
    (re.compile(r"\b(?=\w*\d)[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,})*\b"), "ID"),
    (re.compile(r"\b[a-z]+_(?=\w*\d)\w{8,}\b"), "ID"),
    (re.compile(r"(?<!code )(?<!status )(?<!HTTP )(?<!exit )(?<!rrno )(?<![\d.,:])\d+(?:[.,:]\d+)*"), "#"),
    (re.compile(r"\s+"), " "),
)


def signature_of(*parts: str) -> str:
    """One line for all failures that differ in names, numbers and places only; the last part is free text."""
    *named, words = parts
    return " · ".join(part for part in (*named, _alike(words)) if part)


def telling_line(words: str) -> str:
    """The line that says what went wrong, without marks around it.

    Of a traceback that is the last line, else the first that speaks of an error, else the first that says anything.
    """
    read = words if len(words) <= 2 * _READ else f"{words[:_READ]}\n{words[-_READ:]}"
    lines = [line[:_LINE] for each in _TAG.sub("", read).splitlines() if (line := each.strip(" \t=-#*_"))]
    if any("Traceback (most recent call last)" in line for line in lines):
        return lines[-1]
    return next(filter(_WRONG.search, lines), lines[0] if lines else "")


def _alike(words: str) -> str:
    line = telling_line(words)
    for pattern, mark in _VARYING:
        line = pattern.sub(mark, line)
    return line.strip()[:_LONGEST]
