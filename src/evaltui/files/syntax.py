"""Owns the one understandable sentence for each way YAML can be malformed."""

from typing import Any

import yaml

from evaltui.domain.problem import Problem

_INDENT = "check the indentation here and on the lines above, and quote text that holds quotes or a colon"
_COLON = "quote text that holds `: `, or mend the indentation"
_SENTENCES: dict[str, tuple[str, str]] = {
    "mapping values are not allowed": ("a colon stands where no field can start", _COLON),
    "unexpected end of stream": ("this quoted text is never closed", "add the closing quote"),
    "could not find expected ':'": ("this line is neither `field: value` nor text", "add a colon, or indent it"),
    "did not find expected key": ("this line does not fit the mapping around it", _INDENT),
    "did not find expected '-'": ("this line does not fit the list around it", "start it with `- `"),
    "',' or ']'": ("this list is never closed", "add a comma or `]`"),
    "',' or '}'": ("this mapping is never closed", "add a comma or `}`"),
    "unknown escape character": ("an unknown escape in double quotes", "double the backslash or use single quotes"),
    "escape code": ("an escape that is no Unicode character", "write the character itself"),
    "expected hexadecimal": ("an escape that is no Unicode character", "write the character itself"),
    "undefined tag handle": ("tags are not read", "quote the text, or remove what starts with `!`"),
    "tab": ("a tab stands in the indentation", "indent with spaces"),
    "cannot start any token": ("text cannot start with this character", "quote the text"),
    "did not find expected node content": ("a value is missing or a bracket is closed too often", _INDENT),
    "unknown directive": ("directives are not read", "quote the text that starts with `%`"),
    "incompatible YAML": ("this YAML version is not known", "remove the line"),
}
# These start where the mistake is; the parser notices it only later.
_STARTS = ("quoted scalar", "simple key")


def syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """A parser's error as a Problem at the line a person has to look at."""
    raw = " ".join(str(part) for part in (getattr(error, "problem", None), getattr(error, "reason", None)) if part)
    line = min(_line(error), text.count("\n") + 1)
    row = text.split("\n")[line - 1] if line else ""
    what = "tab" if "cannot start any token" in raw and "\t" in row[: len(row) - len(row.lstrip())] else raw
    for key, (message, hint) in _SENTENCES.items():
        if key in what:
            return Problem(file, line, "", f"not valid YAML: {message}", hint=hint)
    return Problem(file, line, "", f"not valid YAML: {raw or 'it cannot be parsed'}", hint=_INDENT)


def _line(error: Any) -> int:
    early = any(start in (getattr(error, "context", None) or "") for start in _STARTS)
    marks = [getattr(error, "context_mark", None), getattr(error, "problem_mark", None)]
    mark = next((mark for mark in (marks if early else marks[::-1]) if mark is not None), None)
    return 0 if mark is None else int(mark.line) + 1
