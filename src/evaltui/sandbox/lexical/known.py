"""Owns what a conversation has established so far, and stated conditions on it.

A condition names values in backticks: "`amount` is above 200", "`eligible` is false", "`owner_id` is not
`customer_id`", "`order_id` is missing"; or the state of a tool: "`issue_refund` succeeded", "`lookup_order` fails", "a
tool fails". "and" binds closer than "or". A part without a backtick is looked for in the customer's words. No
comparison with what is not known holds.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evaltui.sandbox.lexical.rules import condition

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_ABSENT = re.compile(r"(?:is |was )?(?:missing|unknown|absent|not (?:given|known|there))\b", re.IGNORECASE)
_ABOVE = re.compile(rf"(?:is )?(?:above|over|more than|greater than|higher than)\D{{0,3}}{_NUMBER}", re.IGNORECASE)
_BELOW = re.compile(rf"(?:is )?(?:below|under|less than|lower than)\D{{0,3}}{_NUMBER}", re.IGNORECASE)
_LEAST = re.compile(rf"(?:is )?at least\D{{0,3}}{_NUMBER}", re.IGNORECASE)
_EQUAL = re.compile(
    r"(?:is|are|was|says|equals)\b ?(?P<no>not |different from |other than )?(?:the same as )?"
    r"(?:`(?P<key>\w+)`|[\"“]?(?P<value>[\w.-]+))",
    re.IGNORECASE,
)
_FAILS = re.compile(r"\b(?:fails?|failed|errors?|down|unavailable|does not (?:answer|work))\b", re.IGNORECASE)
_SUBJECT = re.compile(r"^(?:the |its |also )*`(?P<name>\w+)`(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_REPORTS = re.compile(r"^(?:the )?`\w+` (?:says|answers|returns|shows|reports)(?: that)? (?=`|the `)", re.IGNORECASE)
_ANY_TOOL = re.compile(r"^(?:a|any|the|one) (?:tool|call)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """`values` by key, the customer's words, and the tools whose last call succeeded or failed."""

    values: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""
    done: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()


Test = Callable[[Known], bool]


@dataclass(frozen=True, slots=True)
class When:
    """Holds when all tests of one option hold; `heeds_errors`: it is about something that went wrong."""

    options: tuple[tuple[Test, ...], ...]
    heeds_errors: bool

    def holds(self, known: Known) -> bool:
        """Whether the condition holds for what is known."""
        return any(all(test(known) for test in tests) for tests in self.options)


def when(text: str, tools: tuple[str, ...]) -> When:
    """Read a condition; `tools` are the names that mean a tool rather than a value."""
    if "`" not in text and not (_ANY_TOOL.match(text) and _FAILS.search(text)):
        return When(((_words(text),),), heeds_errors=False)
    options = tuple(
        tuple(_test(part.strip(), tools) for part in re.split(r",? and ", option)) for option in text.split(" or ")
    )
    return When(options, bool(_FAILS.search(text)))


def _test(text: str, tools: tuple[str, ...]) -> Test:
    text = _REPORTS.sub("", text)
    if _ANY_TOOL.match(text) and _FAILS.search(text):
        return lambda known: bool(known.failed)
    subject = _SUBJECT.match(text)
    if subject is None:
        return _words(text)
    name, rest = subject["name"], subject["rest"].strip()
    return _state(name, rest) if name in tools else _comparison(name, rest)


def _state(tool: str, rest: str) -> Test:
    failing = bool(_FAILS.search(rest))
    return lambda known: tool in (known.failed if failing else known.done)


def _comparison(key: str, rest: str) -> Test:
    if _ABSENT.match(rest):
        return lambda known: known.values.get(key) is None
    for form, holds in _NUMERIC:
        if found := form.match(rest):
            return _numeric(key, float(found[1]), holds)
    equal = _EQUAL.match(rest)
    return _equality(key, equal) if equal else lambda known: known.values.get(key) is not None


_NUMERIC: tuple[tuple[re.Pattern[str], Callable[[float, float], bool]], ...] = (
    (_ABOVE, lambda value, limit: value > limit),
    (_BELOW, lambda value, limit: value < limit),
    (_LEAST, lambda value, limit: value >= limit),
)


def _numeric(key: str, limit: float, holds: Callable[[float, float], bool]) -> Test:
    def test(known: Known) -> bool:
        value = known.values.get(key)
        return isinstance(value, int | float) and holds(float(value), limit)

    return test


def _equality(key: str, found: re.Match[str]) -> Test:
    other, literal, negated = found["key"], found["value"], bool(found["no"])

    def test(known: Known) -> bool:
        value = known.values.get(key)
        wanted = known.values.get(other) if other else literal
        return value is not None and wanted is not None and (_plain(value) == _plain(wanted)) is not negated

    return test


def _plain(value: Any) -> str:
    return str(value).lower().rstrip(".")


def _words(text: str) -> Test:
    """A condition on the customer's words; one without any content word always holds."""
    read = condition(text)
    return lambda known: not (read.bags or read.phrases) or read.holds(known.said)
